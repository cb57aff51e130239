"""Simulated seas as other programs would have logged them, one writer a form."""
