"""Writes batches: one transaction each, all of it or none; see ``refused.py`` for single rows.

Positions go by binary COPY straight into the partition of their month. If one is there already
(a second log of the same time, or late ones), the COPY is undone to a savepoint and the rows go
through a staging table instead.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

import asyncpg

from monitor.decode.dating import NEVER
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import FIX_LAYOUT, NotReadableError
from monitor.engine.pipeline import Pipeline
from monitor.engine.remembered import held_keys
from monitor.engine.snapshot import Snapshot
from monitor.errors import BatchRefusedError, BusyError
from monitor.model import Event
from monitor.store.batch import (
    DISBELIEVED,
    IDENTITY,
    LATE,
    STATIC,
    VESSEL,
    WHO,
    Batch,
    Offset,
)
from monitor.store.claims import Claims
from monitor.store.database import holder_of
from monitor.store.desk import Desk
from monitor.store.lost import Turn, transaction
from monitor.store.off_track import areas_row
from monitor.store.packed import unpack
from monitor.store.positions import POSITION, months_of
from monitor.store.recall import kept_of, recalled_of
from monitor.store.refused import (
    MOST_KEPT,
    REFUSES,
    UNEXPRESSED,
    Refused,
    Rows,
    Sieve,
    Write,
)
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.store.takeover import is_older, take_over
from monitor.units import NO_TIME

BATCH_S, RELAXED_BATCH_S = 30.0, 300.0
"""A batch takes a second at most: after so long its connection is dead, or its server is frozen.
Who can read the input again may write to a disk that is slower than the sea."""

FREED_S, FREED_TRIES, GONE_TRIES = 0.1, 30, 10
"""The server takes a while to end a connection, and to notice one that ended."""

Put = Callable[[str, Sequence[str], Rows, Write], Awaitable[None]]
"""Writes rows of a table: a table, its columns, rows of it, and what takes some of them there."""

DAMAGE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What reading a damaged state may raise; NotReadableError is one of them."""


BEGUN_ANEW = (
    "drop_states", "drop_watches", "drop_waiting", "drop_pipeline", "drop_areas_put_by",
)  # fmt: skip
"""What goes where the engine's state cannot be used."""


