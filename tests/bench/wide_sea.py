"""A wide sea to ask questions of: ships that sail between forty ports for a month, put in by COPY.

They lie in port for two thirds of the time and are heard every 22 minutes, 2,000 times each. Rows
are written as the watch writes them, in order of time, in batches.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import numpy as np

from monitor.store import pgcopy
from monitor.store.batch import VESSEL
from monitor.store.positions import POSITION
from monitor.store.sql import query

BEGIN = datetime(2024, 12, 1, tzinfo=UTC)
EACH = 2_000
"""Fixes of a ship."""

STEP_S = 1_296
"""Between two of them: 2,000 are 30 days."""

PORTS = 40
TARTUS, TOBRUK = (35.87, 34.90), (23.97, 32.07)
FIRST_MMSI = 200_000_000
BATCH = 100_000
SPREAD_DEG = 0.004
"""Of berths about the middle of a port."""

Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WideSea:
    """Its ships: where each is when, and their calls."""

    mmsi: Any  # (ships,)
    at_s: Any  # (ships, EACH) since BEGIN
    lon: Any
    lat: Any
    calls: list[tuple[int, int, float, float]]  # ship, port, from, until (s); inf: she is there
    ports: Any  # (PORTS, 2)

    @property
    def rows(self) -> int:
        """Fixes in all."""
        return int(self.lon.size)


def drawn(ships: int, *, seed: int = 11) -> WideSea:
    """So many ships; fewer are the first of more."""
    shape = np.random.default_rng(seed)
    ports = np.column_stack([shape.uniform(-5, 36, PORTS), shape.uniform(31, 44, PORTS)])
    ports[0], ports[1] = TARTUS, TOBRUK
    at_s = np.arange(EACH) * STEP_S + np.arange(ships)[:, None] * STEP_S / ships
    lon, lat = np.empty((ships, EACH)), np.empty((ships, EACH))
    calls: list[tuple[int, int, float, float]] = []
    for ship in range(ships):
        draw = np.random.default_rng([seed, ship])
        times, places = _way(draw, ports, ship, calls, float(at_s[ship, -1]))
        noise = draw.normal(0, 2e-5, (2, EACH))
        lon[ship] = np.interp(at_s[ship], times, places[:, 0]) + noise[0]
        lat[ship] = np.interp(at_s[ship], times, places[:, 1]) + noise[1]
    mmsi = FIRST_MMSI + np.arange(ships)
    return WideSea(mmsi=mmsi, at_s=at_s, lon=lon, lat=lat, calls=calls, ports=ports)


def _way(
    draw: np.random.Generator, ports: Any, ship: int, calls: list[Any], end_s: float
) -> tuple[Any, Any]:
    """Stays and straight ways between them, as corners."""
    at_s, port = -float(draw.uniform(0, 3 * 86_400)), int(draw.integers(PORTS))
    times, places = [], []
    while at_s <= end_s:
        berth = ports[port] + draw.normal(0, SPREAD_DEG, 2)
        until = at_s + float(draw.uniform(1, 5)) * 86_400
        calls.append((ship, port, at_s, until if until <= end_s else float("inf")))
        times += [at_s, until]
        places += [berth, berth]
        following = int(draw.integers(PORTS))
        miles = 60 * float(np.hypot(*((ports[following] - ports[port]) * (0.8, 1.0))))
        at_s = until + (miles + 5) / float(draw.uniform(9, 15)) * 3_600
        port = following
    times.append(at_s)
    places.append(ports[port])
    return np.array(times), np.array(places)


async def fill(connection: asyncpg.Connection, sea: WideSea) -> None:
    """Put it into an empty database."""
    source = await connection.fetchval(query("ensure_source"), "wide-sea")
    partition = await connection.fetchval(query("make_partition"), BEGIN)
    order = np.argsort(sea.at_s, axis=None, kind="stable")
    ships, begin_us = order // EACH, round(BEGIN.timestamp()) * 1_000_000
    for first in range(0, len(order), BATCH):
        part, ship = order[first : first + BATCH], ships[first : first + BATCH]
        at = begin_us + (sea.at_s.ravel()[part] * 1e6).astype(np.int64)
        many = len(part)
        rows = pgcopy.rows_of([
            pgcopy.integer(sea.mmsi[ship], 4), pgcopy.instant(at),
            pgcopy.point(sea.lon.ravel()[part], sea.lat.ravel()[part]),
            pgcopy.real(np.full(many, 11.5)), pgcopy.real(np.full(many, 90.0)),
            pgcopy.integer(np.full(many, 91), 2), pgcopy.integer(np.zeros(many), 2),
            pgcopy.integer(np.ones(many), 2), pgcopy.integer(np.zeros(many), 2),
            pgcopy.instant(at), pgcopy.integer(np.full(many, source), 2),
            pgcopy.integer(np.arange(first, first + many), 8), pgcopy.integer(part % 2**31, 4),
            pgcopy.words(np.full(many, b""), 0),
        ])  # fmt: skip
        await _copy(connection, partition, POSITION, rows)
    await _ships(connection, sea)
    await connection.execute("VACUUM ANALYZE")


async def _ships(connection: asyncpg.Connection, sea: WideSea) -> None:
    """Who they are, where they were last, and their calls."""
    await connection.copy_records_to_table(
        "vessel", columns=["mmsi", "name", "imo", "ship_type"],
        records=[(int(m), f"WIDE {m % 10_000:04d}", 9_000_000 + int(m % 10_000), 70)
                 for m in sea.mmsi],
    )  # fmt: skip
    many = len(sea.mmsi)
    last_us = round(BEGIN.timestamp() * 1e6) + (sea.at_s[:, -1] * 1e6).astype(np.int64)
    blank = pgcopy.blob(np.zeros(many, dtype="V1"))
    rows = pgcopy.rows_of([
        pgcopy.integer(sea.mmsi, 4), pgcopy.instant(last_us),
        pgcopy.point(sea.lon[:, -1], sea.lat[:, -1]), pgcopy.real(np.full(many, 11.5)),
        pgcopy.real(np.full(many, 90.0)), pgcopy.integer(np.zeros(many), 2),
        pgcopy.integer(np.ones(many), 2), blank, blank,
    ])  # fmt: skip
    await _copy(connection, "vessel_state", VESSEL, rows)
    known = {0: "tartus", 1: "tobruk"}
    columns = [
        "id", "mmsi", "track", "name", "port", "arrived_earliest", "arrived_at", "arrived_latest",
        "departed_earliest", "departed_at", "departed_latest", "departed", "state", "confidence",
        "stages", "decided_at",
    ]  # fmt: skip
    records = []
    for ship, port, since, until in sea.calls:
        came, is_left = _instant(since), until != float("inf")
        left = _instant(until) if is_left else None
        name, where = f"WIDE {sea.mmsi[ship] % 10_000:04d}", known.get(port, f"port-{port}")
        records.append((
            uuid4(), int(sea.mmsi[ship]), 0, name, where, came, came, came, left, left, left,
            is_left, "away" if is_left else "in port", 4, "[]", came,
        ))  # fmt: skip
    await connection.copy_records_to_table("port_call", columns=columns, records=records)


def _instant(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


async def _copy(
    connection: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: bytes
) -> None:
    with io.BytesIO(pgcopy.HEADER + rows + pgcopy.TRAILER) as source:
        await connection.copy_to_table(table, columns=columns, source=source, format="binary")
