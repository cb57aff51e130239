"""Pruning beside writers and readers: nobody loses or waits for anything, or may too much."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from monitor.store.cluster import Cluster
from monitor.store.positions import POSITION
from monitor.store.prune import AROUND, State, due, prune
from monitor.store.sql import query
from monitor.store.writer import Writer
from monitor.units import from_datetime
from tests.integration.store.months import (
    APRIL,
    CALLER,
    HOUR,
    MARCH,
    MAY,
    PASSER,
    YEAR,
    batch,
    hours,
    sail,
    tell_event,
    times,
)


async def test_the_writer_may_and_the_reader_may_not(
    cluster: Cluster, database: str, db: asyncpg.Connection
) -> None:
    """The writer owns no tables, yet prunes; the reader may look what is due."""
    await sail(db, PASSER, MARCH, MARCH + 9 * HOUR)
    name = database.partition("@/")[2].partition("?")[0]
    reader = await asyncpg.connect(cluster.url(name, role="monitor_reader"))
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    try:
        assert [month.fixes async for month in due(reader, YEAR)] == [10]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await prune(reader, YEAR)
        await Writer.open(writer)
        (month,) = await prune(writer, YEAR)  # on the connection that also writes
        assert (month.fixes, month.kept_fixes) == (10, 0)
        assert await reader.fetchval("SELECT count(*) FROM position") == 0
    finally:
        await reader.close()
        await writer.close()


async def test_a_temporary_table_of_the_caller_is_not_taken_for_the_real_one(
    cluster: Cluster, database: str, db: asyncpg.Connection
) -> None:
    """What runs with the owner's rights looks in the schema, not in the caller's own room."""
    await sail(db, CALLER, MARCH, MARCH + 9 * HOUR)
    await tell_event(db, CALLER, MARCH)
    name = database.partition("@/")[2].partition("?")[0]
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    try:
        for table in ("event", "port_call", "position", "position_2019_03"):
            await writer.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
        assert await writer.fetchval(query("prune_month"), MARCH, AROUND) == 7
        assert await times(db, CALLER) == hours(MARCH, MARCH + 6 * HOUR)
    finally:
        await writer.close()


async def test_a_writer_at_work_loses_nothing(database: str, db: asyncpg.Connection) -> None:
    """Many small commits into the month that is pruned again and again: each fix is there."""
    await db.fetchval(query("make_partition"), MARCH)
    noon = MARCH + timedelta(days=10, hours=12)
    await tell_event(db, CALLER, noon)
    other = await asyncpg.connect(database)
    count, batches, runs = 20, 80, 0
    writing = asyncio.Event()

    async def write() -> None:
        writer = await Writer.open(other)
        for number in range(batches):
            async with other.transaction():
                await writer.tables.hold([noon.date()])
                partition = await writer.tables.partition(from_datetime(noon))
                await writer.tables.positions(partition, batch(count, noon, number))
        writing.set()

    async def prune_again_and_again() -> None:
        nonlocal runs
        while not writing.is_set():
            await db.fetchval(query("prune_month"), noon, AROUND)
            runs += 1

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(write())
            tasks.create_task(prune_again_and_again())
    finally:
        await other.close()
    assert runs > 3
    assert len(await times(db, CALLER)) == count * batches


async def test_who_writes_to_the_month_waits_and_then_finds_it(
    database: str, db: asyncpg.Connection
) -> None:
    """A COPY by name and an INSERT that come while it is emptied go into what is left."""
    await sail(db, PASSER, MARCH, MARCH + 9 * HOUR)
    others = [await asyncpg.connect(database) for _ in range(2)]
    writer = await Writer.open(others[0])
    name = await writer.tables.partition(from_datetime(MARCH))
    try:
        async with asyncio.TaskGroup() as tasks, db.transaction():
            await db.fetchval(query("prune_month"), MARCH, AROUND)
            copy = tasks.create_task(writer.tables.copy(name, POSITION, batch(5, MARCH, 0)))
            insert = tasks.create_task(sail(others[1], CALLER, MARCH + HOUR, MARCH + 3 * HOUR))
            await asyncio.sleep(0.2)
            assert not copy.done()
            assert not insert.done()
        assert len(await times(db, CALLER)) == 5 + 3
        assert await times(db, PASSER) == []
    finally:
        for other in others:
            await other.close()


async def test_a_reader_who_waited_sees_what_stays(database: str, db: asyncpg.Connection) -> None:
    """Not the empty month in between; and nothing is lost if it is undone."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, noon)
    other = await asyncpg.connect(database)
    try:
        undone = db.transaction()
        await undone.start()
        await db.fetchval(query("prune_month"), MARCH, AROUND)
        await undone.rollback()
        assert len(await times(other, CALLER)) == 31 * 24
        async with asyncio.TaskGroup() as tasks, db.transaction():
            await db.fetchval(query("prune_month"), MARCH, AROUND)
            reading = tasks.create_task(times(other, CALLER))
            await asyncio.sleep(0.2)
            assert not reading.done()
        assert len(reading.result()) == 13
    finally:
        await other.close()


async def test_other_months_and_the_whole_table_are_not_locked(
    database: str, db: asyncpg.Connection
) -> None:
    """While a month is emptied the writer writes another, and readers read it."""
    await sail(db, PASSER, MARCH, MAY - HOUR)
    other = await asyncpg.connect(database)
    try:
        async with db.transaction():
            await db.fetchval(query("prune_month"), MARCH, AROUND)
            locks = await other.fetch(
                "SELECT relation::regclass::text AS name, mode FROM pg_locks WHERE pid = $1"
                " AND relation IN ('position_recent'::regclass, 'position_2019_04'::regclass)"
                " AND mode <> 'AccessShareLock'",
                db.get_server_pid(),
            )
            assert [tuple(row) for row in locks] == []
            await other.execute("SET lock_timeout = '200ms'")
            writer = await Writer.open(other)
            async with other.transaction():
                await writer.tables.hold([APRIL.date()])
                partition = await writer.tables.partition(from_datetime(APRIL))
                await writer.tables.positions(partition, batch(5, APRIL, 0))
            april = await other.fetchval(query("count_positions"), APRIL, MAY)
            assert april == 30 * 24 + 5
    finally:
        await other.close()


async def test_a_month_that_is_read_for_long_is_left_for_the_next_run(
    database: str, db: asyncpg.Connection
) -> None:
    """The reader is never broken off, and others do not queue behind us for long."""
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    other = await asyncpg.connect(database)
    try:
        async with other.transaction():
            await times(other, PASSER)
            (month,) = await prune(db, YEAR, pauses_s=(0.01,))
            assert month.state is State.IN_USE
            assert len(await times(other, PASSER)) == 31 * 24
        (month,) = await prune(db, YEAR)
        assert month.state is State.PRUNED
    finally:
        await other.close()
