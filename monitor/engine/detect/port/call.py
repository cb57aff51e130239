"""Port calls: what the other detectors' facts add up to.

Theory of operation. The call of a vessel at a port is a walk through TABLE: (state, fact) gives
the next state and what is to be done. A fact that the table does not name changes nothing.

    AWAY      no call
    ENTERED   inside the harbour, nothing more: the arrival is provisional
    IN_PORT   she has stopped (or stayed, or gone dark) in port: the arrival is confirmed
    LEAVING   out of the harbour and under way: the departure is provisional

Arrival is the first stop of the call (or, without a stop, the entry into the harbour); departure
is the start from the last one. Both are intervals.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from monitor.engine.detect.detector import CallFact, Fact, ordered
from monitor.engine.detect.port.step import SILENCE_US, PortStep
from monitor.engine.geofence import Port, distance_m
from monitor.engine.track import MAX_SPEED_KN
from monitor.model import EventKind, EventState, Span, Stage
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

DWELL_US = 30 * MINUTE_US
"""Inside the harbour for longer without stopping (tugs, pilots) is a call as well."""

SERVICE_SPEED_KN = 12.0
"""Usual speed of a merchant or auxiliary ship: the best guess of an unseen voyage."""


class Sign(enum.StrEnum):
    """What of a fact matters to a call."""

    HARBOUR_IN = "harbour in"
    HARBOUR_OUT = "harbour out"
    APPROACH_OUT = "approach out"
    STOPPED = "stopped"
    DWELT = "dwelt"
    DARK = "dark"  # in the harbour
    GONE = "gone"  # reappeared elsewhere


class CallState(enum.StrEnum):
    """See the module's theory of operation."""

    AWAY = "away"
    ENTERED = "entered"
    IN_PORT = "in port"
    LEAVING = "leaving"


class Act(enum.StrEnum):
    """What a transition does."""

    OPEN = "arrival provisional"
    CONFIRM = "arrival confirmed"
    OPEN_CONFIRM = "arrival confirmed at once"
    REFINE = "arrival known better, if this is the first stop"
    WITHDRAW = "arrival withdrawn"
    LEAVE = "departure provisional"
    STAY = "departure withdrawn"
    DEPART = "departure confirmed"
    DEPART_UNSEEN = "departure confirmed, unseen"


_S, _A, _C = CallState, Act, Sign
TABLE: dict[tuple[CallState, Sign], tuple[CallState, Act]] = {
    (_S.AWAY, _C.HARBOUR_IN): (_S.ENTERED, _A.OPEN),
    (_S.AWAY, _C.STOPPED): (_S.IN_PORT, _A.OPEN_CONFIRM),
    (_S.AWAY, _C.DARK): (_S.IN_PORT, _A.OPEN_CONFIRM),
    (_S.ENTERED, _C.STOPPED): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.DWELT): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.DARK): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.HARBOUR_OUT): (_S.AWAY, _A.WITHDRAW),
    (_S.ENTERED, _C.GONE): (_S.AWAY, _A.WITHDRAW),
    (_S.IN_PORT, _C.STOPPED): (_S.IN_PORT, _A.REFINE),
    (_S.IN_PORT, _C.HARBOUR_OUT): (_S.LEAVING, _A.LEAVE),
    (_S.IN_PORT, _C.APPROACH_OUT): (_S.AWAY, _A.DEPART),
    (_S.IN_PORT, _C.GONE): (_S.AWAY, _A.DEPART_UNSEEN),
    (_S.LEAVING, _C.HARBOUR_IN): (_S.IN_PORT, _A.STAY),
    (_S.LEAVING, _C.STOPPED): (_S.IN_PORT, _A.STAY),
    (_S.LEAVING, _C.APPROACH_OUT): (_S.AWAY, _A.DEPART),
    (_S.LEAVING, _C.GONE): (_S.AWAY, _A.DEPART),
}

