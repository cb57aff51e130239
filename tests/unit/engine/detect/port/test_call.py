"""Port calls: each line of the table, every pair that is not in it, and the bounds of times."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import (
    TABLE,
    Act,
    Call,
    CallState,
    Sign,
    arrival_of,
    unseen_departure,
)
from monitor.engine.geofence import distance_m
from monitor.model import EventKind, EventState, Fix, Span
from monitor.units import DEGREE_M, HOUR_US, MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at, square_port, step_of

PORT = square_port()
APPROACH, ANCHORAGE, HARBOUR, BERTH = "approach", "anchorage", "harbour", "berth"

SIGNS = {
    Sign.HARBOUR_IN: (EventKind.GEOFENCE_ENTERED, HARBOUR),
    Sign.HARBOUR_OUT: (EventKind.GEOFENCE_LEFT, HARBOUR),
    Sign.APPROACH_OUT: (EventKind.GEOFENCE_LEFT, APPROACH),
    Sign.STOPPED: (EventKind.BERTHED, BERTH),
    Sign.DARK: (EventKind.WENT_DARK_INSIDE, HARBOUR),
    Sign.GONE: (EventKind.REAPPEARED_ELSEWHERE, None),
}
"""The fact that gives each sign; DWELT is the call's own."""

ARRIVED, DEPARTED = "PortArrived", "PortDeparted"

EXPECTED = {
    ("away", "harbour in"): ("entered", f"{ARRIVED} provisional"),
    ("away", "stopped"): ("in port", f"{ARRIVED} confirmed"),
    ("away", "dark"): ("in port", f"{ARRIVED} confirmed"),
    ("entered", "stopped"): ("in port", f"{ARRIVED} confirmed"),
    ("entered", "dwelt"): ("in port", f"{ARRIVED} confirmed"),
    ("entered", "dark"): ("in port", f"{ARRIVED} confirmed"),
    ("entered", "harbour out"): ("away", f"{ARRIVED} withdrawn"),
    ("entered", "gone"): ("away", f"{ARRIVED} withdrawn"),
    ("in port", "stopped"): ("in port", f"{ARRIVED} confirmed"),
    ("in port", "harbour out"): ("leaving", f"{DEPARTED} provisional"),
    ("in port", "approach out"): ("away", f"{DEPARTED} confirmed"),
    ("in port", "gone"): ("away", f"{DEPARTED} confirmed"),
    ("leaving", "harbour in"): ("in port", f"{DEPARTED} withdrawn"),
    ("leaving", "stopped"): ("in port", f"{DEPARTED} withdrawn"),
    ("leaving", "approach out"): ("away", f"{DEPARTED} confirmed"),
    ("leaving", "gone"): ("away", f"{DEPARTED} confirmed"),
}
"""(state, sign) -> the next state and what is told, by design."""


