"""Pruning: what goes, what stays, and that nobody else loses or waits for anything."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import numpy as np
import pytest

from monitor.cli import database as database_command
from monitor.errors import UsageError
from monitor.model import FIX
from monitor.store import prune as store
from monitor.store.batch import position_rows
from monitor.store.cluster import Cluster
from monitor.store.prune import State, prune
from monitor.store.sql import query
from monitor.store.writer import Writer
from monitor.units import DAY_US, from_datetime
from tests.helpers import run_monitor

MARCH = datetime(2019, 3, 1, tzinfo=UTC)
APRIL = datetime(2019, 4, 1, tzinfo=UTC)
MAY = datetime(2019, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CALLER, PASSER = 273999410, 271000001
YEAR = 365


@pytest.fixture
async def db(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the test's database."""
    connection = await asyncpg.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


async def sail(
    db: asyncpg.Connection, mmsi: int, first: datetime, last: datetime, every: timedelta = HOUR
) -> None:
    """Fixes of a vessel, the bounds included."""
    month = first
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


async def test_fixes_around_events_stay_and_all_others_go(db: asyncpg.Connection) -> None:
    """Six hours each way, the bound included, of her own events alone."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, noon)
    (month,) = await prune(db, YEAR)
    assert await times(db, CALLER) == hours(noon - 6 * HOUR, noon + 6 * HOUR)
    assert await times(db, PASSER) == []
    assert (month.partition, month.state) == ("position_2019_03", State.PRUNED)
    assert (month.fixes, month.kept_fixes) == (2 * 31 * 24, 13)
    assert 0 < month.kept_size < month.size
    assert await db.fetchval("SELECT count(*) FROM event") == 1


async def test_every_instant_of_an_event_counts(db: asyncpg.Connection) -> None:
    """Best time, bounds and when it was decided; windows that overlap keep each fix once."""
    days = [MARCH + timedelta(days=n) for n in (3, 9, 15)]
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, days[1], earliest=days[0], decided_at=days[2])
    await tell_event(db, CALLER, days[1] + 4 * HOUR)
    await prune(db, YEAR)
    assert await times(db, CALLER) == [
        *hours(days[0] - 6 * HOUR, days[0] + 6 * HOUR),
        *hours(days[1] - 6 * HOUR, days[1] + 10 * HOUR),
        *hours(days[2] - 6 * HOUR, days[2] + 6 * HOUR),
    ]


@pytest.mark.parametrize(
    "bound",
    ["arrived_earliest", "arrived_at", "arrived_latest", "departed_earliest", "departed_at",
     "departed_latest"],
)  # fmt: skip
async def test_fixes_around_each_bound_of_a_port_call_stay(
    db: asyncpg.Connection, bound: str
) -> None:
    """Also where only that one is known."""
    at = MARCH + timedelta(days=20)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_call(db, CALLER, **{bound: at})
    await prune(db, YEAR)
    assert await times(db, CALLER) == hours(at - 6 * HOUR, at + 6 * HOUR)
    assert await db.fetchval("SELECT count(*) FROM port_call") == 1


async def test_a_window_reaches_over_the_end_of_the_month(db: asyncpg.Connection) -> None:
    """An event two hours into April keeps fixes of March, and one of March some of April."""
    await sail(db, CALLER, MARCH, MAY - HOUR)
    await tell_event(db, CALLER, APRIL + 2 * HOUR)
    assert [month.kept_fixes for month in await prune(db, YEAR)] == [4, 9]
    assert await times(db, CALLER) == hours(APRIL - 4 * HOUR, APRIL + 8 * HOUR)


async def test_only_months_that_ended_long_enough_ago(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the microsecond: a month is due when its end is so many days ago."""
    await sail(db, PASSER, MARCH, MAY - HOUR)
    due_at = from_datetime(APRIL) + 90 * DAY_US
    monkeypatch.setattr(store, "now_us", lambda: due_at - 1)
    assert await prune(db, 90) == []
    monkeypatch.setattr(store, "now_us", lambda: due_at)
    assert [month.partition for month in await prune(db, 90)] == ["position_2019_03"]
    assert await times(db, PASSER) == hours(APRIL, MAY - HOUR)


