"""Packs days of positions that are over: rows become packed ones, and small packed ones large.

A day is done some ships at a time, each time in a transaction that holds the day for itself (table
``packed_day``): whoever writes to it is waited for, and waits. So the same fixes are there before
and after, and whatever ends this in between, a day is packed as far as it came, and the rest is
done another time. A day is due again when its positions changed since: what came late, or was taken
again, was made rows for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.clock import monotonic_s, now_us
from monitor.errors import StoreError
from monitor.store.lost import transaction
from monitor.store.pack import pack
from monitor.store.packed import Packed, unpack
from monitor.store.packed_rows import COLUMNS, copy_rows
from monitor.store.positions import POSITION, position_rows
from monitor.store.presence import QUIET, know_days
from monitor.store.sql import query
from monitor.store.stored import packed_by, stored_by
from monitor.store.tables import Tables
from monitor.units import DAY_US, to_datetime

AGE_DAYS = 2
"""Days that ended so long ago are packed: by then satellites have sent what they had."""

FIXES_AT_ONCE = 50_000
"""Of ships that are packed in one transaction: a quarter of a second, and 30 MB."""

PATIENCE_S, LOOKS_S = 10.0, 0.2
"""So long those are waited for who may read what was packed as rows; and how often it is looked."""

MOST_FAILURES = 3
"""What fails of so many days is no fault of theirs."""

PACK_S = 600.0
"""Looking through a day of the world takes a minute."""


@dataclass(slots=True, kw_only=True)
class Day:
    """A day of positions, and what was done with it."""

    day: date
    fixes: int = 0  # that were packed, or packed again
    rows: int = 0  # packed rows that they are in
    left: int = 0  # fixes that fit in no packed row
    changed: bool = False  # positions of it came meanwhile: it is done again another time


async def pack_days(
    connection: asyncpg.Connection,
    *,
    older_than_days: int = AGE_DAYS,
    quiet: timedelta = QUIET,
    now: Callable[[], int] = now_us,
    at_once: int = FIXES_AT_ONCE,
    failed: Callable[[date, Exception], None] | None = None,
) -> AsyncIterator[Day]:
    """Pack the days that are due, the oldest first. The connection must not be in a transaction.

    ``failed`` is told of days that cannot be packed, and those behind them are: it is raised of the
    third, or of the first if there is no ``failed``.
    Months of rows of which nothing is left give their room back to the disk, whoever packed them.
    """
    await know_days(connection)
    until = to_datetime(now() - older_than_days * DAY_US).date()
    month, failures = None, 0
    for row in await connection.fetch(query("days_to_pack"), until, quiet, timeout=PACK_S):
        if month not in {None, row["day"].replace(day=1)}:
            await _give_back(connection)
        try:
            yield await _pack_day(connection, row["day"], row["version"], at_once)
        except (asyncpg.PostgresError, StoreError) as error:
            failures += 1
            if failed is None or connection.is_closed() or failures == MOST_FAILURES:
                raise
            failed(row["day"], error)
        month = row["day"].replace(day=1)
    await _give_back(connection)


async def _pack_day(connection: asyncpg.Connection, day: date, version: int, at_once: int) -> Day:
    done = Day(day=day)
    span = _begin(day), _begin(day + timedelta(days=1))
    ships = await connection.fetch(query("ships_to_pack"), *span, timeout=PACK_S)
    for some in _groups([(row["mmsi"], row["fixes"]) for row in ships], at_once):
        async with transaction(connection):
            await connection.execute(query("have_day"), day)
            await connection.execute(query("keep_from_pruning"))
            await _pack_ships(connection, some, span, done)
    if await connection.fetchval(query("day_packed"), day, version) is None:
        done.changed = True
    return done


def _groups(ships: list[tuple[int, int]], at_once: int) -> Iterator[list[int]]:
    """Ships (MMSI, fixes) in groups of so many fixes, or of one ship that has more."""
    group: list[int] = []
    count = 0
    for mmsi, fixes in ships:
        if group and count + fixes > at_once:
            yield group
            group, count = [], 0
        group.append(mmsi)
        count += fixes
    if group:
        yield group


async def _pack_ships(
    connection: asyncpg.Connection, ships: list[int], span: tuple[datetime, datetime], done: Day
) -> None:
    """Pack a day of ships; call it in a transaction that holds the day."""
    since, before = span
    loose = await stored_by(connection, query("ship_rows"), ships, since, before)
    small = await packed_by(connection, query("ship_packed"), ships, since, before, since)
    packed, kept = await asyncio.get_running_loop().run_in_executor(None, _packed, loose, small)
    await _gone(connection, "delete_rows", (ships, *span), len(loose))
    await _gone(connection, "delete_packed", (ships, *span), len(small.mmsi))
    tables = Tables(connection)
    partition = await connection.fetchval(query("make_packed_partition"), since)
    await tables.copy(partition, COLUMNS, copy_rows(packed))
    done.fixes += int(packed.fixes.sum())
    if len(kept):
        partition = await connection.fetchval(query("make_partition"), since)
        await tables.copy(partition, POSITION, position_rows(kept))
    done.rows += len(packed.mmsi)
    done.left += len(kept)


def _packed(loose: NDArray[Any], small: Packed) -> tuple[Packed, NDArray[Any]]:
    """All of them packed, and what fits in no packed row."""
    rows = joined(loose, unpack(small))
    packed, left = pack(rows)
    return packed, rows_at(rows, left)


async def _gone(
    connection: asyncpg.Connection, name: str, words: tuple[Any, ...], wanted: int
) -> None:
    """Delete what was read, all of it and nothing else."""
    gone = int((await connection.execute(query(name), *words, timeout=PACK_S)).split()[-1])
    if gone != wanted:
        message = (
            f"A day was not packed: {wanted:,} rows of it were read and {gone:,} were there."
            " Somebody changes positions without holding their day."
        )
        raise StoreError(message)


async def _give_back(connection: asyncpg.Connection) -> None:
    """Give back the room of months of rows of which none is left, unless somebody holds it up.

    Whoever reads as of an instant before they were packed would find nothing of them, neither rows
    nor packed ones: those are waited for, and if they take longer it is tried another time.
    """
    months = [row["since"] for row in await connection.fetch(query("empty_months"))]
    if not months:
        return
    before = [row["number"] for row in await connection.fetch(query("who_reads"))]
    until_s = monotonic_s() + PATIENCE_S
    while before and await connection.fetchval(query("still_reads"), before):
        if monotonic_s() > until_s:
            return
        await asyncio.sleep(LOOKS_S)
    for month in months:
        with suppress(asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            await connection.fetchval(query("empty_partition"), month)


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
