"""Positions in a database, as rows or packed, for the tests that compare the two."""

from __future__ import annotations

from typing import Any

import asyncpg

from monitor.store.packing import Day, pack_days
from monitor.store.positions import days_of, months_of
from monitor.store.presence import AT_ONCE
from monitor.store.sql import query
from monitor.store.tables import Tables

WHOLE = (
    "mmsi, at, ST_AsEWKB(geom) AS geom, sog_kn::text, cog_deg::text, heading_deg, status, type,"
    " track, received_at, source, line, content, raw"
)
"""Of a position, to be compared to the last bit."""


async def put(db: asyncpg.Connection, rows: Any) -> None:
    """Store rows (STORED), as the watch does."""
    tables = Tables(db)
    await db.execute(query("temporary_tables"))
    await db.execute(
        "INSERT INTO source (name) SELECT 'feed ' || n FROM generate_series(1, 9) n"
        " ON CONFLICT DO NOTHING"
    )
    async with db.transaction():
        await tables.hold(days_of(rows["at"]))
        for instant, data in months_of(rows):
            await tables.positions_of(instant, data)
        await tables.mark(days_of(rows["at"]))


async def pack_all(db: asyncpg.Connection, **words: Any) -> list[Day]:
    """Pack all that there is."""
    return [day async for day in pack_days(db, quiet=AT_ONCE, older_than_days=0, **words)]


async def all_of(db: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """All positions, by the view."""
    rows = await db.fetch(f"SELECT {WHOLE} FROM position ORDER BY mmsi, at")  # noqa: S608
    return [tuple(row) for row in rows]


async def loose(db: asyncpg.Connection) -> int:
    """How many positions are rows."""
    count: int = await db.fetchval("SELECT count(*) FROM position_recent")
    return count
