"""Writes rows of tables, in the transaction of whoever asks: by COPY, staged, or one by one."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg
import numpy as np

from monitor.store import pgcopy
from monitor.store.batch import VESSEL
from monitor.store.lost import transaction
from monitor.store.packed import Packed, some, unpack
from monitor.store.packed_rows import COLUMNS, copy_rows
from monitor.store.positions import POSITION, months_of
from monitor.store.sql import query
from monitor.units import to_datetime


class Tables:
    """The tables of one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Of partitions nothing is known."""
        self._connection = connection
        self._partitions: dict[str, str] = {}
        self._partly_packed = True  # of the days that are held

    def forget_partitions(self) -> None:
        """One may have been made in what was undone."""
        self._partitions.clear()

    async def hold(self, days: Collection[date], *, packs: bool = False) -> None:
        """Keep whoever packs away from these days until the transaction is over.

        First of all that writes positions. ``packs``: some of them are to be packed.
        """
        if days:
            found = await self._connection.fetchval(query("hold_days"), sorted(days), packs)
            self._partly_packed = bool(found)

    async def positions_of(self, instant: int, rows: bytes) -> None:
        """Write positions (COPY rows) of the month of an instant, us."""
        await self.positions(await self.partition(instant), rows)

    async def vessels(self, rows: bytes) -> None:
        """Write last fixes (COPY rows)."""
        await self.copy("staged_vessel", VESSEL, rows)
        await self._connection.execute(query("upsert_vessels"))

    async def positions(self, partition: str, rows: bytes) -> None:
        """Write positions (COPY rows) of a partition, those that are there already left out."""
        if self._partly_packed:
            await self._stage(rows)
            return
        try:
            async with transaction(self._connection):
                await self.copy(partition, POSITION, rows)
        except asyncpg.UniqueViolationError:
            await self._stage(rows)

    async def _stage(self, rows: bytes) -> None:
        await self.copy("staged_position", POSITION, rows)
        if self._partly_packed:
            await self._connection.execute(query("unpack_for_staged"))
        await self._connection.execute(query("insert_staged_positions"))
        await self._connection.execute(query("empty_staged_positions"))

    async def delete_positions(self, ships: Sequence[int], instants: Sequence[datetime]) -> None:
        """Delete positions, pairwise."""
        if self._partly_packed:
            await self._connection.execute(query("unpack_positions"), ships, instants)
        await self._connection.execute(query("delete_positions"), ships, instants)

    async def packed(self, instant: int, packed: Packed) -> None:
        """Write packed positions of the month of an instant, us; their days must be held for it.

        Those of ships of which there are any of the same time go with these, as rows.
        """
        moment = to_datetime(instant)
        await self.partition(instant)  # of rows: what is late makes rows of what is packed
        partition = await self._connection.fetchval(query("make_packed_partition"), moment)
        bounds = [
            [to_datetime(at) for at in part.tolist()] for part in (packed.first_at, packed.last_at)
        ]
        found = await self._connection.fetchval(
            query("packed_beside"), packed.mmsi.tolist(), *bounds, min(bounds[0]), max(bounds[1])
        )
        beside = np.zeros(len(packed.mmsi), dtype=np.bool_)
        beside[np.array(found or [], dtype=np.int64) - 1] = True
        await self.copy(partition, COLUMNS, copy_rows(some(packed, ~beside)))
        for at, rows in months_of(unpack(some(packed, beside))):
            await self.positions_of(at, rows)

    async def mark(self, days: Collection[date]) -> None:
        """Positions of these days changed: they are to be counted anew (see ``presence.py``)."""
        if days:
            await self._connection.execute(query("mark_days"), sorted(days))

    async def partition(self, instant: int) -> str:
        """Make the partition of the month of an instant (us), if there is none; its name."""
        moment = to_datetime(instant)
        key = moment.strftime("%Y-%m")
        if key not in self._partitions:
            self._partitions[key] = await self._connection.fetchval(query("make_partition"), moment)
        return self._partitions[key]

    async def copy(self, table: str, columns: Sequence[str], rows: bytes) -> None:
        """Write COPY rows of these columns of a table."""
        # closed at once: asyncpg leaves the source in a reference cycle, megabytes each
        with io.BytesIO(pgcopy.HEADER + rows + pgcopy.TRAILER) as source:
            await self._connection.copy_to_table(
                table, columns=columns, source=source, format="binary"
            )

    async def records(
        self, table: str, columns: Sequence[str], name: str, rows: Sequence[Any]
    ) -> None:
        """Write rows by way of a staging table, which a statement takes them from."""
        await self.copy_records(table, columns, rows)
        await self._connection.execute(query(name))

    async def copy_records(self, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
        """Write rows of these columns of a table."""
        await self._connection.copy_records_to_table(table, columns=columns, records=rows)

    async def columns(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a statement once for all rows, whose columns it takes as arrays."""
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            await self._connection.execute(query(name), *columns)

    async def rows(self, name: str, rows: Sequence[Any]) -> None:
        """Execute a statement for each row."""
        if rows:
            await self._connection.executemany(query(name), rows)
