"""Draws the console's line of twelve miles: ``python -m tests.limit`` writes it.

Twelve nautical miles from the coast that the console shows (``coast.json``), not from the baselines
that states have declared: it is no legal limit, and the page says so. Distances are geodesic to
some metres: the land is taken in squares of a degree, each flat in a projection of its own middle.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyproj
import shapely

PROJECT = Path(__file__).parents[1]
COAST = PROJECT / "monitor" / "console" / "coast.json"
TARGET = PROJECT / "monitor" / "console" / "limit.json"

TWELVE_MILES_M = 12 * 1852.0
"""UNCLOS article 3: the most that a territorial sea may be wide."""

REGION = (22.0, 30.0, 37.0, 38.0)
"""West, south, east, north: where the shipped coast is fine enough (some 200 m)."""

STEP_DEG = 1.0
AROUND_DEG = 0.35
"""More than twelve miles at 38 degrees north, on each side of a square."""

COARSE_DEG, DIGITS = 0.001, 4
"""Of the line that is drawn: 100 m, and 10 m."""


def land() -> Any:
    """The coast, as one shape."""
    polygons = json.loads(COAST.read_text())["coordinates"]
    return shapely.union_all([shapely.make_valid(shapely.Polygon(p[0], p[1:])) for p in polygons])


def squares(region: tuple[float, float, float, float]) -> Iterator[Any]:
    """The region in squares."""
    west, south, east, north = region
    for column in range(round((east - west) / STEP_DEG)):
        for row in range(round((north - south) / STEP_DEG)):
            lon, lat = west + column * STEP_DEG, south + row * STEP_DEG
            yield shapely.box(lon, lat, lon + STEP_DEG, lat + STEP_DEG)


def within(coast: Any, square: Any) -> Any:
    """What of a square is no farther than twelve miles from the coast, land included."""
    near = shapely.intersection(coast, square.buffer(AROUND_DEG * 1.3, cap_style="square"))
    if near.is_empty:
        return shapely.Polygon()
    middle = square.centroid
    flat = pyproj.CRS(proj="aeqd", lon_0=middle.x, lat_0=middle.y, datum="WGS84")
    there = pyproj.Transformer.from_crs(4326, flat, always_xy=True)
    moved = shapely.transform(shapely.segmentize(near, 0.01), there.transform, interleaved=False)
    wide = shapely.buffer(shapely.make_valid(moved), TWELVE_MILES_M, quad_segs=32)

    def back(x: Any, y: Any) -> Any:
        return there.transform(x, y, direction="INVERSE")

    shape = shapely.transform(wide, back, interleaved=False)
    return shapely.intersection(shapely.make_valid(shape), square)


def line(coast: Any, region: tuple[float, float, float, float] = REGION) -> Any:
    """The limit in a region, open at its borders."""
    waters = shapely.union_all(
        [within(coast, square) for square in squares(region)], grid_size=1e-7
    )
    edge = shapely.intersection(waters.boundary, shapely.box(*region).buffer(-1e-4))
    edge = shapely.line_merge(edge)
    # Where land itself is the edge there is no water: none of that is a limit.
    edge = shapely.difference(edge, shapely.buffer(coast, 0.01))
    return shapely.simplify(shapely.line_merge(edge), COARSE_DEG)


def main() -> None:
    """Write it."""
    found = shapely.set_precision(line(land()), 10**-DIGITS)
    lines = [
        [[round(x, DIGITS), round(y, DIGITS)] for x, y in each.coords]
        for each in shapely.get_parts(found)
        if each.geom_type == "LineString" and each.length > COARSE_DEG
    ]
    drawing = {"type": "MultiLineString", "coordinates": lines}
    TARGET.write_text(json.dumps(drawing, separators=(",", ":")) + "\n")
    sys.stdout.write(f"{TARGET.relative_to(PROJECT)}: {TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
