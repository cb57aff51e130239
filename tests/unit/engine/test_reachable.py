"""The sea that a ship can have come to: against the shortest way, place by place."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from monitor.engine.reachable import MOST_M, ROUGH_SHARE, Reachable, reachable
from monitor.engine.seaway import Ashore, Place, Seaway, Way
from monitor.units import DEGREE_M, NAUTICAL_MILE_M, POLE_M
from tests.unit.engine.islands import box, sea_of

NM = NAUTICAL_MILE_M
COVE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.9), (0.9, 0.9), (0.9, 0.1),
        (0.0, 0.1)]  # fmt: skip
"""Land around a cove that opens to the west."""


def of(sea: Seaway, place: Place, most_m: float) -> Reachable:
    found = reachable(sea, place, most_m)
    assert isinstance(found, Reachable)
    return found


def test_in_open_sea_it_is_a_circle() -> None:
    found = of(sea_of(box(50, 50, 51, 51)), Place(0, 0), 100 * NM)
    assert found.area_m2 == pytest.approx(math.pi * (100 * NM) ** 2, rel=0.02)
    assert found.moved_m == 0
    away = np.hypot(*(shapely.get_coordinates(found.shape) * DEGREE_M).T)
    assert away.min() >= 100 * NM
    assert away.max() <= 100 * NM * (1 + 4 * ROUGH_SHARE) * 1.01


SEAS = {
    "an isle": sea_of(box(0, 0, 1, 1)),
    "a cove": sea_of(COVE),
    "a row of isles": sea_of(*(box(n, 0, n + 0.9, 0.2) for n in range(-3, 4))),
    "two in a row": sea_of(box(-0.5, 0.3, 1.5, 0.5), box(-1.5, 0.7, 0.5, 0.9)),
}


PLACES = (Place(0.5, -0.3), Place(-0.4, 0.6), Place(0.3, 0.55))


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, at) for name in SEAS for at in PLACES[: 2 if name == "an isle" else 3]],
)
def test_it_holds_all_that_she_can_come_to_and_hardly_more(name: str, place: Place) -> None:
    """A place is in it if the shortest way is short enough; never the other way round."""
    sea, most_m = SEAS[name], 80 * NM
    found, rng = of(sea, place, most_m), np.random.default_rng(7)
    bounds = shapely.bounds(shapely.buffer(found.shape, 0.3))
    inside = 0
    for lon, lat in rng.uniform(bounds[:2], bounds[2:], (150, 2)).tolist():
        way = sea.way(place, Place(lon, lat))
        if not isinstance(way, Way) or way.moved_m[1]:
            continue
        is_in = bool(shapely.contains_xy(found.shape, lon, lat))
        inside += is_in
        if way.least_m <= most_m + found.moved_m:
            assert is_in, (lon, lat, way.least_m / NM)
        elif is_in:
            assert way.least_m <= (most_m + found.moved_m) * (1 + 6 * ROUGH_SHARE), (lon, lat)
    assert inside > 20


def test_no_land_is_in_it() -> None:
    found = of(SEAS["an isle"], Place(-0.4, 0.6), 80 * NM)
    assert not shapely.intersects(found.shape, shapely.box(0.01, 0.01, 0.99, 0.99))


def test_a_lake_behind_a_neck_of_land_is_not() -> None:
    lake = sea_of(box(0, 0, 1, 1), box(0.004, 0.4, 0.6, 0.6)[::-1])
    found = of(lake, Place(-0.4, 0.5), 300 * NM)
    assert not shapely.contains_xy(found.shape, 0.3, 0.5)


def test_beyond_180_degrees_it_goes_on_at_the_other_side() -> None:
    found = of(sea_of(box(50, 50, 51, 51)), Place(179.5, 0), 100 * NM)
    west, _, east, _ = shapely.bounds(found.shape)
    assert (west, east) == (-180.0, 180.0)
    assert shapely.contains_xy(found.shape, -179.5, 0.0)
    assert shapely.area(found.shape) == pytest.approx(
        shapely.area(of(sea_of(box(50, 50, 51, 51)), Place(9.5, 0), 100 * NM).shape), rel=1e-3
    )


def test_what_is_too_far_and_what_is_ashore() -> None:
    sea = sea_of(box(-2, -2, 2, 2))
    assert reachable(sea, Place(30, 0), MOST_M + 1) is None
    assert reachable(sea, Place(30, 0), 0) is None
    assert reachable(sea, Place(30, 79), math.radians(2) * POLE_M) is None
    assert isinstance(reachable(sea, Place(0, 0), 10 * NM), Ashore)


def test_from_a_quay_she_begins_at_the_water_beside_it() -> None:
    found = of(SEAS["an isle"], Place(0.05, 0.5), 20 * NM)
    assert found.moved_m == pytest.approx(0.05 * DEGREE_M, rel=0.02)
    assert found.place.lon < 0
    assert shapely.distance(found.shape, shapely.Point(0.05, 0.5)) < 0.06
