"""What of some ships was told before is read, compared, and replaced in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from monitor.engine.detect.evidence import Silence
from monitor.engine.geofence import FenceSet
from monitor.engine.reception import BASELINE_US, KEEP_US, Reception
from monitor.store.amendment import Amendment, Lateness
from monitor.store.batch import DISBELIEVED, IDENTITY, WHO, Batch
from monitor.store.history import History, heard_meanwhile, history
from monitor.store.lost import transaction
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.store.writer import Writer
from monitor.units import NO_TIME, from_datetime, to_datetime

ROWS_S = 2_000.0
"""Rows a second that are replaced at least: a ship that lies in port for years has many."""


class Amender:
    """Reads and replaces what is stored of ships, beside the one writer of a database."""

    def __init__(self, writer: Writer) -> None:
        """Use its connection and its lock."""
        self._writer = writer

    @asynccontextmanager
    async def _asking(self, more_s: float = 0.0) -> AsyncIterator[asyncpg.Connection]:
        """Its connection, in a transaction; broken off if what is done takes too long."""
        writer = self._writer
        patience = asyncio.timeout(writer.batch_s + more_s)
        async with patience, writer.one, transaction(writer.connection):
            yield writer.connection

    async def late_ships(self, passed: int, most: int) -> dict[int, Lateness]:
        """Ships to be taken again for what came late and is older than ``passed`` (us)."""
        async with self._asking() as connection:
            rows = await connection.fetch(query("revision_ships"), to_datetime(passed), most)
        return {
            row["mmsi"]: Lateness(
                count=row["late"],
                first_at=_instant(row["first_at"]),
                last_at=_instant(row["last_at"]),
                after=_instant(row["after"]),
                last=row["last"],
            )
            for row in rows
        }

    async def count_fixes(self, ships: list[int]) -> dict[int, int]:
        """How many fixes there are of each ship."""
        async with self._asking() as connection:
            rows = await connection.fetch(query("count_history"), ships)
        return {row["mmsi"]: row["fixes"] for row in rows}

    async def history(
        self, ships: list[int], number_of: Callable[[str], int], passed: int, last_late: int
    ) -> History:
        """All that is stored of some ships: see ``history.py``."""
        async with self._asking() as connection:
            return await history(connection, ships, number_of, passed=passed, last_late=last_late)

    async def heard_meanwhile(self, fences: FenceSet, silences: list[Silence]) -> Reception:
        """What was heard around silences."""
        async with self._asking() as connection:
            return await heard_meanwhile(connection, fences, silences)

    async def usual(self, newest: int) -> list[tuple[str, int, int]]:
        """(port, bucket, vessels) of the days before an instant (us)."""
        since = to_datetime(max(0, newest - BASELINE_US - KEEP_US))
        async with self._asking() as connection:
            rows = await connection.fetch(query("load_usual"), since)
        return [(r["port"], from_datetime(r["at"]), r["vessels"]) for r in rows]

    async def amend(self, made: Amendment, batch: Batch) -> None:
        """Commit what ships taken again have changed, and the engine's state with it."""
        async with self._asking(more_s=made.rows / ROWS_S) as connection:
            await amend(connection, self._writer.tables, made)
            await self._writer.write_whole(batch)
        self._writer.claims.adopt(made.claims, set(made.ships))


async def amend(connection: asyncpg.Connection, tables: Tables, made: Amendment) -> None:
    """Write it; call it in a transaction."""
    ships, passed = made.ships, to_datetime(made.passed)
    if made.gone[0]:
        await connection.execute(query("delete_positions"), *made.gone)
    for instant, rows in made.months:
        await tables.positions_of(instant, rows)
    await connection.execute(query("drop_refused_reports"), ships, passed)
    if made.disbelieved:
        await tables.copy("refused_report", DISBELIEVED, made.disbelieved)
    await tables.rows("revise_event", made.events)
    await tables.rows("withdraw_event", made.withdrawn)
    await tables.rows("revise_port_call", made.calls)
    await tables.rows("delete_port_call", made.calls_gone)
    for name in ("drop_candidates", "drop_identities", "drop_vessels", "taken_due"):
        await connection.execute(query(name), ships)
    await tables.rows("save_candidate", made.candidates)
    if made.identities:
        await tables.records("staged_identity", IDENTITY, "upsert_identities", made.identities)
    if made.who:
        await tables.records("staged_who", WHO, "upsert_who", made.who)
    await tables.rows("add_refusals", made.refusals)
    await connection.execute(query("forget_refusals"))
    await connection.execute(query("taken_late"), ships, passed, made.last_late)
    if made.unheard:
        await connection.execute(query("drop_last_fixes"), made.unheard)


def _instant(value: datetime | None) -> int:
    return NO_TIME if value is None else from_datetime(value)
