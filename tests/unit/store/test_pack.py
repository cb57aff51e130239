"""Packing positions: to the last bit there and back, and what fits in no packed row is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from monitor.store.pack import MOST_FIXES, pack
from monitor.store.packed import unpack
from monitor.units import DAY_US
from tests.rows import BEGIN, drawn, in_order, rows_of


@pytest.mark.parametrize("seed", range(60))
def test_the_same_comes_out(seed: int) -> None:
    """Whatever it is that ships say: the bytes of all rows are the same."""
    rows = drawn(seed)
    packed, left = pack(rows)
    assert not left.any()
    assert unpack(packed).tobytes() == in_order(rows).tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_they_come_does_not_matter(seed: int) -> None:
    rows = drawn(seed)
    shuffled = np.random.default_rng(seed).permutation(rows)
    first, other = pack(rows)[0], pack(shuffled)[0]
    assert first.data == other.data
    assert first.first_at.tolist() == other.first_at.tolist()


def test_each_row_is_of_one_ship_track_and_day() -> None:
    """And tells from when to when, how many and where."""
    packed, _ = pack(drawn(3, ships=5, days=3))
    begins = packed.first_at // DAY_US
    assert (begins == packed.last_at // DAY_US).all()
    keys = set(zip(packed.mmsi.tolist(), packed.track.tolist(), begins.tolist(), strict=True))
    assert len(keys) == len(packed.mmsi)
    rows, end = unpack(packed), 0
    for number, size in enumerate(packed.fixes.tolist()):
        part, end = rows[end : end + size], end + size
        assert len({(row["mmsi"], row["track"]) for row in part}) == 1
        assert part["at"].tolist() == sorted(set(part["at"].tolist()))
        assert (part["at"][0], part["at"][-1]) == (packed.first_at[number], packed.last_at[number])
        sides = [part["lon"].min(), part["lat"].min(), part["lon"].max(), part["lat"].max()]
        assert packed.box[number].tolist() == sides


def test_a_long_day_is_cut() -> None:
    """At so many fixes: one more begins the next row."""
    packed, _ = pack(rows_of(2 * MOST_FIXES + 1))
    assert packed.fixes.tolist() == [MOST_FIXES, MOST_FIXES, 1]


def test_what_is_always_the_same_takes_no_room() -> None:
    """Of a ship in port that says the same each second only her time is held: two bytes."""
    packed, _ = pack(rows_of(600, lon=35.9, lat=34.9, sog_kn=0.1, status=5))
    assert [len(data) for data in packed.data] == [600 * 2]
    packed, _ = pack(rows_of(600, content=np.arange(600) * 7_000_001))
    assert [len(data) for data in packed.data] == [600 * (2 + 4)]


@pytest.mark.parametrize(
    "columns",
    [
        {"lon": -0.0},
        {"lon": [180.0, -180.0, 0.0, 1e-9], "lat": [90.0, -90.0, 0.0, 1e-300]},
        {"sog_kn": np.array([0.1, 0.2, np.nan, -0.0], dtype="f4")},
        {"sog_kn": np.array([102.2, 1e30, 0.05, 3.0], dtype="f4")},
        {"sog_kn": np.array([-0.1, -1.0, 3.0, np.nan], dtype="f4")},
        {"cog_deg": np.array([359.9, 0.0, np.nan, 123.45678], dtype="f4")},
        {"heading_deg": [-1, 0, 359, 511], "status": [-1, 0, 15, 16]},
        {"content": [-(2**31), 2**31 - 1, 0, -1]},
        {"line": [1, 2**39, 5, 4]},
        {"source": [1, 32_767, 2, 3], "type": [0, 27, 1, -3]},
        {"received_at": BEGIN + np.array([0, 11 * DAY_US + 1, -5, 7])},
        {"raw": [b"", b"x" * 72, b"a\0b", b"!"]},
    ],
    ids="+".join,
)
def test_odd_values_come_back(columns: dict[str, Any]) -> None:
    """To the last bit: minus zero, the poles, nulls, and what is no tenth or no fraction."""
    rows = rows_of(4, **columns)
    packed, left = pack(rows)
    assert not left.any()
    assert unpack(packed).tobytes() == rows.tobytes()


@pytest.mark.parametrize(
    "columns",
    [
        {"line": [1, 2**41]},
        {"received_at": [BEGIN, BEGIN + 400 * DAY_US + 1]},
        {"heading_deg": [-1, 32_767]},
        {"at": [BEGIN, BEGIN]},
    ],
    ids="+".join,
)
def test_what_does_not_fit_stays(columns: dict[str, Any]) -> None:
    """And is told; her neighbours are packed."""
    rows = np.concatenate([rows_of(2, **columns), rows_of(3, mmsi=211_000_002)])
    packed, left = pack(rows)
    assert left.tolist() == [True, True, False, False, False]
    assert packed.mmsi.tolist() == [211_000_002]


def test_few_are_left_as_they_are() -> None:
    """Where it is said how many are worth a packed row."""
    rows = np.concatenate([rows_of(7), rows_of(8, mmsi=211_000_002)])
    packed, left = pack(rows, least=8)
    assert packed.mmsi.tolist() == [211_000_002]
    assert left.sum() == 7


def test_of_nothing_nothing_is_made() -> None:
    packed, left = pack(rows_of(0))
    assert (len(packed.mmsi), len(left), len(unpack(packed))) == (0, 0, 0)
