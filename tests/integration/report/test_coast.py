"""The coast that comes along: land is land, water is water, and no edge of a source is a shore."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

from monitor.report.coast import CUT_LAT, CUT_LON, draw_coast, land, shore
from monitor.simulator.sea import PORTS

LAND = {
    "Syria": (36.5, 35.0), "Beirut": (35.6, 33.8), "Cyprus": (33.0, 35.0), "Libya": (24.0, 31.5),
    "Crete": (24.8, 35.2), "Egypt": (30.0, 30.5), "Anatolia": (33.0, 37.5), "Spain": (-4.0, 40.0),
    "Arwad": (35.8577, 34.8563),
}  # fmt: skip
SEA = {
    "south of Cyprus": (33.0, 34.0), "off Tartus": (35.5, 34.9), "off Tobruk": (24.2, 32.2),
    "Biscay": (-5.0, 45.5), "the Baltic": (19.0, 56.0), "the bay of Tobruk": (23.99, 32.0675),
}  # fmt: skip


def is_land(lon: float, lat: float) -> bool:
    return bool(shapely.contains_xy(land(), lon, lat).any())


@pytest.mark.parametrize("name", LAND)
def test_land(name: str) -> None:
    assert is_land(*LAND[name])


@pytest.mark.parametrize("name", SEA)
def test_sea(name: str) -> None:
    assert not is_land(*SEA[name])


def test_berths_and_anchorages_are_at_the_water() -> None:
    """Within some 400 m, the breadth of a pier, as the coast is drawn."""
    water = shapely.union_all(land()[shapely.intersects(land(), shapely.box(23, 31, 37, 36))])
    for port in PORTS:
        for place in port.anchorages:
            assert not shapely.contains_xy(water, place.lon, place.lat)
        for berth in port.berths:
            away = shapely.distance(water.boundary, shapely.Point(berth.lon, berth.lat))
            assert away < 0.004


def test_where_sources_were_cut_off_is_no_shore() -> None:
    legs = shore()
    for axis, edges in ((0, CUT_LON), (1, CUT_LAT)):
        for edge in edges:
            along = (np.abs(legs[:, :, axis] - edge) < 1e-3).all(axis=1)
            assert not along.any()
    assert len(legs) > 50_000


def test_a_box_is_shown_true_to_scale() -> None:
    axes = Figure().subplots()
    draw_coast(axes, west=35, south=34, east=36, north=35)
    assert axes.get_xlim() == (35, 36)
    assert axes.get_aspect() == pytest.approx(1 / np.cos(np.radians(34.5)))
    assert len(axes.collections) == 2