async def test_a_second_time_changes_nothing(db: asyncpg.Connection) -> None:
    """A pruned month is known and left alone, until new fixes came to it."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, noon)
    await prune(db, YEAR)
    where = "SELECT pg_relation_filenode('position_2019_03'), 'position_2019_03'::regclass::oid"
    before = tuple(await db.fetchrow(where))
    assert await prune(db, YEAR) == []
    assert tuple(await db.fetchrow(where)) == before
    comment = await db.fetchval("SELECT obj_description('position_2019_03'::regclass)")
    assert comment.startswith("pruned: 13 fixes kept")
    await sail(db, PASSER, MARCH, MARCH + 5 * HOUR)
    (month,) = await prune(db, YEAR)
    assert (month.fixes, month.kept_fixes) == (19, 13)
    assert (await db.fetchrow(where))[1] == before[1]  # the same table: names and grants hold


async def test_the_partition_stays_whole(db: asyncpg.Connection) -> None:
    """After pruning it is still a partition, with its key, and takes fixes of its month only."""
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    await prune(db, YEAR)
    await sail(db, PASSER, MARCH, MARCH)
    with pytest.raises(asyncpg.UniqueViolationError):
        await sail(db, PASSER, MARCH, MARCH)
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(
            "INSERT INTO position_2019_03 SELECT mmsi, at + interval '40 days', geom, sog_kn,"
            " cog_deg, heading_deg, status, type, track, received_at, source, line FROM position"
        )


@pytest.mark.parametrize("days", [-90, 0, 6, 40_000, 10**9])
async def test_nonsense_is_refused(db: asyncpg.Connection, days: int) -> None:
    """In a sentence, and before anything is asked."""
    await sail(db, PASSER, MARCH, MARCH)
    with pytest.raises(UsageError, match=r"give 7 to 36,500 days\.$"):
        await prune(db, days)
    assert len(await times(db, PASSER)) == 1


async def test_the_database_refuses_what_is_young(db: asyncpg.Connection) -> None:
    """Even if it is asked directly; and what would lose fixes that came in between."""
    now = await db.fetchval("SELECT now()")
    await db.fetchval(query("make_partition"), now)
    with pytest.raises(asyncpg.RaiseError, match="less than 7 days ago, or not yet"):
        await db.fetchval(query("prune_month"), now, store.AROUND)
    await db.fetchval(query("make_partition"), MARCH)
    async with db.transaction(isolation="repeatable_read"):
        with pytest.raises(asyncpg.RaiseError, match="READ COMMITTED"):
            await db.fetchval(query("prune_month"), MARCH, store.AROUND)


async def test_the_writer_may_and_the_reader_may_not(
    cluster: Cluster, database: str, db: asyncpg.Connection
) -> None:
    """The writer owns no tables, yet prunes; the reader may look what is due."""
    await sail(db, PASSER, MARCH, MARCH + 9 * HOUR)
    name = database.partition("@/")[2].partition("?")[0]
    reader = await asyncpg.connect(cluster.url(name, role="monitor_reader"))
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    try:
        assert [month.fixes async for month in store.due(reader, YEAR)] == [10]
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
        assert await writer.fetchval(query("prune_month"), MARCH, store.AROUND) == 7
        assert await times(db, CALLER) == hours(MARCH, MARCH + 6 * HOUR)
    finally:
        await writer.close()


def batch(count: int, first: datetime, number: int) -> bytes:
    """COPY rows of a vessel of her own: fixes one a second."""
    fixes = np.zeros(count, dtype=FIX)
    fixes["mmsi"] = CALLER
    fixes["at"] = from_datetime(first) + (number * count + np.arange(count)) * 1_000_000
    fixes["received_at"] = fixes["at"]
    return position_rows(fixes, np.zeros(count, dtype=np.int8), [1])


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
                partition = await writer._partition(from_datetime(noon))
                await writer._positions(partition, batch(count, noon, number))
        writing.set()

    async def prune_again_and_again() -> None:
        nonlocal runs
        while not writing.is_set():
            await db.fetchval(query("prune_month"), noon, store.AROUND)
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
    name = await writer._partition(from_datetime(MARCH))
    try:
        async with asyncio.TaskGroup() as tasks, db.transaction():
            await db.fetchval(query("prune_month"), MARCH, store.AROUND)
            copy = tasks.create_task(writer._copy(name, batch(5, MARCH, 0)))
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
        await db.fetchval(query("prune_month"), MARCH, store.AROUND)
        await undone.rollback()
        assert len(await times(other, CALLER)) == 31 * 24
        async with asyncio.TaskGroup() as tasks, db.transaction():
            await db.fetchval(query("prune_month"), MARCH, store.AROUND)
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
            await db.fetchval(query("prune_month"), MARCH, store.AROUND)
            locks = await other.fetch(
                "SELECT relation::regclass::text AS name, mode FROM pg_locks WHERE pid = $1"
                " AND relation IN ('position'::regclass, 'position_2019_04'::regclass)"
                " AND mode <> 'AccessShareLock'",
                db.get_server_pid(),
            )
            assert [tuple(row) for row in locks] == []
            await other.execute("SET lock_timeout = '200ms'")
            writer = await Writer.open(other)
            async with other.transaction():
                partition = await writer._partition(from_datetime(APRIL))
                await writer._positions(partition, batch(5, APRIL, 0))
            april = await other.fetchval(query("count_positions"), APRIL, MAY)
            assert april == 30 * 24 + 5
    finally:
        await other.close()


async def test_a_month_that_is_read_for_long_is_left_for_the_next_run(
    database: str, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is never broken off, and others do not queue behind us for long."""
    monkeypatch.setattr(store, "PAUSES_S", (0.01,))
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    other = await asyncpg.connect(database)
    try:
        async with other.transaction():
            await times(other, PASSER)
            (month,) = await prune(db, YEAR)
            assert month.state is State.IN_USE
            assert len(await times(other, PASSER)) == 31 * 24
        (month,) = await prune(db, YEAR)
        assert month.state is State.PRUNED
    finally:
        await other.close()


