"""Detectors about one ship, wherever she is."""
