"""Signs of a call: what of each fact matters, where it was, and what else is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.signs import TABLE, Act, Around, Sign, sign_of
from monitor.engine.geofence import Fence, FenceKind, Port
from monitor.model import UNKNOWN, CallState, EventKind, Span
from monitor.units import HOUR_US
from tests.scenario.sea import START, fix_at, square, square_port

PORT = square_port()
ROADS = Fence(id="roads", kind=FenceKind.ROADS, name="roads", shape=square(0, -2500, 1000))
FULL = replace(PORT, fences=(*PORT.fences, ROADS))
BERTHS = replace(PORT, fences=(PORT.fences[0], PORT.fences[3]))
BARE = replace(PORT, fences=PORT.fences[:1])
FENCES = ("approach", "anchorage", "roads", "harbour", "berth")

E = EventKind
SEEN = Span(earliest=START, at=None, latest=START + 4 * HOUR_US)
UNSEEN = Span(earliest=START, at=None, latest=START + 4 * HOUR_US + 1)


def fact_of(kind: EventKind, fence: str | None, **fields: Any) -> Fact:
    fact = Fact(
        kind=kind, span=SEEN, decided_at=START, geofence=fence, place=fix_at(0),
        fixes=(fix_at(0), fix_at(2)), why="",
    )  # fmt: skip
    return replace(fact, **fields)


def signs(
    kind: EventKind, port: Port = FULL, *, span: Span = SEEN, **around: Any
) -> dict[str, Any]:
    """The sign that a fact gives at each fence, where it gives any."""
    known = Around(port, **around)
    found = {fence: sign_of(known, fact_of(kind, fence, span=span)) for fence in FENCES}
    return {fence: sign for fence, sign in found.items() if sign is not None}


# -- where ---------------------------------------------------------------------------------------


def test_the_harbours_border_is_the_ports_limit() -> None:
    """A berth or an anchorage left is not the port left; in the approach she is not in port."""
    assert signs(E.GEOFENCE_ENTERED) == {"harbour": Sign.HARBOUR_IN}
    assert signs(E.GEOFENCE_LEFT) == {
        "harbour": Sign.HARBOUR_OUT, "approach": Sign.APPROACH_OUT,
    }  # fmt: skip


def test_without_a_harbour_the_berths_are_the_limit() -> None:
    assert signs(E.GEOFENCE_ENTERED, BERTHS) == {"berth": Sign.HARBOUR_IN}
    assert signs(E.GEOFENCE_LEFT, BERTHS) == {
        "berth": Sign.HARBOUR_OUT, "approach": Sign.APPROACH_OUT,
    }  # fmt: skip


@pytest.mark.parametrize("kind", [E.BERTHED, E.ANCHORED])
def test_a_stop_in_the_approach_alone_is_no_call(kind: EventKind) -> None:
    """In harbour, anchorage and roads it is one; where there is an approach only, there as well."""
    counts = dict.fromkeys(("anchorage", "roads", "harbour", "berth"), Sign.STOPPED)
    assert signs(kind) == counts
    assert signs(kind, BARE) == {"approach": Sign.STOPPED}


def test_dark_in_the_approach_or_the_anchorage_is_not_dark_in_the_harbour() -> None:
    inside, outside = ("harbour", "berth"), ("approach", "anchorage", "roads")
    assert signs(E.WENT_DARK_INSIDE) == {
        **dict.fromkeys(inside, Sign.DARK), **dict.fromkeys(outside, Sign.DARK_OUTSIDE),
    }  # fmt: skip
    assert sign_of(Around(FULL), fact_of(E.WENT_DARK_INSIDE, None)) is Sign.DARK_OUTSIDE


def test_first_heard_in_the_harbour_she_was_found_there() -> None:
    assert signs(E.FIRST_SEEN_INSIDE) == dict.fromkeys(("harbour", "berth"), Sign.FOUND)


def test_heard_there_by_one_fix_only_she_may_not_have_been_there() -> None:
    """One report may be a bit error: the silence that follows it says what it is worth."""
    fact = fact_of(E.FIRST_SEEN_INSIDE, "harbour", fixes=(fix_at(0),))
    assert sign_of(Around(FULL), fact) is None


@pytest.mark.parametrize("fence", [*FENCES, None])
def test_who_reappeared_elsewhere_is_gone(fence: str | None) -> None:
    assert sign_of(Around(FULL), fact_of(E.REAPPEARED_ELSEWHERE, fence)) is Sign.GONE


@pytest.mark.parametrize(
    "kind", [E.UNBERTHED, E.ANCHOR_WEIGHED, E.REAPPEARED_INSIDE, E.PASSED_THROUGH]
)
def test_other_facts_are_no_sign(kind: EventKind) -> None:
    """A start is not a departure: she may only shift."""
    assert signs(kind) == {}


@pytest.mark.parametrize("kind", [E.GEOFENCE_ENTERED, E.GEOFENCE_LEFT, E.BERTHED, E.ANCHORED])
@pytest.mark.parametrize("fence", [None, "drawn no more"])
def test_a_fence_that_is_drawn_no_more_gives_no_sign(kind: EventKind, fence: str | None) -> None:
    assert sign_of(Around(FULL), fact_of(kind, fence)) is None


# -- what else is known --------------------------------------------------------------------------


def test_who_entered_in_a_silence_was_found() -> None:
    """Nobody saw her come in."""
    assert signs(E.GEOFENCE_ENTERED, span=UNSEEN) == {"harbour": Sign.FOUND}
    assert signs(E.GEOFENCE_ENTERED, span=UNKNOWN) == {"harbour": Sign.FOUND}


def test_out_of_the_harbour_with_time_for_a_stop_is_unsure() -> None:
    """Only the harbour: out of the approach there is nothing to withdraw."""
    assert signs(E.GEOFENCE_LEFT, hidden=True) == {
        "harbour": Sign.UNSURE_OUT, "approach": Sign.APPROACH_OUT,
    }  # fmt: skip


@pytest.mark.parametrize("hidden", [False, True])
def test_out_of_the_harbour_in_a_silence_is_a_way_of_its_own(*, hidden: bool) -> None:
    """Unless she waits in the roads: then her call goes on."""
    assert signs(E.GEOFENCE_LEFT, span=UNSEEN, hidden=hidden) == {
        "harbour": Sign.OUT_UNSEEN, "approach": Sign.APPROACH_OUT,
    }  # fmt: skip
    waits = signs(E.GEOFENCE_LEFT, span=UNSEEN, hidden=hidden, waiting=True)
    assert waits["harbour"] is (Sign.UNSURE_OUT if hidden else Sign.HARBOUR_OUT)


@pytest.mark.parametrize(
    "kind", [E.BERTHED, E.ANCHORED, E.GEOFENCE_ENTERED, E.FIRST_SEEN_INSIDE, E.WENT_DARK_INSIDE]
)
def test_deeper_in_another_ports_waters_nothing_begins_here(kind: EventKind) -> None:
    """One ship is in one port at a time."""
    assert signs(kind) != {}
    assert signs(kind, elsewhere=True) == {}


def test_deeper_in_another_ports_waters_what_is_left_is_left() -> None:
    """A call that was begun here ends."""
    assert signs(E.GEOFENCE_LEFT, elsewhere=True) == signs(E.GEOFENCE_LEFT)
    gone = fact_of(E.REAPPEARED_ELSEWHERE, None)
    assert sign_of(Around(FULL, elsewhere=True), gone) is Sign.GONE


# -- the table -----------------------------------------------------------------------------------


def test_every_state_can_be_reached_and_left() -> None:
    """Each is the begin of some row and the end of one."""
    assert {state for state, _ in TABLE} == set(CallState)
    assert {state for state, _ in TABLE.values()} == set(CallState)


def test_every_sign_and_every_act_is_used() -> None:
    """None that no row names."""
    assert {sign for _, sign in TABLE} == set(Sign)
    assert {act for _, act in TABLE.values()} == set(Act)


def test_gone_ends_every_call() -> None:
    """Whoever is elsewhere is not here."""
    ends = {state: TABLE[state, Sign.GONE][0] for state in CallState if state is not CallState.AWAY}
    assert set(ends.values()) == {CallState.AWAY}


def test_only_a_call_without_time_for_a_stop_is_withdrawn() -> None:
    """Not seen to stop is not "did not stop"."""
    rows = [row for row, (_, act) in TABLE.items() if act is Act.WITHDRAW]
    assert rows == [(CallState.ENTERED, Sign.HARBOUR_OUT)]
