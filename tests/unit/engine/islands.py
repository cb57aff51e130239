"""Small seas with islands, and the shortest way in them by brute force."""

from __future__ import annotations

import heapq
import itertools
from typing import Any

import numpy as np
import shapely

from monitor.engine.seaway import Labels, Seaway, graph
from monitor.engine.shore import Shore
from tests.seaway import labels


def shore_of(*rings: list[tuple[float, float]]) -> Shore:
    """Land of rings, each with the land to its left."""
    lon, lat = np.transpose([corner for ring in rings for corner in ring])
    return Shore(lon=lon, lat=lat, begins=np.cumsum([0, *map(len, rings)]))


def sea_of(*rings: list[tuple[float, float]]) -> Seaway:
    """All ways around this land."""
    shore = shore_of(*rings)
    sights = [(seen.tolist(), far.tolist()) for seen, far in graph(shore)]
    kept = [sorted(each) for each in labels(sights)]
    rows = [row for each in kept for row in each]
    hub, far, toward = np.transpose(rows) if rows else np.zeros((3, 0))
    return Seaway(
        shore=shore,
        labels=Labels(
            begins=np.cumsum([0, *map(len, kept)]), hub=hub.astype(np.int64), far_m=far,
            toward=toward.astype(np.int64),
        ),
    )  # fmt: skip


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """An island that is a rectangle."""
    return [(west, south), (east, south), (east, north), (west, north)]


def brute(
    rings: list[list[tuple[float, float]]], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """The shortest way around islands on a plane, degrees: each corner may see each other."""
    land = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    inside = shapely.buffer(land, -1e-9)
    shapely.prepare(inside)
    corners = [start, end, *(corner for ring in rings for corner in ring)]
    legs: dict[int, list[tuple[int, float]]] = {i: [] for i in range(len(corners))}
    for one, two in itertools.combinations(range(len(corners)), 2):
        leg = shapely.LineString([corners[one], corners[two]])
        if not inside.intersects(leg):
            legs[one].append((two, leg.length))
            legs[two].append((one, leg.length))
    return _shortest(legs)


def _shortest(legs: dict[int, list[tuple[int, float]]]) -> float:
    heap: list[Any] = [(0.0, 0)]
    done: set[int] = set()
    while heap:
        away, node = heapq.heappop(heap)
        if node == 1:
            return float(away)
        if node in done:
            continue
        done.add(node)
        for other, length in legs[node]:
            heapq.heappush(heap, (away + length, other))
    return float("inf")
