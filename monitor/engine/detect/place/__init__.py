"""Detectors about places."""
