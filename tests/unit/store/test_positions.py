"""Fixes as they are stored: which are packed at once, and in which month they go where."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from monitor.store import positions
from monitor.store.packed import unpack
from monitor.store.positions import LEAST_PACKED, days_of, months_of, packed_months, position_rows
from monitor.units import DAY_US
from tests.rows import BEGIN, drawn, in_order


def test_a_small_batch_stays_as_rows() -> None:
    rows = drawn(1)
    months, others = packed_months(rows)
    assert months == []
    assert others is rows


def test_of_a_large_one_ships_with_many_fixes_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each month by itself; who has few stays, and nobody is lost."""
    monkeypatch.setattr(positions, "LEAST_BATCH", 1)
    rows = drawn(2, ships=9, days=40)
    months, others = packed_months(rows)
    assert [at // DAY_US // 28 for at, _ in months] == sorted(
        {at // DAY_US // 28 for at, _ in months}
    )
    assert len(months) == 2
    found = np.concatenate([others, *(unpack(packed) for _, packed in months)])
    assert in_order(found).tobytes() == in_order(rows).tobytes()
    assert all((packed.fixes >= LEAST_PACKED).all() for _, packed in months)
    assert len(others)


def test_rows_of_sentences_of_any_length_are_all_there() -> None:
    """Those of one length are made at once."""
    rows = drawn(5)
    assert len(np.unique(np.char.str_len(rows["raw"]))) > 1
    (one,) = months_of(rows[rows["at"] < BEGIN + DAY_US])
    assert one[1] == position_rows(rows[rows["at"] < BEGIN + DAY_US])


def test_days_are_those_of_greenwich() -> None:
    assert days_of(np.array([BEGIN, BEGIN + DAY_US - 1])) == {date(2024, 12, 10)}
    assert days_of(np.array([BEGIN - 1, BEGIN])) == {date(2024, 12, 9), date(2024, 12, 10)}
