"""What is stored of some ships, for reports on them: fixes, silences, calls, events, claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from monitor.model import Event, PortCall
from monitor.store.findings import call_of, event_of
from monitor.store.sql import query


async def last_fixes(
    connection: asyncpg.Connection, ships: Sequence[int], since: datetime, until: datetime
) -> list[Any]:
    """The last fix of each track of some ships from an instant on and before another."""
    rows: list[Any] = await connection.fetch(query("last_fixes"), list(ships), since, until)
    return rows


async def silences(
    connection: asyncpg.Connection,
    ships: Sequence[int],
    since: datetime,
    until: datetime,
    longer_s: float,
) -> list[Any]:
    """Between two fixes of one track, times without any that are longer than ``longer_s``."""
    rows: list[Any] = await connection.fetch(query("silences"), list(ships), since, until, longer_s)
    return rows


async def ways(
    connection: asyncpg.Connection,
    ships: Sequence[int],
    since: datetime,
    until: datetime,
    step_s: float,
) -> list[Any]:
    """A fix each ``step_s`` of each track, in order: mmsi, track, at, lon, lat."""
    rows: list[Any] = await connection.fetch(query("ways"), list(ships), since, until, step_s)
    return rows


async def who(connection: asyncpg.Connection, ships: Sequence[int]) -> list[Any]:
    """Who ships say they are: mmsi, name, callsign, imo, ship_type."""
    rows: list[Any] = await connection.fetch(query("who"), list(ships))
    return rows


async def calls_of(connection: asyncpg.Connection, ships: Sequence[int]) -> list[PortCall]:
    """All port calls of ships, in no order."""
    return [call_of(row) for row in await connection.fetch(query("ship_calls"), list(ships))]


async def events_of(connection: asyncpg.Connection, ships: Sequence[int]) -> list[Event]:
    """All events of ships, in no order, the withdrawn ones too."""
    return [event_of(row) for row in await connection.fetch(query("ship_events"), list(ships))]


async def ships_of_imo(connection: asyncpg.Connection, imo: int) -> list[int]:
    """MMSIs that an IMO number was said with."""
    return [row["mmsi"] for row in await connection.fetch(query("ships_of_imo"), imo)]


async def claims(connection: asyncpg.Connection, mmsi: int) -> list[Any]:
    """What a ship said of herself, from when to when (``first_at``, ``last_at``)."""
    rows: list[Any] = await connection.fetch(query("claims"), mmsi)
    return rows


async def disturbed(connection: asyncpg.Connection, since: datetime, until: datetime) -> list[Any]:
    """Areas of interference that lasted in a time, oldest first."""
    rows: list[Any] = await connection.fetch(query("report_interference"), since, until)
    return rows
