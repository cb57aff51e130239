"""Makes the sea that ways are looked for in: ``python -m tests.seaway`` writes ``monitor/sea.npz``.

It needs the wheel roaring-landmask (PyPI, used for nothing else), which holds the land polygons of
OpenStreetMap simplified to some 55 m. Land is made smaller, never larger: what is left of it is
truly land, so a way around it is never longer than the shortest way over water.
"""

from __future__ import annotations

import heapq
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from monitor.engine.seaway import graph
from monitor.engine.shore import Shore

PROJECT = Path(__file__).parents[1]
TARGET = PROJECT / "monitor" / "sea.npz"

SEAM_LON = -168.5
"""The world is cut here: only the Antarctic and Umnak lie across, and the latter is left out."""

SOUTH, NORTH = -85.0, 84.0
"""Of the map that land is made smaller on (Mercator)."""

SLACK_M = 300.0
"""So much smaller at least: 55 m of the source, quays that were built since, round-off, and
what a great circle of 60 km differs from a line of the map."""

EDGE_DEG = 0.5
"""Longer lines of the map are cut, or a great circle would differ too much from them."""

GRID_DEG = 1e-4

LEAST_DEG2 = 5e-5
"""Some half a square kilometre: smaller islands are in no tier."""


class Tier(NamedTuple):
    """A part of the world."""

    box: tuple[float, float, float, float]  # west, south, east, north; from SEAM_LON on
    coarse_m: float  # how far a line may be from the shore that was made smaller
    least_km2: float  # the smallest island


WATERS = (
    Tier((26.0, 39.8, 29.6, 41.4), 200, 2),  # Dardanelles, Bosphorus
    Tier((32.0, 27.4, 34.9, 31.7), 400, 4),  # Suez
    Tier((-6.4, 35.6, -5.0, 36.5), 300, 2),  # Gibraltar
    Tier((15.2, 37.5, 16.0, 38.6), 300, 2),  # Messina
    Tier((22.5, 37.7, 23.3, 38.1), 300, 2),  # Corinth
    Tier((10.0, 30.0, 36.8, 41.5), 1_200, 12),
    Tier((-6.4, 30.0, 42.0, 47.5), 4_000, 80),
    Tier((SEAM_LON, 58.0, SEAM_LON + 360, NORTH), 40_000, 3_000),
    Tier((SEAM_LON, SOUTH, SEAM_LON + 360, -55.0), 60_000, 10_000),
)
"""The seas that are watched, the finest first; far north and south a map's metre is a short one."""

WORLD = Tier((SEAM_LON, SOUTH, SEAM_LON + 360, NORTH), 25_000, 5_000)

CANALS = {
    "Suez": (((32.31, 31.33), (32.31, 30.9), (32.32, 30.7), (32.29, 30.58), (32.36, 30.42),
              (32.42, 30.32), (32.53, 30.22), (32.58, 30.05), (32.56, 29.88)), 3_000.0),
    "Suez, eastern branch": (((32.40, 31.30), (32.34, 31.1), (32.32, 30.9)), 2_500.0),
    "Corinth": (((22.945, 37.965), (23.02, 37.90)), 800.0),
    "Panama": (((-79.93, 9.45), (-79.92, 9.2), (-79.68, 9.1), (-79.55, 8.85)), 9_000.0),
    "Kiel": (((9.10, 53.84), (9.35, 54.05), (9.66, 54.33), (9.95, 54.36), (10.2, 54.40)), 9_000.0),
}  # fmt: skip
"""Ways through land that ships go: middle, as lon and lat, and half the width, metres. Wider than
they are, since a way through them must not be longer than the true one."""


def mercator(lonlat: NDArray[Any]) -> NDArray[Any]:
    """Metres at the equator; WGS 84 taken for a sphere, which a map to be cut on may."""
    x = np.radians((lonlat[:, 0] - SEAM_LON) % 360) * 6_378_137.0
    y = np.arctanh(np.sin(np.radians(np.clip(lonlat[:, 1], SOUTH, NORTH)))) * 6_378_137.0
    return np.column_stack([x, y])