def span(begin: float, end: float) -> Span:
    """Return a span of these minutes, best in the middle."""
    earliest, latest = START + round(begin * MINUTE_US), START + round(end * MINUTE_US)
    return Span(earliest=earliest, at=(earliest + latest) // 2, latest=latest)


def fact_of(
    kind: EventKind, fence: str | None, begin: float = 10, end: float = 12, **fields: Any
) -> Fact:
    fact = Fact(
        kind=kind, span=span(begin, end), decided_at=START + round((end + 2) * MINUTE_US),
        geofence=fence, place=fix_at(end), fixes=(fix_at(begin), fix_at(end)), why="Because.",
        key_at=START + round(end * MINUTE_US),
    )  # fmt: skip
    return replace(fact, **fields)


def signed(sign: Sign, begin: float = 10, end: float = 12) -> Fact:
    return fact_of(*SIGNS[sign], begin, end)


def call_in(state: CallState) -> Call:
    """Return a call as it is in a state: provisional, confirmed by dwelling, or on its way out."""
    call = Call(state=state)
    if state is not CallState.AWAY:
        call.key_at, call.arrived, call.entry = START, span(0, 2), span(0, 2)
    if state is CallState.LEAVING:
        call.departed, call.departed_key_at = span(6, 8), START + 8 * MINUTE_US
    return call


def dwelling(call: Call) -> list[str]:
    """Send the fix that makes half an hour; return what is told."""
    told = call.dwell(step_of(PORT, fix_at(33), fix_at(32)))
    return [f"{item.kind} {item.state}" for item in told]


def taken(call: Call, sign: Sign) -> list[str]:
    if sign is Sign.DWELT:
        return dwelling(call)
    return [f"{item.kind} {item.state}" for item in call.take(PORT, signed(sign))]


@pytest.mark.parametrize(("state", "sign"), list(product(CallState, Sign)))
def test_each_pair_does_what_the_design_says_and_all_others_nothing(
    state: CallState, sign: Sign
) -> None:
    """Sixteen pairs change a call; the other twelve leave every field of it alone."""
    call = call_in(state)
    before = kept.dump(call)
    told = taken(call, sign)
    expected = EXPECTED.get((state.value, sign.value))
    if expected is not None:
        assert (call.state, told) == (expected[0], [expected[1]])
        return
    assert told == []
    call.stages.clear()  # a stop or a silence is a stage of the call all the same
    assert kept.dump(call) == before


def test_the_table_has_the_pairs_of_the_design() -> None:
    """No more and no fewer."""
    assert {(state.value, sign.value) for state, sign in TABLE} == set(EXPECTED)


def test_every_act_of_the_table_is_a_method() -> None:
    """No act without what it does, and none that no row names."""
    assert {act for _, act in TABLE.values()} == set(Call.ACTS) == set(Act)


@pytest.mark.parametrize(
    ("kind", "fence"),
    [
        (EventKind.GEOFENCE_ENTERED, APPROACH),
        (EventKind.GEOFENCE_ENTERED, ANCHORAGE),
        (EventKind.GEOFENCE_ENTERED, BERTH),
        (EventKind.GEOFENCE_LEFT, ANCHORAGE),
        (EventKind.GEOFENCE_LEFT, BERTH),
        (EventKind.WENT_DARK_INSIDE, APPROACH),
        (EventKind.WENT_DARK_INSIDE, ANCHORAGE),
        (EventKind.REAPPEARED_INSIDE, HARBOUR),
        (EventKind.UNBERTHED, BERTH),
        (EventKind.ANCHOR_WEIGHED, ANCHORAGE),
        (EventKind.PASSED_THROUGH, APPROACH),
        (EventKind.FIRST_SEEN_INSIDE, HARBOUR),
    ],
)
@pytest.mark.parametrize("state", CallState)
def test_facts_that_are_no_sign_change_no_state(
    state: CallState, kind: EventKind, fence: str
) -> None:
    """A berth left is not the port left; dark in the approach is not dark in port."""
    call = call_in(state)
    assert call.take(PORT, fact_of(kind, fence)) == []
    assert call.state is state


# -- a whole call --------------------------------------------------------------------------------


def test_a_call_from_entry_to_sailing() -> None:
    """Arrival is the first stop, departure the start from the last; ids never change on the way."""
    call = Call()
    facts = [
        signed(Sign.HARBOUR_IN, 0, 2),
        fact_of(EventKind.BERTHED, BERTH, 10, 14),
        fact_of(EventKind.UNBERTHED, BERTH, 60, 62),
        signed(Sign.HARBOUR_OUT, 70, 72),
        signed(Sign.APPROACH_OUT, 90, 92),
    ]
    told = [item for fact in facts for item in call.take(PORT, fact)]
    assert [(item.kind, item.state, item.span, item.confidence) for item in told] == [
        (EventKind.PORT_ARRIVED, EventState.PROVISIONAL, span(0, 2), 1),
        (EventKind.PORT_ARRIVED, EventState.CONFIRMED, span(10, 14), 3),
        (EventKind.PORT_DEPARTED, EventState.PROVISIONAL, span(60, 62), 4),
        (EventKind.PORT_DEPARTED, EventState.CONFIRMED, span(60, 62), 4),
    ]
    assert told[0].key_at == told[1].key_at
    assert told[2].key_at == told[3].key_at
    assert [stage.kind for stage in call.stages] == [EventKind.BERTHED, EventKind.UNBERTHED]
    assert call.stages[0].geofence == "berth"


def test_a_second_stop_does_not_move_the_arrival() -> None:
    """A berth shift is one call."""
    call = Call()
    call.take(PORT, signed(Sign.HARBOUR_IN, 0, 2))
    call.take(PORT, signed(Sign.STOPPED, 10, 12))
    assert call.take(PORT, signed(Sign.STOPPED, 50, 52)) == []
    assert call.arrived == span(10, 12)


def test_a_first_stop_after_dwelling_makes_the_arrival_better_known() -> None:
    """Confirmed by half an hour inside, then alongside: the berth is the arrival."""
    call = call_in(CallState.ENTERED)
    assert dwelling(call) == ["PortArrived confirmed"]
    assert call.confidence() == 1
    (told,) = call.take(PORT, signed(Sign.STOPPED, 50, 52))
    assert (told.state, told.span, call.confidence()) == (EventState.CONFIRMED, span(50, 52), 3)


def test_a_departure_without_a_start_is_the_way_out_of_the_harbour() -> None:
    """She never stopped: the border is all there is."""
    call = call_in(CallState.IN_PORT)
    (told,) = call.take(PORT, signed(Sign.HARBOUR_OUT, 20, 22))
    assert told.span == span(20, 22)


def test_a_start_before_another_stop_is_not_the_departure() -> None:
    """She shifted at 20 and sailed from her second berth at 80."""
    call = call_in(CallState.IN_PORT)
    call.take(PORT, fact_of(EventKind.UNBERTHED, BERTH, 20, 22))
    call.take(PORT, signed(Sign.STOPPED, 30, 32))
    call.take(PORT, fact_of(EventKind.UNBERTHED, BERTH, 80, 82))
    (told,) = call.take(PORT, signed(Sign.HARBOUR_OUT, 90, 92))
    assert told.span == span(80, 82)


def test_after_a_withdrawn_departure_the_next_is_another_event() -> None:
    """Back at the quay, and out again an hour later: it has another instant."""
    call = call_in(CallState.LEAVING)
    call.take(PORT, signed(Sign.HARBOUR_IN, 20, 22))
    assert call.departed is None
    (told,) = call.take(PORT, signed(Sign.HARBOUR_OUT, 80, 82))
    assert told.key_at == START + 82 * MINUTE_US
    assert told.span == span(80, 82)


def test_first_seen_inside_and_stopped_arrived_before_she_was_seen() -> None:
    """The latest time of arrival is the first fix; nothing else is known."""
    call = Call()
    seen = fact_of(EventKind.FIRST_SEEN_INSIDE, HARBOUR, 0, 0, fixes=(fix_at(0),))
    call.take(PORT, replace(seen, span=Span(earliest=None, at=None, latest=START)))
    (told,) = call.take(PORT, signed(Sign.STOPPED, 0, 1))
    assert told.span.latest == START + MINUTE_US
    stopped = Call()
    stopped.take(PORT, seen)
    unknown = replace(
        signed(Sign.STOPPED, 0, 10), span=Span(earliest=None, at=None, latest=START + MINUTE_US)
    )
    (told,) = stopped.take(PORT, unknown)
    assert told.span == Span(earliest=None, at=None, latest=START)
    assert [stage.kind for stage in stopped.stages] == [
        EventKind.FIRST_SEEN_INSIDE, EventKind.BERTHED,
    ]  # fmt: skip


# -- confidence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stopped", "arrived", "departed", "confidence"),
    [
        (True, (0, 2), (60, 62), 4),
        (True, (0, 2), None, 3),
        (True, (0, 240), (60, 62), 4),  # four hours are not yet a silence
        (True, (0, 241), (60, 62), 3),
        (True, (0, 600), (700, 1400), 2),
        (True, None, None, 2),
        (False, (0, 2), (60, 62), 1),
    ],
)
def test_confidence_counts_what_was_seen(
    stopped: bool,  # noqa: FBT001 - a row of the table
    arrived: tuple[int, int] | None,
    departed: tuple[int, int] | None,
    confidence: int,
) -> None:
    """GFW: 4 entry, stop and exit; 3 stop and one of them; 2 stop only; 1 none."""
    call = Call(
        stopped=stopped,
        arrived=span(*arrived) if arrived else None,
        departed=span(*departed) if departed else None,
    )
    assert call.confidence() == confidence


