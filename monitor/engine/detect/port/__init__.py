"""Ships at ports."""
