"""A fact becomes an event: once, here, complete with id, name, cause, evidence and confidence."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from monitor.engine.deaf import COVERAGE, AtSea, why_silent
from monitor.engine.detect.detector import CallFact, Fact, Telling, ordered
from monitor.engine.detect.disturbed import Disturbed
from monitor.engine.detect.feasible import DELIBERATE, UNHEARD
from monitor.engine.detect.pair.party import party
from monitor.engine.earshot import Earshot
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Names
from monitor.engine.reception import Cause, Reception
from monitor.model import (
    Event,
    EventKind,
    EventState,
    Evidence,
    Fix,
    FixEvidence,
    NamedArea,
    PortCall,
    Ship,
    ShipAtPort,
    ShipPair,
    Span,
    Static,
    Subject,
)
from monitor.units import HOUR_US, MINUTE_US, to_iso

Finding = Event | PortCall

EVIDENCE_FIXES = 6
"""Fixes that an event shows, at most: what bounds it is among the first."""

CROSSINGS = frozenset({EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT, EventKind.GATE_CROSSED})
"""Fences tell these apart; an arrival is the same one whatever fence it is shown at."""

GAPS = frozenset(
    {EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE, EventKind.REAPPEARED_ELSEWHERE}
)
"""Silences: they say why, where it can be told."""

FAR_OFF = frozenset(
    {
        EventKind.WENT_DARK, EventKind.REAPPEARED, EventKind.MAY_HAVE_REACHED,
        EventKind.GATE_CROSSED, EventKind.WAIT_BEGUN, EventKind.WAIT_ENDED,
        EventKind.IDENTITY_CHANGED, EventKind.IDENTITY_FLAPPED, EventKind.IDENTITY_DOUBTED,
        EventKind.DESTINATION_CHANGED, EventKind.DESTINATION_VARIED,
    }
)  # fmt: skip
"""Mostly far from all ports, where the store keeps no sentences: taken again they have none."""

SURE_US, FAIR_US = 10 * MINUTE_US, 4 * HOUR_US
"""Widths of an interval that is known well, and fairly."""


class Hearing(NamedTuple):
    """What was heard, near ports and at sea."""

    reception: Reception
    earshot: Earshot

    @classmethod
    def of(cls, fences: FenceSet) -> Hearing:
        """Nothing was heard."""
        return cls(Reception(fences), Earshot(fences))

    def explained(self, event: Event) -> Event:
        """An event, with the cause of the silence that it tells of, if it is of one."""
        silence = silence_of(event)
        if silence is None:
            return event
        if isinstance(silence, AtSea):
            return because(event, why_silent(self.earshot, silence))
        return because(event, self.reception.cause(*silence))


class Witness:
    """Makes events and port calls of facts, with what else is known at the time."""

    def __init__(
        self,
        fences: FenceSet,
        sources: list[str],
        hearing: Hearing | None,
        names: Names,
        disturbed: Disturbed | None = None,
    ) -> None:
        """``sources`` names the fixes' source numbers; it may grow.

        ``hearing`` None: why a silence was is told later, see ``because``; ``disturbed`` None:
        and what is in doubt of an event, see ``disturbed.marked``.
        """
        self._fences = fences
        self._sources = sources
        self._hearing = hearing
        self._names = names
        self.disturbed = disturbed

    def tell(self, told: Telling) -> Finding:
        """Make an event of a fact, or a port call of how it stands."""
        subject, found = told
        if isinstance(found, CallFact):
            if not isinstance(subject, ShipAtPort):
                message = f"a port call is about a ship at a port, not about {subject}"
                raise TypeError(message)
            return self._call(subject, found)
        event = self._event(subject, found)
        if self.disturbed is None:
            return event
        self.disturbed.take(told)
        return self.disturbed.mark(event)

    def _event(self, subject: Subject, fact: Fact) -> Event:
        place, known = fact.place, confidence_of(fact.span)
        said, why, figures = self._said(subject, fact.decided_at), fact.why, dict(fact.figures)
        if isinstance(subject, ShipPair):
            other = self._names.as_of(subject.other_mmsi, fact.decided_at)
            sentence, parties = party(said, other)
            why, figures = f"{why} {sentence}", figures | parties
        fixes = ordered(*fact.fixes)[:EVIDENCE_FIXES]
        if shows_what_is_stored(fact.kind, subject):
            fixes = self._as_stored(fixes)
        event = Event(
            id=event_id(subject, fact),
            kind=fact.kind,
            state=fact.state,
            subject=subject,
            name=None if said is None else said.name,
            geofence=fact.geofence,
            span=fact.span,
            decided_at=fact.decided_at,
            confidence=known if fact.confidence is None else fact.confidence,
            lon=None if place is None else place.lon,
            lat=None if place is None else place.lat,
            why=why,
            evidence=Evidence(
                fixes=tuple(evidence_of(fix, self._sources) for fix in fixes),
                figures=figures,
                geofence_hash=self._hash(subject, fact.geofence),
            ),
            said=said,
        )
        return event if self._hearing is None else self._hearing.explained(event)

    def _call(self, subject: ShipAtPort, call: CallFact) -> PortCall:
        return PortCall(
            id=identity("PortCall", subject, "", call.key_at),
            mmsi=subject.mmsi,
            track=subject.track,
            name=self._names.of(subject.mmsi, call.decided_at),
            port=subject.port,
            arrived=call.arrived,
            departed=call.departed,
            state=call.state,
            confidence=call.confidence,
            stages=call.stages,
            decided_at=call.decided_at,
            withdrawn=call.withdrawn,
        )

    def _said(self, subject: Subject, at: int) -> Static | None:
        mmsi = getattr(subject, "mmsi", None)
        return None if mmsi is None else self._names.as_of(mmsi, at)

    def _as_stored(self, fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        """Without their sentences, if they are far from all ports: of those none are stored.

        Of two ships one is read from the store when the other is taken again.
        """
        at = [np.array([getattr(fix, name) for fix in fixes]) for name in ("lon", "lat")]
        near = self._fences.near_any(*at).tolist()
        return tuple(
            fix if kept else fix._replace(raw=b"") for fix, kept in zip(fixes, near, strict=True)
        )

    def _hash(self, subject: Subject, fence: str | None) -> str | None:
        port = self._fences.by_id.get(getattr(subject, "port", ""))
        if port is not None:
            return port.hash
        area = self._fences.area_of.get(getattr(subject, "area", ""))
        if area is not None:
            return area.drawing
        gate = self._fences.gate_of.get(fence or "")
        return None if gate is None else gate.hash

    def redraw(self, fences: FenceSet) -> None:
        """Areas were drawn, or removed."""
        self._fences = fences


def shows_what_is_stored(kind: EventKind, subject: Subject) -> bool:
    """Whether an event shows no sentence of a fix but where the store keeps it."""
    return isinstance(subject, ShipPair | NamedArea) or kind in FAR_OFF


class Silence(NamedTuple):
    """A silence whose cause can be asked for: see ``Reception.cause``."""

    port: str
    mmsi: int
    begin: int  # us
    end: int  # us
    decided_at: int  # us


def silence_of(event: Event) -> Silence | AtSea | None:
    """The silence that an event tells of; None: of none, or of one without bounds."""
    subject, span = event.subject, event.span
    if event.kind is EventKind.WENT_DARK:
        return _silence_at_sea(event)
    if event.kind not in GAPS or not isinstance(subject, ShipAtPort):
        return None
    begin, end = span.earliest, span.at or span.latest
    if begin is None or end is None:
        return None
    return Silence(subject.port, subject.mmsi, begin, end, event.decided_at)


def _silence_at_sea(event: Event) -> AtSea | None:
    """That of a ship far off; None: it was too short to be called one."""
    subject, fixes, begin = event.subject, event.evidence.fixes, event.span.earliest
    if event.state is EventState.WITHDRAWN or not isinstance(subject, Ship):
        return None
    if begin is None or not fixes:
        return None
    last = fixes[-1]
    knots, course = (math.nan if said is None else said for said in (last.sog_kn, last.cog_deg))
    return AtSea(subject.mmsi, last.lon, last.lat, knots, course, begin, event.decided_at)


def because(event: Event, cause: Cause) -> Event:
    """An event of a silence, with its cause. At sea, what reception explains is not dark."""
    figures = {**event.evidence.figures, "cause": cause.word, **cause.figures}
    why, state, confidence = event.why, event.state, event.confidence
    if event.kind is EventKind.WENT_DARK and cause.word == COVERAGE:
        figures["grade"], why = UNHEARD, why.removesuffix(DELIBERATE)
        state, confidence = EventState.PROVISIONAL, 1
    return replace(
        event, state=state, confidence=confidence, why=f"{why} {cause.why}".rstrip(),
        evidence=replace(event.evidence, figures=figures),
    )  # fmt: skip


def event_id(subject: Subject, fact: Fact) -> str:
    """Id of the event that a fact becomes."""
    fence = fact.geofence or "" if fact.kind in CROSSINGS else ""
    return identity(fact.kind.value, subject, fence, fact.key_at)


def identity(kind: str, subject: Subject, fence: str, key_at: int) -> str:
    """Id of an event or a call: a pure function of what it is about."""
    about = "|".join(str(part) for part in subject)
    text = f"{kind}|{about}|{fence}|{key_at}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def confidence_of(span: Span) -> int:
    """How well a time is known: 4 within 10 minutes, 3 within 4 hours, 2 wider, 1 no bound."""
    width = span.width()
    if width is None:
        return 1
    if width <= SURE_US:
        return 4
    return 3 if width <= FAIR_US else 2


def evidence_of(fix: Fix, sources: list[str]) -> FixEvidence:
    """Return a fix as evidence: ISO times, None for what was not available."""
    return FixEvidence(
        at=to_iso(fix.at),
        received_at=to_iso(fix.received_at),
        lon=round(fix.lon, 6),
        lat=round(fix.lat, 6),
        sog_kn=known(fix.sog_kn),
        cog_deg=known(fix.cog_deg),
        status=fix.status if fix.status >= 0 else None,
        type=fix.type or None,
        source=sources[fix.source],
        line=fix.line,
        sentence=fix.raw.decode("latin-1"),
    )


def known(value: float) -> float | None:
    """A speed, course or heading with the digit that it deserves; None: not available."""
    return None if math.isnan(value) else round(value, 1)
