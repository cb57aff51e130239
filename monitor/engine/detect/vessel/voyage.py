"""Voyages: what joins one port call of a ship to the next, its unseen part included.

A voyage begins with a confirmed departure and is made with the next confirmed arrival, at whatever
port is watched. Between them every fix of hers is looked at: how far she sailed, where she was
silent, how fast she must have been. Where no ship is so fast it is a contradiction: told, and not
bounded, for one of the two ends is another ship's, or false.

    IN_PORT   a call of hers is known; her static reports are noted
    AT_SEA    she has departed
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.detect.vessel.heard import fixes_of
from monitor.engine.geofence import distance_m
from monitor.model import UNKNOWN, EventKind, EventState, Fix, Ship, ShipAtPort, Span, Static
from monitor.units import HOUR_US, KNOT_MPS, NAUTICAL_MILE_M, SECOND_US, to_iso


class VoyageState(enum.StrEnum):
    """See the module."""

    IN_PORT = "in port"
    AT_SEA = "at sea"


class Moment(NamedTuple):
    """What happened next to a ship: a fix, a static report, an arrival or departure, a leap."""

    now: int  # us
    static: Static | None = None
    fix: Fix | None = None
    fact: Fact | None = None  # an arrival or a departure; ``static``: what she says by then
    port: str = ""  # of the fact, or from where the number leapt
    leap: bool = False  # it is said to be where no ship can have gone from there
    origin: Ship | None = None  # of a leap: the track from where the number leapt


NameOf = Callable[[str], str]
"""A port's name, by its id."""


@dataclass(slots=True)
class Voyage:
    """The voyage that a ship makes, or may begin."""

    state: VoyageState
    port: str  # where she is, or comes from
    key_at: int = 0  # us; tells this voyage from her others: of the departure
    call_at: int = 0  # us; of the arrival that the voyage was made with
    departed: Span = UNKNOWN
    leapt: bool = False
    first: Fix | None = None  # where she was when she left
    last: Fix | None = None  # where she was heard last
    sailed_m: float = 0.0  # where heard
    unheard_m: float = 0.0  # in silences, at least: the great circle
    unheard_us: int = 0
    before: Fix | None = None  # the longest silence
    after: Fix | None = None
    draught_m: float | None = None  # as reported last
    destination: str | None = None
    sailed_with_m: float | None = None  # the draught that she left with
    bound_for: str | None = None  # the destination that she left with, or declared at sea
    made: Fact | None = None  # how she came here, as it was told last
    early: Fact | None = None  # an arrival told before the departure from where she came
    early_port: str = ""  # where that is

    def hear(self, fix: Fix) -> None:
        """Take a fix at sea."""
        last, self.last = self.last, fix
        if self.first is None:
            self.first = fix
        if last is None or self.leapt:
            return
        gap = fix.at - last.at
        away = float(distance_m(last.lon, last.lat, fix.lon, fix.lat))
        if gap <= SILENCE_US:  # else it is not sailed where heard
            self.sailed_m += away
            return
        self.unheard_m += away
        self.unheard_us += gap
        if self.before is None or self.after is None or gap > self.after.at - self.before.at:
            self.before, self.after = last, fix

    def go_straight(self, begin: tuple[Fix, ...], end: tuple[Fix, ...]) -> None:
        """Take the straight way, where fixes at sea were not looked at: see ``early``."""
        if begin and end and begin[0].at < end[0].at:
            self.last = begin[0]
            self.hear(end[0])

    def note(self, static: Static) -> bool:
        """Take a static report; whether it says the draught that a voyage just made lacks."""
        if static.destination is not None:
            self.destination = static.destination
            if self.state is VoyageState.AT_SEA:
                self.bound_for = static.destination
        if static.draught_m is None:
            return False
        self.draught_m = static.draught_m
        return self.made is not None and self.made.figures["draught_after_m"] is None

    def begin(self, fact: Fact, name_of: NameOf) -> Fact:
        """She has departed."""
        self.state, self.key_at = VoyageState.AT_SEA, fact.key_at
        self.departed, self.leapt, self.made = fact.span, False, None
        self.first = self.last = fact.fixes[-1] if fact.fixes else None
        self.sailed_m = self.unheard_m = 0.0
        self.unheard_us, self.before, self.after = 0, None, None
        silent = _left_unheard(fact)
        if silent is not None:
            self.last = fact.fixes[silent]
            for fix in fact.fixes[silent + 1 :]:
                self.hear(fix)
        self.sailed_with_m, self.bound_for = self.draught_m, self.destination
        bound = "" if self.bound_for is None else f", bound for {self.bound_for} as she says"
        return Fact(
            kind=EventKind.VOYAGE_BEGUN, span=fact.span, decided_at=fact.decided_at,
            place=fact.place, fixes=fact.fixes, why=f"Departed from {name_of(self.port)}{bound}.",
            figures={
                "voyage": to_iso(self.key_at), "from": self.port,
                **_span_figures("departed", fact.span),
                "destination": self.bound_for, "draught_before_m": self.sailed_with_m,
            },
            key_at=self.key_at, confidence=fact.confidence,
        )  # fmt: skip

    def make(self, fact: Fact, origin: str, port: str, name_of: NameOf) -> Fact:
        """She has arrived from ``origin``, or her arrival is known better."""
        arrived = fact.span
        least_m = self.sailed_m + self.unheard_m
        contradicts, needed = self.leapt, None
        if not contradicts:
            needed = _needed_kn(self.departed, arrived, least_m)
        figures: dict[str, Any] = {
            "voyage": to_iso(self.key_at), "from": origin, "to": port,
            **_span_figures("departed", self.departed), **_span_figures("arrived", arrived),
            "sailed_heard_m": None if contradicts else round(self.sailed_m),
            "sailed_least_m": None if contradicts else round(least_m),
            "needed_kn": needed, "unheard_s": self.unheard_us // SECOND_US,
            **_silence_figures(self.before, self.after), "destination": self.bound_for,
            "draught_before_m": self.sailed_with_m, "draught_after_m": self.draught_m,
            "contradiction": contradicts,
        }  # fmt: skip
        return Fact(
            kind=EventKind.VOYAGE_MADE, span=UNKNOWN if contradicts else arrived,
            decided_at=fact.decided_at, place=fact.place,
            fixes=ordered(self.first, self.before, self.after, *fact.fixes[:2]),
            why=self._why(name_of(origin), name_of(port), needed),
            figures=figures, key_at=self.key_at,
            confidence=1 if contradicts else fact.confidence,
        )  # fmt: skip

    def _why(self, origin: str, port: str, needed: float | None) -> str:
        if self.leapt:
            return (
                f"Her number was at {origin} and then at {port}, and no ship is so fast: another"
                " ship's, or a false position. Nothing of this voyage is known."
            )
        told = f"From {origin} to {port}"
        if self.before is not None and self.after is not None:
            hours = (self.after.at - self.before.at) / HOUR_US
            away = distance_m(self.before.lon, self.before.lat, self.after.lon, self.after.lat)
            told += f"; not heard for {hours:.0f} h, {float(away) / NAUTICAL_MILE_M:.0f} NM of it"
        if needed is not None:
            told += f"; she needed {needed:.0f} kn at least"
        return f"{told}."


