"""What is read, written, packed and pruned at once: nothing is twice, lost, or waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import numpy as np
import pytest
import pytest_asyncio

from monitor.store import columnar, packing, reader, stored, whereabouts
from monitor.store.database import one_moment
from monitor.store.positions import days_of, months_of, packed_months
from monitor.store.prune import AROUND, due
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.units import DAY_US, SECOND_US, to_datetime
from tests.integration.store.packs import all_of, loose, pack_all, put
from tests.rows import BEGIN, drawn, rows_of

SHIP = 211_000_001
MONTH_ON = BEGIN + 40 * DAY_US
SIZE = "SELECT pg_total_relation_size('position_2024_12')"


@pytest_asyncio.fixture
async def other(database: str) -> AsyncIterator[asyncpg.Connection]:
    """Another connection to the same database."""
    connection = await asyncpg.connect(database)
    await connection.execute(query("temporary_tables"))
    yield connection
    await connection.close()


def ship(count: int, **columns: Any) -> Any:
    """Fixes of a ship, one a second (STORED), as a feed brought them."""
    rows = rows_of(count, **{"source": 1, "line": np.arange(count) + 1, **columns})
    rows["received_at"] = rows["at"]
    return rows


def between(monkeypatch: pytest.MonkeyPatch, reads: asyncpg.Connection, does: Any) -> None:
    """Let something happen when that connection has read rows, and not yet what is packed."""
    read = stored.packed_by

    async def packed_by(connection: asyncpg.Connection, *words: Any) -> Any:
        if connection is reads:
            await does()
        return await read(connection, *words)

    monkeypatch.setattr(stored, "packed_by", packed_by)
    monkeypatch.setattr(packing, "PATIENCE_S", 0.0)


async def test_what_is_packed_while_it_is_read_is_not_twice(
    db: asyncpg.Connection, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(db, ship(100))
    between(monkeypatch, other, lambda: pack_all(db))
    assert len([row async for row in reader.history(other, SHIP)]) == 100
    assert await loose(db) == 0


async def test_what_is_made_rows_while_it_is_read_is_not_lost(
    db: asyncpg.Connection, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(db, ship(100))
    await pack_all(db)
    between(monkeypatch, other, lambda: put(db, ship(1, at=BEGIN + 500_000, line=999)))
    assert len([row async for row in reader.history(other, SHIP)]) == 100
    assert await loose(db) == 101


async def test_whoever_reads_of_one_moment_finds_what_was_packed_since(
    db: asyncpg.Connection, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that began before: the room of the month is given back when it has ended."""
    await put(db, ship(100))
    before = await db.fetchval(SIZE)
    monkeypatch.setattr(packing, "PATIENCE_S", 0.3)
    day = to_datetime(BEGIN), to_datetime(BEGIN + DAY_US)
    async with one_moment(other, positions=True):
        await whereabouts.ships_of_imo(other, 1_234_567)
        await pack_all(db)
        assert len(await whereabouts.ways(other, [SHIP], *day, 1.0)) == 100
        assert await db.fetchval(SIZE) == before
    await pack_all(db)
    assert await db.fetchval(SIZE) < before


