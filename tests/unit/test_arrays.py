"""Rows of structured arrays, taken and put behind one another."""

from __future__ import annotations

import numpy as np

from monitor.arrays import joined, rows_at
from monitor.model import FIX


def test_rows_are_joined_in_their_order_and_share_nothing() -> None:
    """A part that is none, one that is every second row of another; a copy of one part."""
    rows = np.zeros(4, dtype=FIX)
    rows["mmsi"] = [1, 2, 3, 4]
    both = joined(rows[:0], rows[::2], rows[3:])
    assert both.dtype == FIX
    assert both["mmsi"].tolist() == [1, 3, 4]
    copy = joined(rows)
    copy["mmsi"] = 9
    assert rows["mmsi"].tolist() == [1, 2, 3, 4]


def test_rows_are_taken_by_place_and_by_mask() -> None:
    """In the order that is asked for; of none, none."""
    rows = np.zeros(4, dtype=FIX)
    rows["mmsi"] = [1, 2, 3, 4]
    assert rows_at(rows, [2, 0])["mmsi"].tolist() == [3, 1]
    assert rows_at(rows, rows["mmsi"] > 2)["mmsi"].tolist() == [3, 4]
    assert not len(rows_at(rows, rows["mmsi"] > 4))
    assert rows_at(rows[:0], rows["mmsi"][:0] > 0).dtype == FIX
