"""Tile38's fences: updates of one object in, enter, exit, cross, inside and outside out.

Theirs is the raw meaning: each update is believed at once. Ours wants two fixes on the new side, so
each update is said twice here. "Inside" and "outside" are no events of ours: they are read from the
membership mask of the last fix. Their objects leap over continents; where a leap is more than a
ship's, it is drawn smaller about the middle of the fence. The roaming case (two vessels near each
other) is about encounters, which nothing here detects yet.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from monitor.engine.geofence import FenceKind, Port, widen
from monitor.model import Event, EventKind
from monitor.units import MINUTE_US
from tests.scenario.peers.sea import (
    ABSENT,
    MMSI,
    Sea,
    Seen,
    drawn_port,
    named,
    needs_peers,
    of_kinds,
    peer,
    us,
)

CASES = peer("tile38_fence.json")["cases"]

STEP_US = 90 * MINUTE_US
"""Between two fixes: time for the 60 miles of their shorter leaps."""

SCALE = {"enter_exit_cross": 0.05, "enter_exit_cross_inside_outside": 0.05}
"""From 0/0 to 20/20 through a circle of 10 km becomes half a degree to either side of it."""

FIRST_INSIDE = (
    "Nobody saw an object that is first seen inside come in: that is FirstSeenInside, not an entry."
)
DIFFERENT: dict[str, tuple[str, list[str]]] = {
    "basic": (FIRST_INSIDE, ["first seen", "inside", "exit", "outside"]),
    "enter_exit_cross": (FIRST_INSIDE, ["first seen", "exit", "cross"]),
    "enter_exit_cross_inside_outside": (
        FIRST_INSIDE,
        ["first seen", "inside", "exit", "outside", "cross", "outside"],
    ),
}

WORDS = {
    EventKind.GEOFENCE_ENTERED: "enter",
    EventKind.GEOFENCE_LEFT: "exit",
    EventKind.PASSED_THROUGH: "cross",
    EventKind.FIRST_SEEN_INSIDE: "first seen",
}


def drawing(fence: dict[str, Any]) -> BaseGeometry:
    if fence["type"] == "circle":
        return widen(shapely.Point(fence["lon"], fence["lat"]), fence["radius_m"])
    (south, west), (north, east) = fence["min"], fence["max"]
    return shapely.box(west, south, east, north)


def places(case: dict[str, Any]) -> list[tuple[float, float]]:
    """Return lon and lat of each update, drawn smaller where SCALE says so."""
    scale = SCALE.get(case["name"], 1.0)
    middle = {name: case.get("fence", {}).get(name, 0.0) for name in ("lon", "lat")}
    return [
        tuple(middle[name] + scale * (update[name] - middle[name]) for name in ("lon", "lat"))
        for update in case["updates"]
    ]


class Object:
    """One of their objects under way: each of its updates is two fixes."""

    def __init__(self, port: Port) -> None:
        """It has not moved."""
        self.port = port
        self.sea = Sea(port)
        self.clock = count(us("2024-01-01T00:00Z"), STEP_US)

    def update(self, lon: float, lat: float) -> list[Event]:
        """Be at a place; return what is told of it."""
        twice = (Seen(mmsi=MMSI, at=next(self.clock), lon=lon, lat=lat) for _ in range(2))
        return self.sea.events(*twice)

    def within(self, lon: float, lat: float) -> list[str]:
        """Name the fences that hold a place."""
        mask, _ = self.port.masks(np.array([lon]), np.array([lat]))
        return [fence.id for i, fence in enumerate(self.port.fences) if mask[0] >> i & 1]


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_every_difference_is_of_a_case() -> None:
    """The table of differences names cases that are there."""
    assert set(DIFFERENT) <= {case["name"] for case in CASES}


@needs_peers
@pytest.mark.parametrize("case", named(case for case in CASES if "fence" in case))
def test_updates_and_one_fence(case: dict[str, Any], tmp_path: Path) -> None:
    """What is told of each update, in their words and their order."""
    craft = Object(drawn_port(tmp_path, {"fence": drawing(case["fence"])}))
    told = []
    for lon, lat in places(case):
        told += [WORDS[event.kind] for event in of_kinds(craft.update(lon, lat), *WORDS)]
        told.append("inside" if craft.within(lon, lat) else "outside")
    asked = {"enter", "exit", "cross", "inside", "outside"}
    asked = asked if case["detect"] == "all" else set(case["detect"])
    if asked & {"enter"}:
        asked.add("first seen")
    told = [word for word in told if word in asked]
    if case["name"] in DIFFERENT:
        _, ours = DIFFERENT[case["name"]]
        assert ours != case["expected"]
        assert told == ours
    else:
        assert told == case["expected"]


@needs_peers
@pytest.mark.parametrize(
    ("drawn", "ours"),
    [
        pytest.param("ABCD", ["exit:A", "exit:B", "enter:C", "enter:D"], id="as they drew them"),
        pytest.param("CDAB", ["enter:C", "enter:D", "exit:A", "exit:B"], id="drawn otherwise"),
    ],
)
def test_updates_and_overlapping_fences(drawn: str, ours: list[str], tmp_path: Path) -> None:
    """One step out of two fences and into two others.

    They tell all exits first. We tell what one fix decides in the order of the fences in the file;
    all have the same instant.
    """
    case = next(case for case in CASES if case["name"] == "order_across_overlapping_fences")
    shapes = {name: shapely.Polygon(case["fences"][name]) for name in drawn}
    craft = Object(drawn_port(tmp_path, shapes, FenceKind.ANCHORAGE))
    first, second = places(case)
    craft.update(*first)
    crossings = of_kinds(craft.update(*second), EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT)
    told = [f"{WORDS[event.kind]}:{event.geofence}" for event in crossings]
    assert told == ours
    assert len({event.decided_at for event in crossings}) == 1
    held = craft.within(*second)
    states = [f"{'inside' if name in held else 'outside'}:{name}" for name in "ABCD"]
    theirs = case["expected"]
    assert sorted(ours) == sorted(theirs[:2] + theirs[4:6])
    assert states == theirs[2:4] + theirs[6:]


def test_a_crossing_in_the_far_north(tmp_path: Path) -> None:
    """Their cross at a ship's pace: 18 kn along 70 degrees north, unheard for 3.5 hours.

    There 64 miles are three degrees of longitude, so both fixes are far from the port in degrees.
    """
    port = drawn_port(tmp_path, {"fence": widen(shapely.Point(10.5, 70.0), 10_000.0)})
    begin = us("2024-01-01T00:00Z")
    events = Sea(port).events(
        Seen(mmsi=MMSI, at=begin, lon=8.95, lat=70.0),
        Seen(mmsi=MMSI, at=begin + 210 * MINUTE_US, lon=12.05, lat=70.0),
    )
    assert [event.kind for event in events] == [EventKind.PASSED_THROUGH]


def test_a_crossing_at_the_antimeridian(tmp_path: Path) -> None:
    """Their cross where longitude turns from 180 to -180: a fence is crossed there as elsewhere."""
    port = drawn_port(tmp_path, {"fence": widen(shapely.Point(179.98, 0.0), 1000.0)})
    begin = us("2024-01-01T00:00Z")
    events = Sea(port).events(
        Seen(mmsi=MMSI, at=begin, lon=179.93, lat=0.0),
        Seen(mmsi=MMSI, at=begin + 30 * MINUTE_US, lon=-179.97, lat=0.0),
    )
    assert [event.kind for event in events] == [EventKind.PASSED_THROUGH]
