"""Traccar's geofences: what they contain, and which way between two fixes crosses them.

Their circles and lines with a width are drawn as polygons here, for a geofence file holds nothing
else. A line without width becomes a strip of two metres. Their crossings are ours of an approach
(``PassedThrough``). Of the rules read from their source: the first fix inside and the order of
exits and entries are in ``test_tile38_fence.py``; an old fix makes no event here either (it is
``late``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from monitor.engine import geofence
from monitor.engine.geofence import FenceKind, FenceSet, Port, widen
from monitor.model import EventKind
from monitor.units import MINUTE_US
from tests.scenario.peers.sea import (
    ABSENT,
    MMSI,
    Sea,
    Seen,
    drawn_port,
    needs_peers,
    of_kinds,
    peer,
    us,
)

CASES = peer("traccar_geofence.json")["cases"]
STRIP_M = 1.0

DIFFERENT: dict[str, tuple[str, str]] = {
    "2-polygon-across_180 [66.9015, -180.0096]": (
        "AIS cannot say a longitude beyond 180: such a position is refused, not turned round.",
        "position_out_of_range",
    ),
}


def title(number: int) -> str:
    case = CASES[number]
    return "-".join([str(number), case["shape"], *([case["name"]] if "name" in case else [])])


def drawing(case: dict[str, Any]) -> BaseGeometry:
    """Draw a case's shape; beyond 180 degrees where it crosses them."""
    if case["shape"] == "circle":
        lat, lon = case["center"]
        return widen(shapely.Point(lon, lat), case["radius_m"])
    path = case.get("ring", case.get("line"))
    around = path[0][1]
    places = [((lon - around + 180.0) % 360.0 - 180.0 + around, lat) for lat, lon in path]
    if case["shape"] == "polygon":
        return shapely.Polygon(places)
    return widen(shapely.LineString(places), case.get("width_m", STRIP_M))


def port_of(folder: Path, case: dict[str, Any]) -> Port:
    return drawn_port(folder, {"fence": drawing(case)}, FenceKind.APPROACH)


CONTAINED = [
    pytest.param(number, probe["p"], probe["expected"], id=f"{title(number)} {probe['p']}")
    for number, case in enumerate(CASES)
    for probe in case.get("contains", [])
]
CROSSED = [
    pytest.param(number, segment, id=f"{title(number)} {segment['intersects']}")
    for number, case in enumerate(CASES)
    for segment in case.get("segments", [])
]


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_every_difference_is_of_a_case() -> None:
    """The table of differences names cases that are there."""
    assert set(DIFFERENT) <= {str(case.id) for case in CONTAINED}


@needs_peers
@pytest.mark.parametrize(("number", "place", "expected"), CONTAINED)
def test_a_fence_contains_a_place(
    number: int,
    place: list[float],
    expected: bool,  # noqa: FBT001 - a column of the cases
    tmp_path: Path,
) -> None:
    """A fence from a file holds the places theirs holds, and the coarse grid never hides them."""
    port = port_of(tmp_path, CASES[number])
    lat, lon = place
    different = DIFFERENT.get(f"{title(number)} {place}")
    if different is not None:
        outcome = Sea(port).hear(Seen(mmsi=MMSI, at=us("2024-01-01T00:00Z"), lon=lon, lat=lat))
        assert outcome.refusals == {("peer", different[1]): 1}
        lon += 360.0
    inside, near = port.masks(np.array([lon]), np.array([lat]))
    assert bool(inside[0]) is expected
    assert bool(near[0]) or not expected
    assert FenceSet(ports=(port,)).near_any(np.array([lon]), np.array([lat]))[0] or not expected


def passages(port: Port, segment: dict[str, Any]) -> int:
    """Count what is told of a vessel heard at both ends, an hour apart, and never between."""
    at = us("2024-01-01T00:00Z")
    ends = [
        Seen(mmsi=MMSI, at=at + index * 60 * MINUTE_US, lon=lon, lat=lat)
        for index, (lat, lon) in enumerate((segment["a"], segment["b"]))
    ]
    return len(of_kinds(Sea(port).events(*ends), EventKind.PASSED_THROUGH))


@needs_peers
@pytest.mark.parametrize(("number", "segment"), CROSSED)
def test_a_way_crosses_a_fence_between_two_fixes(
    number: int, segment: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no exit margin, as with them, a way through is told though no fix is inside."""
    for kind in FenceKind:
        monkeypatch.setitem(geofence.EXIT_MARGIN_M, kind, 1.0)
    assert passages(port_of(tmp_path, CASES[number]), segment) == int(segment["intersects"])


@needs_peers
@pytest.mark.parametrize(("number", "segment"), CROSSED)
def test_a_way_that_begins_in_the_exit_margin_crosses_the_fence(
    number: int, segment: dict[str, Any], tmp_path: Path
) -> None:
    """A fix just outside the fence is outside: the margin hides no crossing between two fixes."""
    assert passages(port_of(tmp_path, CASES[number]), segment) == int(segment["intersects"])
