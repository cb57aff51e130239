"""The line of twelve miles on the console's map: where geodesics say that it is."""

from __future__ import annotations

import json

import numpy as np
import pyproj
import shapely

from tests.limit import COAST, REGION, TARGET, TWELVE_MILES_M, line

SAMPLE = 60
NEAR_DEG = 0.6
MOST_OFF_M = 250.0
"""What drawing it coarsely costs, and the coast between two of its corners."""


def test_it_is_twelve_miles_from_the_coast_that_is_shown() -> None:
    """Each corner of a sample: the nearest of the coast is so far by the geodesic, in 250 m."""
    corners = np.concatenate([np.array(e) for e in json.loads(TARGET.read_text())["coordinates"]])
    west, south, east, north = REGION
    assert ((corners >= (west, south)) & (corners <= (east, north))).all()
    polygons = json.loads(COAST.read_text())["coordinates"]
    rings = [shapely.LinearRing(ring) for polygon in polygons for ring in polygon]
    tree = shapely.STRtree(rings)
    geod = pyproj.Geod(ellps="WGS84")
    rng = np.random.default_rng(7)
    for lon, lat in corners[rng.choice(len(corners), SAMPLE, replace=False)]:
        box = shapely.box(lon - NEAR_DEG, lat - NEAR_DEG, lon + NEAR_DEG, lat + NEAR_DEG)
        pieces = [rings[i].intersection(box) for i in tree.query(box, predicate="intersects")]
        points = shapely.get_coordinates(shapely.segmentize(shapely.union_all(pieces), 0.002))
        _, _, away = geod.inv(
            np.full(len(points), lon), np.full(len(points), lat), points[:, 0], points[:, 1]
        )
        assert abs(away.min() - TWELVE_MILES_M) < MOST_OFF_M, (lon, lat)


def test_about_an_island_it_is_a_ring() -> None:
    """And nothing of it is on land, or at the border of the region."""
    island = shapely.box(24.4, 34.4, 24.6, 34.6)
    found = line(island, (23.0, 33.0, 26.0, 36.0))
    assert found.is_closed
    assert shapely.Polygon(found).contains(island)
    assert not found.intersects(island)
