"""Ships that wait off a port, step by step: what is remembered, and what is looked at at all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact, Seen
from monitor.engine.detect.near import near_ports
from monitor.engine.detect.vessel.waiting import HEARD_US, WAIT_US, Off, Wait, Waits
from monitor.engine.geofence import FenceSet
from monitor.engine.track import Tracker
from monitor.model import FIX, EventKind, Fix, ShipAtPort, Static, StaticReport
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port

PORT = square_port()
FENCES = FenceSet(ports=(PORT,))
DETECTOR = Waits(FENCES)
KEY = ShipAtPort(MMSI, 0, "home")
OFF_M = 9000.0
"""Off the harbour, to the north."""


def slow(minute: float, east_m: float = 0, **fields: Any) -> Fix:
    """A fix that holds."""
    known = {"sog_kn": 0.8, "cog_deg": 90.0, "heading_deg": 200.0}
    return fix_at(minute, east_m, OFF_M, **(known | fields))


def walk(*fixes: Fix, off_m: float | None = OFF_M) -> tuple[Wait | None, list[Fact]]:
    """What comes of a ship's fixes, without deadlines."""
    prev, state, told = fix_at(-10, -5000, OFF_M), None, []
    for fix in fixes:
        state, found = DETECTOR.step(state, Off(PORT, fix.at, fix, prev, off_m))
        told += [fact for fact in found if isinstance(fact, Fact)]
        prev = fix
    return state, told


def lying(until: int = 230, **fields: Any) -> list[Fix]:
    """One that drifts from the first minute on."""
    return [slow(minute, 20 * minute, **fields) for minute in range(0, until + 1, 10)]


def test_states_by_the_table() -> None:
    """Each line of the module, one after the other."""
    assert walk(slow(0, sog_kn=2.0)) == (None, [])
    assert walk(slow(0), off_m=None) == (None, [])
    state, told = walk(*lying())
    assert state is not None
    assert (state.due, told, DETECTOR.deadline(state)) == (False, [], START + WAIT_US)
    state, found = DETECTOR.wake(KEY, state, START + WAIT_US)
    assert state is not None
    assert [fact.kind for fact in found if isinstance(fact, Fact)] == [EventKind.WAIT_BEGUN]
    assert (state.told, DETECTOR.deadline(state)) == (True, None)
    for minute, knots in ((250, 9.0), (251, 0.8), (252, 9.0)):
        fix = slow(minute, 20 * minute, sog_kn=knots)
        assert DETECTOR.step(state, Off(PORT, fix.at, fix, state.last, OFF_M)) == (state, [])
        assert state.gone == (fix if knots == 9.0 else None)
    fix = slow(253, sog_kn=9.0)
    after, found = DETECTOR.step(state, Off(PORT, fix.at, fix, state.last, OFF_M))
    (ended,) = found
    assert isinstance(ended, Fact)
    assert (after, ended.kind, ended.key_at) == (None, EventKind.WAIT_ENDED, START)
    assert (ended.span.earliest, ended.span.latest) == (
        START + 251 * MINUTE_US, START + 252 * MINUTE_US,
    )  # fmt: skip


def test_who_is_made_fast_at_the_deadline_begins_anew() -> None:
    """From the last fix, so that she is asked again four hours on."""
    state, _ = walk(*(slow(minute) for minute in range(0, 231, 10)))
    assert state is not None
    anew, found = DETECTOR.wake(KEY, state, START + WAIT_US)
    assert (found, anew is not None and anew.first) == ([], state.last)
    assert anew is not None
    assert (DETECTOR.deadline(anew) or 0) > START + WAIT_US


def test_who_was_not_heard_by_the_deadline_is_forgotten() -> None:
    state, _ = walk(*lying(100))
    assert state is not None
    assert WAIT_US - 100 * MINUTE_US > HEARD_US
    assert DETECTOR.wake(KEY, state, START + WAIT_US) == (None, [])


def test_a_leap_forgets_her_untold() -> None:
    state, _ = walk(*lying())
    fix = slow(300, 50_000)
    after, found = DETECTOR.step(state, Off(PORT, fix.at, fix, None, OFF_M))
    assert (found, after is not None and after.first) == ([], fix)


