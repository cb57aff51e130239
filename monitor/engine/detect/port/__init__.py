"""Detectors about a ship at a port."""
