"""The recorded logs beside the project; a test that needs one skips where it is not."""

from __future__ import annotations

import pytest

from tests.program import PROJECT

DATA = PROJECT.parent / "shared" / "data"


def recorded(name: str) -> bytes:
    """What stands in a recorded log."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the recorded log is not there: {path}")
    return path.read_bytes()
