"""Drawn seas: ships that truly sail, what is heard of them, and what truly happened.

The same scenario, seed and fences give the same bytes. Nothing here reads a clock.
"""
