"""Visits as release 0.1 kept them, lists without names, and what they are now.

Fences are numbers there, by their place in the file: approach 0, anchorage 1, harbour 2, berth 3.
"""

from __future__ import annotations

from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import Call, CallState
from monitor.engine.detect.port.fences import FenceState, Membership
from monitor.engine.detect.port.first_seen import FirstSeen
from monitor.engine.detect.port.motion import Motion
from monitor.engine.detect.port.passage import Passage
from monitor.engine.detect.port.silence import Silence
from monitor.engine.detect.port.stay import Stay, StayState
from monitor.engine.detect.port.visit import Visit
from monitor.model import EventKind, Fix, Span, Stage
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

UPGRADED = Visit(
    last=F[19], inside=0b0001, near=0b0101, first_seen=FirstSeen(F[0]),
    membership=Membership(
        {"approach": FenceState("in", None, F[1], 2),
         "harbour": FenceState("leaving", F[2], F[3], 1)},
        calm=(1, 5),
    ),
    stay=Stay(
        state=StayState.LYING, anchor=F[4], before=F[5], last=F[6], count=7, alongside=True,
        fence="berth", out=[F[7]],
        motion=Motion(
            trail=[F[8], F[9]], unheard=F[10], moving=False, slow=True, moved_from=F[11],
            moved_by=F[12], window=F[13], rested_from=F[14], rested_by=F[15],
        ),
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
        closest_m=33.5, closest=F[16], called=True, dark=False,
    ),
)  # fmt: skip

BARE: list[Any] = [
    MMSI, 0, "home", None, 0, 0, None, [{}, None],
    [None, None, None, 0, False, False, None, [], [], None, None, True, *[None] * 5],
    [False], ["away", 0, None, None, None, False, False, None, 0, [], None, None],
    [None, float("inf"), None, False, False],
]  # fmt: skip
"""A visit in which nothing has happened yet."""
