"""MovingPandas' stops and trips: all fixes within a diameter for a least time.

Their plane is a toy: metres and seconds. Here one of their metres is five and one of their seconds
a minute, so that their walkers move like ships in a harbour (if it were ten, one that rests would
creep along the quay). All fixes of their stop lie nearer than a diameter to each other, and ours no
farther than a radius. A stop that lasts to the end of a track ends with it for them; for us she
still lies there, and the last fix stands for the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from monitor.engine.geofence import FenceKind, widen
from monitor.model import Event, EventKind
from monitor.units import DEGREE_M, MINUTE_US, SECOND_US
from tests.scenario.peers.sea import (
    MMSI,
    Sea,
    Seen,
    drawn_port,
    named,
    needs_peers,
    of_kinds,
    peer,
    set_everywhere,
    us,
)

CASES = peer("movingpandas_stops.json")
NOON = us("2024-01-01T12:00Z")
LON = 20.00037
"""A place on a round minute would be a coarse one."""
METRE_M = 5.0
SECOND_LASTS_US = MINUTE_US

DIFFERENT: dict[int, tuple[str, list[list[int]]]] = {
    61: (
        "They drop a trip of one fix; to us one fix between two silences is where she was.",
        [[0, 1], [5], [7]],
    ),
}
"""By the gap in seconds."""

STOPPED = (EventKind.ANCHORED, EventKind.BERTHED)
STARTED = (EventKind.ANCHOR_WEIGHED, EventKind.UNBERTHED)


def seen(node: dict[str, Any]) -> Seen:
    return Seen(
        mmsi=MMSI,
        at=NOON + node["s"] * SECOND_LASTS_US,
        lon=LON + node["x"] * METRE_M / DEGREE_M,
        lat=node["y"] * METRE_M / DEGREE_M,
    )


def found_stops(case: dict[str, Any], folder: Path, patch: pytest.MonkeyPatch) -> list[list[Event]]:
    """Run a case in a harbour on the equator; return the event of each stop and of its end."""
    for name in ("TOGETHER_M", "ALONGSIDE_M"):
        set_everywhere(patch, name, 0.99 * case["max_diameter"] * METRE_M)
    set_everywhere(patch, "ALONGSIDE_LEAST_US", case["min_duration_s"] * SECOND_LASTS_US)
    waters = {"waters": widen(shapely.Point(LON, 0.0), 5000.0)}
    port = drawn_port(folder, waters, FenceKind.HARBOUR)
    found: list[list[Event]] = []
    for event in of_kinds(Sea(port).events(*map(seen, case["nodes"])), *STOPPED, *STARTED):
        if event.kind in STOPPED:
            found.append([event])
        else:
            found[-1].append(event)
    return found


def holds(event: Event, second: int) -> bool:
    """Whether the event can have been at this second of theirs."""
    at, span = NOON + second * SECOND_LASTS_US, event.span
    return (span.earliest is None or span.earliest <= at) and (
        span.latest is not None and at <= span.latest
    )


@needs_peers
@pytest.mark.parametrize("case", named(CASES["stop_cases"]))
def test_stops(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of their stops is one of ours; it begins and ends within our bounds, and no other is."""
    found = found_stops(case, tmp_path, monkeypatch)
    last = case["nodes"][-1]["s"]
    assert len(found) == len(case["expected_stops_s"])
    for (stop, *end), (start_s, end_s) in zip(found, case["expected_stops_s"], strict=True):
        assert holds(stop, start_s)
        assert len(end) == (0 if end_s == last else 1)
        assert all(holds(start, end_s) for start in end)


@needs_peers
def test_trips_between_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fixes before her one stop, and those from its end, are their two trips."""
    case = CASES["stop_split_case"]
    [[stop, start]] = found_stops(case, tmp_path, monkeypatch)
    first, second = case["expected_trips_xy"]
    arrived, left = first[-1], second[0]
    times = {(node["x"], node["y"]): node["s"] for node in case["nodes"]}
    assert holds(stop, times[tuple(arrived)])
    assert holds(start, times[tuple(left)])
    unnamed = [node for node in case["nodes"] if [node["x"], node["y"]] not in first + second]
    assert [node["y"] for node in unnamed] == [21]


@needs_peers
@pytest.mark.parametrize("case", CASES["gap_split_cases"], ids=lambda case: f"{case['gap_s']} s")
def test_silences_split_a_trip(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silence longer than the gap cuts the track in two."""
    set_everywhere(monkeypatch, "SILENCE_US", case["gap_s"] * SECOND_US)
    port = drawn_port(tmp_path, {"approach": widen(shapely.Point(LON, 0.0), 5000.0)})
    minutes = case["minutes"]
    events = Sea(port).events(
        *(Seen(mmsi=MMSI, at=NOON + m * MINUTE_US, lon=LON, lat=0.0) for m in minutes)
    )
    cuts = {
        (event.span.at - NOON) // MINUTE_US
        for event in of_kinds(events, EventKind.REAPPEARED_INSIDE)
        if event.span.at is not None
    }
    trips: list[list[int]] = []
    for minute in minutes:
        if not trips or minute in cuts:
            trips.append([])
        trips[-1].append(minute)
    if case["gap_s"] in DIFFERENT:
        _, ours = DIFFERENT[case["gap_s"]]
        assert ours != case["expected_trips_minutes"]
        assert trips == ours
    else:
        assert trips == case["expected_trips_minutes"]
