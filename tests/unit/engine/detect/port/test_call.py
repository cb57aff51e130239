"""Port calls: what a whole call makes known, and how sure it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.signs import Around, Sign
from monitor.model import CallState, EventKind, EventState, Fix, Stage
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import START, fix_at, step_of
from tests.unit.engine.detect.port.calls import (
    BERTH,
    HARBOUR,
    PORT,
    SINCE_EVER,
    call_in,
    dark_after,
    dwelling,
    fact_of,
    first_seen,
    minutes,
    signed,
    span,
    take,
)

# -- a whole call --------------------------------------------------------------------------------


def test_a_call_from_entry_to_sailing() -> None:
    """Arrival is the first stop, departure the start from the last; ids never change on the way."""
    call = Call()
    told = take(
        call,
        signed(Sign.HARBOUR_IN, 0, 2),
        fact_of(EventKind.BERTHED, BERTH, 10, 14),
        fact_of(EventKind.UNBERTHED, BERTH, 60, 62),
        signed(Sign.HARBOUR_OUT, 70, 72),
        signed(Sign.APPROACH_OUT, 90, 92),
    )
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
    take(call, signed(Sign.HARBOUR_IN, 0, 2), signed(Sign.STOPPED, 10, 12))
    assert take(call, signed(Sign.STOPPED, 50, 52)) == []
    assert call.arrived == span(10, 12)


def test_a_stop_that_is_told_again_is_one_stage() -> None:
    """Now with the berth: the last word on it stands."""
    call = Call()
    coarse = fact_of(EventKind.BERTHED, HARBOUR, 10, 12)
    take(call, coarse, replace(coarse, geofence=BERTH))
    assert call.stages == [Stage(kind=EventKind.BERTHED, span=span(10, 12), geofence=BERTH)]
    take(call, fact_of(EventKind.BERTHED, BERTH, 50, 52))
    assert len(call.stages) == 2


def test_a_first_stop_after_dwelling_makes_the_arrival_better_known() -> None:
    """Confirmed by half an hour inside, then alongside: the berth is the arrival."""
    call = call_in(CallState.ENTERED)
    assert dwelling(call) == ["PortArrived confirmed"]
    assert call.confidence(departed=None) == 1
    (told,) = take(call, signed(Sign.STOPPED, 50, 52))
    assert (told.state, told.span) == (EventState.CONFIRMED, span(50, 52))
    assert call.confidence(departed=None) == 3


def test_a_departure_without_a_start_is_the_way_out_of_the_harbour() -> None:
    """She never stopped: the border is all there is."""
    call = call_in(CallState.IN_PORT)
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 20, 22))
    assert told.span == span(20, 22)


def test_a_start_before_another_stop_is_not_the_departure() -> None:
    """She shifted at 20 and sailed from her second berth at 80."""
    call = call_in(CallState.IN_PORT)
    take(call, fact_of(EventKind.UNBERTHED, BERTH, 20, 22))
    take(call, signed(Sign.STOPPED, 30, 32))
    take(call, fact_of(EventKind.UNBERTHED, BERTH, 80, 82))
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 90, 92))
    assert told.span == span(80, 82)


def test_a_start_before_a_stop_that_nobody_saw_end_is_none() -> None:
    """She shifted at 20; from her second berth she was only seen to go out of the harbour."""
    call = call_in(CallState.IN_PORT)
    take(call, fact_of(EventKind.UNBERTHED, BERTH, 20, 22), signed(Sign.STOPPED, 30, 32))
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 90, 92))
    assert told.span == span(90, 92)


def test_after_a_withdrawn_departure_the_next_is_another_event() -> None:
    """Back at the quay, and out again an hour later: it has another instant."""
    call = call_in(CallState.LEAVING)
    take(call, signed(Sign.HARBOUR_IN, 20, 22))
    assert call.departed is None
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 80, 82))
    assert told.key_at == START + 82 * MINUTE_US
    assert told.span == span(80, 82)


def test_a_departure_is_never_before_the_arrival() -> None:
    """The start of her last stay, as far as it is known, may begin before she had come."""
    call = Call()
    take(call, signed(Sign.STOPPED, 10, 20), fact_of(EventKind.UNBERTHED, BERTH, 5, 25))
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 30, 32))
    assert minutes(told.span) == (10, 15, 25)
    call = Call()
    take(call, signed(Sign.STOPPED, 10, 20), fact_of(EventKind.UNBERTHED, BERTH, 2, 6))
    (told,) = take(call, signed(Sign.HARBOUR_OUT, 30, 32))
    assert minutes(told.span) == (10, 10, 10)


def test_without_a_stop_she_left_when_she_may_have_been_at_rest_last() -> None:
    """A tug that worked from minute 20 to 40; still where she was then, until she is out."""
    for pause, bounds in (((20, 40), (20, None, 40)), ((20, None), (20, None, 52))):
        begin, end = (None if m is None else START + m * MINUTE_US for m in pause)
        assert begin is not None
        call = call_in(CallState.IN_PORT)
        known = Around(PORT, pause=(begin, end))
        (told,) = take(call, signed(Sign.HARBOUR_OUT, 50, 52), known=known)
        assert minutes(told.span) == bounds


def test_a_call_of_a_ship_that_stays_has_no_departure() -> None:
    """It stands as it is: the departure is only known once it is proved."""
    call = call_in(CallState.IN_PORT)
    take(call, signed(Sign.HARBOUR_OUT))
    stands = call.stands(START + HOUR_US, withdrawn=False)
    assert (stands.state, stands.departed) == (CallState.LEAVING, None)
    take(call, signed(Sign.APPROACH_OUT, 20, 22))
    stands = call.stands(START + HOUR_US, withdrawn=False)
    assert (stands.state, stands.departed) == (CallState.AWAY, span(10, 12))
    assert (stands.arrived, stands.decided_at) == (span(0, 2), START + HOUR_US)


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
        (False, None, (60, 62), 2),  # found in the harbour, and seen to leave
        (False, None, (60, 600), 1),
    ],
)
def test_confidence_counts_what_was_seen(
    stopped: bool,  # noqa: FBT001 - a row of the table
    arrived: tuple[int, int] | None,
    departed: tuple[int, int] | None,
    confidence: int,
) -> None:
    """GFW: 4 entry, stop and exit; 3 stop and one of them; 2 stop only; 1 none."""
    call = Call(stopped=stopped, berthed=stopped, arrived=span(*arrived) if arrived else None)
    assert call.confidence(departed=span(*departed) if departed else None) == confidence
    call.doubtful = True
    assert call.confidence(departed=span(*departed) if departed else None) == 1


def test_who_leapt_into_the_harbour_is_doubtful() -> None:
    """Whatever she does there: a number may be used by two ships."""
    for facts in ([first_seen()], [first_seen(1), dark_after(0)], [first_seen(1)]):
        call = Call()
        take(call, *(replace(fact, figures={"leap": True}) for fact in facts))
        take(call, signed(Sign.STOPPED, 10, 20))
        assert (call.state, call.confidence(departed=span(60, 62))) == (CallState.IN_PORT, 1)


# -- dwelling ------------------------------------------------------------------------------------


def test_half_an_hour_counts_from_the_first_fix_inside() -> None:
    """Entered by minute 2: at 31:59 she has not stayed yet, at 32 she has."""
    call = call_in(CallState.ENTERED)
    assert call.dwell(step_of(PORT, fix_at(31.9), fix_at(31))) == []
    (told,) = call.dwell(step_of(PORT, fix_at(32), fix_at(31.9)))
    assert (told.kind, told.state, told.span) == (
        EventKind.PORT_ARRIVED, EventState.CONFIRMED, span(0, 2),
    )  # fmt: skip


def test_who_was_found_there_dwells_as_well() -> None:
    """From her first fix on."""
    call = Call()
    take(call, first_seen())
    assert call.dwell(step_of(PORT, fix_at(29.9), fix_at(29))) == []
    (told,) = call.dwell(step_of(PORT, fix_at(30), fix_at(29)))
    assert (told.state, told.span) == (EventState.CONFIRMED, SINCE_EVER)


@pytest.mark.parametrize(
    ("fix", "prev"),
    [
        (fix_at(400), fix_at(5)),  # half an hour that nobody saw
        (fix_at(40, 2000), fix_at(39)),  # outside the harbour
    ],
)
def test_a_silence_is_no_dwelling(fix: Fix, prev: Fix) -> None:
    """It proves nothing; nor does a place deeper in another port's waters."""
    call = call_in(CallState.ENTERED)
    assert call.dwell(step_of(PORT, fix, prev)) == []
    step = step_of(PORT, fix_at(40), fix_at(39))
    assert call.dwell(step._replace(elsewhere=True)) == []
    assert call.state is CallState.ENTERED
