"""The ports lie on water, and the way between them is the way ships take."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from monitor.simulator.sea import (
    OPEN_SEA,
    PORTS,
    TARTUS,
    TOBRUK,
    Place,
    Way,
    bearing_deg,
    default_fences,
    destination,
    metres_east,
    metric,
)
from monitor.units import DEGREE_M, NAUTICAL_MILE_M


def test_open_sea_is_617_miles_from_channel_to_channel() -> None:
    """The great ship's way south of Cyprus and Crete."""
    route: list[Place | Way] = [TARTUS.channel[0], *OPEN_SEA, TOBRUK.channel[0]]
    miles = sum(
        float(np.hypot(metres_east(b.lon - a.lon, (a.lat + b.lat) / 2), (b.lat - a.lat) * DEGREE_M))
        for a, b in pairwise(route)
    )
    assert miles / NAUTICAL_MILE_M == pytest.approx(617, abs=5)


def test_destination_is_the_inverse_of_bearing_and_distance() -> None:
    """Go 12 NM on a bearing and look back."""
    start = Place(lon=35.86, lat=34.906)
    end = destination(start, bearing=250.0, distance_m=12 * NAUTICAL_MILE_M)
    east = metres_east(end.lon - start.lon, (start.lat + end.lat) / 2)
    north = np.asarray((end.lat - start.lat) * DEGREE_M)
    assert float(bearing_deg(east, north)) == pytest.approx(250.0)
    assert float(np.hypot(east, north)) == pytest.approx(12 * NAUTICAL_MILE_M)


def test_default_fences_hold_berths_and_not_anchorages() -> None:
    """Berths are in the harbour, anchorages in the approach but not in the harbour."""
    fences = default_fences()
    for port in PORTS:
        harbour, approach = fences[port.name]["harbour"], fences[port.name]["approach"]
        assert approach.covers(harbour)
        for berth in port.berths:
            assert harbour.contains(shapely.Point(berth.lon, berth.lat))
        for place in port.anchorages:
            assert approach.contains(shapely.Point(place.lon, place.lat))
            assert not harbour.contains(shapely.Point(place.lon, place.lat))


def test_metric_shape_is_in_metres() -> None:
    """A degree of latitude is a degree of latitude."""
    box = metric(shapely.box(0.0, 60.0, 1.0, 61.0), 60.0)
    assert box.bounds[2] == pytest.approx(DEGREE_M / 2)
    assert box.bounds[3] - box.bounds[1] == pytest.approx(DEGREE_M)
