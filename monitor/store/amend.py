"""What of some ships was told before is read, compared, and replaced in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import numpy as np

from monitor.engine.deaf import AtSea
from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.disturbed import Disturbance
from monitor.engine.detect.evidence import Hearing, Silence
from monitor.engine.geofence import FenceSet, Port
from monitor.engine.pipeline import Pipeline
from monitor.engine.reception import BASELINE_US, KEEP_US
from monitor.engine.snapshot import Areas
from monitor.errors import StoreError
from monitor.model import Event
from monitor.store.amendment import Amendment, Change, Lateness, Rewritten
from monitor.store.batch import DISBELIEVED, IDENTITY, WHO, Batch
from monitor.store.beside import Beside, beside
from monitor.store.database import reason_of
from monitor.store.disturbed import tell_again
from monitor.store.history import ALL, History, heard_meanwhile, history, usual_since, whole
from monitor.store.interference import (
    AreasAmended,
    AreasBefore,
    amend_areas,
    areas_due,
    disturbances,
    off_track_day,
)
from monitor.store.lost import transaction
from monitor.store.others import Others
from monitor.store.positions import days_of, months_of, stored_of
from monitor.store.refused import REFUSES
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.store.writer import Writer
from monitor.units import NO_TIME, from_datetime, to_datetime

ROWS_S = 2_000.0
"""Rows a second that are replaced at least: a ship that lies in port for years has many."""


PRUNED_MEANWHILE = "Positions of ships were pruned while these were taken again: they wait."


class Amender:
    """Reads and replaces what is stored of ships, beside the one writer of a database."""

    def __init__(self, writer: Writer) -> None:
        """Use its connection and its lock."""
        self._writer = writer

    @asynccontextmanager
    async def _asking(
        self, more_s: float = 0.0, *, of_one_moment: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """Its connection, in a transaction; broken off if what is done takes too long."""
        writer = self._writer
        patience = asyncio.timeout(writer.batch_s + more_s)
        part = transaction(writer.connection, of_one_moment=of_one_moment)
        try:
            async with patience, writer.one, part:
                yield writer.connection
        except REFUSES as error:
            message = f"Ships cannot be taken again: {reason_of(error)}."
            raise StoreError(message) from error

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

    async def tell_reception(self, pipeline: Pipeline) -> None:
        """Tell again who was disturbed, where logs came out of order; ``pipeline`` learns it."""
        async with self._asking(of_one_moment=True) as connection:
            told = await tell_again(connection, pipeline.fences)
        pipeline.reception.correct(
            {
                (pipeline.number_of(source), port, begin): ships
                for (source, port, begin), ships in told.items()
            }
        )

    async def ships(
        self, mmsi: int | None, port: Port | None, since: datetime | None, until: datetime | None
    ) -> list[int]:
        """Ships of which there are fixes, near a port or told of there, from then until then."""
        box = (None,) * 4 if port is None else port.area.bounds
        where = (None if port is None else port.id, *box)
        async with self._asking(of_one_moment=True) as connection:
            rows = await connection.fetch(query("ships_heard"), mmsi, since, until, *where)
        return [row["mmsi"] for row in rows]

    async def due(self, ships: list[int]) -> None:
        """Let whoever writes take ships again."""
        async with self._asking():
            await self._writer.tables.rows("due_again", [(mmsi,) for mmsi in ships])

    async def pruned(self, ships: Collection[int], passed: int) -> set[int]:
        """Of ships, those that cannot be taken again: positions of that time were pruned."""
        async with self._asking() as connection:
            rows = await connection.fetch(query("pruned_ships"), list(ships), to_datetime(passed))
        return {row["mmsi"] for row in rows}

    async def put_aside(self, ships: set[int], passed: int, fences: FenceSet) -> None:
        """Put late reports of ships that are not taken again into the history, as they are."""
        tables, before = self._writer.tables, to_datetime(passed)
        async with self._asking() as connection:
            rows = await connection.fetch(query("late_reports"), list(ships), before)
            same = list(range(max((row["source"] for row in rows), default=0) + 1))
            reports = whole(rows, dict(enumerate(same)))
            first = np.zeros(len(reports), dtype=np.int8)
            days = days_of(reports["at"])
            await tables.hold(days)
            for instant, data in months_of(stored_of(reports, first, same, fences)):
                await tables.positions_of(instant, data)
            await tables.mark(days)
            await connection.execute(query("taken_late"), list(ships), before, ALL)
            await connection.execute(query("taken_due"), list(ships))

    async def history(
        self, ships: list[int], number_of: Callable[[str], int], passed: int, last_late: int
    ) -> History:
        """All that is stored of some ships: see ``history.py``."""
        async with self._asking(of_one_moment=True) as connection:
            return await history(connection, ships, number_of, passed=passed, last_late=last_late)

    async def beside(
        self, ships: list[int], reports: Any, number_of: Callable[[str], int], passed: int,
        known: Others,
    ) -> Beside:  # fmt: skip
        """What is stored of ships that these were near, by their reports: see ``beside.py``."""
        async with self._asking(of_one_moment=True) as connection:
            return await beside(connection, ships, reports, number_of, passed=passed, known=known)

    async def heard_meanwhile(self, fences: FenceSet, silences: list[Silence | AtSea]) -> Hearing:
        """What was heard around silences."""
        async with self._asking() as connection:
            return await heard_meanwhile(connection, fences, silences)

    async def disturbances(self) -> list[Disturbance]:
        """The areas of interference that were told of."""
        async with self._asking() as connection:
            return await disturbances(connection)

    async def areas_due(self) -> AreasBefore | None:
        """From when on areas of interference are to be told anew: see ``interference.py``."""
        async with self._asking() as connection:
            return await areas_due(connection)

    async def off_track_day(
        self, begin: int | None, number_of: Callable[[str], int]
    ) -> tuple[list[OffTrack], Areas | None]:
        """Who was astray in the next day or so: see ``interference.py``."""
        async with self._asking() as connection:
            return await off_track_day(connection, begin, number_of)

    async def amend_areas(self, made: AreasAmended, batch: Batch) -> None:
        """Commit what changed of areas of interference, and the engine's state with it."""
        async with self._asking() as connection:
            await amend_areas(connection, self._writer.tables, made)
            await _rewrite(self._writer.tables, made.rewritten)
            await self._tell(made.changes)
            await self._writer.write_whole(batch)

    async def _tell(self, changes: list[Change]) -> None:
        found = [change.finding for change in changes]
        await self._writer.tell([(f.id, f) for f in found if isinstance(f, Event)])

    async def usual(self, newest: int) -> list[tuple[str, int, int]]:
        """(port, bucket, vessels) of the days before an instant (us)."""
        since = to_datetime(max(0, newest - BASELINE_US - KEEP_US))
        async with self._asking() as connection:
            return await usual_since(connection, since)

    async def amend(self, made: Amendment, batch: Batch) -> None:
        """Commit what ships taken again have changed, and the engine's state with it."""
        async with self._asking(more_s=made.rows / ROWS_S) as connection:
            await self._writer.tables.hold(made.days)
            await connection.execute(query("keep_from_pruning"))
            if await connection.fetch(query("pruned_ships"), made.ships, to_datetime(made.passed)):
                raise StoreError(PRUNED_MEANWHILE)
            await amend(connection, self._writer.tables, made)
            await self._tell(made.changes)
            batch.days |= made.days  # marked last, and once: two writers never wait for each other
            await self._writer.write_whole(batch)
        self._writer.claims.adopt(made.claims, set(made.ships))


