"""What is in doubt, for positions are false: marked on events, whichever detector told them.

Two things are known. Of a ship that is silent: that she is *heard elsewhere*, where no ship can
have come. She is not called dark then. Of an area: that there is interference
(``place/interference.py``); what is told of ships in it meanwhile, or of such as are heard in it,
loses confidence, and says so.

An area counts from when it was told, for what happened since it began; when it has ended, for what
happened until then. So the same is marked however batches were cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from monitor.engine.detect.detector import Fact, Telling
from monitor.engine.geofence import distance_m
from monitor.model import Event, EventKind, EventState, Fix, NamedArea, NamedFeed
from monitor.units import HOUR_US, NAUTICAL_MILE_M, NO_TIME, from_iso, to_datetime, to_iso

RADIUS_M = 15 * NAUTICAL_MILE_M
"""How far an area of interference reaches from its middle."""

KEPT_US = 24 * HOUR_US
"""So long after its end: silences of half a day are told of that began in it."""

HEARD_US = 2 * HOUR_US
"""Who was heard elsewhere so shortly before is not silent: as long as a silence at sea must be."""

ELSEWHERE = "heard elsewhere"
"""Grade of a silence that is none."""

JAMMING = "jamming-suspected"
"""Its cause: see ``Reception.cause``."""

SILENCES = frozenset({EventKind.WENT_DARK, EventKind.WENT_DARK_INSIDE})
BOTH = frozenset({EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED})

Astray = Callable[[int, int, int], Fix | None]
"""See ``Tracker.astray``."""


class Disturbance(NamedTuple):
    """An area of interference, as others know it."""

    area: str
    lon: float  # of its middle
    lat: float
    began: int  # us
    told_at: int  # us
    last_at: int  # us; the last that was heard of it
    ended_at: int  # us; when that was decided; NO_TIME: it lasts

    def holds(self, at: int, decided_at: int) -> bool:
        """Whether, as was known then, something that happened ``at`` was in its time."""
        if decided_at < self.told_at or at < self.began:
            return False
        over = self.ended_at != NO_TIME and self.ended_at <= decided_at
        return not over or at <= self.last_at

    def reaches(self, lon: float, lat: float) -> bool:
        """Whether a place is within it."""
        return bool(distance_m(self.lon, self.lat, lon, lat) <= RADIUS_M)


class Disturbed:
    """The areas that were told of, as facts are told one after the other."""

    def __init__(self, astray: Astray) -> None:
        """None was."""
        self._astray = astray
        self._known: dict[str, Disturbance] = {}

    def restore(self, known: Iterable[Disturbance]) -> None:
        """Go on from what was told."""
        self._known = {one.area: one for one in known}

    def take(self, told: Telling) -> None:
        """Note an area that is told of; facts must come in the order they were decided."""
        subject, fact = told
        if not isinstance(fact, Fact) or fact.kind not in BOTH:
            return
        assert isinstance(subject, NamedArea)  # noqa: S101 - they are about nothing else
        assert fact.place is not None  # noqa: S101
        at, now, known = fact.span.at or 0, fact.decided_at, self._known.get(subject.area)
        if known is None:
            place = fact.place
            known = Disturbance(subject.area, place.lon, place.lat, at, now, at, NO_TIME)
        if fact.kind is EventKind.INTERFERENCE_ENDED:
            known = known._replace(last_at=at, ended_at=now)
        self._known[subject.area] = known
        over = now - KEPT_US
        self._known = {
            area: one for area, one in self._known.items()
            if one.ended_at == NO_TIME or one.ended_at >= over
        }  # fmt: skip

    def mark(self, event: Event) -> Event:
        """An event with what is in doubt of it."""
        return marked(event, self._astray, self._known.values())


def marked(event: Event, astray: Astray, known: Iterable[Disturbance]) -> Event:
    """An event with what is in doubt of it; ``known``: areas, each once, in any order."""
    if event.kind in SILENCES and event.mmsi is not None:
        now = event.decided_at
        there = astray(event.mmsi, now - HEARD_US, now)
        event = event if there is None else _elsewhere(event, there)
    return _within(event, known)


def told_of(event: Event, ended: Event | None) -> Disturbance:
    """The area of stored events, of its begin and its end."""
    figures = event.evidence.figures
    last_at = None if ended is None else ended.span.at
    began, told_at = from_iso(figures["began"]), from_iso(figures["told_at"])
    return Disturbance(
        figures["area"], event.lon or 0.0, event.lat or 0.0, began, told_at,
        began if last_at is None else last_at, NO_TIME if ended is None else ended.decided_at,
    )  # fmt: skip


def _elsewhere(event: Event, there: Fix) -> Event:
    """A silence of a ship that is heard where she cannot be."""
    figures = {
        **event.evidence.figures, "cause": JAMMING, "elsewhere_lon": round(there.lon, 6),
        "elsewhere_lat": round(there.lat, 6), "elsewhere_at": to_iso(there.at),
    }  # fmt: skip
    if "grade" in figures:
        figures["grade"] = ELSEWHERE
    why = (
        f"{event.why} But her number was heard elsewhere, last at"
        f" {to_datetime(there.at):%H:%M} UTC, {_degrees(there.lon, there.lat)}, where no ship can"
        " have come: this is no silence, but false positions, or another ship on her number."
    )
    confirmed = event.kind is EventKind.WENT_DARK and event.state is EventState.CONFIRMED
    return _doubted(
        event, 1, why, figures, EventState.PROVISIONAL if confirmed else event.state
    )  # fmt: skip


def _within(event: Event, known: Iterable[Disturbance]) -> Event:
    """An event of a ship in an area of interference, or of one that is heard in it."""
    areas = list(known)
    if not areas or event.kind in BOTH or isinstance(event.subject, NamedArea | NamedFeed):
        return event
    span, figures = event.span, event.evidence.figures
    times = (span.at, span.latest, span.earliest, event.decided_at)
    at = next(at for at in times if at is not None)
    places = [(event.lon, event.lat), (figures.get("elsewhere_lon"), figures.get("elsewhere_lat"))]
    at = event.decided_at if "elsewhere_at" in figures else at
    there = [(lon, lat) for lon, lat in places if lon is not None and lat is not None]
    here = [
        one.area
        for one in areas
        if one.holds(at, event.decided_at) and any(one.reaches(*place) for place in there)
    ]
    if not here:
        return event
    why = f"{event.why} There is interference here: {' and '.join(sorted(here))}."
    more = {**figures, "interference": sorted(here)}
    return _doubted(event, max(1, event.confidence - 1), why, more, event.state)


def _doubted(
    event: Event, confidence: int, why: str, figures: dict[str, Any], state: EventState
) -> Event:
    evidence = replace(event.evidence, figures=figures)
    return replace(event, confidence=confidence, why=why, evidence=evidence, state=state)


def _degrees(lon: float, lat: float) -> str:
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return f"{abs(lat):.2f} {north} {abs(lon):.2f} {east}"
