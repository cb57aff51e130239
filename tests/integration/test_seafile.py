"""The sea that comes along: ways that are known, and land that is nowhere more than there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely

from monitor.destinations import Destinations
from monitor.engine.reachable import Reachable
from monitor.engine.seaway import Place, Way
from monitor.engine.shore import View
from monitor.engine.sphere import geodesic_m, vectors
from monitor.report.coast import land
from monitor.seafile import by_sea, reached, seaway
from monitor.units import NAUTICAL_MILE_M

TARTUS, TOBRUK = Place(35.864, 34.907), Place(23.995, 32.067)
BLACK_SEA, GIBRALTAR = Place(29.14, 41.26), Place(-5.36, 36.13)
PORT_SAID, SUEZ = Place(32.33, 31.28), Place(32.55, 29.9)

KNOWN = (
    (TARTUS, TOBRUK, 646), (BLACK_SEA, TARTUS, 846), (Place(37.8, 44.68), TARTUS, 1278),
    (GIBRALTAR, TARTUS, 2035), (PORT_SAID, GIBRALTAR, 1920),
    (Place(33.45, 44.63), TOBRUK, 970), (Place(23.6, 37.93), Place(33.02, 34.65), 521),
    (Place(14.53, 35.9), TOBRUK, 547), (Place(19.87, 54.65), TARTUS, 4261),
    (Place(33.05, 69.0), GIBRALTAR, 2920), (Place(4.0, 52.0), Place(103.8, 1.24), 8365),
    (Place(56.2, 27.1), TARTUS, 3203),
)  # fmt: skip
"""Nautical miles by the shipping network of searoute 1.6.0 (PyPI), which follows lanes and so is
longer than the shortest way."""


def way(start: Place, end: Place) -> Way:
    found = seaway().way(start, end)
    assert isinstance(found, Way)
    return found


@pytest.mark.parametrize(("start", "end", "lanes_nm"), KNOWN)
def test_it_is_a_little_less_than_the_way_by_lanes(
    start: Place, end: Place, lanes_nm: float
) -> None:
    """Less, as a bound must be; not by much, or it would say little."""
    found = way(start, end)
    share = 0.9 if start.lat < 50 else 0.8  # in the Baltic and the north land is drawn coarsely
    assert lanes_nm * share < found.least_m / NAUTICAL_MILE_M < lanes_nm
    assert found.geodesic_m <= found.least_m <= found.drawn_m


def test_the_straits_and_the_canal_are_passed() -> None:
    """From the Black Sea through both straits, and through Suez, not around Africa."""
    through = way(BLACK_SEA, TARTUS)
    assert through.geodesic_m / NAUTICAL_MILE_M == pytest.approx(496, abs=2)
    for west, south, east, north in ((28.9, 40.95, 29.2, 41.25), (26.1, 39.9, 26.8, 40.5)):
        assert any(west < p.lon < east and south < p.lat < north for p in through.line)
    assert way(PORT_SAID, SUEZ).least_m < 200_000
    assert way(Place(50.0, 12.0), TARTUS).least_m / NAUTICAL_MILE_M < 2500


@pytest.mark.parametrize(
    ("place", "most_nm"),
    [(TARTUS, 160), (Place(25.0, 34.3), 300), (PORT_SAID, 400), (Place(178.0, -18.0), 300)],
)
def test_what_a_ship_reaches_is_all_the_sea_that_is_near_enough(place: Place, most_nm: int) -> None:
    """A place is in it if the shortest way there is short enough, and hardly else; no land is."""
    found = reached(*place, most_nm)
    assert isinstance(found, Reachable)
    rng, side = np.random.default_rng(11), most_nm / 60 * 1.2
    inside, most_m = 0, most_nm * NAUTICAL_MILE_M
    for east, north in rng.uniform(-side, side, (200, 2)).tolist():
        lon, lat = (place.lon + east + 180) % 360 - 180, place.lat + north
        there = seaway().way(place, Place(lon, lat))
        is_in = bool(shapely.contains_xy(found.shape, lon, lat))
        inside += is_in
        if not isinstance(there, Way) or there.moved_m[1] > 5_000:
            assert not is_in, (lon, lat)
        elif not there.moved_m[1]:
            assert is_in or there.least_m > most_m, (lon, lat)
            assert not is_in or there.least_m < most_m * 1.02 + found.moved_m, (lon, lat)
    assert inside > 30


def test_all_ports_that_ships_declare_are_reached_by_sea() -> None:
    """They lie by hand: a slip puts one ashore. None is nearer by sea than by the crow."""
    for haven in sorted(set(Destinations()._codes.values())):
        assert haven.place is not None
        far_m = by_sea(*TARTUS, *haven.place)
        assert far_m is not None, haven
        assert far_m >= geodesic_m(*TARTUS, *haven.place), haven
    assert by_sea(37.0, 37.5, *TARTUS) is None  # far ashore


def test_the_caspian_is_joined_to_no_sea() -> None:
    assert seaway().way(Place(50.0, 42.0), TARTUS) is None


def test_no_leg_of_a_way_crosses_land() -> None:
    """Of the smaller land: each is in sight of the next."""
    line = way(Place(37.0, 46.5), Place(-9.3, 38.6)).line
    assert len(line) > 20
    shore = seaway().shore
    for one, two in itertools.pairwise(line[1:-1]):
        corner = int(np.argmin(np.hypot(shore.lon - one.lon, shore.lat - one.lat)))
        assert View(shore, vectors(*one), corner=corner).sees(vectors(*two))


def test_land_is_nowhere_more_than_there_is() -> None:
    """By another drawing of the coast, that of the maps: corners and middles of edges, 200 m in.

    Corners in the eastern Mediterranean, away from the borders of that drawing and from canals.
    """
    shore = seaway().shore
    lon, lat = (
        np.concatenate([values, (values + values[shore.next]) / 2])
        for values in (shore.lon, shore.lat)
    )
    near = (lon > 18.5) & (lon < 36.5) & (lat > 31.35) & (lat < 37.8)
    points = shapely.points(lon[near], lat[near])
    coast = shapely.union_all(land())
    shapely.prepare(coast)
    assert near.sum() > 1_000
    assert shapely.contains(coast, points).all()
    away = shapely.distance(shapely.boundary(coast), points) * 111_195 * 0.79
    assert away.min() > 200
