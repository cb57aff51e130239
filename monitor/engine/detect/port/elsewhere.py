"""Ships that come to a watched port while they declare another.

    she has arrived, and                                what is told
    declares another port, twice before she could       DeclaredElsewhere, within the call's bounds
    have come, and still
    declares this port, or is for orders, or what       nothing
    she declares is no port that is known
    declares the other since she came                   nothing: that is her next voyage

Nothing is remembered: an arrival that is known better is the same event, told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.stood import stood_twice
from monitor.model import EventKind, EventState, ShipAtPort
from monitor.units import NO_TIME, to_iso
from monitor.words import destination_text


class Arrival(NamedTuple):
    """A ship has arrived, and declares something."""

    fact: Fact
    port: str
    declared: str
    since: int  # us; NO_TIME: before that was noted

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return self.fact.decided_at


class CallsElsewhere(Detector[ShipAtPort, None, Arrival]):
    """The detector of calls at another port than the one declared; it stands below visits."""

    NAME: ClassVar[str] = "elsewhere"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = type(None)

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, None]
    ) -> Iterator[tuple[ShipAtPort, Arrival]]:
        """Confirmed arrivals of ships that declared something before they came."""
        del states  # nothing is remembered
        for subject, fact in seen.told:
            if not isinstance(fact, Fact) or not isinstance(subject, ShipAtPort):
                continue
            if fact.kind is not EventKind.PORT_ARRIVED or fact.state is not EventState.CONFIRMED:
                continue
            at, came = fact.decided_at, fact.span.earliest
            text = destination_text(seen.said(subject.mmsi, at)[1])
            since, last = seen.stood(subject.mmsi, at).of("destination")
            if text is None or came is None or since > came or not stood_twice(since, last):
                continue
            yield subject, Arrival(fact, subject.port, text, since)

    def step(self, state: None, moment: Arrival) -> tuple[None, list[Found]]:
        """Tell of an arrival; see Detector."""
        haven = self.fences.destinations.of(moment.declared).haven
        if haven is None or haven.port == moment.port:
            return state, []
        fact, since = moment.fact, moment.since
        said = moment.declared
        words = said if said.upper() == haven.name.upper() else f"{said} ({haven.name})"
        return state, [
            Fact(
                kind=EventKind.DECLARED_ELSEWHERE, span=fact.span, decided_at=fact.decided_at,
                place=fact.place, fixes=fact.fixes, geofence=fact.geofence, key_at=fact.key_at,
                why=f"She arrived here and declared {words} before she came and since.",
                figures={
                    "declared": said, "declared_port": haven.name, "declared_code": haven.code,
                    "declared_since": None if since == NO_TIME else to_iso(since),
                },
                confidence=fact.confidence,
            )
        ]  # fmt: skip
