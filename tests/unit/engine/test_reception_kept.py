"""What of the reception is kept, how long, and what may then still be told."""

from __future__ import annotations

from monitor.engine.reception import BUCKET_US, KEEP_US, LONGEST_GAP_US, LONGEST_WAIT_US
from monitor.units import DAY_US, HOUR_US
from tests.unit.engine.hearing import NOON, OTHERS, SHE, heard, span


def test_what_is_not_stored_yet_is_not_forgotten() -> None:
    """A batch may hold days: all that was heard in it is given to the store, once."""
    reception = heard(span(0, 72, *OTHERS[:2]))
    reception.forget(NOON + 72 * HOUR_US)
    assert len(reception.take_changed()) == 2 * 72 * HOUR_US // BUCKET_US
    assert reception.take_changed() == []
    reception.forget(NOON + 72 * HOUR_US)
    assert len(reception.buckets) == 2 * KEEP_US // BUCKET_US


def test_a_gap_that_is_told_long_after() -> None:
    """What it would need may be forgotten: nothing is said, however much is still there."""
    reception = heard(span(-24, 24, *OTHERS))
    begin, end = NOON, NOON + 4 * HOUR_US
    for waited_us, expected in ((0, "vessel"), (LONGEST_WAIT_US, "vessel"),
                                (LONGEST_WAIT_US + 1, None)):  # fmt: skip
        cause = reception.cause("home", SHE, begin, end, end + waited_us)
        assert cause.word == expected
    assert 2 * LONGEST_GAP_US + BUCKET_US + LONGEST_WAIT_US <= KEEP_US


def test_memory_is_bounded() -> None:
    """A month is not kept."""
    reception = heard()
    for hour in range(0, 24 * 30, 2):
        reception.take(span(hour, hour + 2, *OTHERS[:2]))
        reception.forget(NOON + (hour + 2) * HOUR_US)
        reception.take_changed()
    buckets = KEEP_US // BUCKET_US
    assert len(reception.buckets) < 3 * 2 * buckets
    assert len(reception.usual) <= 17 * DAY_US // BUCKET_US