_STAGES = frozenset(
    {
        EventKind.BERTHED, EventKind.UNBERTHED, EventKind.ANCHORED, EventKind.ANCHOR_WEIGHED,
        EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE, EventKind.FIRST_SEEN_INSIDE,
    }
)  # fmt: skip
FIGURES = {"silence_s": SILENCE_US // SECOND_US}
"""Thresholds that every arrival and departure rests on."""

_STARTS = frozenset({EventKind.UNBERTHED, EventKind.ANCHOR_WEIGHED})
_STOPS = frozenset({EventKind.BERTHED, EventKind.ANCHORED})


@dataclass(slots=True)
class Call:
    """The call in progress, or the lack of one."""

    state: CallState = CallState.AWAY
    key_at: int = 0  # identity of the call: first evidence of the arrival
    arrived: Span | None = None
    departed: Span | None = None
    entry: Span | None = None  # of the harbour
    stopped: bool = False  # a stop or a silence in port was seen
    berthed: bool = False  # a stop, or an arrival that no stop can make known better
    started: Fact | None = None  # the last start from a stop
    departed_key_at: int = 0
    stages: list[Stage] = field(default_factory=list)
    found: Fact | None = None  # first seen inside
    entered_fence: str | None = None

    def confidence(self) -> int:
        """GFW's: 4 entry, stop and exit seen; 3 stop and one of them; 2 stop only; 1 none."""
        entry = self.arrived is not None and _seen(self.arrived)
        leave = self.departed is not None and _seen(self.departed)
        return (2 + entry + leave) if self.stopped else 1

    def take(self, port: Port, fact: Fact) -> list[Fact]:
        """Take a fact of another detector; return what it makes known."""
        if fact.kind is EventKind.FIRST_SEEN_INSIDE:
            self.found = fact
        if fact.kind in _STARTS:
            self.started = fact
        elif fact.kind in _STOPS:
            self.started = None
        sign = _sign(port, fact)
        told = [] if sign is None else self._walk(sign, fact)
        if fact.kind in _STAGES and self.state is not CallState.AWAY:
            self.stages.append(_stage(fact))
        return told

    def dwell(self, step: PortStep) -> list[Fact]:
        """Confirm a call that lasted without a stop."""
        if self.state is not CallState.ENTERED or self.entry is None or self.entry.latest is None:
            return []
        if step.dark_before or step.fix.at - self.entry.latest < DWELL_US:
            return []
        if not step.near & step.port.harbour_bits:
            return []
        fact = Fact(
            kind=EventKind.PORT_ARRIVED, span=self.entry, decided_at=step.decided_at,
            geofence=self.entered_fence, place=step.fix, fixes=(step.fix,), key_at=self.key_at,
            why=f"Inside the harbour for {DWELL_US // MINUTE_US} min without leaving.",
        )  # fmt: skip
        return self._walk(Sign.DWELT, fact)

    def stands(self, decided_at: int, *, withdrawn: bool) -> CallFact:
        """How the call stands."""
        unknown = Span(earliest=None, at=None, latest=None)
        return CallFact(
            key_at=self.key_at,
            arrived=self.arrived if self.arrived is not None else unknown,
            departed=self.departed if self.state is CallState.AWAY else None,
            confidence=self.confidence(),
            stages=tuple(self.stages),
            decided_at=decided_at,
            withdrawn=withdrawn,
        )

    def _walk(self, sign: Sign, fact: Fact) -> list[Fact]:
        move = TABLE.get((self.state, sign))
        if move is None:
            return []
        self.state, act = move
        told = self.ACTS[act](self, fact)
        return [] if told is None else [told]

    # -- acts ----------------------------------------------------------------------------------

    def _open(self, fact: Fact) -> Fact:
        self._begin(fact, arrival_of(fact))
        return self._arrival(fact, EventState.PROVISIONAL)

    def _open_confirm(self, fact: Fact) -> Fact:
        span = arrival_of(fact)
        if span.earliest is None or fact.kind is EventKind.WENT_DARK_INSIDE:
            first = self.found if self.found is not None else fact
            span = Span(earliest=None, at=None, latest=first.fixes[0].at)
        self._begin(fact, span)
        self.stopped = self.berthed = True
        if self.found is not None:
            self.stages.append(_stage(self.found))
        return self._arrival(fact, EventState.CONFIRMED)

    def _confirm(self, fact: Fact) -> Fact:
        self.stopped = fact.kind is not EventKind.PORT_ARRIVED
        if fact.kind in _STOPS and fact.span.earliest is not None:
            self.arrived = arrival_of(fact)
        self.berthed |= fact.kind in _STOPS
        return self._arrival(fact, EventState.CONFIRMED)

    def _refine(self, fact: Fact) -> Fact | None:
        known = self.berthed or fact.span.earliest is None
        return None if known else self._confirm(fact)

    def _withdraw(self, fact: Fact) -> Fact:
        return self._arrival(fact, EventState.WITHDRAWN)

    def _leave(self, fact: Fact) -> Fact:
        self._start_from(fact)
        return self._departure(fact, EventState.PROVISIONAL)

    def _stay(self, fact: Fact) -> Fact:
        told = self._departure(fact, EventState.WITHDRAWN)
        self.departed = None
        return told

    def _depart(self, fact: Fact) -> Fact:
        if self.departed is None:
            self._start_from(fact)
        return self._departure(fact, EventState.CONFIRMED)

    def _depart_unseen(self, fact: Fact) -> Fact:
        self.departed = unseen_departure(fact)
        self.departed_key_at = fact.key_at
        return self._departure(fact, EventState.CONFIRMED)

    ACTS: ClassVar[dict[Act, Callable[[Call, Fact], Fact | None]]] = {
        Act.OPEN: _open,
        Act.OPEN_CONFIRM: _open_confirm,
        Act.CONFIRM: _confirm,
        Act.REFINE: _refine,
        Act.WITHDRAW: _withdraw,
        Act.LEAVE: _leave,
        Act.STAY: _stay,
        Act.DEPART: _depart,
        Act.DEPART_UNSEEN: _depart_unseen,
    }

    # -- what they have in common --------------------------------------------------------------

    def _begin(self, fact: Fact, span: Span) -> None:
        self.key_at, self.arrived, self.departed = fact.key_at, span, None
        self.entry, self.entered_fence = span, fact.geofence
        self.stopped = self.berthed = False
        self.started, self.stages = None, []

    def _start_from(self, fact: Fact) -> None:
        """She left when she started from her last stop, if that was seen."""
        self.departed = self.started.span if self.started is not None else fact.span
        self.departed_key_at = fact.key_at

    def _arrival(self, fact: Fact, state: EventState) -> Fact:
        confidence = self.confidence() if state is EventState.CONFIRMED else 1
        span = self.arrived if self.arrived is not None else fact.span
        why = {
            EventState.PROVISIONAL: "Entered the harbour; not stopped yet.",
            EventState.CONFIRMED: fact.why,
            EventState.WITHDRAWN: "Left the harbour again without stopping.",
        }[state]
        return Fact(
            kind=EventKind.PORT_ARRIVED, state=state, span=span, decided_at=fact.decided_at,
            place=fact.place, fixes=fact.fixes, why=why, confidence=confidence,
            key_at=self.key_at, geofence=fact.geofence, figures=dict(FIGURES),
        )  # fmt: skip

    def _departure(self, fact: Fact, state: EventState) -> Fact:
        why = {
            EventState.PROVISIONAL: "Left the harbour, under way; still in the approach.",
            EventState.CONFIRMED: "Left the approach." if fact.kind is EventKind.GEOFENCE_LEFT
            else fact.why,
            EventState.WITHDRAWN: "Back in the harbour, or stopped in the approach.",
        }[state]  # fmt: skip
        started = self.started.fixes if self.started is not None else ()
        place = fact.place if self.started is None else self.started.place
        span = self.departed if self.departed is not None else fact.span
        fixes = ordered(*started, *fact.fixes)
        return Fact(
            kind=EventKind.PORT_DEPARTED, state=state, span=span, decided_at=fact.decided_at,
            place=place, fixes=fixes, why=why, confidence=self.confidence(),
            key_at=self.departed_key_at, geofence=fact.geofence, figures=dict(FIGURES),
        )  # fmt: skip


def arrival_of(fact: Fact) -> Span:
    """Bound an arrival by a silence before it: she needed time to come from where she was."""
    span = fact.span
    if span.earliest is None or span.latest is None or _seen(span):
        return span
    before, after = fact.fixes[0], next(f for f in fact.fixes if f.at >= span.latest)
    away = distance_m(before.lon, before.lat, after.lon, after.lat)
    fastest = round(away / (MAX_SPEED_KN * KNOT_MPS) * SECOND_US)
    usual = round(away / (SERVICE_SPEED_KN * KNOT_MPS) * SECOND_US)
    return Span(
        earliest=min(span.earliest + fastest, span.latest),
        at=min(span.earliest + usual, span.latest),
        latest=span.latest,
    )


def unseen_departure(fact: Fact) -> Span:
    """Bound a departure that nobody saw: she must have left in time to be where she reappeared."""
    before, after = fact.fixes[0], fact.fixes[-1]
    away = distance_m(before.lon, before.lat, after.lon, after.lat)
    fastest = round(away / (MAX_SPEED_KN * KNOT_MPS) * SECOND_US)
    usual = round(away / (SERVICE_SPEED_KN * KNOT_MPS) * SECOND_US)
    latest = max(before.at, after.at - fastest)
    return Span(earliest=before.at, at=max(before.at, after.at - usual), latest=latest)


def _seen(span: Span) -> bool:
    width = span.width()
    return width is not None and width <= SILENCE_US


def _stage(fact: Fact) -> Stage:
    return Stage(kind=fact.kind, span=fact.span, geofence=fact.geofence)


def _sign(port: Port, fact: Fact) -> Sign | None:
    bit = port.bit_of.get(fact.geofence or "", 0)  # 0: none, or one that is drawn no more
    kind = fact.kind
    if kind in _STOPS:
        return Sign.STOPPED
    if kind is EventKind.GEOFENCE_ENTERED and bit & port.limit_bits:
        return Sign.HARBOUR_IN
    if kind is EventKind.GEOFENCE_LEFT and bit & port.limit_bits:
        return Sign.HARBOUR_OUT
    if kind is EventKind.GEOFENCE_LEFT and bit & port.approach_bits:
        return Sign.APPROACH_OUT
    if kind is EventKind.WENT_DARK_INSIDE and bit & port.harbour_bits:
        return Sign.DARK
    return Sign.GONE if kind is EventKind.REAPPEARED_ELSEWHERE else None
