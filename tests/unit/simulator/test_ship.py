"""A ship is honest unless she is told not to be."""

from __future__ import annotations

from monitor.simulator.ship import Habits


def test_habits_are_honest_by_default() -> None:
    """Nothing wrong, nothing dark."""
    habits = Habits()
    assert habits.status == "right"
    assert (habits.sog_missing, habits.is_clone, habits.teleports) == (False, False, 0)
    assert (habits.dark, habits.false_sog, habits.long_range) == ((), (), ())
    assert (habits.spoofed, habits.swapped, habits.zero_latitude, habits.frozen) == ((), (), (), ())
    assert (habits.bad_fixes, habits.strangers, habits.antennas_m) == (0, 0, 0.0)
    assert (habits.rounding, habits.heard, habits.by_satellite) == ("none", (), False)