def degrees(xy: NDArray[Any]) -> NDArray[Any]:
    """The way back, lon from SEAM_LON on."""
    lon = np.degrees(xy[:, 0] / 6_378_137.0) + SEAM_LON
    lat = np.degrees(np.arcsin(np.tanh(xy[:, 1] / 6_378_137.0)))
    return np.column_stack([lon, lat])


def unrolled(land: NDArray[Any]) -> NDArray[Any]:
    """Land from SEAM_LON on eastward; what lies west of it comes behind 180°."""
    east, west = shapely.bounds(land)[:, 2], shapely.bounds(land)[:, 0]
    there = land[west >= SEAM_LON]
    across = land[(west < SEAM_LON) & (east > SEAM_LON)]
    behind = land[east <= SEAM_LON]
    cut = [
        part
        for each in across
        if shapely.bounds(each)[1] < -60
        for part in (
            shapely.intersection(each, shapely.box(SEAM_LON, -90, 180, 90)),
            shapely.transform(
                shapely.intersection(each, shapely.box(-180, -90, SEAM_LON, 90)),
                lambda xy: np.add(xy, [360, 0]),
            ),
        )
    ]
    moved = shapely.transform(behind, lambda xy: np.add(xy, [360, 0]))
    return np.concatenate([there, moved, shapely.get_parts(cut)])


def smaller(land: NDArray[Any], tier: Tier) -> Any:
    """Land of a tier, made smaller, in degrees from SEAM_LON on, cut to its box."""
    west, south, east, north = tier.box
    room = 0.5 if tier.box[0] != SEAM_LON else 0.0
    wide = shapely.box(west - room, south - room, east + room, north + room)
    near = land[shapely.intersects(land, wide)]
    middle = np.radians(shapely.bounds(near)[:, [1, 3]].mean(axis=1))
    near = near[shapely.area(near) * 111.2**2 * np.cos(middle) >= tier.least_km2]
    if room:
        near = shapely.intersection(near, wide)
    near = shapely.make_valid(near)
    scale = 1 / np.cos(
        np.radians(min(max(abs(south), abs(north)), 60.0 if tier is WORLD else 80.0))
    )
    first = tier.coarse_m / 4
    plane = shapely.simplify(shapely.transform(near, mercator), first)
    plane = shapely.union_all(shapely.make_valid(plane), grid_size=1.0)
    if not room:  # pieces that were cut at 180° are one
        seam = np.radians(180 - SEAM_LON) * 6_378_137.0
        strip = shapely.box(seam - 20_000, -3e7, seam + 20_000, 3e7)
        closed = shapely.buffer(shapely.buffer(shapely.intersection(plane, strip), 100), -100)
        plane = shapely.union(plane, closed)
    shrunk = shapely.buffer(plane, -(first + tier.coarse_m + SLACK_M * scale), quad_segs=2)
    coarse = shapely.make_valid(shapely.simplify(shrunk, tier.coarse_m))
    parts = shapely.get_parts(coarse)
    parts = parts[shapely.area(parts) > (2 * tier.coarse_m) ** 2]
    return shapely.intersection(
        shapely.union_all(shapely.transform(parts, degrees)), shapely.box(*tier.box)
    )


def whole(land: NDArray[Any]) -> Any:
    """All tiers, the finer ones in place of the coarser, without canals."""
    done, found = shapely.Polygon(), []
    for tier in (*WATERS, WORLD):
        piece = smaller(land, tier)
        found.append(shapely.difference(piece, done))
        done = shapely.union(done, shapely.box(*tier.box))
        sys.stdout.write(f"{tier}: {shapely.get_num_coordinates(piece):,} places\n")
    union = shapely.union_all(found, grid_size=GRID_DEG)
    for line, half_m in CANALS.values():
        scale = np.cos(np.radians(line[0][1]))
        plane = shapely.LineString([(lon * scale, lat) for lon, lat in line])
        way = shapely.buffer(plane, half_m / 111_195, cap_style="square", join_style="mitre")
        way = shapely.transform(way, lambda xy, scale=scale: xy / [scale, 1.0])
        union = shapely.difference(union, way, grid_size=GRID_DEG)
    parts = shapely.get_parts(union)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1e-4)]
    return shapely.union_all(parts, grid_size=GRID_DEG)


