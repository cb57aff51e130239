"""The shore as a ship sees it: drawn islands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.shore import View, runs
from monitor.engine.sphere import vectors
from tests.unit.engine.islands import box, shore_of

ISLE = shore_of(box(10, 10, 11, 11))


def seen(lon: float, lat: float) -> set[tuple[float, float]]:
    """Corners that a ship there could turn at."""
    view = View(ISLE, vectors(lon, lat))
    return {(float(ISLE.lon[i]), float(ISLE.lat[i])) for i in ISLE.nodes[view.nodes()]}


def test_of_an_island_the_two_sides_are_in_sight() -> None:
    """From the south: its southern corners, which a way could touch; from afar still so."""
    assert seen(10.5, 9.0) == {(10, 10), (11, 10)}
    assert seen(10.5, -20.0) == {(10, 10), (11, 10)}
    assert seen(9.0, 9.0) == {(10, 11), (11, 10)}


def test_what_is_behind_an_island_is_not_in_sight() -> None:
    view = View(ISLE, vectors(10.5, 9.0))
    assert not view.sees(vectors(10.5, 12.0))
    assert view.sees(vectors(12.0, 9.5))
    assert view.sees(vectors(10.5, 9.9))


@pytest.mark.parametrize(("lon", "lat", "land"), [
    (10.5, 10.5, True), (10.5, 9.9, False), (0, 0, False), (-170, 10.5, False),
    (10.99, 10.01, True),
    (11.01, 10.5, False), (100, -80, False),
])  # fmt: skip
def test_land_and_water(lon: float, lat: float, *, land: bool) -> None:
    assert View(ISLE, vectors(lon, lat)).is_land is land


def test_a_lake_is_water() -> None:
    """A ring that turns the other way has the land outside."""
    lake = shore_of(box(0, 0, 9, 9), box(4, 4, 5, 5)[::-1])
    assert not View(lake, vectors(4.5, 4.5)).is_land
    assert View(lake, vectors(3.0, 4.5)).is_land
    assert len(lake.nodes) == 4


def test_from_land_to_the_nearest_water() -> None:
    """Straight across the shore, some metres out; not from farther than is said."""
    lon, lat = ISLE.off_shore(10.5, 10.05, 20_000) or (0, 0)
    assert lon == pytest.approx(10.5, abs=1e-3)
    assert 9.999 < lat < 10
    assert ISLE.off_shore(10.5, 10.5, 20_000) is None


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5)), max_size=9))
def test_runs(rows: list[tuple[int, int]]) -> None:
    begin, count = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    assert runs(begin, count).tolist() == [b + i for b, c in rows for i in range(c)]