@pytest.mark.parametrize(
    ("fields", "adrift"),
    [
        ({}, True), ({"cog_deg": 200.0}, False), ({"cog_deg": 244.9}, False),
        ({"cog_deg": 245.0}, True), ({"cog_deg": 10.0, "heading_deg": 330.0}, False),
        ({"sog_kn": 0.2}, False), ({"heading_deg": math.nan}, False),
        ({"cog_deg": math.nan}, False), ({"sog_kn": math.nan}, False),
    ],
)  # fmt: skip
def test_adrift_is_by_course_and_heading(fields: dict[str, float], adrift: bool) -> None:  # noqa: FBT001
    state, _ = walk(*lying(60, **fields))
    assert state is not None
    assert state.is_adrift is adrift


def test_what_is_remembered_can_be_kept() -> None:
    """With all that it may hold."""
    state, _ = walk(*lying(), slow(240, sog_kn=9.0))
    assert state is not None
    assert state.gone is not None
    assert kept.load(Wait, kept.dump(state)) == state


def test_who_begins_anew_is_the_same_after_a_restart() -> None:
    """How near the port was is not known then: it is, with her next fix."""
    state, _ = walk(*(slow(minute) for minute in range(0, 231, 10)))
    assert state is not None
    anew, _ = DETECTOR.wake(KEY, state, START + WAIT_US)
    assert anew is not None
    restored = kept.load(Wait, kept.dump(anew))
    fix = slow(240)
    for each in (anew, restored):
        DETECTOR.step(each, Off(PORT, fix.at, fix, each.last, OFF_M))
        assert each.nearest_m == OFF_M
    assert restored == anew


def test_a_port_that_was_drawn_otherwise_tells_nothing() -> None:
    state, _ = walk(*lying())
    assert state is not None
    assert DETECTOR.admit(KEY, state) is None
    state.drawing = "other"
    assert "drawn otherwise" in str(DETECTOR.admit(KEY, state))
    assert "not watched" in str(Waits(FenceSet(ports=())).admit(KEY, state))


def seen(fixes: list[Fix], *statics: StaticReport) -> Seen:
    """A batch of them."""
    rows = np.array(fixes, dtype=FIX)
    tracks = Tracker().follow(rows)
    return Seen(
        tracks=tracks, near=tuple(near_ports(FENCES, tracks)), statics=list(statics),
        until=int(rows["at"].max()),
    )  # fmt: skip


def test_only_what_can_matter_is_looked_at() -> None:
    """Ships under way, in a fence or far off cost no step; of who is watched each fix is one."""
    fast = slow(0, sog_kn=8.0)
    inside = fix_at(20, 0, 0, sog_kn=0.0)
    far = fix_at(400, 0, 120_000, sog_kn=0.0)
    for fix in (fast, inside, far):
        assert list(DETECTOR.rows(seen([fix]), {})) == []
        watched = {KEY: Wait(first=fast, last=fast, drawing=PORT.drawing)}
        ((key, off),) = DETECTOR.rows(seen([fix]), watched)
        assert (key, off.off_m is None) == (KEY, fix is not fast)
    ((key, off),) = DETECTOR.rows(seen([slow(0)]), {})
    assert (key, off.off_m) == (KEY, pytest.approx(OFF_M, rel=1e-3))


def test_what_she_says_comes_between_her_fixes() -> None:
    """By the instant from which on it counts; and of nobody else."""
    words = [
        StaticReport(
            at=0, received_at=0, seq=0, source=0, static=Static(mmsi=mmsi, ship_type=30),
            known_at=START + 10 * MINUTE_US,
        )
        for mmsi in (MMSI, 9)
    ]  # fmt: skip
    watched = {KEY: Wait(first=slow(0), last=slow(0), drawing=PORT.drawing)}
    found = list(DETECTOR.rows(seen([slow(0), slow(10), slow(20)], *words), watched))
    assert [off.fix is None for _, off in found] == [False, True, False, False]
    state = watched[KEY]
    assert DETECTOR.step(state, found[1][1]) == (state, [])
    assert state.fisher
    alone = Seen(tracks=Tracker().follow(np.zeros(0, FIX)), statics=words, until=START)
    assert [key for key, _ in DETECTOR.rows(alone, watched)] == [KEY]
    assert DETECTOR.step(None, found[1][1]) == (None, [])