async def test_an_older_instant_is_waited_for_though_it_holds_no_month(
    db: asyncpg.Connection, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a query that comes to positions by and by."""
    await put(db, ship(100))
    monkeypatch.setattr(packing, "PATIENCE_S", 0.3)
    async with other.transaction(isolation="repeatable_read"):
        await other.fetchval("SELECT count(*) FROM source")
        await pack_all(db)
        assert await other.fetchval("SELECT count(*) FROM position") == 100


async def test_room_is_given_back_though_the_packer_ended_before(db: asyncpg.Connection) -> None:
    await put(db, drawn(11))
    before = await db.fetchval(SIZE)
    days = packing.pack_days(db, quiet=timedelta(0), older_than_days=0)
    while await loose(db):
        await anext(days)
    await days.aclose()  # type: ignore[attr-defined]
    assert await db.fetchval(SIZE) == before
    assert await pack_all(db) == []
    assert await db.fetchval(SIZE) < before


async def both(*work: Any) -> list[str]:
    """What fails of these, at once."""
    found = await asyncio.gather(*work, return_exceptions=True)
    return [repr(each) for each in found if isinstance(each, BaseException)]


async def test_a_writer_that_begins_a_month_and_the_packer(
    db: asyncpg.Connection, other: asyncpg.Connection
) -> None:
    """He has a day of theirs, and needs all of the table for a moment: neither is broken off."""
    await put(db, np.concatenate([ship(20, mmsi=SHIP + n) for n in range(4)]))
    tables = Tables(other)

    async def write() -> None:
        async with other.transaction():
            await tables.hold(days_of(np.array([BEGIN, MONTH_ON])))
            await asyncio.sleep(1.5)
            await tables.partition(MONTH_ON)

    async def pack() -> None:
        await asyncio.sleep(0.2)
        await pack_all(db)

    assert await both(write(), pack()) == []
    assert await loose(db) == 0


async def test_a_late_writer_and_who_prunes(
    db: asyncpg.Connection, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He makes rows of what is packed, and then writes: who prunes waits for him, or gives in."""
    await put(db, ship(100))
    await pack_all(db)
    tables, tasks = Tables(other), list[asyncio.Future[Any]]()
    execute = asyncpg.Connection.execute

    async def slowly(connection: Any, statement: str, *words: Any, **more: Any) -> str:
        done: str = await execute(connection, statement, *words, **more)
        if statement == query("unpack_for_staged"):
            pruned = db.fetchval(query("prune_month"), to_datetime(BEGIN), AROUND)
            tasks.append(asyncio.ensure_future(pruned))
            await asyncio.sleep(1.5)
        return done

    monkeypatch.setattr(asyncpg.Connection, "execute", slowly)
    late = ship(1, at=BEGIN + 500_000, line=999)
    async with other.transaction():
        await tables.hold(days_of(late["at"]))
        for instant, data in months_of(late):
            await tables.positions_of(instant, data)
    assert await tasks[0] == 0


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("by", ["columns", "ships"])
async def test_what_is_kept_of_a_month_is_found_while_it_is_pruned(
    db: asyncpg.Connection, other: asyncpg.Connection, by: str, *, is_packed: bool
) -> None:
    """An export that waits for the month gets what was there before, or what is there after."""
    rows = drawn(10, most=400)
    mmsi, noon = int(rows["mmsi"][0]), to_datetime(int(rows["at"][0]))
    await put(db, rows)
    await db.execute(
        "INSERT INTO event (id, kind, state, mmsi, track, port, at, decided_at, confidence, geom,"
        " why, evidence) SELECT gen_random_uuid(), 'PortArrived', 'confirmed', $1, 0, 'tartus', $2,"
        " $2, 3, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326), 'a test', '{}'", mmsi, noon,
    )  # fmt: skip
    if is_packed:
        await pack_all(db)
    async with db.transaction():
        kept = await db.fetchval(query("prune_month"), noon, AROUND)
        week = to_datetime(BEGIN), to_datetime(BEGIN + 9 * DAY_US)
        if by == "ships":
            task: asyncio.Future[Any] = asyncio.ensure_future(
                stored.stored_between(other, [mmsi], *week)
            )
        else:
            task = asyncio.ensure_future(columnar.positions(other))
        await asyncio.sleep(0.4)
        assert not task.done()
    found = await task
    assert len(found["mmsi"]) == kept > 0


async def bulk(db: asyncpg.Connection, rows: Any) -> None:
    """Store rows as a bulk replay does."""
    tables = Tables(db)
    await db.execute(query("temporary_tables"))
    await db.execute("INSERT INTO source (name) VALUES ('feed 1') ON CONFLICT DO NOTHING")
    packed, left = packed_months(rows)
    async with db.transaction():
        await tables.hold(days_of(rows["at"]), packs=True)
        for instant, some in packed:
            await tables.packed(instant, some)
        assert not len(left)
        await tables.mark(days_of(rows["at"]))


async def test_a_month_of_which_all_came_packed(db: asyncpg.Connection) -> None:
    """It is pruned, and one of it is replaced, by the reviser as through the view."""
    begin = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp()) * SECOND_US
    rows = ship(25_000, at=begin + np.arange(25_000) * 10 * SECOND_US)
    await bulk(db, rows)
    assert [month.fixes async for month in due(db, 30)] == [25_000]
    tables = Tables(db)
    async with db.transaction():
        await tables.hold(days_of(rows["at"][:1]))
        await tables.delete_positions([SHIP], [to_datetime(int(rows["at"][5]))])
    await db.execute("DELETE FROM position WHERE mmsi = $1 AND at = $2", SHIP, to_datetime(begin))
    assert await db.fetchval("SELECT count(*) FROM position") == 24_998


async def test_odd_speeds_are_the_same_however_often_they_are_packed(
    db: asyncpg.Connection,
) -> None:
    """Small packed rows are merged with what came since; -1 is no speed, and is not made null."""
    await put(db, ship(20, sog_kn=-1.0, cog_deg=-90.0))
    before = await all_of(db)
    for number in range(3):
        late = ship(5, at=BEGIN + 100 * (number + 1) * SECOND_US + np.arange(5), line=99)
        await put(db, late)
        await pack_all(db)
    assert await loose(db) == 0
    assert (await all_of(db))[:20] == before
    found = [row async for row in reader.history(db, SHIP)]
    assert [(row["sog_kn"], row["cog_deg"]) for row in found[:20]] == [(-1.0, -90.0)] * 20


async def test_an_area_holds_the_same_where_bounds_are_rounded(db: asyncpg.Connection) -> None:
    """Beyond 128 degrees each of two bounds is rounded by 0.000015: what is between may be in."""
    middle = np.float32(150.0)
    east = float(np.nextafter(middle, np.float32(0))) + 1e-7
    lon = float(np.nextafter(middle, np.float32(1e9))) - 1e-7
    await put(db, ship(10, lon=lon, lat=10.0))
    inside = (
        "SELECT count(*) FROM position_within(ST_MakeEnvelope(149, 9, $1, 11, 4326), NULL, NULL)"
    )
    assert await db.fetchval(inside, east) == 10
    await pack_all(db)
    assert await loose(db) == 0
    assert await db.fetchval(inside, east) == 10
