"""The globe: a bound is never more than the true way, and not much less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from monitor.engine.sphere import geodesic_m, least_m, places, turned_deg, vectors

WGS_84 = Geod(ellps="WGS84")
LON, LAT = st.floats(-180, 180), st.floats(-89.9, 89.9)


@given(LON, LAT)
def test_a_place_comes_back(lon: float, lat: float) -> None:
    found = places(vectors(lon, lat))
    assert found[1] == pytest.approx(lat, abs=1e-9)
    assert (found[0] - lon + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)


@given(LON, LAT, LON, LAT)
def test_neither_is_more_than_the_true_way(
    lon_a: float, lat_a: float, lon_b: float, lat_b: float
) -> None:
    """Karney's geodesic is the truth; both are within what they promise."""
    _, _, true = WGS_84.inv(lon_a, lat_a, lon_b, lat_b)
    low = float(least_m(vectors(lon_a, lat_a), vectors(lon_b, lat_b)))
    told = float(geodesic_m(lon_a, lat_a, lon_b, lat_b))
    assert low <= told <= true + 1e-3
    assert low >= true * 0.9966 - 1e-3
    if true < 14e6:
        assert told >= true * (1 - 3e-5) - 1e-3


def test_columns() -> None:
    """Tartus to Tobruk, and a place to itself."""
    found = geodesic_m(np.array([35.864, 10.0]), np.array([34.907, 50.0]), np.array([23.995, 10.0]),
                       np.array([32.067, 50.0]))  # fmt: skip
    assert found == pytest.approx([1_146_326, 0], abs=40)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [(10.0, 10.0, 0), (350.0, 10.0, 20), (10.0, 350.0, 20), (0.0, 180.0, 180), (90.0, 315.0, 135)],
)
def test_how_far_courses_are_apart(one: float, other: float, wanted: float) -> None:
    assert turned_deg(one, other) == wanted
    assert turned_deg(np.array([one]), np.array([other])).tolist() == [wanted]


def test_a_course_that_is_not_known_is_apart_from_none() -> None:
    assert np.isnan(turned_deg(float("nan"), 10.0))
