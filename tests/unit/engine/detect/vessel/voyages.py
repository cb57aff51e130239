"""Departures and arrivals to make voyages of, and what is told of them; minutes from START on."""

from __future__ import annotations

from typing import Any

from monitor.engine.detect.detector import Fact, Found
from monitor.engine.detect.vessel.voyage import Moment, Voyage, Voyages
from monitor.engine.geofence import FenceSet
from monitor.model import EventKind, Fix, Ship, Span, Static
from monitor.units import MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import MMSI, START, fix_at

MILE = NAUTICAL_MILE_M
HOUR = 60.0
SHE = Ship(MMSI, 0)
VOYAGES = Voyages(FenceSet(ports=()))


def at(minute: float) -> int:
    return START + round(minute * MINUTE_US)


def span(begin: float, end: float) -> Span:
    return Span(earliest=at(begin), at=at((begin + end) / 2), latest=at(end))


def sails(minute: float, miles: float = 0) -> Fix:
    """A fix so many miles north of where she left."""
    return fix_at(minute, 0, miles * MILE)


def called(kind: EventKind, begin: float, end: float, *fixes: Fix, **fields: Any) -> Fact:
    """An arrival or a departure within these minutes, known two minutes later."""
    known: dict[str, Any] = {
        "kind": kind, "span": span(begin, end), "decided_at": at(end + 2), "place": None,
        "fixes": fixes, "why": "", "key_at": at(end), "confidence": 3,
    }  # fmt: skip
    return Fact(**{**known, **fields})


def departed(begin: float = 0, end: float = 2, *fixes: Fix, **fields: Any) -> Fact:
    fixes = fixes or (sails(begin), sails(end))
    return called(EventKind.PORT_DEPARTED, begin, end, *fixes, **fields)


def arrived(begin: float, end: float, miles: float = 0, **fields: Any) -> Fact:
    return called(
        EventKind.PORT_ARRIVED, begin, end, sails(begin, miles), sails(end, miles), **fields
    )


def says(minute: float, **words: Any) -> Moment:
    return Moment(at(minute), static=Static(mmsi=MMSI, **words))


def tell(on: Voyage | None, *what: Moment | Fix | tuple[str, Fact]) -> tuple[Voyage, list[Fact]]:
    """Her voyage, and what is told of it, when this happens in turn; a fact with its port."""
    told: list[Found] = []
    for item in what:
        if isinstance(item, Fix):
            moment = Moment(item.at, fix=item)
        elif isinstance(item, Moment):
            moment = item
        else:
            moment = Moment(item[1].decided_at, fact=item[1], port=item[0])
        on, found = VOYAGES.step(on, moment)
        told += found
    assert on is not None
    return on, [fact for fact in told if isinstance(fact, Fact)]
