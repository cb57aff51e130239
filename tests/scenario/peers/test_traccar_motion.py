"""Traccar's motion: moving or stopped, by a distance and a time.

Their distance is our radius of a stay and their time its least time; moving is ``Unberthed``,
stopped is ``Berthed``. They believe one fix, so one confirms here too. They are told at the start
whether the vehicle moves; we are shown it, by twenty minutes before the case. Where they assert a
time, it lies within our bounds.
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
    ABSENT,
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

CASES = peer("traccar_motion.json")["cases"]
LON = 20.00037
"""Their 0/0 is to us a receiver without a fix, and a place on a round minute a coarse one."""
BEFORE = 20
"""Minutes shown before a case."""
PACE_M = 200.0
"""Metres a minute, 6.5 kn, of a vehicle that moves before its case."""

UNKNOWN = "What she did in the silence is not known: she was dark, and came back."
DIFFERENT: dict[str, tuple[str, list[str]]] = {
    "gap_splits_trip": (UNKNOWN, ["dark", "back"]),
    "gap_splits_trip_while_stopped": (
        "She was dark and came back elsewhere, so she moved; one fix proves no stop.",
        ["dark", "back", "moving"],
    ),
    "gap_below_distance_does_not_split_trip": (
        "She was dark meanwhile, and is where she was: that is said as well.",
        ["dark", "back", "stopped"],
    ),
    "events_are_chronological": (
        "Back at 0 m she is within the distance for one minute, less than the three it takes.",
        ["moving"],
    ),
}

WORDS = {
    EventKind.BERTHED: "stopped",
    EventKind.UNBERTHED: "moving",
    EventKind.WENT_DARK_INSIDE: "dark",
    EventKind.REAPPEARED_INSIDE: "back",
}


def seen(east_m: float, at: int) -> Seen:
    return Seen(mmsi=MMSI, at=at, lon=LON + east_m / DEGREE_M, lat=0.0)


def events_of(case: dict[str, Any], folder: Path, patch: pytest.MonkeyPatch) -> list[Event]:
    """Run a case in a harbour; return what is told of its own positions."""
    params = case["params"]
    for name in ("TOGETHER_M", "ALONGSIDE_M"):
        set_everywhere(patch, name, params["min_distance_m"])
    set_everywhere(patch, "ALONGSIDE_LEAST_US", params["min_duration_s"] * SECOND_US)
    set_everywhere(patch, "CONFIRMING_US", 0)
    if "stop_gap_s" in params:
        set_everywhere(patch, "SILENCE_US", params["stop_gap_s"] * SECOND_US)
    waters = {"waters": widen(shapely.Point(LON, 0.0), 30_000.0)}
    sea = Sea(drawn_port(folder, waters, FenceKind.HARBOUR))
    begin, east_m = us(case["positions"][0]["t"]), case["positions"][0]["east_m"]
    pace_m = PACE_M if case["initially_moving"] else 0.0
    shown = sea.events(
        *(seen(east_m - m * pace_m, begin - m * MINUTE_US) for m in range(BEFORE, 0, -1))
    )
    stopped = [event.kind is EventKind.BERTHED for event in of_kinds(shown, *WORDS)]
    assert stopped == ([] if case["initially_moving"] else [True])
    return of_kinds(sea.events(*(seen(p["east_m"], us(p["t"])) for p in case["positions"])), *WORDS)


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_every_difference_is_of_a_case() -> None:
    """The table of differences names cases that are there."""
    assert set(DIFFERENT) <= {case["name"] for case in CASES}


@needs_peers
@pytest.mark.parametrize("case", named(CASES))
def test_moving_and_stopped(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their events are ours, each within our bounds."""
    events = events_of(case, tmp_path, monkeypatch)
    told = [WORDS[event.kind] for event in events]
    expected = [event["type"] for event in case["expected_events"]]
    if case["name"] in DIFFERENT:
        _, ours = DIFFERENT[case["name"]]
        assert ours != expected
        assert told == ours
        return
    assert told == expected
    for event, theirs in zip(events, case["expected_events"], strict=True):
        assert event.span.earliest is not None
        assert event.span.latest is not None
        if "t" in theirs:
            assert event.span.earliest <= us(theirs["t"]) <= event.span.latest
        assert event.span.latest <= us(case["positions"][-1]["t"])
