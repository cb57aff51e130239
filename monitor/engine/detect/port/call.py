"""Port calls: what the other detectors' facts add up to.

Theory of operation. The call of a vessel at a port is a walk through TABLE (``signs.py``).

    AWAY      no call
    ENTERED   inside the harbour, nothing more: the arrival is provisional
    TOUCHED   said once to be in the harbour, and silent before and after: provisional as well
    FOUND     heard in the harbour, and nobody saw her come: she has arrived before
    IN_PORT   she has stopped (or stayed, or gone dark) in port: the arrival is confirmed
    LEAVING   out of the harbour and under way: the departure is provisional

Arrival is the first stop of the call (or, without a stop, the entry into the harbour); departure
is the start from the last one. Both are intervals. A stop counts in harbour, anchorage and roads;
in the approach alone it is none. Not seen to stop is not "did not stop": an arrival is withdrawn
only where there was no time for a stop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from monitor.engine.detect.detector import CallFact, Fact, ordered
from monitor.engine.detect.port import bounds, ends, signs
from monitor.engine.detect.port.signs import STAGES, STARTS, STOPS, Act, Around, Sign
from monitor.engine.detect.port.step import SILENCE_US, PortStep
from monitor.engine.detect.port.trail import UNDER_WAY_KN
from monitor.model import UNKNOWN, CallState, EventKind, EventState, Span, Stage
from monitor.units import MINUTE_US, SECOND_US

DWELL_US = 30 * MINUTE_US
"""Inside the harbour for longer without stopping (tugs, pilots) is a call as well."""

FIGURES = {"silence_s": SILENCE_US // SECOND_US}
"""Thresholds that every arrival and departure rests on."""


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
    darkened: bool = False  # a silence in port, before any stop, may hide one
    started: Fact | None = None  # the last start from a stop
    departed_key_at: int = 0
    stages: list[Stage] = field(default_factory=list)
    found: Fact | None = None  # first seen inside, until the call is opened
    doubtful: bool = False  # no ship can have come or gone like that
    disputed: bool = False  # nobody saw her come, and her number is heard elsewhere now
    entered_fence: str | None = None

    def confidence(self, *, departed: Span | None) -> int:
        """GFW's: 4 entry, stop and exit seen; 3 stop and one of them; 2 stop only; 1 none.

        A ship found in the harbour counts as seen to stop once her exit is.
        """
        if self.doubtful or self.disputed:
            return 1
        entry = self.arrived is not None and bounds.seen(self.arrived)
        leave = departed is not None and bounds.seen(departed)
        if self.stopped:
            return 2 + entry + leave if self.berthed or not self.darkened else 2
        return 1 + (leave and not entry)

    def take(self, around: Around, fact: Fact) -> list[Fact]:
        """Take a fact of another detector; return what it makes known."""
        if fact.kind is EventKind.FIRST_SEEN_INSIDE:
            self.found = fact
        if fact.kind in STARTS:
            self.started = fact
        elif fact.kind in STOPS:
            self.started = None
        sign = signs.sign_of(around, fact)
        told = [] if sign is None else self._walk(sign, fact, around)
        if fact.kind in STAGES and self.state is not CallState.AWAY:
            self._stage(fact)
        return told

    def dwell(self, step: PortStep) -> list[Fact]:
        """Confirm a call that lasted without a stop."""
        if self.state not in {CallState.ENTERED, CallState.FOUND}:
            return []
        if self.entry is None or self.entry.latest is None or step.elsewhere:
            return []
        if step.dark_before or step.fix.at - self.entry.latest < DWELL_US:
            return []
        if not step.near & step.port.harbour_bits:
            return []
        fact = Fact(
            kind=EventKind.PORT_ARRIVED, span=self.entry, decided_at=step.now,
            geofence=self.entered_fence, place=step.fix, fixes=(step.fix,), key_at=self.key_at,
            why=f"Inside the harbour for {DWELL_US // MINUTE_US} min without leaving.",
        )  # fmt: skip
        return self._walk(Sign.DWELT, fact, Around(step.port))

    def untouch(self, step: PortStep) -> list[Fact]:
        """She was said to be in the harbour once, and is out of it: that is all there is."""
        if self.state is not CallState.TOUCHED:
            return []
        self.state = CallState.AWAY
        return self._doubt(ends.gone(step), Around(step.port))

    def hold(self) -> None:
        """She is heard in the harbour again: she was there."""
        if self.state is CallState.TOUCHED:
            self.state, _ = signs.TABLE[self.state, Sign.FOUND]

    def dispute(self, fact: Fact, *, disputed: bool) -> list[Fact]:
        """One whom nobody saw come is heard where she cannot be; or here again."""
        found = self.arrived is not None and self.arrived.earliest is None
        if self.state is not CallState.IN_PORT or not found or self.disputed is disputed:
            return []
        self.disputed = disputed
        return [self._arrival(fact, EventState.CONFIRMED, fact.why)]

    def outside(self, step: PortStep, around: Around) -> list[Fact]:
        """She is out of all fences and has left none: they were drawn anew, or are few."""
        entered = self.state is CallState.ENTERED
        return self._walk(
            Sign.UNSURE_OUT if entered else Sign.APPROACH_OUT, ends.gone(step), around
        )

    def stands(self, decided_at: int, *, withdrawn: bool) -> CallFact:
        """How the call stands."""
        departed = self.departed if self.state is CallState.AWAY else None
        return CallFact(
            key_at=self.key_at,
            arrived=self.arrived if self.arrived is not None else UNKNOWN,
            departed=departed,
            state=self.state,
            confidence=self.confidence(departed=departed),
            stages=tuple(self.stages),
            decided_at=decided_at,
            withdrawn=withdrawn,
        )

    def _walk(self, sign: Sign, fact: Fact, around: Around) -> list[Fact]:
        move = signs.TABLE.get((self.state, sign))
        if move is None:
            return []
        self.state, act = move
        return self.ACTS[act](self, fact, around)

    def _stage(self, fact: Fact) -> None:
        """Note a stage; one that is told again is another word on the same."""
        stage = Stage(kind=fact.kind, span=fact.span, geofence=fact.geofence)
        if self.stages and (self.stages[-1].kind, self.stages[-1].span) == (fact.kind, fact.span):
            self.stages.pop()
        self.stages.append(stage)

    # -- acts ----------------------------------------------------------------------------------

    def _open(self, fact: Fact, around: Around) -> list[Fact]:
        self._begin(fact, ends.arrival_of(fact, around))
        return [
            self._arrival(fact, EventState.PROVISIONAL, "Entered the harbour; not stopped yet.")
        ]

    def _find(self, fact: Fact, around: Around) -> list[Fact]:
        """She has arrived before she was heard there: in the silence, or who knows when."""
        held = around.entering
        before, there = (None, None) if held is None else (held.before, held.first)
        dark = fact.kind is EventKind.WENT_DARK_INSIDE
        if dark and before is not None and there is not None:
            span = ends.lain(bounds.arrived_unseen(before, there), around)
            fact = replace(fact, fixes=ordered(before, *fact.fixes))
        elif fact.kind is EventKind.GEOFENCE_ENTERED:
            span = ends.arrival_of(fact, around)
        else:
            first = self.found if self.found is not None else fact
            span = Span(earliest=None, at=None, latest=first.fixes[0].at)
        self._begin(fact, span)
        self.berthed = True
        self.doubtful = ends.leaps(self.found if self.found is not None else fact)
        if self.found is not None and fact is not self.found:
            self._stage(self.found)
        self.found = None
        return [self._arrival(fact, EventState.PROVISIONAL, ends.FOUND_WHY)]

    def _keep(self, fact: Fact, around: Around) -> list[Fact]:
        del fact, around
        return []

    def _open_confirm(self, fact: Fact, around: Around) -> list[Fact]:
        span = ends.arrival_of(fact, around)
        if span.earliest is None:
            first = self.found if self.found is not None else fact
            latest = first.fixes[0].at if span.latest is None else span.latest
            span = Span(earliest=None, at=None, latest=latest)
        self._begin(fact, span)
        self.stopped = self.berthed = True
        self.doubtful = self.found is not None and ends.leaps(self.found)
        if self.found is not None:
            self._stage(self.found)
        self.found = None
        return [self._arrival(fact, EventState.CONFIRMED, fact.why)]

    def _confirm(self, fact: Fact, around: Around) -> list[Fact]:
        self.stopped = fact.kind is not EventKind.PORT_ARRIVED
        if fact.kind in STOPS and fact.span.earliest is not None and not self.berthed:
            self.arrived = self._first_stop(fact, around)
        elif not around.found_at_rest or self._seen_before(fact):
            self._come_to_rest(fact, around)
        self.darkened |= fact.kind is EventKind.WENT_DARK_INSIDE
        self.berthed |= fact.kind in STOPS
        return [self._arrival(fact, EventState.CONFIRMED, fact.why)]

    def _come_to_rest(self, fact: Fact, around: Around) -> None:
        """She was found under way, and came to rest later; if she was not heard then, who knows."""
        known = self.arrived
        if known is None or (known.latest is None and fact.kind not in STOPS):
            return
        if fact.kind is EventKind.WENT_DARK_INSIDE and not self.has_stopped:
            heard = fact.fixes[-1]
            resting = around.pause is not None and around.pause[1] is None
            resting &= heard.sog_kn < UNDER_WAY_KN  # that she may be at rest is not enough
            self.arrived = replace(known, latest=heard.at if resting else None)
        elif fact.kind in STOPS and not self.has_stopped and fact.span.latest is not None:
            latest = max(known.latest or fact.span.latest, fact.span.latest)
            self.arrived = replace(known, latest=latest)

    def _seen_before(self, fact: Fact) -> bool:
        """Whether she was seen under way in port before she stopped there."""
        known, begun = self.arrived, fact.span.earliest
        if fact.kind not in STOPS or begun is None or known is None:
            return False
        return known.latest is not None and known.latest < begun

    @property
    def has_stopped(self) -> bool:
        """Whether she was seen to stop before, in this call."""
        return any(stage.kind in STOPS for stage in self.stages)

    def _names_berth(self, fact: Fact) -> bool:
        """Whether a fact tells her first stop of this call again, now with the berth."""
        first = next((stage for stage in self.stages if stage.kind in STOPS), None)
        told = first is not None and (first.kind, first.span) == (fact.kind, fact.span)
        return told and first is not None and first.geofence != fact.geofence

    def _first_stop(self, fact: Fact, around: Around) -> Span:
        """When she came to rest; a silence in port before may hide that she had stopped before."""
        span, known = ends.arrival_of(fact, around), self.arrived
        if not self.darkened or known is None or known.earliest is None:
            return span
        earliest = known.earliest if span.earliest is None else min(span.earliest, known.earliest)
        return replace(span, earliest=earliest)

    def _refine(self, fact: Fact, around: Around) -> list[Fact]:
        if not self.berthed and fact.span.earliest is not None:
            return self._confirm(fact, around)
        before = self.arrived
        if not around.found_at_rest or self._seen_before(fact):
            self._come_to_rest(fact, around)
        if self.arrived == before and not self._names_berth(fact):
            return []
        self.stopped = True
        return [self._arrival(fact, EventState.CONFIRMED, fact.why)]

    def _withdraw(self, fact: Fact, around: Around) -> list[Fact]:
        del around
        why = "Left the harbour again without stopping."
        return [self._arrival(fact, EventState.WITHDRAWN, why)]

    def _doubt(self, fact: Fact, around: Around) -> list[Fact]:
        """She is gone again, and whether she stopped is not known: it stays provisional."""
        if fact.kind is EventKind.GEOFENCE_LEFT and fact.geofence is not None:
            self._start_from(fact, around)
        else:
            span = ends.departure_of(fact, self.started)
            self.departed = ends.after_arrival(self.arrived, span)
        if not self.berthed:
            self.arrived = ends.until(self.arrived, self.departed)
        return [self._arrival(fact, EventState.PROVISIONAL, ends.DOUBT_WHY)]

    def _leave(self, fact: Fact, around: Around) -> list[Fact]:
        self._start_from(fact, around)
        why = "Left the harbour, under way; still in the approach."
        told = [self._departure(fact, EventState.PROVISIONAL, why)]
        return [*self._stop_hidden(fact, around), *told]

    def _stop_hidden(self, fact: Fact, around: Around) -> list[Fact]:
        """No stop was seen, and there was time for one: then she may have arrived later as well."""
        known, left = self.arrived, self.departed
        if self.berthed or not around.hidden or known is None or left is None:
            return []
        widened = ends.until(known, left)
        if widened == known:
            return []
        self.arrived, self.berthed = widened, True
        return [self._arrival(fact, EventState.CONFIRMED, ends.HIDDEN_WHY)]

    def _leave_found(self, fact: Fact, around: Around) -> list[Fact]:
        arrived = self._arrival(fact, EventState.CONFIRMED, ends.FOUND_WHY)
        return [arrived, *self._leave(fact, around)]

    def _depart_found(self, fact: Fact, around: Around) -> list[Fact]:
        arrived = self._arrival(fact, EventState.CONFIRMED, ends.FOUND_WHY)
        return [arrived, *self._depart(fact, around)]

    def _stay(self, fact: Fact, around: Around) -> list[Fact]:
        del around
        why = "Back in the harbour, or stopped off it."
        told = self._departure(fact, EventState.WITHDRAWN, why)
        self.departed = None
        return [told]

    def _depart(self, fact: Fact, around: Around) -> list[Fact]:
        told: list[Fact] = []
        if self.departed is None:
            self._start_from(fact, around)
            told = self._stop_hidden(fact, around)
        why = fact.why
        if fact.kind is EventKind.GEOFENCE_LEFT and fact.geofence is not None:
            why = "Left the approach." if bounds.seen(fact.span) else "Left in a silence."
        elif fact.kind is EventKind.WENT_DARK_INSIDE:
            why = f"Left the harbour, under way. {fact.why}"
        return [*told, self._departure(fact, EventState.CONFIRMED, why)]

    def _depart_unseen(self, fact: Fact, around: Around) -> list[Fact]:
        del around
        span = ends.departure_of(fact, self.started)
        self.departed = ends.after_arrival(self.arrived, span)
        self.departed_key_at = fact.key_at
        self.doubtful |= fact.confidence == 1
        return [self._departure(fact, EventState.CONFIRMED, fact.why)]

    ACTS: ClassVar[dict[Act, Callable[[Call, Fact, Around], list[Fact]]]] = {
        Act.OPEN: _open,
        Act.FIND: _find,
        Act.KEEP: _keep,
        Act.OPEN_CONFIRM: _open_confirm,
        Act.CONFIRM: _confirm,
        Act.REFINE: _refine,
        Act.WITHDRAW: _withdraw,
        Act.DOUBT: _doubt,
        Act.LEAVE: _leave,
        Act.LEAVE_FOUND: _leave_found,
        Act.STAY: _stay,
        Act.DEPART: _depart,
        Act.DEPART_FOUND: _depart_found,
        Act.DEPART_UNSEEN: _depart_unseen,
    }

    # -- what they have in common --------------------------------------------------------------

    def _begin(self, fact: Fact, span: Span) -> None:
        self.key_at, self.arrived, self.departed = fact.key_at, span, None
        self.entry, self.entered_fence = span, fact.geofence
        self.stopped = self.berthed = self.darkened = self.doubtful = self.disputed = False
        self.started, self.stages = None, []

    def _start_from(self, fact: Fact, around: Around) -> None:
        """She left when she started from her last stop, or when she may have been at rest last."""
        span = fact.span
        if self.started is not None:
            span = self.started.span
            begun = span.latest
            later = None if begun is None else ends.stopped_again(fact, begun, around)
            if later is not None and begun is not None and later > begun:
                span = Span(earliest=span.earliest, at=None, latest=later)
        elif around.pause is not None and span.latest is not None:
            begin, end = around.pause
            end = span.latest if end is None else min(end, span.latest)
            span = Span(earliest=min(begin, end), at=None, latest=end)
        self.departed = ends.after_arrival(self.arrived, span)
        self.departed_key_at = fact.key_at

    def _arrival(self, fact: Fact, state: EventState, why: str) -> Fact:
        confirmed = state is EventState.CONFIRMED
        span = self.arrived if self.arrived is not None else fact.span
        return Fact(
            kind=EventKind.PORT_ARRIVED, state=state, span=span, decided_at=fact.decided_at,
            place=fact.place, fixes=fact.fixes, why=why, key_at=self.key_at,
            confidence=self.confidence(departed=None) if confirmed else 1,
            geofence=fact.geofence or self.entered_fence, figures=dict(FIGURES),
        )  # fmt: skip

    def _departure(self, fact: Fact, state: EventState, why: str) -> Fact:
        started = self.started.fixes if self.started is not None else ()
        place = fact.place if self.started is None else self.started.place
        span = self.departed if self.departed is not None else fact.span
        return Fact(
            kind=EventKind.PORT_DEPARTED, state=state, span=span, decided_at=fact.decided_at,
            place=place, fixes=ordered(*started, *fact.fixes), why=why,
            confidence=self.confidence(departed=self.departed), key_at=self.departed_key_at,
            geofence=fact.geofence, figures=dict(FIGURES),
        )  # fmt: skip
