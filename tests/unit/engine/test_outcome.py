"""What comes of a batch."""

from __future__ import annotations

from monitor.engine.outcome import nothing
from monitor.model import FIX
from monitor.units import NO_TIME


def test_of_no_input_nothing_comes() -> None:
    """Its columns are there, and each asks for its own."""
    one, other = nothing(), nothing()
    assert (len(one.fixes), len(one.tracks), len(one.late), one.lines) == (0, 0, 0, 0)
    assert one.fixes.dtype == one.late.dtype == FIX
    assert one.late_after == NO_TIME
    one.again.add(1)
    assert other.again == set()
