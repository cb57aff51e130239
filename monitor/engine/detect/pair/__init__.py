"""Detectors about two ships."""