# -- bounds --------------------------------------------------------------------------------------


def voyage(hours: float, miles: float) -> tuple[Fix, Fix]:
    """Return the fixes before and after a silence of so many hours, so far apart on a meridian."""
    return fix_at(0), fix_at(hours * 60, 0, miles * NAUTICAL_MILE_M)


def near(left: int | None, right: int) -> bool:
    """Whether two instants agree to a second: a mile is no whole number of degrees."""
    return left is not None and abs(left - right) < 1_000_000


def test_an_unseen_departure_leaves_time_for_the_way() -> None:
    """120 NM in 48 h: 2 h at 60 kn, 10 h at 12 kn."""
    before, after = voyage(48, 120)
    bound = unseen_departure(
        fact_of(EventKind.REAPPEARED_ELSEWHERE, None, 0, 48 * 60, fixes=(before, after))
    )
    assert bound.earliest == before.at
    assert near(bound.latest, before.at + 46 * HOUR_US)
    assert near(bound.at, before.at + 38 * HOUR_US)


def test_an_unseen_departure_is_never_before_she_was_last_seen() -> None:
    """120 NM in 5 h is faster than usual: the best guess is at once."""
    before, after = voyage(5, 120)
    bound = unseen_departure(
        fact_of(EventKind.REAPPEARED_ELSEWHERE, None, 0, 300, fixes=(before, after))
    )
    assert bound.at == before.at
    assert near(bound.latest, before.at + 3 * HOUR_US)


