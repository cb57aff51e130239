"""The coast on pictures: OpenStreetMap in the eastern Mediterranean, Natural Earth around it.

What it is made of stands in ``COAST.md``. Nothing is fetched. Not for navigation.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray

LAND, SHORE, SEA = "#eae5d9", "#a39a86", "#f5f9fc"
CREDIT = "Coast © OpenStreetMap contributors (ODbL), Natural Earth. Not for navigation."
STEP_DEG = 1e-4
NEAR_DEG = 2e-3
CUT_LON, CUT_LAT = (-25.0, 18.0, 37.0, 75.0), (15.0, 30.0, 38.0, 72.0)
"""Where the sources were cut off: no shore."""


@cache
def land() -> NDArray[Any]:
    """Polygons of the land, degrees."""
    with files("monitor.report").joinpath("coast.npz").open("rb") as file, np.load(file) as parts:
        steps, rings, polygons = parts["steps"], parts["rings"], parts["polygons"]
    points = np.cumsum(steps.astype(np.int64), axis=0) * STEP_DEG
    found: NDArray[Any] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, points, (rings.astype(np.int64), polygons.astype(np.int64))
    )
    return found


@cache
def shore() -> NDArray[Any]:
    """Lines of the shore, degrees: edges of the land without those where a source was cut off."""
    rings = shapely.get_rings(land())
    points, ring = shapely.get_coordinates(rings, return_index=True)
    legs = np.flatnonzero(ring[1:] == ring[:-1])
    cut = np.zeros(len(legs), dtype=np.bool_)
    for axis, edges in ((0, CUT_LON), (1, CUT_LAT)):
        one, two = points[legs, axis], points[legs + 1, axis]
        for edge in edges:
            cut |= (np.abs(one - edge) < NEAR_DEG) & (np.abs(two - edge) < NEAR_DEG)
    legs = legs[~cut]
    return np.stack([points[legs], points[legs + 1]], axis=1)


def draw_coast(axes: Any, *, west: float, south: float, east: float, north: float) -> None:
    """Draw the land of a box and show that box, true to scale at its middle latitude."""
    box = shapely.box(west - 0.5, south - 0.5, east + 0.5, north + 0.5)
    near = land()[shapely.intersects(land(), box)]
    axes.add_collection(
        PathCollection([_path(one) for one in near], facecolors=LAND, linewidths=0, zorder=0.5)
    )
    legs = shore()
    low, high = legs.min(axis=1), legs.max(axis=1)
    seen = (low < (east + 0.5, north + 0.5)).all(axis=1) & (high > (west - 0.5, south - 0.5)).all(1)
    axes.add_collection(LineCollection(legs[seen], colors=SHORE, linewidths=0.5, zorder=0.6))
    axes.set_facecolor(SEA)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)), adjustable="box")
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)


def _path(polygon: Any) -> Any:
    """A polygon with its holes as one path."""
    rings = [polygon.exterior, *polygon.interiors]
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )
