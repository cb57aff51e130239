"""Queries for the faces."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg

from monitor.store.sql import query


async def events(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    port: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """Events, filtered, oldest first."""
    return list(await connection.fetch(query("events"), mmsi, port, kind, since, until))


async def port_calls(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    port: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """Port calls, filtered, oldest first."""
    return list(await connection.fetch(query("port_calls"), mmsi, port, since, until))


async def vessels(
    connection: asyncpg.Connection, *, mmsi: int | None = None, name: str | None = None
) -> list[Any]:
    """Vessels with their last fix."""
    return list(await connection.fetch(query("vessels"), mmsi, name))


async def history(
    connection: asyncpg.Connection,
    mmsi: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """Positions of a vessel, oldest first."""
    return list(await connection.fetch(query("history"), mmsi, since, until))