def test_an_unseen_arrival_takes_time_for_the_way() -> None:
    """The same from the other end: not in the first 2 h, best after 10."""
    before, after = voyage(48, 120)
    fact = fact_of(EventKind.GEOFENCE_ENTERED, HARBOUR, 0, 48 * 60, fixes=(before, after))
    bound = arrival_of(fact)
    assert near(bound.earliest, before.at + 2 * HOUR_US)
    assert near(bound.at, before.at + 10 * HOUR_US)
    assert bound.latest == after.at


def test_an_arrival_that_was_seen_stays_as_it_is() -> None:
    """No silence, no better bound."""
    fact = signed(Sign.HARBOUR_IN, 0, 240)
    assert arrival_of(fact) == fact.span
    unknown = replace(fact, span=Span(earliest=None, at=None, latest=START))
    assert arrival_of(unknown) == unknown.span


def test_bounds_hold_across_an_ocean() -> None:
    """From Yokohama to San Francisco the shortest way is the great circle of some 4,460 NM.

    Along the parallel it seems 250 NM longer, and the latest departure four hours too early.
    """
    before = fix_at(0, lon=139.65, lat=35.45)
    after = fix_at(20 * 24 * 60, lon=-122.4, lat=37.8)
    hours = distance_m(139.65, 35.45, -122.4, 37.8) / (60 * NAUTICAL_MILE_M)
    assert 74 < hours < 75
    bound = unseen_departure(
        fact_of(EventKind.REAPPEARED_ELSEWHERE, None, 0, 28_800, fixes=(before, after))
    )
    assert bound.latest is not None
    assert abs((after.at - bound.latest) / HOUR_US - hours) < 0.05
    arrival = arrival_of(
        fact_of(EventKind.GEOFENCE_ENTERED, HARBOUR, 0, 28_800, fixes=(before, after))
    )
    assert arrival.earliest is not None
    assert abs((arrival.earliest - before.at) / HOUR_US - hours) < 0.05
    assert DEGREE_M * 74 < distance_m(139.65, 35.45, -122.4, 37.8) < DEGREE_M * 75


# -- dwelling ------------------------------------------------------------------------------------


def test_half_an_hour_counts_from_the_first_fix_inside() -> None:
    """Entered by minute 2: at 31:59 she has not stayed yet, at 32 she has."""
    call = call_in(CallState.ENTERED)
    assert call.dwell(step_of(PORT, fix_at(31.9), fix_at(31))) == []
    (told,) = call.dwell(step_of(PORT, fix_at(32), fix_at(31.9)))
    assert (told.kind, told.state, told.span) == (
        EventKind.PORT_ARRIVED, EventState.CONFIRMED, span(0, 2),
    )  # fmt: skip


def test_a_silence_is_no_dwelling() -> None:
    """Half an hour that nobody saw proves nothing, nor do fixes outside the harbour."""
    call = call_in(CallState.ENTERED)
    assert call.dwell(step_of(PORT, fix_at(400), fix_at(5))) == []
    assert call.dwell(step_of(PORT, fix_at(40, 2000), fix_at(39))) == []
    assert call.state is CallState.ENTERED