def rings(union: Any) -> list[NDArray[Any]]:
    """Rings with land to their left, without the last point, which is the first."""
    parts = shapely.orient_polygons(shapely.get_parts(union))
    found = []
    for ring in shapely.get_rings(shapely.segmentize(parts, EDGE_DEG)):
        points = np.round(shapely.get_coordinates(ring) / GRID_DEG).astype(np.int64)
        points = points[np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]][:-1]
        if len(points) >= 3:
            found.append(points)
    return found


def weights(graph: list[Any]) -> NDArray[Any]:
    """How many shortest ways from some nodes pass each node: where hubs are looked for."""
    size = len(graph)
    passed = np.zeros(size)
    for root in np.random.default_rng(7).permutation(size)[:150]:
        far, parent, order = [np.inf] * size, [-1] * size, []
        far[root] = 0.0
        heap = [(0.0, int(root))]
        while heap:
            away, node = heapq.heappop(heap)
            if away > far[node]:
                continue
            order.append(node)
            for other, length in zip(*graph[node], strict=True):
                if away + length < far[other]:
                    far[other], parent[other] = away + length, node
                    heapq.heappush(heap, (away + length, other))
        share = np.ones(size)
        for node in reversed(order[1:]):
            share[parent[node]] += share[node]
        passed += share
    return passed


def labels(graph: list[Any]) -> list[list[tuple[int, float, int]]]:
    """Of each node its hubs, with distance and the next node there (pruned landmark labels)."""
    size = len(graph)
    found: list[list[tuple[int, float, int]]] = [[] for _ in range(size)]
    far = [np.inf] * size
    of_root = [np.inf] * size
    for root in np.argsort(-weights(graph), kind="stable").tolist():
        for hub, away, _ in found[root]:
            of_root[hub] = away
        heap, touched = [(0.0, root, root)], [root]
        far[root] = 0.0
        while heap:
            away, node, parent = heapq.heappop(heap)
            if away > far[node]:
                continue
            far[node] = -1.0  # done
            if any(of_root[hub] + there <= away + 1e-3 for hub, there, _ in found[node]):
                continue
            found[node].append((root, away, parent))
            for other, length in zip(*graph[node], strict=True):
                if away + length < far[other]:
                    if far[other] == np.inf:
                        touched.append(other)
                    far[other] = away + length
                    heapq.heappush(heap, (away + length, other, node))
        for node in touched:
            far[node] = np.inf
        for hub, _, _ in found[root]:
            of_root[hub] = np.inf
    return found


def main() -> None:
    """Write it."""
    from roaring_landmask import LandmaskProvider, Shapes  # noqa: PLC0415 - not in the lock

    land = shapely.get_parts(shapely.from_wkb(Shapes.wkb(LandmaskProvider.Osm)))
    land = land[shapely.area(land) > LEAST_DEG2]
    found = rings(whole(unrolled(land)))
    write(found)


def write(found: list[NDArray[Any]]) -> None:
    """Rings, and the labels of their nodes."""
    points = np.concatenate(found)
    begins = np.cumsum([0, *map(len, found)])
    shore = Shore(lon=points[:, 0] * GRID_DEG, lat=points[:, 1] * GRID_DEG, begins=begins)
    sights = [(seen.tolist(), far.tolist()) for seen, far in graph(shore)]
    sys.stdout.write(f"{len(found)} rings, {len(points):,} corners, {len(sights):,} nodes,")
    sys.stdout.write(f" {sum(len(seen) for seen, _ in sights):,} sights\n")
    kept = [sorted(each) for each in labels(sights)]
    rows = [row for each in kept for row in each]
    np.savez_compressed(
        TARGET,
        points=points.astype(np.int32),
        begins=begins.astype(np.int32),
        labels=np.cumsum([0, *map(len, kept)]).astype(np.int32),
        hub=np.array([hub for hub, _, _ in rows], dtype=np.uint16),
        far_m=np.array([away for _, away, _ in rows], dtype=np.float64).astype(np.uint32),
        toward=np.array([toward for _, _, toward in rows], dtype=np.uint16),
    )
    sys.stdout.write(f"{len(rows):,} labels, {TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
