"""The shortest way at sea: against brute force in small seas, and what it may never be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.engine.seaway import Ashore, Place, Way
from monitor.units import DEGREE_M
from tests.unit.engine.islands import box, brute, sea_of

CELLS = st.lists(
    st.tuples(
        st.integers(0, 35), st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(0.05, 0.6),
        st.floats(0.05, 0.6),
    ),
    min_size=1, max_size=9, unique_by=lambda cell: cell[0],
)  # fmt: skip
"""Islands on a board of six by six: each in a square of its own, so that none touch."""

STEP = 0.05
"""Degrees of a square, about the equator: there a plane is as good as the globe."""


def islands(cells: list[tuple[int, float, float, float, float]]) -> list[list[tuple[float, float]]]:
    """Rectangles and triangles."""
    found = []
    for number, x, y, wide, high in cells:
        row, column = divmod(number, 6)
        west, south = (column + x * 0.3 + 0.02) * STEP, (row + y * 0.3 + 0.02) * STEP
        ring = box(west, south, west + wide * STEP, south + high * STEP)
        found.append(ring[:3] if number % 3 == 0 else ring)
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CELLS, st.floats(-1, 7), st.floats(-1, 7))
def test_it_is_the_shortest_way(cells: list[tuple[int, float, float, float, float]],
                                south: float, north: float) -> None:  # fmt: skip
    """As brute force finds it on a plane, but for the shape of the earth (0.7 %)."""
    rings = islands(cells)
    start, end = Place(-0.5 * STEP, south * STEP), Place(6.5 * STEP, north * STEP)
    sea = sea_of(*rings)
    way, back = sea.way(start, end), sea.way(end, start)
    assert isinstance(way, Way)
    assert isinstance(back, Way)
    assert way.least_m == pytest.approx(brute(rings, start, end) * DEGREE_M, rel=7e-3)
    assert way.least_m == pytest.approx(back.least_m, rel=1e-6)
    assert way.geodesic_m <= way.least_m <= way.drawn_m
    assert way.drawn_m == pytest.approx(way.least_m, rel=7e-3)


def test_around_an_island() -> None:
    """Tangent to two corners of the nearer side.

    a   ┌────┐   b
        │    │
        └────┘
    """
    sea = sea_of(box(0.4, 0.0, 0.6, 0.5))
    way = sea.way(Place(0.0, 0.4), Place(1.0, 0.4))
    assert isinstance(way, Way)
    assert [(round(p.lon, 3), round(p.lat, 3)) for p in way.line] == [
        (0.0, 0.4), (0.4, 0.5), (0.6, 0.5), (1.0, 0.4),
    ]  # fmt: skip
    assert way.moved_m == (0.0, 0.0)


def test_in_sight_it_is_the_geodesic() -> None:
    sea = sea_of(box(0.4, 0.0, 0.6, 0.5))
    way = sea.way(Place(0.0, 0.6), Place(1.0, 0.6))
    assert isinstance(way, Way)
    assert way.least_m == way.geodesic_m == way.drawn_m
    assert len(way.line) == 2


def test_a_lake_is_joined_to_no_sea() -> None:
    sea = sea_of(box(0, 0, 1, 1), box(0.4, 0.4, 0.6, 0.6)[::-1])
    assert sea.way(Place(0.5, 0.5), Place(2.0, 0.5)) is None


def test_a_place_on_land() -> None:
    """A quay is taken to the water beside it; the middle of a land is no place at sea."""
    sea = sea_of(box(0, 0, 1, 1))
    quay = sea.way(Place(0.5, 0.99), Place(0.5, 1.5))
    assert isinstance(quay, Way)
    assert quay.moved_m[0] == pytest.approx(0.01 * DEGREE_M + 20, abs=5)
    assert quay.moved_m[1] == 0.0
    inland = Place(0.5, 0.5)
    assert sea.way(Place(2, 2), inland) == Ashore(inland)
    assert sea.way(inland, Place(2, 2)) == Ashore(inland)


def test_across_180_degrees() -> None:
    """An island on the line is gone around."""
    sea = sea_of(box(179.9, -1.0, 180.1, 0.2))
    way = sea.way(Place(179.0, 0.0), Place(-179.0, 0.0))
    assert isinstance(way, Way)
    assert way.line[1].lat == way.line[2].lat == 0.2
    assert way.least_m == pytest.approx(2 * DEGREE_M * 1.025, rel=0.01)
