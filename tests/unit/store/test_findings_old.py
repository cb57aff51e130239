"""What early releases stored, as it is read today."""

from __future__ import annotations

import pytest

from monitor.store.findings import event_of
from tests.findings import event, span
from tests.unit.store.test_findings import EVENT, event_row, minutes, row_of


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ((5, 3, 1), (1, 3, 5)),
        ((1, 7, 5), (1, None, 5)),
        ((1, 0, None), (1, None, None)),
        ((None, 7, 5), (None, None, 5)),
    ],
)
def test_bounds_of_early_releases_that_contradict_each_other_are_read_all_the_same(
    stored: tuple[float | None, ...], read: tuple[float | None, ...]
) -> None:
    """As wide as what they said; a best instant outside of them is none."""
    row = row_of(EVENT, event_row(event()))
    times = (None if value is None else minutes(value) for value in stored)
    row |= dict(zip(("earliest", "at", "latest"), times, strict=True))
    assert event_of(row).span == span(*read)