async def amend(connection: asyncpg.Connection, tables: Tables, made: Amendment) -> None:
    """Write it; call it in a transaction that holds its days."""
    ships, passed = made.ships, to_datetime(made.passed)
    if made.gone[0]:
        await tables.delete_positions(*made.gone)
    for instant, rows in made.months:
        await tables.positions_of(instant, rows)
    await connection.execute(query("drop_refused_reports"), ships, passed)
    if made.disbelieved:
        await tables.copy("refused_report", DISBELIEVED, made.disbelieved)
    await _rewrite(tables, made.rewritten)
    for name in ("drop_candidates", "drop_identities", "drop_vessels", "taken_due"):
        await connection.execute(query(name), ships)
    await tables.rows("save_candidate", made.candidates)
    if made.off_track_changed is not None:
        await connection.execute(query("drop_off_track"), ships)
        await tables.rows("add_off_track", made.off_track)
        for at in made.off_track_changed:  # behind the last of them areas may stand as before
            await connection.execute(query("interference_changed"), to_datetime(at))
    if made.identities:
        await tables.records("staged_identity", IDENTITY, "upsert_identities", made.identities)
    if made.who:
        await tables.records("staged_who", WHO, "upsert_who", made.who)
    await tables.rows("add_refusals", made.refusals)
    await connection.execute(query("forget_refusals"))
    await connection.execute(query("taken_late"), ships, passed, made.last_late)
    if made.unheard:
        await connection.execute(query("drop_last_fixes"), made.unheard)


async def _rewrite(tables: Tables, rows: Rewritten) -> None:
    await tables.rows("revise_event", rows.events)
    await tables.rows("withdraw_event", rows.withdrawn)
    await tables.rows("revise_port_call", rows.calls)
    await tables.rows("delete_port_call", rows.calls_gone)


def _instant(value: datetime | None) -> int:
    return NO_TIME if value is None else from_datetime(value)
