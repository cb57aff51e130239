"""First seen here: told with the second fix, or with the silence, and never twice."""

from __future__ import annotations

from monitor.engine.detect.port.first_seen import FirstSeen
from monitor.model import EventKind, Span
from monitor.units import HOUR_US
from tests.scenario.sea import fix_at, square_port, step_of, steps_of

PORT = square_port()
APPROACH, HARBOUR, BERTH = 0b0001, 0b0101, 0b1101
FIRST, SECOND, THIRD = fix_at(0), fix_at(3, 900), fix_at(6, 900)


def test_it_is_told_with_her_second_fix() -> None:
    """At the fence of the first: she was there then, and nobody knows since when."""
    seen = FirstSeen()
    first, second = steps_of(PORT, [FIRST, SECOND])
    assert seen.step(first, 0) == []
    (fact,) = seen.step(second, BERTH)
    assert fact.kind is EventKind.FIRST_SEEN_INSIDE
    assert fact.span == Span(earliest=None, at=None, latest=FIRST.at)
    assert (fact.decided_at, fact.key_at) == (SECOND.at, FIRST.at)
    assert (fact.geofence, fact.place, fact.fixes) == ("berth", FIRST, (FIRST, SECOND))
    assert fact.why == "Her first report ever was here: when she came is not known."


def test_it_is_decided_when_the_second_is_believed() -> None:
    """Which may be later than its own time."""
    seen = FirstSeen()
    seen.step(step_of(PORT, FIRST, None), 0)
    (fact,) = seen.step(step_of(PORT, SECOND, FIRST, decided_at=THIRD.at), HARBOUR)
    assert (fact.decided_at, fact.geofence) == (THIRD.at, "harbour")


def test_it_is_told_once() -> None:
    """The third fix tells nothing, nor does a silence after it."""
    seen = FirstSeen()
    first, second, third = steps_of(PORT, [FIRST, SECOND, THIRD])
    seen.step(first, 0)
    seen.step(second, BERTH)
    assert seen.step(third, HARBOUR) == []
    assert seen.fall(PORT, HARBOUR, THIRD.at + 4 * HOUR_US) == []


def test_who_was_seen_before_was_not_seen_here_first() -> None:
    """Wherever that was."""
    seen = FirstSeen()
    steps = steps_of(PORT, [FIRST, SECOND], fix_at(-600, 99_000))
    assert [seen.step(step, mask) for step, mask in zip(steps, (0, BERTH), strict=True)] == [[], []]


def test_near_the_port_is_not_inside() -> None:
    """Her first fix was within the margin only: her entry will be seen."""
    seen = FirstSeen()
    first, second, third = steps_of(PORT, [fix_at(0, 4300), fix_at(3, 3900), fix_at(6, 3000)])
    seen.step(first, 0)
    assert seen.step(second, 0) == []
    assert seen.step(third, APPROACH) == []


def test_it_is_told_where_she_was_though_she_is_there_no_more() -> None:
    """The second fix is out at sea."""
    seen = FirstSeen()
    first, second = steps_of(PORT, [FIRST, fix_at(30, 9000)])
    seen.step(first, 0)
    (fact,) = seen.step(second, BERTH)
    assert (fact.geofence, fact.place) == ("berth", FIRST)


def test_who_falls_silent_after_her_first_fix_is_told_with_the_silence() -> None:
    """At its deadline, with that fix alone; when she is back, it has been told."""
    seen = FirstSeen()
    first, second = steps_of(PORT, [FIRST, fix_at(600)])
    seen.step(first, 0)
    deadline = FIRST.at + 4 * HOUR_US
    (fact,) = seen.fall(PORT, HARBOUR, deadline)
    assert fact.kind is EventKind.FIRST_SEEN_INSIDE
    assert fact.span == Span(earliest=None, at=None, latest=FIRST.at)
    assert (fact.decided_at, fact.key_at) == (deadline, FIRST.at)
    assert (fact.geofence, fact.fixes) == ("harbour", (FIRST,))
    assert seen.step(second, BERTH) == []


def test_a_silence_of_a_ship_seen_before_tells_nothing() -> None:
    """She came from somewhere."""
    assert FirstSeen().fall(PORT, BERTH, FIRST.at) == []
