"""Draws the console's coast: ``python -m tests.coast`` writes it, where roaring-landmask is.

That wheel (PyPI, used for nothing else) holds the land polygons of OpenStreetMap, simplified to
some 55 m. Near the ports they are kept as they are, so that moles are seen; farther off, coarser.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

PROJECT = Path(__file__).parents[1]
TARGET = PROJECT / "monitor" / "console" / "coast.json"

NEAR_DEG = 0.5
"""About a port: its approach of 12 NM is 0.2 degrees."""

RINGS = (
    ("near", 0.0, 5, 0.0),
    ((22.0, 30.0, 37.0, 38.0), 0.002, 4, 1e-6),
    ((-8.0, 26.0, 44.0, 48.0), 0.012, 3, 2e-4),
    ((-180.0, -80.0, 180.0, 84.0), 0.12, 2, 0.03),
)
"""Where, how coarse (degrees), with how many digits, and the smallest island (square degrees)."""


def ports() -> list[Any]:
    """Boxes about the ports that are watched."""
    boxes = []
    for file in sorted((PROJECT / "geofences").glob("*.geojson")):
        shapes = [
            shapely.geometry.shape(f["geometry"]) for f in json.loads(file.read_text())["features"]
        ]
        centre = shapely.union_all(shapes).centroid
        boxes.append(centre.buffer(NEAR_DEG, cap_style="square"))
    return boxes


def parts(land: Any) -> Iterable[tuple[Any, int]]:
    """Polygons, the finest first, and their digits; no ring reaches into a finer one."""
    done = shapely.Polygon()
    for where, coarse, digits, least in RINGS:
        box = shapely.union_all(ports()) if where == "near" else shapely.box(*where)
        inside = land[shapely.intersects(land, box)]
        inside = inside[shapely.area(inside) >= least]
        if coarse:
            inside = shapely.simplify(inside, coarse)
        cut = shapely.intersection(shapely.make_valid(inside), box)
        cut = shapely.difference(shapely.make_valid(cut), done)
        for each in shapely.get_parts(cut):
            yield each, digits
        done = box if where == "near" else shapely.union(done, box)


def rounded(polygon: Any, digits: int) -> list[Any]:
    """Its rings, without what rounding made of no area."""
    rings = [polygon.exterior, *polygon.interiors]
    told = []
    for number, ring in enumerate(rings):
        points = np.round(shapely.get_coordinates(ring), digits)
        keep = np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]
        if keep.sum() >= 4:
            told.append(points[keep].tolist())
        elif number == 0:
            return []
    return told


def main() -> None:
    """Write it."""
    from roaring_landmask import LandmaskProvider, Shapes  # noqa: PLC0415 - not in the lock

    land = shapely.get_parts(shapely.from_wkb(Shapes.wkb(LandmaskProvider.Osm)))
    polygons = [
        rings
        for each, digits in parts(land)
        if each.geom_type == "Polygon"
        for rings in [rounded(each, digits)]
        if rings
    ]
    drawing = {"type": "MultiPolygon", "coordinates": polygons}
    TARGET.write_text(json.dumps(drawing, separators=(",", ":")) + "\n")
    sys.stdout.write(f"{TARGET.relative_to(PROJECT)}: {TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
