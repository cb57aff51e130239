"""Visits of which a part was not seen: what is told of them, and what is not."""

from __future__ import annotations

import pytest

from monitor.engine.detect.detector import Found
from monitor.engine.detect.port.visit import Visit
from monitor.model import CallState, EventKind, EventState
from monitor.units import HOUR_US
from tests.scenario.sea import fix_at, steps_of
from tests.unit.engine.detect.port.visits import (
    MILE,
    PORT,
    QUAY,
    VISITS,
    calls,
    comes,
    facts,
    findings,
    goes,
    lies,
    seen_alongside,
)


def test_a_first_report_while_casting_off_is_a_call_that_was_left() -> None:
    """Arrived before, open; departed between the fixes at which she may have been at rest."""
    found = findings([*lies(range(5)), *goes(4)])
    last = calls(found)[-1]
    assert last.arrived.earliest is None
    assert last.departed is not None
    assert last.departed.earliest is not None
    assert last.departed.latest is not None
    assert last.departed.earliest <= fix_at(4).at <= last.departed.latest
    assert (last.state, last.confidence, last.withdrawn) == (CallState.AWAY, 2, False)
    assert facts(found, EventKind.PASSED_THROUGH) == []


def test_dark_at_sea_then_on_while_casting_off_she_came_in_the_silence() -> None:
    """Three days unheard: her arrival lies in them, and her departure was seen."""
    before = fix_at(-3 * 24 * 60, 0, 107 * MILE)
    found = findings([*lies(range(5)), *goes(4)], before)
    last = calls(found)[-1]
    assert last.arrived.earliest is not None
    assert before.at < last.arrived.earliest
    assert last.arrived.latest is not None
    assert last.arrived.latest - last.arrived.earliest > 12 * HOUR_US
    assert last.departed is not None
    assert (last.state, last.withdrawn) == (CallState.AWAY, False)
    assert last.confidence <= 2
    assert facts(found, EventKind.PASSED_THROUGH) == []


def test_a_burst_of_forty_seconds_alongside_proves_no_stop() -> None:
    """At sea, three hours later five fixes in 40 s, three hours later at sea again."""
    burst = [fix_at(n / 6, QUAY + n, 20) for n in range(5)]
    gone = [fix_at(180 + m, 9000 + 300 * m) for m in range(3)]
    found = findings([*burst, *gone], fix_at(-180, 9000))
    assert facts(found, EventKind.PASSED_THROUGH, EventKind.BERTHED) == []
    assert all(call.confidence == 1 for call in calls(found))


def test_touched_once_and_out_again_is_a_provisional_call_for_good() -> None:
    """One fix alongside, five hours of silence, then far out."""
    on = Visit()
    gone = [fix_at(300 + m, 9000 + 300 * m) for m in range(3)]
    found = findings([fix_at(0, QUAY, 20), *gone], fix_at(-180, 20 * MILE), on)
    arrived = facts(found, EventKind.PORT_ARRIVED)
    assert {fact.state for fact in arrived} == {EventState.PROVISIONAL}
    assert {fact.confidence for fact in arrived} == {1}
    last = calls(found)[-1]
    assert (last.state, last.confidence, last.withdrawn) == (CallState.AWAY, 1, False)
    assert facts(found, EventKind.PORT_DEPARTED) == []
    assert on.call.state is CallState.AWAY


def test_touched_once_and_heard_in_the_approach_is_a_provisional_call_for_good() -> None:
    """Whether she stopped in the harbour is not known; on its border she is not out of it."""
    for back_m, state in ((2500, CallState.AWAY), (1100, CallState.TOUCHED)):
        on = Visit()
        findings(lies((0,)), fix_at(-180, 20 * MILE), on)
        found = findings(lies((300,), back_m), fix_at(0, QUAY, 20), on)
        assert on.call.state is state
        assert {fact.state for fact in facts(found, EventKind.PORT_ARRIVED)} == {
            EventState.PROVISIONAL
        }
        assert calls(found)[-1].state is state


def test_out_of_the_harbour_in_a_silence_and_at_anchor_her_call_goes_on() -> None:
    """She waits in the anchorage: it is one call, with two stops."""
    on = seen_alongside()
    begun = on.call.key_at
    found = findings(lies(range(600, 660, 3), -2500), fix_at(29, QUAY, 20), on)
    left = facts(found, EventKind.PORT_DEPARTED)
    assert [fact.state for fact in left] == [EventState.PROVISIONAL, EventState.WITHDRAWN]
    assert (on.call.state, on.call.key_at) == (CallState.IN_PORT, begun)


