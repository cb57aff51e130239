"""Findings written down by hand: an event about each kind of subject, and a port call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg

from monitor.model import (
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
    ShipPair,
    Span,
    Stage,
    Subject,
)
from monitor.store.findings import call_row, event_row
from monitor.store.sql import query
from monitor.units import MINUTE_US, SECOND_US

NOON = 1_734_091_200 * SECOND_US
"""2024-12-13T12:00:00Z."""

MMSI, OTHER = 273_999_410, 636_012_345

ABOUT: dict[str, Subject] = {
    "ship": Ship(MMSI, 1),
    "ship_at_port": ShipAtPort(MMSI, 0, "tartus"),
    "ship_pair": ShipPair(MMSI, 0, OTHER, 2),
    "area": NamedArea("12 miles"),
    "feed": NamedFeed("harbour"),
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
        confidence=4,
        stages=(
            Stage(kind=EventKind.PORT_ARRIVED, span=span(-1, 0, 1), geofence="tartus-harbour"),
            Stage(kind=EventKind.BERTHED, span=span(None, None, 30), geofence=None),
        ),
        decided_at=after(125),
    )
    return replace(made, **fields)


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
