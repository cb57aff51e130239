"""Sightings in the store: they are added and removed, and stay readable for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg

from monitor.box import Box
from monitor.sighting.matching import MATCH_US, Report, Spot, about
from monitor.sighting.sighting import SeenBy, Sighting
from monitor.store.lost import transaction
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

MOST_ROWS = 10_000
MOST_REPORTS = 50_000
"""About one sighting: 30 miles of a crowded sea for two days."""

EDGES = ("west", "south", "east", "north")


async def sightings(
    connection: asyncpg.Connection,
    *,
    port: str | None = None,
    mmsi: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    removed: bool = False,
) -> list[Sighting]:
    """Those that stand (``removed``: those too), by when they were seen.

    ``mmsi``: of the ship that uses this number, also by an IMO number that was said with it.
    """
    rows = await connection.fetch(
        query("sightings"), port, mmsi, since, until, removed, None, MOST_ROWS
    )
    return [sighting_of_row(row) for row in rows]


async def sighting(connection: asyncpg.Connection, number: int) -> Sighting | None:
    """One by its number, removed or not; None: there is none."""
    words = None, None, None, None, True, number, 1
    rows = await connection.fetch(query("sightings"), *words)
    return sighting_of_row(rows[0]) if rows else None


async def save_sightings(
    connection: asyncpg.Connection, found: Iterable[Sighting]
) -> list[tuple[Sighting, bool]]:
    """Add sightings, all or none, each with whether it is new.

    One that stands there word for word stays as it is: an answer may be lost, a file read twice.
    """
    saved: list[tuple[Sighting, bool]] = []
    async with transaction(connection):
        for one in found:
            there = await connection.fetchval(query("same_sighting"), one.digest)
            new = None
            if there is None:
                new = await connection.fetchval(query("add_sighting"), *row_of(one))
            if there is None and new is None:  # somebody else entered it at this moment
                there = await connection.fetchval(query("same_sighting"), one.digest)
            saved.append((replace(one, id=new or there), new is not None))
    return saved


async def remove_sightings(
    connection: asyncpg.Connection, ids: Iterable[int], *, removed_at: datetime, removed_by: str
) -> list[int]:
    """Remove sightings; the numbers of those that stood."""
    removed = []
    async with transaction(connection):
        for number in sorted(set(ids)):
            words = number, removed_at, removed_by
            if await connection.fetchval(query("remove_sighting"), *words) is not None:
                removed.append(number)
    return removed


async def reports_about(
    connection: asyncpg.Connection, one: Sighting, spot: Spot
) -> Sequence[Report]:
    """Position reports about the place and time of a sighting, and of its ship wherever she was."""
    begin, end = to_datetime(one.since - MATCH_US), to_datetime(one.until + MATCH_US)
    rows = await connection.fetch(
        query("reports_about"), *about(spot), begin, end, one.mmsi, one.imo, MOST_REPORTS
    )
    return [
        Report(
            mmsi=row["mmsi"], track=row["track"], at=from_datetime(row["at"]), lon=row["lon"],
            lat=row["lat"], sog_kn=row["sog_kn"], name=row["name"], imo=row["imo"],
            length_m=row["length_m"],
        )
        for row in rows
    ]  # fmt: skip


def row_of(one: Sighting) -> tuple[Any, ...]:
    """Arguments of ``add_sighting``."""
    return (
        one.seen_by.value, one.mmsi, one.imo, one.name, one.hull, one.length_m, one.port, one.lon,
        one.lat, one.within_m, *(one.area or (None,) * 4), to_datetime(one.since),
        to_datetime(one.until), one.source, one.link, one.reliability, one.credibility, one.note,
        to_datetime(one.recorded_at), one.added_by, one.digest,
    )  # fmt: skip


def sighting_of_row(row: Mapping[str, Any]) -> Sighting:
    """The sighting of a row of ``sightings``."""
    words: dict[str, Any] = {
        name: from_datetime(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in EDGES
    }
    edges = [row[edge] for edge in EDGES]
    words["area"] = None if edges[0] is None else Box(*edges)
    words["seen_by"] = SeenBy(words["seen_by"])
    return Sighting(**words)