def test_left_then_dark_then_back_is_two_calls() -> None:
    """Out of the harbour, silent from the approach on for three days, and in again."""
    back = 3 * 24 * 60
    on = seen_alongside()
    begun = on.call.key_at
    found = findings([*goes(30)[:6], *comes(back), *lies(range(back + 11, back + 30))],
                     fix_at(29, QUAY, 20), on)  # fmt: skip
    (left,) = facts(found, EventKind.PORT_DEPARTED)[-1:]
    assert left.state is EventState.CONFIRMED
    assert (left.span.earliest or 0) <= fix_at(30).at <= (left.span.latest or 0)
    assert left.decided_at == fix_at(36).at + 4 * HOUR_US
    assert on.call.state is CallState.IN_PORT
    assert on.call.key_at != begun


@pytest.mark.parametrize(("wait", "told"), [(3, "withdrawn"), (16, "provisional")])
def test_in_and_out_it_depends_on_whether_there_was_time_for_a_stop(wait: int, told: str) -> None:
    """The harbour at 16 kn, and a gap in it of so many minutes."""
    fixes = [fix_at(m, -1500 + 500 * m, 1) for m in range(5)]
    fixes += [fix_at(4 + wait + m, 500 + 500 * m, 1) for m in range(6)]
    found = findings(fixes, fix_at(-1, -6500, 1))
    assert [str(fact.state) for fact in facts(found, EventKind.PORT_ARRIVED)][-1] == told
    assert calls(found)[-1].withdrawn is (told == "withdrawn")


def test_a_stop_in_the_approach_alone_is_no_call() -> None:
    """Anchored there for three hours, and gone."""
    approach = [fix_at(m, 2800, 20) for m in range(0, 180, 3)]
    gone = [fix_at(180 + m, 2800 + 300 * m) for m in range(1, 20)]
    found = findings([*approach, *gone], fix_at(-10, 6000))
    assert [fact.geofence for fact in facts(found, EventKind.ANCHORED)] == ["approach"]
    assert calls(found) == []


def test_deeper_in_a_neighbouring_ports_waters_she_has_no_call_here() -> None:
    """Its anchorage or harbour lies in this one's; she is in one port at a time."""
    on = Visit()
    told: list[Found] = []
    fixes = [*comes(-30, -700), *lies(range(-19, 0, 3), -700), *lies(range(0, 180, 3), -2500)]
    for step in steps_of(PORT, fixes, fix_at(-31, -6000)):
        told += VISITS.step(on, step._replace(elsewhere=True))[1]
    assert calls(told) == []
    assert {fact.kind for fact in facts(told)} == {
        EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT,
    }  # fmt: skip


def test_a_silence_that_ended_elsewhere_ends_what_was_known_of_her_here() -> None:
    """Nobody saw her leave a fence or a berth."""
    on = seen_alongside()
    far = fix_at(3000, 0, 55 * MILE), fix_at(3001, 0, 55.2 * MILE)
    found = findings(list(far), fix_at(29, QUAY, 20), on)
    assert facts(found, EventKind.GEOFENCE_LEFT, EventKind.UNBERTHED) == []
    (left,) = facts(found, EventKind.PORT_DEPARTED)
    assert (left.span.earliest, left.state) == (fix_at(29).at, EventState.CONFIRMED)
    assert on.over()


def test_one_place_elsewhere_behind_a_silence_proves_nothing() -> None:
    """On the air again she is spoofed for some seconds: she lies where she lay."""
    on = seen_alongside()
    spoofed = [fix_at(3000, 0, 55 * MILE), fix_at(3000.5, 0, 55.1 * MILE)]
    found = findings([*spoofed, fix_at(3005, QUAY, 20)], fix_at(29, QUAY, 20), on)
    assert facts(found, EventKind.PORT_DEPARTED, EventKind.REAPPEARED_ELSEWHERE) == []
    (back,) = facts(found, EventKind.REAPPEARED_INSIDE)
    assert (back.span.earliest, back.span.latest) == (fix_at(29).at, fix_at(3005).at)
    assert on.call.state is CallState.IN_PORT
    assert facts(findings(goes(3006), fix_at(3005, QUAY, 20), on), EventKind.UNBERTHED)


def test_nobody_departs_before_she_arrived() -> None:
    """However short her call was and however coarse her positions are."""
    for fixes in (
        [*comes(0), *lies(range(11, 22)), *goes(21)],
        [*comes(0), *lies((15, 35, 55), type=27), *goes(56)],
        [*comes(0), *lies(range(11, 16)), *lies((40,)), *goes(41)],
        [*comes(0), *lies((11, 200, 400, 600)), *goes(601)],
    ):
        for call in calls(findings(fixes, fix_at(-1, 6500))):
            if call.departed is None:
                continue
            for a, b in (
                (call.arrived.earliest, call.departed.earliest), (call.arrived.at, call.departed.at)
            ):  # fmt: skip
                assert a is None or b is None or a <= b
