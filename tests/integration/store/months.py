"""Months of positions, events and port calls in a database, for the tests that prune them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.model import FIX
from monitor.store.positions import position_rows, stored_of
from monitor.store.sql import query
from monitor.units import from_datetime

MARCH = datetime(2019, 3, 1, tzinfo=UTC)
APRIL = datetime(2019, 4, 1, tzinfo=UTC)
MAY = datetime(2019, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CALLER, PASSER = 273999410, 271000001
YEAR = 365


async def sail(
    db: asyncpg.Connection, mmsi: int, first: datetime, last: datetime, every: timedelta = HOUR
) -> None:
    """Fixes of a vessel, the bounds included."""
    month = first.replace(day=1, hour=0)
    while month <= last:
        await db.fetchval(query("make_partition"), month)
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    await db.execute(
        "INSERT INTO position SELECT $1, at, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326), 1, 2, 3,"
        " 0, 1, 0, at, 1, 1 FROM generate_series($2::timestamptz, $3, $4) at",
        mmsi, first, last, every,
    )  # fmt: skip


async def tell_event(
    db: asyncpg.Connection,
    mmsi: int,
    at: datetime | None,
    earliest: datetime | None = None,
    decided_at: datetime | None = None,
) -> None:
    """Store an event of a vessel."""
    await db.execute(
        "INSERT INTO event VALUES ($1, 'PortArrived', 'confirmed', $2, 0, null, 'tartus', null, $3,"
        " $4, null, $5, 3, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326), 'a test', '{}')",
        uuid4(), mmsi, at, earliest, decided_at or at,
    )  # fmt: skip


async def tell_call(db: asyncpg.Connection, mmsi: int, **bounds: datetime) -> None:
    """Store a port call with some of its bounds."""
    names = ("arrived_earliest", "arrived_at", "arrived_latest",
             "departed_earliest", "departed_at", "departed_latest")  # fmt: skip
    await db.execute(
        "INSERT INTO port_call VALUES ($1, $2, 0, null, 'tartus', $3, $4, $5, $6, $7, $8, true, 3,"
        " '[]', $9)",
        uuid4(), mmsi, *(bounds.get(name) for name in names), max(bounds.values()),
    )  # fmt: skip


async def times(db: asyncpg.Connection, mmsi: int) -> list[datetime]:
    """When there are fixes of a vessel."""
    rows = await db.fetch("SELECT at FROM position WHERE mmsi = $1 ORDER BY at", mmsi)
    return [row["at"] for row in rows]


def hours(first: datetime, last: datetime) -> list[datetime]:
    """Full hours, the bounds included."""
    return [first + HOUR * n for n in range(int((last - first) / HOUR) + 1)]


def batch(count: int, first: datetime, number: int) -> bytes:
    """COPY rows of a vessel of her own: fixes one a second."""
    fixes = np.zeros(count, dtype=FIX)
    fixes["mmsi"] = CALLER
    fixes["at"] = from_datetime(first) + (number * count + np.arange(count)) * 1_000_000
    fixes["received_at"] = fixes["at"]
    return position_rows(stored_of(fixes, np.zeros(count, dtype=np.int8), [1], FenceSet(ports=())))