def test_the_command(database: str) -> None:
    """A dry run tells what would go and drops nothing; then it goes, and a table says so."""

    async def prepare() -> None:
        db = await asyncpg.connect(database)
        await sail(db, CALLER, MARCH, APRIL - HOUR)
        await tell_event(db, CALLER, MARCH + timedelta(days=10))
        await db.close()

    asyncio.run(prepare())
    env = {"MONITOR_DATABASE_URL": database}
    told = run_monitor(
        "database", "prune", "--older-than", "90d", "--dry-run", "--format", "json", env=env
    )
    assert told.returncode == 0, told.stderr
    (month,) = json.loads(told.stdout)
    assert (month["month"], month["fixes"], month["kept_fixes"]) == ("2019-03", 744, 13)
    assert (month["state"], month["kept_bytes"]) == ("due", month["bytes"] * 13 // 744)
    done = run_monitor("database", "prune", "--older-than", "90", env=env)
    assert done.returncode == 0, done.stderr
    assert re.search(r"2019-03.* 744 .* 13 .* pruned", done.stdout.decode())


@pytest.mark.parametrize(
    ("age", "words"),
    [("0", "0 days"), ("-90", "-90 days"), ("6d", "6 days"), ("a month", "no age in days"),
     ("1e3", "no age in days"), ("", "no age in days")],
)  # fmt: skip
def test_the_command_refuses_nonsense(age: str, words: str) -> None:
    """In a sentence, before a database is looked for."""
    with pytest.raises(UsageError, match=words):
        database_command.prune(older_than=age)


def test_a_negative_age_is_refused_on_the_command_line() -> None:
    """One line, exit code 2."""
    done = run_monitor("database", "prune", "--older-than=-90")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert b"-90 days" in done.stderr
