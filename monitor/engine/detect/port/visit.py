"""One vessel near one port: runs the detectors on her fixes, makes events of what they find."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import Any

from monitor.engine.detect.detector import SILENCE_US, Fact, Step, confidence_of, deepest, ordered
from monitor.engine.detect.port.call import Call, CallState, Told
from monitor.engine.detect.port.fences import Membership
from monitor.engine.detect.port.silence import Silence
from monitor.engine.detect.port.stay import Stay
from monitor.engine.geofence import Port, near_distance_m
from monitor.model import Event, EventKind, EventState, Fix, PortCall, Span
from monitor.units import SECOND_US, to_iso

EVIDENCE_FIXES = 6


@dataclass(slots=True)
class Passage:
    """What is needed to say "passed through": the way in, and the nearest point."""

    entered: Fact | None = None
    closest_m: float = math.inf
    closest: Fix | None = None
    called: bool = False
    dark: bool = False


@dataclass(slots=True)
class Watch:
    """All that is remembered of a vessel near a port. Made by her first fix there."""

    mmsi: int
    track: int
    port: str
    last: Fix | None = None
    inside: int = 0  # fences of the last fix
    near: int = 0
    first: Fix | None = None  # set while she was seen here first and only once
    membership: Membership = field(default_factory=Membership)
    stay: Stay = field(default_factory=Stay)
    silence: Silence = field(default_factory=Silence)
    call: Call = field(default_factory=Call)
    passage: Passage = field(default_factory=Passage)

    def deadline(self) -> int | None:
        """When this vessel's silence must be told; None: never, or it has been."""
        if self.last is None or not self.inside:
            return None
        return self.silence.deadline(self.last)

    def expire(self, port: Port, until: int, sources: list[str]) -> list[Event | PortCall]:
        """Tell the silence whose deadline lies before ``until``."""
        deadline = self.deadline()
        if deadline is None or deadline >= until or self.last is None:
            return []
        self.passage.dark = True
        facts = [self.silence.fall(port, self.last, self.inside)]
        if self.first is not None and self.inside:
            facts.insert(0, self._first_seen_fact(port, self.first, None, deadline))
            self.first = None
        return self._tell(port, facts, sources)

    def step(self, step: Step, sources: list[str]) -> list[Event | PortCall]:
        """Take her next fix."""
        out = self.expire(step.port, max(step.fix.at, step.decided_at), sources)
        facts = self.silence.step(step)
        if any(fact.kind is EventKind.REAPPEARED_ELSEWHERE for fact in facts):
            # the silence ended what was known of her here: nobody saw her leave a fence or a berth
            self.membership, self.stay = Membership(), Stay()
        facts += self._first_seen(step)
        facts += self.stay.step(step)
        crossings = self.membership.step(step)
        facts += crossings
        self._measure(step)
        out += self._tell(step.port, facts, sources)
        out += self._told(step.port, self.call.dwell(step), step.decided_at, sources)
        out += self._passed(step, crossings, sources)
        self.last, self.inside, self.near = step.fix, step.inside, step.near
        return out

    def over(self) -> bool:
        """Whether nothing is left to watch: out of all fences, no call open, not dark."""
        return (
            not self.membership.fences
            and self.call.state is CallState.AWAY
            and not self.silence.dark
            and not self.near
        )

    def _first_seen(self, step: Step) -> list[Fact]:
        if step.prev is None:
            self.first = step.fix
            return []
        first, self.first = self.first, None
        if first is None or not self.inside:
            return []
        return [self._first_seen_fact(step.port, first, step.fix, step.decided_at)]

    def _first_seen_fact(self, port: Port, first: Fix, second: Fix | None, decided_at: int) -> Fact:
        return Fact(
            kind=EventKind.FIRST_SEEN_INSIDE,
            span=Span(earliest=None, at=None, latest=first.at),
            decided_at=decided_at,
            fence=deepest(port, self.inside),
            place=first,
            fixes=(first,) if second is None else (first, second),
            why="Her first report ever was here: when she came is not known.",
            key_at=first.at,
        )

    def _measure(self, step: Step) -> None:
        lon, lat = step.port.centre
        away = near_distance_m(step.fix.lon, step.fix.lat, lon, lat)
        if away < self.passage.closest_m:
            self.passage.closest_m, self.passage.closest = away, step.fix

    def _passed(
        self, step: Step, crossings: list[Fact], sources: list[str]
    ) -> list[Event | PortCall]:
        passage = self.passage
        if self.call.state in {CallState.IN_PORT, CallState.LEAVING}:
            passage.called = True
        out: list[Event | PortCall] = []
        for fact in crossings:
            if fact.fence is None or not step.port.approach_bits >> fact.fence & 1:
                continue
            if fact.kind is EventKind.GEOFENCE_ENTERED:
                self.passage = Passage(entered=fact, closest_m=passage.closest_m,
                                       closest=passage.closest, called=passage.called)  # fmt: skip
            elif passage.entered is not None and not passage.called and not passage.dark:
                out.append(self.event(step.port, self._passage_fact(fact), sources))
        return out

    def _passage_fact(self, left: Fact) -> Fact:
        passage = self.passage
        entered = passage.entered if passage.entered is not None else left
        closest = passage.closest if passage.closest is not None else left.place
        return Fact(
            kind=EventKind.PASSED_THROUGH,
            span=Span(earliest=entered.span.earliest, at=closest.at, latest=left.span.latest),
            decided_at=left.decided_at,
            fence=left.fence,
            place=closest,
            fixes=(*entered.fixes[:2], closest, *left.fixes[:2]),
            why="Through the approach without stopping or entering the harbour to stay.",
            figures={"closest_m": round(passage.closest_m)},
            key_at=entered.key_at,
        )

    def _tell(self, port: Port, facts: list[Fact], sources: list[str]) -> list[Event | PortCall]:
        out: list[Event | PortCall] = []
        for fact in facts:
            out.append(self.event(port, fact, sources))
            stages = len(self.call.stages)
            told = self.call.take(port, fact)
            out += self._told(port, told, fact.decided_at, sources)
            if not told and len(self.call.stages) != stages:
                out.append(self._port_call(port, fact.decided_at, withdrawn=False))
        return out

    def _told(
        self, port: Port, told: list[Told], decided_at: int, sources: list[str]
    ) -> list[Event | PortCall]:
        out: list[Event | PortCall] = []
        for item in told:
            fact = Fact(
                kind=item.kind, span=item.span, decided_at=item.decided_at, fence=item.fence,
                place=item.place, fixes=item.fixes, why=item.why, key_at=item.key_at,
                figures={"silence_s": SILENCE_US // SECOND_US},
            )  # fmt: skip
            out.append(self.event(port, fact, sources, state=item.state, grade=item.confidence))
            withdrawn = item.kind is EventKind.PORT_ARRIVED and item.state is EventState.WITHDRAWN
            out.append(self._port_call(port, decided_at, withdrawn=withdrawn))
            if self.call.state is CallState.AWAY:
                self.call = Call()
        return out

    def event(
        self,
        port: Port,
        fact: Fact,
        sources: list[str],
        *,
        state: EventState = EventState.CONFIRMED,
        grade: int | None = None,
    ) -> Event:
        """Make an event of a fact, with its evidence."""
        fence = None if fact.fence is None else port.fences[fact.fence].id
        fixes = ordered(*fact.fixes)
        return Event(
            id=identity(
                fact.kind, self.mmsi, self.track, port.id, fence_key(fact, fence), fact.key_at
            ),
            kind=fact.kind,
            state=state,
            mmsi=self.mmsi,
            track=self.track,
            name=None,
            port=port.id,
            geofence=fence,
            span=fact.span,
            decided_at=fact.decided_at,
            confidence=confidence_of(fact.span) if grade is None else grade,
            lon=fact.place.lon,
            lat=fact.place.lat,
            why=fact.why,
            evidence={
                "fixes": [describe(fix, sources) for fix in fixes[:EVIDENCE_FIXES]],
                "figures": dict(fact.figures),
                "geofence_hash": port.hash,
            },
        )

    def _port_call(self, port: Port, decided_at: int, *, withdrawn: bool) -> PortCall:
        call = self.call
        unknown = Span(earliest=None, at=None, latest=None)
        return PortCall(
            id=identity("PortCall", self.mmsi, self.track, port.id, "", call.key_at),
            mmsi=self.mmsi,
            track=self.track,
            name=None,
            port=port.id,
            arrived=call.arrived if call.arrived is not None else unknown,
            departed=call.departed if call.state is CallState.AWAY else None,
            confidence=call.confidence(),
            stages=tuple(call.stages),
            decided_at=decided_at,
            withdrawn=withdrawn,
        )


def identity(kind: str, mmsi: int, track: int, port: str, fence: str, key_at: int) -> str:
    """Id of an event or a call: a pure function of what it is about."""
    text = f"{kind}|{mmsi}|{track}|{port}|{fence}|{key_at}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def fence_key(fact: Fact, fence: str | None) -> str:
    """Fences tell crossings apart; an arrival is the same one whatever fence it is shown at."""
    crossings = {EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT}
    return fence or "" if fact.kind in crossings else ""


def describe(fix: Fix, sources: list[str]) -> dict[str, Any]:
    """Return a fix as evidence: JSON with ISO times, None for what was not available."""

    def known(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 1)

    return {
        "at": to_iso(fix.at),
        "received_at": to_iso(fix.received_at),
        "lon": round(fix.lon, 6),
        "lat": round(fix.lat, 6),
        "sog_kn": known(fix.sog_kn),
        "cog_deg": known(fix.cog_deg),
        "status": fix.status if fix.status >= 0 else None,
        "type": fix.type or None,
        "source": sources[fix.source],
        "line": fix.line,
        "sentence": fix.raw.decode("latin-1"),
    }
