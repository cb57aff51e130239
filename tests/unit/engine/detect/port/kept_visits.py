"""Visits as earlier releases kept them, and what they are now.

Release 0.1 kept lists without names; fences are numbers there, by their place in the file:
approach 0, anchorage 1, harbour 2, berth 3. Release 0.2 kept objects.
"""

from __future__ import annotations

from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.fences import FenceState, Membership
from monitor.engine.detect.port.first_seen import EVER, FirstSeen
from monitor.engine.detect.port.passage import Passage
from monitor.engine.detect.port.pause import Pause
from monitor.engine.detect.port.silence import Silence
from monitor.engine.detect.port.stay import Stay, StayState
from monitor.engine.detect.port.trail import Mark, Trail
from monitor.engine.detect.port.visit import Visit
from monitor.model import CallState, EventKind, Fix, Span, Stage
from tests.scenario.sea import MMSI, fix_at

F = [fix_at(minute, 10 * minute, raw=b"!AIVDM,\xff") for minute in range(20)]


def old(fix: Fix) -> list[Any]:
    """Return a fix as it was kept: its columns, the sentence as text."""
    return [*fix[:-1], "!AIVDM,\xff"]


UNBERTHED: list[Any] = [
    "Unberthed", [1, 2, 3], 4, 3, old(F[0]), [old(F[0]), old(F[1])], "She moved.",
    {"radius_m": 100.0}, 5,
]  # fmt: skip
ENTERED: list[Any] = [
    "GeofenceEntered", [6, None, 7], 8, 0, old(F[2]), [old(F[2])], "She came.", {}, 9,
]  # fmt: skip
FOUND: list[Any] = ["FirstSeenInside", [None, None, 10], 11, None, old(F[3]), [], "There.", {}, 10]

VISIT: list[Any] = [
    MMSI, 0, "home", old(F[19]), 0b0001, 0b0101, old(F[0]),
    [{"0": ["in", None, old(F[1]), 2], "2": ["leaving", old(F[2]), old(F[3]), 1]}, [1, 5]],
    [
        old(F[4]), old(F[5]), old(F[6]), 7, True, True, 3, [old(F[7])], [old(F[8]), old(F[9])],
        old(F[10]), False, True, old(F[11]), old(F[12]), old(F[13]), old(F[14]), old(F[15]),
    ],
    [True],
    [
        "leaving", 12, [13, 14, 15], [16, None, 17], [18, 18, 18], True, True, UNBERTHED, 19,
        [["Berthed", [20, 21, 22], "berth"], ["Unberthed", [1, 2, 3], None]], FOUND, 2,
    ],
    [ENTERED, 33.5, old(F[16]), True, False],
]  # fmt: skip
"""Everything that a visit may hold, each with a value of its own."""


def fact_1(raw: list[Any], fence: str | None) -> dict[str, Any]:
    """Return a fact of VISIT as release 0.2 kept it."""
    kind, span, decided_at, _, place, fixes, why, figures, key_at = raw
    return {
        "kind": kind, "span": span_1(span), "decided_at": decided_at, "place": place,
        "fixes": fixes, "why": why, "geofence": fence, "figures": figures, "key_at": key_at,
        "state": "confirmed", "confidence": None,
    }  # fmt: skip


def span_1(raw: list[Any]) -> dict[str, Any]:
    """Return a span of VISIT as release 0.2 kept it."""
    return dict(zip(("earliest", "at", "latest"), raw, strict=True))


VISIT_1: dict[str, Any] = {
    "last": old(F[19]), "inside": 0b0001, "near": 0b0101, "first_seen": {"fix": old(F[0])},
    "membership": {
        "fences": {
            "approach": {"state": "in", "before": None, "first": old(F[1]), "count": 2},
            "harbour": {"state": "leaving", "before": old(F[2]), "first": old(F[3]), "count": 1},
        },
        "calm": [1, 5],
    },
    "stay": {
        "state": "lying", "anchor": old(F[4]), "before": old(F[5]), "last": old(F[6]), "count": 7,
        "alongside": True, "fence": "berth", "out": [old(F[7])],
        "motion": {
            "trail": [old(F[8]), old(F[9])], "unheard": old(F[10]), "moving": False, "slow": True,
            "moved_from": old(F[11]), "moved_by": old(F[12]), "window": old(F[13]),
            "rested_from": old(F[14]), "rested_by": old(F[15]),
        },
    },
    "silence": {"dark": True},
    "call": {
        "state": "leaving", "key_at": 12, "arrived": span_1([13, 14, 15]),
        "departed": span_1([16, None, 17]), "entry": span_1([18, 18, 18]), "stopped": True,
        "berthed": True, "started": fact_1(UNBERTHED, "berth"), "departed_key_at": 19,
        "stages": [
            {"kind": "Berthed", "span": span_1([20, 21, 22]), "geofence": "berth"},
            {"kind": "Unberthed", "span": span_1([1, 2, 3]), "geofence": None},
        ],
        "found": fact_1(FOUND, None), "entered_fence": "harbour",
    },
    "passage": {
        "entered": fact_1(ENTERED, "approach"), "closest_m": 33.5, "closest": old(F[16]),
        "called": True, "dark": False,
    },
}  # fmt: skip
"""The same, as release 0.2 kept it."""