class Voyages(Detector[Ship, Voyage, Moment]):
    """The detector of voyages; it stands below that of visits, whose calls it joins."""

    NAME: ClassVar[str] = "voyage"
    VERSION: ClassVar[int] = 2
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Voyage

    def rows(self, seen: Seen, states: Mapping[Ship, Voyage]) -> Iterator[tuple[Ship, Moment]]:
        """Arrivals and departures, and of ships that are watched all fixes and static reports."""
        found: list[tuple[int, int, Ship, Moment]] = []
        watched = {ship for ship, known in states.items() if known.state is VoyageState.AT_SEA}
        for subject, fact in seen.told:
            if isinstance(fact, Fact) and isinstance(subject, ShipAtPort) and _counts(fact):
                ship, at = Ship(subject.mmsi, subject.track), fact.decided_at
                draught, destination = seen.said(subject.mmsi, at)
                says = Static(mmsi=subject.mmsi, draught_m=draught, destination=destination)
                found.append((at, 3, ship, Moment(at, fact=fact, port=subject.port, static=says)))
                watched.add(ship)
        for came in seen.tracks.leaps.values():
            if came.number is not None:
                ship, at = Ship(came.mmsi, came.number), came.decided_at
                origin = Ship(came.mmsi, came.origin or 0)
                found.append((at, 1, ship, Moment(at, fix=came.first, leap=True, origin=origin)))
                watched.add(ship)
        if watched:
            _fixes_of(seen, watched, found)
        if seen.statics and (states or watched):
            _statics_of(seen, {*states, *watched}, found)
        for _, _, ship, moment in sorted(found, key=lambda item: item[:3]):
            if moment.origin is None:
                yield ship, moment
            elif (known := states.get(moment.origin)) is not None:  # as of this instant
                yield ship, moment._replace(port=known.port)

    def step(self, state: Voyage | None, moment: Moment) -> tuple[Voyage | None, list[Found]]:
        """Take what happened next; see Detector."""
        if moment.leap:
            at = 0 if moment.fix is None else moment.fix.at
            leapt = Voyage(VoyageState.AT_SEA, moment.port, key_at=at, leapt=True, last=moment.fix)
            return leapt, []
        if moment.fact is not None:
            known = state if state is not None else Voyage(VoyageState.IN_PORT, moment.port)
            if moment.static is not None:
                known.note(moment.static)
            return known, self._called(known, moment.fact, moment.port)
        if state is None:
            return None, []
        if moment.fix is not None and state.state is VoyageState.AT_SEA:
            state.hear(moment.fix)
        if moment.static is not None and state.note(moment.static) and state.made is not None:
            figures = {**state.made.figures, "draught_after_m": state.draught_m}
            state.made = replace(state.made, decided_at=moment.now, figures=figures)
            return state, [state.made]
        return state, []

    def upgrade(self, key: Ship, state: Any, version: int) -> Any:
        """State of an earlier version; see Detector. Version 1 knew no early arrivals."""
        if version != 1 or not isinstance(state, dict):
            return super().upgrade(key, state, version)
        return {**state, "early": None, "early_port": ""}

    def _called(self, state: Voyage, fact: Fact, port: str) -> list[Found]:
        if fact.kind is EventKind.PORT_DEPARTED:
            early, to = state.early, state.early_port
            state.port, state.early = port, None
            told: list[Found] = [state.begin(fact, self.fences.name_of)]
            if early is not None and to != port:
                state.go_straight(fact.fixes[:1], early.fixes[-1:])
                told += self._called(state, replace(early, decided_at=fact.decided_at), to)
            return told
        if state.state is VoyageState.AT_SEA:
            state.made = state.make(fact, state.port, port, self.fences.name_of)
            state.state, state.port, state.call_at = VoyageState.IN_PORT, port, fact.key_at
            return [state.made]
        known = state.made
        if port != state.port:
            state.early, state.early_port = fact, port
        if known is None or fact.key_at != state.call_at:
            state.port, state.made = port, None
            return []
        state.made = state.make(fact, known.figures["from"], port, self.fences.name_of)
        if known.figures["draught_after_m"] is not None:  # what she came with
            state.made.figures["draught_after_m"] = known.figures["draught_after_m"]
        return [state.made]


