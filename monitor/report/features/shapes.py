"""Shapes of requests: boxes, also across the antimeridian, and drawn ones, as WKB in degrees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import LineString, Point, box, shape

from monitor.errors import UsageError
from monitor.report.features.cqltext import DEPTHS
from monitor.store.conditions import Condition, Meets, Some

FARTHEST = 1e6
"""Beyond it all is beyond the globe."""

HOW = "write west,south,east,north in degrees"


def boxed(numbers: Sequence[float]) -> Condition:
    """A box of 4 numbers, or of 6 with heights that nobody looks at; west may be beyond east."""
    if len(numbers) not in {4, 6}:
        message = f"A bbox has 4 numbers, or 6 with heights, not {len(numbers)}: {HOW}."
        raise UsageError(message)
    if not all(map(_is_finite, numbers)):
        message = f"A bbox has numbers alone: {HOW}."
        raise UsageError(message)
    half = len(numbers) // 2
    sides = (numbers[0], numbers[1], numbers[half], numbers[half + 1])
    west, south, east, north = (min(max(side, -FARTHEST), FARTHEST) for side in sides)
    if south > north:
        message = f"The south of this bbox, {south:g}, is beyond its north, {north:g}: {HOW}."
        raise UsageError(message)
    south, north = max(south, -90.0), min(north, 90.0)
    if south > north:
        return Some(parts=())
    if west > east:
        return Some(parts=(_meets(west, south, 180.0, north), _meets(-180.0, south, east, north)))
    return _meets(max(west, -180.0), south, min(east, 180.0), north)


def _is_finite(number: float) -> bool:
    return -math.inf < number < math.inf


def _meets(west: float, south: float, east: float, north: float) -> Condition:
    if west > east:
        return Some(parts=())
    corners = [(west, south), (east, north)]
    if west < east and south < north:
        return Meets(shape=shapely.to_wkb(box(west, south, east, north)))
    found = Point(corners[0]) if corners[0] == corners[1] else LineString(corners)
    return Meets(shape=shapely.to_wkb(found))


def drawn(geometry: dict[str, Any]) -> Condition:
    """A geometry of CQL2's JSON; UsageError where it is none, or leaves the globe."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    positions = _positions(coordinates, DEPTHS[kind])
    if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in positions):
        message = (
            "A shape in the filter leaves the globe: write longitude before latitude, degrees."
        )
        raise UsageError(message)
    try:
        found = shape({"type": kind, "coordinates": coordinates})
        good = not found.is_empty and found.is_valid and _closed(kind, coordinates)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        good = False
    if not good:
        message = "A shape in the filter is none: close its rings, and let none cross itself."
        raise UsageError(message)
    return Meets(shape=shapely.to_wkb(found))


def _positions(value: Any, depth: int) -> list[Any]:
    if depth == 0:
        return [value]
    return [found for each in value for found in _positions(each, depth - 1)]


def _closed(kind: str, coordinates: Any) -> bool:
    if "Polygon" not in kind:
        return True
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return all(len(ring) >= 4 and ring[0] == ring[-1] for polygon in polygons for ring in polygon)
