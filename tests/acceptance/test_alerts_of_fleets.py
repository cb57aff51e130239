"""Must show 5, small: what an officer is told of dirty fleets is true, and told once."""

from __future__ import annotations

from tests.bench.alerts import told_of


def test_nothing_false_nothing_of_outages_and_nothing_twice() -> None:
    """The large one is ``python -m tests.bench.alerts``."""
    tally = told_of(range(20_000, 20_012))
    assert tally.alerts.total() > 20
    assert tally.false == []
    assert (tally.outages, tally.doubled) == (0, 0)
