"""Writes batches: one transaction each, all of it or none.

Positions go by binary COPY straight into the partition of their month. If one is there already
(a second log of the same time, or late ones), the COPY is undone to a savepoint and the rows go
through a staging table instead.
"""

from __future__ import annotations

import asyncio
import io
import json
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg
import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline, Snapshot
from monitor.engine.reception import BASELINE_US, KEEP_US, Bucket, Key
from monitor.errors import BatchRefusedError, StoreError
from monitor.model import FIX
from monitor.store import pgcopy
from monitor.store.batch import Batch, Offset
from monitor.store.claims import Claims
from monitor.store.sql import query
from monitor.units import NO_TIME, from_datetime, to_datetime


class Writer:
    """The one writer of a database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Use ``Writer.open``."""
        self._connection = connection
        self._one = asyncio.Lock()  # a connection does one thing at a time
        self._partitions: dict[str, str] = {}
        self._sources: dict[str, int] = {}
        self.claims = Claims()

    @classmethod
    async def open(cls, connection: asyncpg.Connection, *, relaxed: bool = False) -> Writer:
        """Take the writer's lock; StoreError if another process writes.

        ``relaxed``: a commit need not outlive a power failure, for the input can be read again.
        """
        if not await connection.fetchval(query("take_lock")):
            message = "Another monitor is writing to this database: stop it first."
            raise StoreError(message)
        await connection.execute(query("temporary_tables"))
        if relaxed:
            await connection.execute(query("relaxed_commits"))
        return cls(connection)

    async def save_fences(self, fences: FenceSet) -> None:
        """Keep the geofence files that events will be decided on."""
        for port in fences.ports:
            await self._connection.execute(query("save_geofence"), port.hash, port.id, port.content)

    async def offsets(self) -> list[Offset]:
        """How far each log was taken."""
        return [
            Offset(
                source=row["source"],
                head_length=row["head_length"],
                head_digest=row["head_digest"],
                byte_offset=row["byte_offset"],
                lines=row["lines"],
                input_format=row["input_format"],
                decoder=row["decoder"],
                finished=row["finished"],
            )
            for row in await self._connection.fetch(query("offsets"))
        ]

    async def restore(self, pipeline: Pipeline) -> bool:
        """Put the pipeline where the last committed batch left it; False: there is none."""
        row = await self._connection.fetchrow(query("load_pipeline"))
        if row is None:
            return False
        fixes = b"".join([r["fix"] for r in await self._connection.fetch(query("load_vessels"))])
        waiting = await self._connection.fetch(query("load_waiting"))
        pending = b"".join([r["pending"] for r in waiting])
        if len(fixes) % FIX.itemsize or len(pending) % FIX.itemsize:
            message = "The stored state is of another release: run `monitor database migrate`."
            raise StoreError(message)
        vessels = await self._connection.fetch(query("load_identities"))
        self.claims.restore(await self._connection.fetch(query("load_claims")), vessels)
        watches = await self._connection.fetch(query("load_watches"))
        head = json.loads(row["head"])
        pipeline.restore(
            Snapshot(
                head=head,
                pending=pending,
                recent=b"".join([r["recent"] for r in waiting]),
                newest_at=NO_TIME,
                outlived=NO_TIME,
                last=np.frombuffer(fixes, dtype=FIX),
                names={r["mmsi"]: r["name"] for r in vessels if r["name"] is not None},
                watches={(r["mmsi"], r["track"], r["port"]): r["state"] for r in watches},
                statics=row["statics"],
                reception=await self._reception(head),
                usual=[
                    (r["port"], from_datetime(r["at"]), r["vessels"])
                    for r in await self._connection.fetch(
                        query("load_usual"), _since(head, BASELINE_US + KEEP_US)
                    )
                ],
            )
        )
        return True

    async def _reception(self, head: dict[str, Any]) -> list[tuple[Key, Bucket]]:
        rows = await self._connection.fetch(query("load_reception"), _since(head, 2 * KEEP_US))
        numbers = {name: number for number, name in enumerate(head["sources"])}
        return [
            (
                (numbers[row["source"]], row["port"], from_datetime(row["at"])),
                Bucket(
                    messages=row["messages"], heard_at=from_datetime(row["heard_at"]),
                    vessels=set(row["vessels"]), disturbed=set(row["disturbed"]),
                    rings=list(row["rings"]),
                ),
            )
            for row in rows
            if row["source"] in numbers
        ]  # fmt: skip

    async def write(self, batch: Batch) -> None:
        """Commit a batch, all of it or none; BatchRefusedError if that can never be."""
        try:
            async with self._one, self._connection.transaction():
                await self._write(batch)
        except (UnicodeError, OverflowError, struct.error) as error:  # what COPY cannot express
            message = f"The database has no form for what a batch holds: {error}."
            raise BatchRefusedError(message) from error

    async def _write(self, batch: Batch) -> None:
        connection = self._connection
        for instant, rows in batch.months:
            await self._positions(await self._partition(instant), rows)
        for instant, rows in batch.late:
            await self._partition(instant)
            await self._stage(rows)
        if batch.vessels:
            await self._copy("staged_vessel", batch.vessels)
            await connection.execute(query("upsert_vessels"))
        await self._records("staged_identity", "upsert_identities", batch.identities)
        await self._records("staged_who", "upsert_who", batch.who)
        await self._rows("upsert_event", batch.events)
        await self._rows("upsert_port_call", batch.calls)
        await self._rows("delete_port_call", batch.withdrawn)
        await self._rows("add_refusals", batch.refusals)
        await self._rows("add_report_counts", batch.kinds)
        await self._rows("save_reception", batch.reception)
        await self._state(batch.snapshot)
        for o in batch.offsets:
            await connection.execute(
                query("save_offset"), o.source, o.head_length, o.head_digest, o.byte_offset,
                o.lines, o.input_format, o.decoder, o.finished,
            )  # fmt: skip

    async def _state(self, snapshot: Snapshot) -> None:
        await self._connection.execute(
            query("save_pipeline"), json.dumps(snapshot.head), snapshot.statics
        )
        await self._connection.execute(query("forget_waiting"), snapshot.outlived)
        if snapshot.pending or snapshot.recent:
            await self._connection.execute(
                query("save_waiting"), snapshot.newest_at, snapshot.pending, snapshot.recent
            )
        kept = [(*key, text) for key, text in snapshot.watches.items() if text is not None]
        over = [key for key, text in snapshot.watches.items() if text is None]
        await self._rows("save_watch", kept)
        await self._rows("drop_watch", over)

    async def _positions(self, partition: str, rows: bytes) -> None:
        try:
            async with self._connection.transaction():
                await self._copy(partition, rows)
        except asyncpg.UniqueViolationError:
            await self._stage(rows)

    async def _stage(self, rows: bytes) -> None:
        await self._copy("staged_position", rows)
        await self._connection.execute(query("insert_staged_positions"))
        await self._connection.execute(query("empty_staged_positions"))

    async def _partition(self, instant: int) -> str:
        moment = to_datetime(instant)
        key = moment.strftime("%Y-%m")
        if key not in self._partitions:
            self._partitions[key] = await self._connection.fetchval(query("make_partition"), moment)
        return self._partitions[key]

    async def _copy(self, table: str, rows: bytes) -> None:
        # closed at once: asyncpg leaves the source in a reference cycle, megabytes each
        with io.BytesIO(pgcopy.HEADER + rows + pgcopy.TRAILER) as source:
            await self._connection.copy_to_table(table, source=source, format="binary")

    async def _records(self, table: str, name: str, rows: list[Any]) -> None:
        if rows:
            await self._connection.copy_records_to_table(table, records=rows)
            await self._connection.execute(query(name))

    async def _rows(self, name: str, rows: list[Any]) -> None:
        if rows:
            await self._connection.executemany(query(name), rows)

    async def numbers(self, sources: list[str]) -> Mapping[str, int]:
        """Numbers of these sources in the store."""
        for source in sources:
            if source not in self._sources:
                async with self._one:
                    self._sources[source] = await self._connection.fetchval(
                        query("ensure_source"), source
                    )
        return dict(self._sources)


def _since(head: dict[str, Any], span_us: int) -> datetime:
    """An instant so long before the engine's clock."""
    newest = int(head["newest"])
    return to_datetime(0 if newest == NO_TIME else max(0, newest - span_us))
