"""Port calls of which a part was not seen: how far each end is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.ends import DOUBT_WHY, FOUND_WHY, HIDDEN_WHY
from monitor.engine.detect.port.fences import FenceState
from monitor.engine.detect.port.signs import Around, Sign
from monitor.model import UNKNOWN, CallState, EventKind, EventState, Stage
from monitor.units import HOUR_US, MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at, step_of
from tests.unit.engine.detect.port.calls import (
    APPROACH,
    BERTH,
    HARBOUR,
    PORT,
    SINCE_EVER,
    around,
    between,
    call_in,
    dark_after,
    dwelling,
    fact_of,
    first_seen,
    minutes,
    said,
    signed,
    span,
    take,
)

# -- not seen to stop ----------------------------------------------------------------------------


def test_in_and_out_without_time_for_a_stop_is_withdrawn() -> None:
    call = call_in(CallState.ENTERED)
    (told,) = take(call, signed(Sign.HARBOUR_OUT))
    assert (told.state, told.why) == (
        EventState.WITHDRAWN, "Left the harbour again without stopping.",
    )  # fmt: skip
    assert told.key_at == START


@pytest.mark.parametrize("sign", [Sign.UNSURE_OUT, Sign.OUT_UNSEEN])
def test_in_and_out_with_time_for_a_stop_stays_provisional(sign: Sign) -> None:
    """Whether she stopped is not known: it says so, and nothing is graded higher."""
    call = call_in(CallState.ENTERED)
    (told,) = take(call, signed(sign), known=around(sign))
    assert (told.state, told.why, told.confidence) == (EventState.PROVISIONAL, DOUBT_WHY, 1)
    stands = call.stands(told.decided_at, withdrawn=False)
    assert stands.state is CallState.AWAY
    assert stands.departed is not None
    assert stands.confidence == 1


def test_a_call_whose_stop_nobody_heard_may_have_begun_until_she_left() -> None:
    """She dwelt, a gap was long enough for a stop, and she is out: her arrival has that bound."""
    call = call_in(CallState.ENTERED)
    dwelling(call)
    known = Around(PORT, hidden=True)
    arrived, left = take(call, signed(Sign.UNSURE_OUT, 80, 82), known=known)
    assert (minutes(arrived.span), arrived.why) == ((0, 1, 82), HIDDEN_WHY)
    assert minutes(left.span) == (80, 81, 82)
    berthed = Call()
    take(berthed, signed(Sign.STOPPED))
    assert said(take(berthed, signed(Sign.UNSURE_OUT, 80, 82), known=known)) == [
        "PortDeparted provisional"
    ]


# -- found in the harbour ------------------------------------------------------------------------


def test_who_is_first_heard_in_the_harbour_has_arrived_before() -> None:
    """The latest is her first fix; when, nobody knows: it is provisional, and a stage of hers."""
    call = Call()
    (told,) = take(call, first_seen())
    assert (told.state, told.span, told.why) == (EventState.PROVISIONAL, SINCE_EVER, FOUND_WHY)
    assert (told.confidence, told.key_at) == (1, START)
    assert call.stages == [
        Stage(kind=EventKind.FIRST_SEEN_INSIDE, span=SINCE_EVER, geofence=HARBOUR)
    ]


def test_found_in_the_harbour_and_seen_to_leave_she_called() -> None:
    """First report while casting off: a call whose exit was seen, of confidence 2."""
    call = Call()
    take(call, first_seen())
    arrived, left = take(call, signed(Sign.HARBOUR_OUT, 10, 12))
    assert (arrived.state, arrived.span) == (EventState.CONFIRMED, SINCE_EVER)
    assert minutes(left.span) == (10, 11, 12)
    take(call, signed(Sign.APPROACH_OUT, 20, 22))
    stands = call.stands(START + HOUR_US, withdrawn=False)
    assert (stands.arrived, stands.departed) == (SINCE_EVER, span(10, 12))
    assert stands.confidence == 2


def test_found_in_the_harbour_and_gone_in_a_silence_nothing_is_proved() -> None:
    """Provisional for good; her departure lies in the silence."""
    call = Call()
    take(call, first_seen())
    (told,) = take(call, signed(Sign.OUT_UNSEEN))
    assert (told.state, told.span) == (EventState.PROVISIONAL, SINCE_EVER)
    assert call.confidence(departed=call.departed) == 1


def test_found_in_the_harbour_under_way_she_came_to_rest_later() -> None:
    """Her arrival is by the stop at the latest, and open before."""
    call = Call()
    take(call, first_seen())
    (told,) = take(call, signed(Sign.STOPPED, 30, 40))
    assert minutes(told.span) == (None, None, 40)
    assert call.confidence(departed=None) == 2


def test_found_in_the_harbour_at_rest_she_had_arrived() -> None:
    """The stop that proves it moves nothing."""
    call = Call()
    take(call, first_seen())
    (told,) = take(
        call,
        signed(Sign.STOPPED, 0, 10),
        known=Around(PORT, found_at_rest=True, may_have_lain=True),
    )
    assert told.span == SINCE_EVER


def test_found_in_the_harbour_then_dark_she_may_have_come_to_rest_in_the_silence() -> None:
    """Unless she may have been at rest when she was heard last, and did not say that she moved."""
    over, still = (START, START + MINUTE_US), (START, None)
    for pause, sog_kn, latest in (
        (None, 0.0, None), (over, 0.0, None), (still, 0.0, 30), (still, 1.9, 30),
        (still, 2.0, None),
    ):  # fmt: skip
        last = fix_at(30)._replace(sog_kn=sog_kn)
        dark = fact_of(EventKind.WENT_DARK_INSIDE, HARBOUR, 30, 30 + 240, fixes=(last,))
        call = Call()
        take(call, first_seen())
        (told,) = take(call, dark, known=Around(PORT, pause=pause))
        assert (told.state, minutes(told.span)) == (EventState.CONFIRMED, (None, None, latest))


def test_first_seen_inside_and_stopped_arrived_before_she_was_seen() -> None:
    """One fix, then a stop: the latest time of arrival is that of the stop."""
    call = Call()
    assert take(call, first_seen(1)) == []
    (told,) = take(call, signed(Sign.STOPPED, 0, 1))
    assert minutes(told.span) == (0, 0.5, 1)
    call = Call()
    take(call, first_seen(1))
    unknown = replace(signed(Sign.STOPPED, 0, 10), span=between(None, 1))
    (told,) = take(call, unknown)
    assert minutes(told.span) == (None, None, 1)
    assert [stage.kind for stage in call.stages] == [
        EventKind.FIRST_SEEN_INSIDE, EventKind.BERTHED,
    ]  # fmt: skip


def test_a_stop_without_any_bound_is_no_later_than_the_first_fix() -> None:
    """Which is all that is known of her."""
    call = Call()
    (told,) = take(call, replace(signed(Sign.STOPPED, 5, 10), span=UNKNOWN))
    assert minutes(told.span) == (None, None, 5)
    call = Call()
    take(call, first_seen(1))
    (told,) = take(call, replace(signed(Sign.STOPPED, 5, 10), span=UNKNOWN))
    assert minutes(told.span) == (None, None, 0)


def test_who_entered_in_a_silence_came_in_it() -> None:
    """53 NM off, then in the harbour two days later: by her way, not by her first fix."""
    before, after = fix_at(0, 0, 120 * NAUTICAL_MILE_M), fix_at(48 * 60, 700)
    call = Call()
    entered = fact_of(
        EventKind.GEOFENCE_ENTERED, HARBOUR, fixes=(before, after), span=between(0, 48 * 60)
    )
    (told,) = take(call, entered)
    assert (call.state, told.state) == (CallState.FOUND, EventState.PROVISIONAL)
    assert minutes(told.span) == (
        pytest.approx(120, abs=0.1), pytest.approx(600, abs=0.1), 48 * 60,
    )  # fmt: skip


def test_found_at_rest_behind_a_gap_she_may_have_come_in_it() -> None:
    """Her stop has a bound from that gap on; without a fix before it, none."""
    for came, earliest in ((fix_at(-100), -100), (None, None)):
        call = Call()
        known = Around(PORT, found_at_rest=True, may_have_lain=True, came_from=came)
        (told,) = take(call, signed(Sign.STOPPED, 10, 12), known=known)
        assert (minutes(told.span)[0], minutes(told.span)[2]) == (earliest, 12)


# -- touched once --------------------------------------------------------------------------------


def test_one_fix_in_the_harbour_and_silence_is_a_provisional_call() -> None:
    """Bounded by the fix before it: she came between the two."""
    before = fix_at(-180, 0, 12 * NAUTICAL_MILE_M)
    entering = FenceState("entering", before, fix_at(0))
    call = Call()
    (told,) = take(call, dark_after(0), known=Around(PORT, entering=entering))
    assert (call.state, told.state) == (CallState.TOUCHED, EventState.PROVISIONAL)
    assert minutes(told.span) == (
        pytest.approx(-168, abs=0.1), pytest.approx(-120, abs=0.1), 0,
    )  # fmt: skip
    assert told.fixes == (before, fix_at(0))


def test_one_fix_in_the_harbour_of_a_ship_never_seen_is_bounded_on_one_side() -> None:
    call = Call()
    (told,) = take(call, first_seen(1), dark_after(0))
    assert told.span == SINCE_EVER
    entering = FenceState("entering", None, fix_at(0))
    call = Call()
    (told,) = take(call, dark_after(0), known=Around(PORT, entering=entering))
    assert told.span == SINCE_EVER


def test_touched_and_out_of_it_that_is_all_there_is() -> None:
    """Provisional for good: whether she stopped is not known."""
    call = call_in(CallState.TOUCHED)
    (told,) = call.untouch(step_of(PORT, fix_at(300, 9000), fix_at(0)))
    assert (call.state, told.state, told.why) == (
        CallState.AWAY, EventState.PROVISIONAL, DOUBT_WHY,
    )  # fmt: skip
    assert call.departed is not None
    assert (call.departed.earliest, call.confidence(departed=call.departed)) == (START, 1)


@pytest.mark.parametrize("state", [state for state in CallState if state != "touched"])
def test_only_who_touched_can_be_out_of_it(state: CallState) -> None:
    call = call_in(state)
    assert call.untouch(step_of(PORT, fix_at(300, 9000), fix_at(0))) == []
    assert call.state is state


# -- gone in a silence ---------------------------------------------------------------------------


def test_left_then_dark_ends_the_call() -> None:
    """Out of the harbour and then not heard: her return is another call."""
    call = Call()
    take(
        call, signed(Sign.STOPPED, 0, 2), fact_of(EventKind.UNBERTHED, BERTH, 60, 62),
        signed(Sign.HARBOUR_OUT, 70, 72),
    )  # fmt: skip
    (told,) = take(call, dark_after(80, APPROACH))
    assert (call.state, told.state, told.span) == (
        CallState.AWAY, EventState.CONFIRMED, span(60, 62),
    )  # fmt: skip
    assert told.why == "Left the harbour, under way. Because."


def test_dark_in_port_then_elsewhere_she_left_in_the_silence() -> None:
    """In time for the way: 120 NM in 48 h."""
    before, after = fix_at(60), fix_at(60 + 48 * 60, 0, 120 * NAUTICAL_MILE_M)
    call = Call()
    take(call, signed(Sign.STOPPED, 0, 2))
    gone = fact_of(EventKind.REAPPEARED_ELSEWHERE, None, 60, 60 + 48 * 60, fixes=(before, after))
    (told,) = take(call, gone)
    assert (told.state, told.key_at) == (EventState.CONFIRMED, gone.key_at)
    assert minutes(told.span) == (
        60, pytest.approx(60 + 38 * 60, abs=0.1), pytest.approx(60 + 46 * 60, abs=0.1),
    )  # fmt: skip
    assert call.confidence(departed=told.span) == 3


def test_where_hardly_any_ship_can_be_she_left_at_no_known_time() -> None:
    """Then it is not bounded, and the whole call is doubtful."""
    call = Call()
    take(call, signed(Sign.STOPPED, 0, 2))
    gone = fact_of(EventKind.REAPPEARED_ELSEWHERE, None, confidence=1)
    (told,) = take(call, gone)
    assert (told.span, told.confidence) == (UNKNOWN, 1)
    assert call.stands(told.decided_at, withdrawn=False).confidence == 1


def test_out_of_the_harbour_in_a_silence_is_a_departure() -> None:
    """Under way in the approach after it: she left in it, and her return is another call."""
    call = Call()
    take(call, signed(Sign.STOPPED, 0, 2))
    (told,) = take(call, fact_of(EventKind.GEOFENCE_LEFT, HARBOUR, 60, 600))
    assert (call.state, told.state, told.why) == (
        CallState.AWAY, EventState.CONFIRMED, "Left in a silence.",
    )  # fmt: skip
    assert minutes(told.span)[::2] == (60, 600)


def test_a_start_before_a_silence_bounds_the_departure_on_one_side() -> None:
    """She may have stopped again, and left in the silence."""
    call = Call()
    left = fact_of(EventKind.GEOFENCE_LEFT, HARBOUR, 70, 600)
    take(call, signed(Sign.STOPPED, 0, 2), fact_of(EventKind.UNBERTHED, BERTH, 60, 62))
    (told,) = take(call, left)
    assert minutes(told.span) == (60, None, 600)


def test_out_of_the_harbour_in_a_silence_and_waiting_in_the_roads_her_call_goes_on() -> None:
    call = Call()
    take(call, signed(Sign.STOPPED, 0, 2))
    left = fact_of(EventKind.GEOFENCE_LEFT, HARBOUR, 60, 600)
    assert said(take(call, left, known=Around(PORT, waiting=True))) == ["PortDeparted provisional"]
    assert call.state is CallState.LEAVING


def test_a_silence_in_port_may_hide_that_she_had_stopped() -> None:
    """Entered, dark, and alongside: the arrival lies anywhere from the entry on."""
    call = Call()
    take(call, signed(Sign.HARBOUR_IN, 0, 2), dark_after(10))
    assert call.confidence(departed=None) == 2
    (told,) = take(call, signed(Sign.STOPPED, 600, 610))
    assert minutes(told.span)[::2] == (0, 610)
    assert call.confidence(departed=None) == 2


def test_a_silence_in_port_is_a_stop_of_low_confidence() -> None:
    """Entered, at rest for all that is known, dark, and seen to leave: two, and no more."""
    call = Call()
    known = Around(PORT, pause=(START, None))
    take(call, signed(Sign.HARBOUR_IN, 0, 2))
    take(call, replace(dark_after(10), fixes=(fix_at(10)._replace(sog_kn=0.0),)), known=known)
    assert minutes(call.arrived)[::2] == (0, 10)
    assert call.confidence(departed=span(60, 62)) == 2