def _counts(fact: Fact) -> bool:
    kinds = {EventKind.PORT_ARRIVED, EventKind.PORT_DEPARTED}
    return fact.kind in kinds and fact.state is EventState.CONFIRMED


def _left_unheard(fact: Fact) -> int | None:
    """Which fix of a departure's was the last before a silence that she left in; None: none was.

    Between her start and the way out of the port there may be hours too, but heard.
    """
    span = fact.span
    for place, (before, after) in reversed(list(enumerate(pairwise(fact.fixes)))):
        if after.at - before.at <= SILENCE_US:
            continue
        within = span.latest is None or before.at < span.latest <= after.at
        if within and (span.earliest is None or span.earliest >= before.at):
            return place
        if span.latest == after.at:  # she had started before it, and may have stopped again
            return place
    return None


def _fixes_of(seen: Seen, watched: set[Ship], found: list[tuple[int, int, Ship, Moment]]) -> None:
    for ship, now, fix in fixes_of(seen, watched):
        found.append((now, 2, ship, Moment(now, fix=fix)))


def _statics_of(seen: Seen, watched: set[Ship], found: list[tuple[int, int, Ship, Moment]]) -> None:
    by_number: dict[int, list[Ship]] = {}
    for ship in watched:
        by_number.setdefault(ship.mmsi, []).append(ship)
    for static in seen.statics:
        for ship in by_number.get(static.static.mmsi, ()):
            moment = Moment(static.known_at, static=static.static)
            found.append((static.known_at, 0, ship, moment))


def _needed_kn(departed: Span, arrived: Span, least_m: float) -> float | None:
    """Speed that the voyage needs at least; None: one of its ends is not bounded."""
    if departed.earliest is None or arrived.latest is None or arrived.latest <= departed.earliest:
        return None
    elapsed_s = (arrived.latest - departed.earliest) / SECOND_US
    return round(least_m / elapsed_s / KNOT_MPS, 1)


def _span_figures(name: str, span: Span) -> dict[str, str | None]:
    known = {"earliest": span.earliest, "at": span.at, "latest": span.latest}
    return {f"{name}_{key}": None if at is None else to_iso(at) for key, at in known.items()}


def _silence_figures(before: Fix | None, after: Fix | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, fix in (("last_heard", before), ("heard_again", after)):
        figures |= {
            f"{name}_at": None if fix is None else to_iso(fix.at),
            f"{name}_lon": None if fix is None else round(fix.lon, 6),
            f"{name}_lat": None if fix is None else round(fix.lat, 6),
        }
    return figures
