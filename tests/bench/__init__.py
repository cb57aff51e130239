"""Benches: ``python -m tests.bench``."""
