"""Findings written down by hand: an event about each kind of subject, and a port call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg

from monitor.engine.candidate import Became, Candidacy
from monitor.model import (
    CallState,
    Event,
    EventKind,
    EventState,
    Evidence,
    FixEvidence,
    NamedArea,
    NamedFeed,
    PortCall,
    Ship,
    ShipAtPort,
    ShipInArea,
    ShipPair,
    Span,
    Stage,
    Subject,
)
from monitor.store.findings import call_row, event_row
from monitor.store.sql import query
from monitor.units import MINUTE_US, SECOND_US
from tests.scenario.sea import fix_at

NOON = 1_734_091_200 * SECOND_US
"""2024-12-13T12:00:00Z."""

MMSI, OTHER = 273_999_410, 636_012_345

ABOUT: dict[str, Subject] = {
    "ship": Ship(MMSI, 1),
    "ship_at_port": ShipAtPort(MMSI, 0, "tartus"),
    "ship_pair": ShipPair(MMSI, 0, OTHER, 2),
    "area": NamedArea("12 miles"),
    "feed": NamedFeed("harbour"),
    "ship_in_area": ShipInArea(MMSI, 1, "a1b2c3d4e5f60718"),
}
"""A subject of each kind."""

UNKNOWN = Span(earliest=None, at=None, latest=None)


def after(minutes: float) -> int:
    """So many minutes after noon, us."""
    return NOON + round(minutes * MINUTE_US)


def span(earliest: float | None, at: float | None, latest: float | None) -> Span:
    """Minutes after noon; None is not known."""
    found = [None if value is None else after(value) for value in (earliest, at, latest)]
    return Span(earliest=found[0], at=found[1], latest=found[2])


SEEN = FixEvidence(
    at="2024-12-13T12:03:00Z", received_at="2024-12-13T12:03:01.250000Z", lon=35.81, lat=34.92,
    sog_kn=4.5, cog_deg=93.4, status=0, type=1, source="roof", line=17,
    sentence="!AIVDM,1,1,,A,\xff",
)  # fmt: skip
BARELY_SEEN = FixEvidence(
    at="2024-12-13T12:01:00Z", received_at="2024-12-13T12:01:00Z", lon=35.8, lat=34.91,
    sog_kn=None, cog_deg=None, status=None, type=None, source="log.csv", line=2, sentence="",
)  # fmt: skip


def event(number: int = 1, about: Subject = ABOUT["ship_at_port"], **fields: Any) -> Event:
    """She entered the harbour at three minutes past noon, as was known a minute later."""
    made = Event(
        id=f"{number:032x}",
        kind=EventKind.GEOFENCE_ENTERED,
        state=EventState.CONFIRMED,
        subject=about,
        name="SEVERNYY VETER",
        geofence="tartus-harbour",
        span=span(1, 2.5, 3),
        decided_at=after(4),
        confidence=4,
        lon=35.81,
        lat=34.92,
        why="Inside on two fixes.",
        evidence=Evidence(
            fixes=(BARELY_SEEN, SEEN),
            figures={"margin_m": 200.0, "fixes": 2},
            geofence_hash="a" * 64,
        ),
    )
    return replace(made, **fields)


def call(number: int = 1, **fields: Any) -> PortCall:
    """She came to Tartus at noon, berthed, and left at two."""
    made = PortCall(
        id=f"{number:032x}",
        mmsi=MMSI,
        track=0,
        name="SEVERNYY VETER",
        port="tartus",
        arrived=span(-1, 0, 1),
        departed=span(119, None, 121.5),
        state=CallState.AWAY,
        confidence=4,
        stages=(
            Stage(kind=EventKind.PORT_ARRIVED, span=span(-1, 0, 1), geofence="tartus-harbour"),
            Stage(kind=EventKind.BERTHED, span=span(None, None, 30), geofence=None),
        ),
        decided_at=after(125),
    )
    return replace(made, **fields)


def voyage(number: int = 1, about: Ship = Ship(MMSI, 0), **figures: Any) -> Event:  # noqa: B008
    """She sailed from Tartus at noon and came to Tobruk ten hours later, unheard for five."""
    known = {
        "voyage": "2024-12-13T12:01:00Z", "from": "tartus", "to": "tobruk",
        "departed_earliest": "2024-12-13T11:59:00Z", "departed_at": "2024-12-13T12:00:00Z",
        "departed_latest": "2024-12-13T12:01:00Z", "arrived_earliest": "2024-12-13T21:59:00Z",
        "arrived_at": "2024-12-13T22:00:00Z", "arrived_latest": "2024-12-13T22:01:00Z",
        "sailed_heard_m": 92_600, "sailed_least_m": 185_200, "needed_kn": 10.0,
        "unheard_s": 18_000, "last_heard_at": "2024-12-13T14:00:00Z", "last_heard_lon": 34.5,
        "last_heard_lat": 34.2, "heard_again_at": "2024-12-13T19:00:00Z", "heard_again_lon": 33.5,
        "heard_again_lat": 33.9, "destination": "PORT SAID", "draught_before_m": 6.1,
        "draught_after_m": 5.2, "contradiction": False,
    }  # fmt: skip
    return event(
        number, about, kind=EventKind.VOYAGE_MADE, geofence=None, span=span(599, 600, 601),
        decided_at=after(603), why="From tartus to tobruk.",
        evidence=Evidence(
            fixes=(BARELY_SEEN, SEEN), figures={**known, **figures}, geofence_hash=None
        ),
    )  # fmt: skip


def begun(number: int = 1, about: Ship = Ship(MMSI, 0), **figures: Any) -> Event:  # noqa: B008
    """She sailed from Tartus at noon, and nobody knows yet where to."""
    known = {
        "voyage": "2024-12-13T12:01:00Z", "from": "tartus",
        "departed_earliest": "2024-12-13T11:59:00Z", "departed_at": "2024-12-13T12:00:00Z",
        "departed_latest": "2024-12-13T12:01:00Z", "destination": None, "draught_before_m": None,
    }  # fmt: skip
    return event(
        number, about, kind=EventKind.VOYAGE_BEGUN, geofence=None, span=span(-1, 0, 1),
        why="Departed from tartus.",
        evidence=Evidence(fixes=(SEEN,), figures={**known, **figures}, geofence_hash=None),
    )  # fmt: skip


def candidacy(**changes: Any) -> Candidacy:
    """Ten fixes, an hour long, 540 NM from where her number was: another ship."""
    first, last = fix_at(0, 1_000_000, at=after(0)), fix_at(0, 1_000_000, at=after(60))
    made = Candidacy(
        mmsi=MMSI, first=first, last=last, fixes=10, track=fix_at(0, at=after(-5)), origin=0,
        away_m=1_000_000.0, became=Became.SECOND_SHIP, number=1, decided_at=after(61),
    )  # fmt: skip
    return made._replace(**changes)


KINDS = (EventKind.ANCHOR_WEIGHED, EventKind.ANCHORED, EventKind.BERTHED)
TIMES = (
    span(None, 10, None), span(None, None, 10), span(10, None, None), UNKNOWN,
    span(9, 10, 11), span(8, None, 10),
)  # fmt: skip
"""All are told of ten minutes past noon, if they were decided then."""


def crowd() -> list[Event]:
    """Events that nothing but their kind, their ship or their id tells apart, out of order."""
    found = []
    for number, about in enumerate(ABOUT.values()):
        for kind in KINDS:
            for index, when in enumerate(TIMES):
                number_of = 1000 * index + 100 * number + KINDS.index(kind) + 1
                found.append(event(number_of, about, kind=kind, span=when, decided_at=after(10)))
    later = [replace(each, id=f"{int(each.id, 16) + 10_000:032x}") for each in found[::7]]
    return [*(replace(each, decided_at=after(11)) for each in later), *reversed(found)]


async def store(connection: asyncpg.Connection, *findings: Event | PortCall) -> None:
    """Write findings as a batch would."""
    for found in findings:
        if isinstance(found, Event):
            await connection.execute(query("upsert_event"), *event_row(found))
        else:
            await connection.execute(query("upsert_port_call"), *call_row(found))
