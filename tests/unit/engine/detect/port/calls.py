"""Calls in each state, and the facts that they are tried with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.signs import Around, Sign
from monitor.model import CallState, EventKind, Span
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port, step_of

PORT = square_port()
APPROACH, ANCHORAGE, HARBOUR, BERTH = "approach", "anchorage", "harbour", "berth"
AROUND = Around(PORT)
SINCE_EVER = Span(earliest=None, at=None, latest=START)

SIGNS = {
    Sign.HARBOUR_IN: (EventKind.GEOFENCE_ENTERED, HARBOUR),
    Sign.FOUND: (EventKind.GEOFENCE_ENTERED, HARBOUR),
    Sign.HARBOUR_OUT: (EventKind.GEOFENCE_LEFT, HARBOUR),
    Sign.UNSURE_OUT: (EventKind.GEOFENCE_LEFT, HARBOUR),
    Sign.OUT_UNSEEN: (EventKind.GEOFENCE_LEFT, HARBOUR),
    Sign.APPROACH_OUT: (EventKind.GEOFENCE_LEFT, APPROACH),
    Sign.STOPPED: (EventKind.BERTHED, BERTH),
    Sign.DARK: (EventKind.WENT_DARK_INSIDE, HARBOUR),
    Sign.DARK_OUTSIDE: (EventKind.WENT_DARK_INSIDE, APPROACH),
    Sign.GONE: (EventKind.REAPPEARED_ELSEWHERE, None),
}
"""The fact that gives each sign; DWELT is the call's own."""

UNSEEN_MINUTES = 10, 10 + 5 * 60
"""Of a crossing in a silence: FOUND and OUT_UNSEEN."""


def span(begin: float, end: float) -> Span:
    """Return a span of these minutes, best in the middle."""
    earliest, latest = START + round(begin * MINUTE_US), START + round(end * MINUTE_US)
    return Span(earliest=earliest, at=(earliest + latest) // 2, latest=latest)


def between(begin: float | None, end: float | None) -> Span:
    """Return a span of these minutes without a best instant."""
    earliest, latest = (
        None if minute is None else START + round(minute * MINUTE_US) for minute in (begin, end)
    )
    return Span(earliest=earliest, at=None, latest=latest)


def minutes(known: Span | None) -> tuple[Any, Any, Any]:
    """Return the bounds and the best of a span in minutes."""
    assert known is not None
    earliest, at, latest = (
        None if instant is None else round((instant - START) / MINUTE_US, 2)
        for instant in (known.earliest, known.at, known.latest)
    )
    return earliest, at, latest


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
    if sign in {Sign.FOUND, Sign.OUT_UNSEEN} and (begin, end) == (10, 12):
        begin, end = UNSEEN_MINUTES
    return fact_of(*SIGNS[sign], begin, end)


def around(sign: Sign) -> Around:
    return Around(PORT, hidden=sign is Sign.UNSURE_OUT)


def call_in(state: CallState) -> Call:
    """Return a call as it is in a state: provisional, confirmed by dwelling, or on its way out."""
    call = Call(state=state)
    if state is not CallState.AWAY:
        call.key_at, call.arrived, call.entry = START, span(0, 2), span(0, 2)
    if state in {CallState.FOUND, CallState.TOUCHED}:
        call.arrived = call.entry = SINCE_EVER
        call.berthed = True
    if state is CallState.LEAVING:
        call.departed, call.departed_key_at = span(6, 8), START + 8 * MINUTE_US
    return call


def said(told: list[Fact]) -> list[str]:
    return [f"{item.kind} {item.state}" for item in told]


def dwelling(call: Call) -> list[str]:
    """Send the fix that makes half an hour; return what is told."""
    return said(call.dwell(step_of(PORT, fix_at(33), fix_at(32))))


def taken(call: Call, sign: Sign) -> list[str]:
    return dwelling(call) if sign is Sign.DWELT else said(call.take(around(sign), signed(sign)))


def take(call: Call, *facts: Fact, known: Around = AROUND) -> list[Fact]:
    return [item for fact in facts for item in call.take(known, fact)]


def first_seen(fixes: int = 2, **fields: Any) -> Fact:
    """First heard in the harbour, at START."""
    fact = fact_of(EventKind.FIRST_SEEN_INSIDE, HARBOUR, 0, 2, fixes=(fix_at(0), fix_at(2))[:fixes])
    return replace(fact, span=SINCE_EVER, key_at=START, **fields)


def dark_after(minute: float, fence: str = HARBOUR) -> Fact:
    return fact_of(
        EventKind.WENT_DARK_INSIDE, fence, fixes=(fix_at(minute),),
        span=between(minute, minute + 240), key_at=fix_at(minute).at,
    )  # fmt: skip