class Writer:
    """The one writer of a database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Use ``Writer.open``."""
        self.connection = connection
        self.batch_s = BATCH_S
        self.one = Turn()
        self.tables = Tables(connection)
        self._sources: dict[str, int] = {}
        self.claims = Claims()
        self.beside = False
        self.desk: Desk | None = None  # None: no alerts are raised
        self.messages = 0  # that it has put into the outbox

    @classmethod
    async def open(
        cls,
        connection: asyncpg.Connection,
        *,
        relaxed: bool = False,
        former: int | None = None,
        beside: bool = False,
    ) -> Writer:
        """Take the writer's lock; StoreError if another process writes.

        ``relaxed``: a commit need not outlive a power failure, for the input can be read again.
        ``former``: the server's number of a connection that this process lost; if it holds the lock
        still, since the server knows of no loss, it is ended. ``beside``: there may be another
        writer, and the engine's state is that one's.
        """
        await connection.execute(query("notice_loss"))
        taken = beside or await connection.fetchval(query("take_lock"))
        if not taken and not await cls._freed(connection, former):
            raise BusyError(holder_of(await connection.fetchval(query("lock_holder"))))
        await connection.execute(query("temporary_tables"))
        writer = cls(connection)
        writer.beside = beside
        if beside:
            await writer._know_claims()
        if relaxed:
            await connection.execute(query("relaxed_commits"))
            writer.batch_s = RELAXED_BATCH_S
        return writer

    @staticmethod
    async def _freed(connection: asyncpg.Connection, former: int | None) -> bool:
        """Whether the lock could be had: the server takes a while to notice that one is gone.

        The connection that this process lost is ended.
        """
        ended = former is not None and await connection.fetchval(query("end_former"), former)
        for _ in range(FREED_TRIES if ended else GONE_TRIES):
            if await connection.fetchval(query("take_lock")):
                return True
            await asyncio.sleep(FREED_S)
        return False

    @property
    def number(self) -> int:
        """The server's number of the connection."""
        return int(self.connection.get_server_pid())

    async def save_fences(self, fences: FenceSet) -> None:
        """Keep the geofence files that events will be decided on."""
        for port in fences.ports:
            await self.connection.execute(query("save_geofence"), port.hash, port.id, port.content)

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
            for row in await self.connection.fetch(query("offsets"))
        ]

    async def restore(self, pipeline: Pipeline, *, until: int = NEVER) -> list[str]:
        """Put the pipeline where the last committed batch left it, if there is one.

        ``until``: what is dated later (us) is let go, see Pipeline.restore.

        Returns sentences about what of it could not be used, and is begun anew.
        """
        row = await self.connection.fetchrow(query("load_pipeline"))
        if row is None:
            return []
        notes: list[str] = []
        try:
            if is_older(json.loads(row["head"])):
                async with transaction(self.connection):
                    await take_over(self.connection)
                row = await self.connection.fetchrow(query("load_pipeline"))
            kept = await kept_of(self.connection, json.loads(row["head"]), notes)
            await self._know_claims(kept.ships)
            restore = partial(pipeline.restore, kept.snapshot, until=until)
            notes += await asyncio.get_running_loop().run_in_executor(None, restore)
        except DAMAGE as error:
            async with transaction(self.connection):
                for statement in BEGUN_ANEW:
                    await self.connection.execute(query(statement))
            pipeline.begin_anew()
            await self._know_claims()
            reason = error if isinstance(error, NotReadableError) else f"it is damaged ({error})"
            return [*notes, f"The engine's state cannot be used and is begun anew: {reason}."]
        pipeline.remembered.begin(
            elsewhere=kept.elsewhere, partial=kept.ships is not None, asleep=kept.asleep,
            wakes=kept.wakes,
        )  # fmt: skip
        return notes

    async def recall(self, pipeline: Pipeline, ships: Collection[int]) -> list[str]:
        """Put ships that were let go where they were; all that was found must be committed.

        Returns sentences about what of it could not be used.
        """
        notes: list[str] = []
        async with self._asking():
            recalled = await recalled_of(self.connection, ships, notes)
            await self._know_claims(ships)
        loop = asyncio.get_running_loop()
        return [*notes, *await loop.run_in_executor(None, pipeline.recall, recalled)]

    async def odd_ships(self) -> set[int]:
        """Ships that the input's end decides on."""
        async with self._asking():
            rows = await self.connection.fetch(query("odd_ships"))
        return held_keys([row["key"] for row in rows])

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """A transaction that reads; broken off if it takes too long."""
        async with asyncio.timeout(self.batch_s), self.one, transaction(self.connection):
            yield

    async def _know_claims(self, ships: Collection[int] | None = None) -> None:
        """Learn what the store holds of identities; None: of all."""
        if ships is None:
            vessels = await self.connection.fetch(query("load_identities"))
            self.claims.restore(await self.connection.fetch(query("load_claims")), vessels)
            return
        vessels = await self.connection.fetch(query("recall_identities"), list(ships))
        claims = await self.connection.fetch(query("recall_claims"), list(ships))
        self.claims.restore(claims, vessels)

    async def clock(self) -> int:
        """How far the engine had come at the last commit, us; NO_TIME: there was none."""
        row = await self.connection.fetchrow(query("load_pipeline"))
        return NO_TIME if row is None else int(json.loads(row["head"])["newest"])

    async def write(self, batch: Batch) -> list[Refused]:
        """Commit a batch, all of it or none but for single rows that are refused: those it returns.

        BatchRefusedError if it can never be committed. TimeoutError, and the connection is broken
        off, if it takes too long.
        """
        try:
            async with asyncio.timeout(self.batch_s), self.one:
                return await self._whole_or_sifted(batch)
        except UNEXPRESSED as error:
            message = f"The database has no form for what a batch holds: {error}."
            raise BatchRefusedError(message) from error

    async def _whole_or_sifted(self, batch: Batch) -> list[Refused]:
        connection = self.connection
        try:
            async with transaction(connection):
                await self._write(batch, _whole)
        except REFUSES as error:
            whole = error
        else:
            return []
        self.tables.forget_partitions()
        sieve = Sieve(connection, self.tables.forget_partitions)
        try:
            async with transaction(connection):
                await self._write(batch, sieve.put)
                kept = [(each.relation, each.content, each.reason) for each in sieve.found]
                await self.tables.rows("keep_refused", kept)
                await connection.execute(query("forget_refused"), MOST_KEPT)
        except REFUSES:
            raise whole from None
        return sieve.found

    async def _write(self, batch: Batch, put: Put) -> None:
        tables = self.tables
        await tables.hold(batch.days, packs=bool(batch.packed))
        for instant, packed in batch.packed:
            if put is _whole:
                await tables.packed(instant, packed)
                continue
            for at, rows in months_of(unpack(packed)):  # one by one
                await put("position", POSITION, rows, partial(tables.positions_of, at))
        for instant, rows in batch.months:
            await put("position", POSITION, rows, partial(tables.positions_of, instant))
        await put("late_report", LATE, batch.late, partial(tables.copy, "late_report", LATE))
        refused = partial(tables.copy, "refused_report", DISBELIEVED)
        await put("refused_report", DISBELIEVED, batch.disbelieved, refused)
        await put("vessel_state", VESSEL, batch.vessels, tables.vessels)
        for relation, columns, name, records in (
            ("identity", IDENTITY, "upsert_identities", batch.identities),
            ("vessel", WHO, "upsert_who", batch.who),
        ):
            if relation == "vessel" and self.beside:
                continue  # who they are by now, the other one says
            table = "staged_identity" if relation == "identity" else "staged_who"
            await put(relation, columns, records, partial(tables.records, table, columns, name))
        said = partial(tables.copy, "static_report", STATIC)
        await put("static_report", STATIC, batch.statics, said)
        for relation, name, made in (
            ("event", "upsert_event", batch.events),
            ("port_call", "upsert_port_call", batch.calls),
            ("port_call", "delete_port_call", batch.withdrawn),
            ("candidate", "save_candidate", batch.candidates),
            ("refusal", "add_refusals", batch.refusals),
            ("report_count", "add_report_counts", batch.kinds),
            ("reception", "save_reception", batch.reception),
            ("reception", "add_reception", batch.heard_before),
            ("revision_due", "due_by_reception", batch.rewritten),
            ("reception_due", "due_reception", batch.rewritten),
            ("revision_due", "due_again", batch.again),
        ):
            await put(relation, (), made, partial(tables.rows, name))
        await put("alert", (), batch.told, self.tell)
        if not self.beside:
            await put("off_track", (), batch.off_track, partial(tables.rows, "add_off_track"))
            await self._state(batch.snapshot)
        for o in batch.offsets:
            await self.connection.execute(
                query("save_offset"), o.source, o.head_length, o.head_digest, o.byte_offset,
                o.lines, o.input_format, o.decoder, o.finished,
            )  # fmt: skip
        await tables.mark(batch.days)

    async def tell(self, told: Sequence[tuple[str, Event]]) -> None:
        """Raise and amend alerts for events, in the transaction that they are written in."""
        if self.desk is None:
            return
        try:
            self.messages += await self.desk.take(self.connection, [event for _, event in told])
        except (TypeError, LookupError, AttributeError) as error:
            message = f"alerts failed on it, which is a fault of ours: {error!r}"
            raise ValueError(message) from error

    async def _state(self, snapshot: Snapshot) -> None:
        tables = self.tables
        await self.connection.execute(query("save_pipeline"), json.dumps(snapshot.head))
        waiting = snapshot.waiting
        await self.connection.execute(query("forget_waiting"), waiting.outlived)
        if len(waiting.pending) or len(waiting.recent):
            await self.connection.execute(
                query("save_waiting"), waiting.newest_at, FIX_LAYOUT, waiting.pending.tobytes(),
                waiting.recent.tobytes(),
            )  # fmt: skip
        if snapshot.areas is not None:
            await tables.rows("put_areas_by", [areas_row(snapshot.areas)])
        states = snapshot.states
        over = [(state.detector, state.key) for state in states if state.state is None]
        await tables.columns("drop_some_states", over)  # first: it may be there again, begun anew
        await tables.columns("save_states", [state for state in states if state.state is not None])

    async def write_whole(self, batch: Batch) -> None:
        """Write all of a batch, in the transaction of whoever asks: see ``amend.py``."""
        await self._write(batch, _whole)

    async def numbers(self, sources: list[str]) -> Mapping[str, int]:
        """Numbers of these sources in the store."""
        for source in sources:
            if source not in self._sources:
                async with self.one:
                    self._sources[source] = await self.connection.fetchval(
                        query("ensure_source"), source
                    )
        return dict(self._sources)


async def _whole(_: str, __: Sequence[str], rows: Rows, write: Write) -> None:
    """Write all rows of a table at once: see Sieve.put."""
    if rows:
        await write(rows)
