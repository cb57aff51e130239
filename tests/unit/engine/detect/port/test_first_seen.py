"""First seen here: told with a fix a minute later, or with the silence, and never twice."""

from __future__ import annotations

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.first_seen import EVER, LEAPT, WATCHED, FirstSeen
from monitor.model import EventKind, Fix, Span
from monitor.units import HOUR_US
from tests.scenario.sea import fix_at, square_port, step_of

PORT = square_port()
FIRST, SECOND, THIRD = fix_at(0), fix_at(3, 900), fix_at(6, 900)


def begun(first: Fix = FIRST, *, watched: bool = False, leapt: Fix | None = None) -> FirstSeen:
    seen = FirstSeen()
    seen.begin(step_of(PORT, first, None)._replace(leapt=leapt), watched=watched)
    return seen


def told(seen: FirstSeen, fix: Fix, prev: Fix = FIRST) -> list[Fact]:
    return seen.step(step_of(PORT, fix, prev))


def test_it_is_told_with_her_second_fix() -> None:
    """At the fence of the first: she was there then, and nobody knows since when."""
    seen = begun()
    assert seen.step(step_of(PORT, FIRST, None)) == []
    (fact,) = told(seen, SECOND)
    assert fact.kind is EventKind.FIRST_SEEN_INSIDE
    assert fact.span == Span(earliest=None, at=None, latest=FIRST.at)
    assert (fact.decided_at, fact.key_at) == (SECOND.at, FIRST.at)
    assert (fact.geofence, fact.place, fact.fixes) == ("berth", FIRST, (FIRST, SECOND))
    assert (fact.why, fact.figures) == (EVER, {})


def test_a_copy_of_her_first_fix_is_no_second() -> None:
    """It takes 20 s: a bit error may come from several providers."""
    seen = begun()
    assert told(seen, fix_at(2 / 60, 3)) == []
    assert told(seen, fix_at(19 / 60, 3)) == []
    (fact,) = told(seen, fix_at(20 / 60, 3))
    assert fact.fixes == (FIRST, fix_at(20 / 60, 3))


def test_it_is_decided_when_the_second_is_believed() -> None:
    """Which may be later than its own time."""
    (fact,) = begun().step(step_of(PORT, SECOND, FIRST, decided_at=THIRD.at))
    assert fact.decided_at == THIRD.at


def test_it_is_told_once() -> None:
    """The third fix tells nothing, nor does a silence after it."""
    seen = begun()
    told(seen, SECOND)
    assert told(seen, THIRD, SECOND) == []
    assert seen.fall(THIRD.at + 4 * HOUR_US) == []


def test_whoever_was_seen_before_is_not_begun_with() -> None:
    """Wherever that was."""
    seen = FirstSeen()
    assert told(seen, SECOND) == []
    assert seen.fall(FIRST.at) == []


def test_near_the_port_is_not_inside() -> None:
    """Her first fix was within the margin only: her entry will be seen."""
    seen = begun(fix_at(0, 4300))
    assert told(seen, fix_at(3, 3900)) == []
    assert told(seen, fix_at(6, 3000)) == []
    assert begun(fix_at(0, 4300)).fall(FIRST.at) == []


def test_it_is_told_where_she_was_though_she_is_there_no_more() -> None:
    """The second fix is out at sea."""
    (fact,) = told(begun(), fix_at(30, 9000))
    assert (fact.geofence, fact.place) == ("berth", FIRST)


def test_who_falls_silent_after_her_first_fix_is_told_with_the_silence() -> None:
    """At its deadline, with that fix alone; when she is back, it has been told."""
    seen, deadline = begun(fix_at(0, 700)), FIRST.at + 4 * HOUR_US
    (fact,) = seen.fall(deadline)
    assert fact.kind is EventKind.FIRST_SEEN_INSIDE
    assert fact.span == Span(earliest=None, at=None, latest=FIRST.at)
    assert (fact.decided_at, fact.key_at) == (deadline, FIRST.at)
    assert (fact.geofence, fact.fixes) == ("harbour", (fix_at(0, 700),))
    assert told(seen, fix_at(600)) == []


def test_it_says_why_nothing_earlier_is_known() -> None:
    """Never heard before, here before the port was watched, or leapt here as no ship can."""
    for seen, why in (
        (begun(), EVER),
        (begun(watched=True), WATCHED),
        (begun(leapt=fix_at(-60, 999_000)), LEAPT),
        (begun(watched=True, leapt=fix_at(-60, 999_000)), LEAPT),
    ):
        (fact,) = told(seen, SECOND)
        assert fact.why == why
        assert fact.figures == ({"leap": True} if why == LEAPT else {})