UPGRADED = Visit(
    last=F[19], known_at=F[19].at, inside=0b0001, near=0b0101,
    first_seen=FirstSeen(F[0], "approach", EVER),
    membership=Membership(
        {"approach": FenceState("in", None, F[1]), "harbour": FenceState("leaving", F[2], F[3])},
        calm=(1, 5),
    ),
    stay=Stay(
        state=StayState.LYING, window=[Mark(F[4], 0.0)], centre=Mark(F[4], 0.0), before=F[5],
        last=F[6], count=7, alongside=True, at_berth=True, fence="berth", out=[Mark(F[7], 0.0)],
        trail=Trail(marks=[Mark(F[8], 0.0), Mark(F[9], 0.0)]), pause=Pause(found_at_rest=False),
    ),
    silence=Silence(dark=True),
    call=Call(
        state=CallState.LEAVING, key_at=12, arrived=Span(earliest=13, at=14, latest=15),
        departed=Span(earliest=16, at=None, latest=17), entry=Span(earliest=18, at=18, latest=18),
        stopped=True, berthed=True,
        started=Fact(
            kind=EventKind.UNBERTHED, span=Span(earliest=1, at=2, latest=3), decided_at=4,
            geofence="berth", place=F[0], fixes=(F[0], F[1]), why="She moved.",
            figures={"radius_m": 100.0}, key_at=5,
        ),
        departed_key_at=19,
        stages=[
            Stage(kind=EventKind.BERTHED, span=Span(earliest=20, at=21, latest=22),
                  geofence="berth"),
            Stage(kind=EventKind.UNBERTHED, span=Span(earliest=1, at=2, latest=3), geofence=None),
        ],
        found=Fact(
            kind=EventKind.FIRST_SEEN_INSIDE, span=Span(earliest=None, at=None, latest=10),
            decided_at=11, place=F[3], fixes=(), why="There.", key_at=10,
        ),
        entered_fence="harbour",
    ),
    passage=Passage(
        entered=Fact(
            kind=EventKind.GEOFENCE_ENTERED, span=Span(earliest=6, at=None, latest=7),
            decided_at=8, geofence="approach", place=F[2], fixes=(F[2],), why="She came.", key_at=9,
        ),
        closest_m=33.5, closest=F[16], called=True, hidden_at=None,
    ),
)  # fmt: skip

BARE_UPGRADED = Visit(stay=Stay(pause=Pause(found_at_rest=False)))

BARE: list[Any] = [
    MMSI, 0, "home", None, 0, 0, None, [{}, None],
    [None, None, None, 0, False, False, None, [], [], None, None, True, *[None] * 5],
    [False], ["away", 0, None, None, None, False, False, None, 0, [], None, None],
    [None, float("inf"), None, False, False],
]  # fmt: skip
"""A visit in which nothing has happened yet."""

BARE_1: dict[str, Any] = {
    "last": None, "inside": 0, "near": 0, "first_seen": {"fix": None},
    "membership": {"fences": {}, "calm": None},
    "stay": {
        "state": "nowhere", "anchor": None, "before": None, "last": None, "count": 0,
        "alongside": False, "fence": None, "out": [],
        "motion": {
            "trail": [], "unheard": None, "moving": None, "slow": True, "moved_from": None,
            "moved_by": None, "window": None, "rested_from": None, "rested_by": None,
        },
    },
    "silence": {"dark": False},
    "call": {
        "state": "away", "key_at": 0, "arrived": None, "departed": None, "entry": None,
        "stopped": False, "berthed": False, "started": None, "departed_key_at": 0, "stages": [],
        "found": None, "entered_fence": None,
    },
    "passage": {
        "entered": None, "closest_m": float("inf"), "closest": None, "called": False,
        "dark": False,
    },
}  # fmt: skip
"""The same, as release 0.2 kept it."""
