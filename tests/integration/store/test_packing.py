"""Packing days: the same positions before and after, whatever comes, goes or breaks meanwhile."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import numpy as np
import pytest

from monitor.errors import StoreError
from monitor.store import packing
from monitor.store.packing import pack_days
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.prune import AROUND
from monitor.store.sql import query
from monitor.units import DAY_US, SECOND_US
from tests.integration.store.packs import all_of, loose, pack_all, put
from tests.rows import BEGIN, drawn, in_order

DAY = datetime(2024, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(8))
async def test_the_view_is_the_same_row_for_row(db: asyncpg.Connection, seed: int) -> None:
    """To the last bit, and no position is left as a row."""
    rows = drawn(seed)
    await put(db, rows)
    before = await all_of(db)
    assert len(before) == len(rows)
    days = await pack_all(db)
    assert await all_of(db) == before
    assert sum(day.fixes for day in days) == len(rows)
    assert await loose(db) == 0
    assert not any(day.changed or day.left for day in days)


async def test_a_second_time_there_is_nothing_to_do(db: asyncpg.Connection) -> None:
    await put(db, drawn(1))
    assert [day.day for day in await pack_all(db)] == [date(2024, 12, 10), date(2024, 12, 11)]
    assert await pack_all(db) == []


async def test_young_days_and_those_that_are_written_to_are_left(db: asyncpg.Connection) -> None:
    """By the clock, and by when positions came last."""
    await put(db, drawn(1))
    noon = BEGIN + 3 * DAY_US + DAY_US // 2
    due = [
        day.day async for day in pack_days(db, older_than_days=2, quiet=AT_ONCE, now=lambda: noon)
    ]
    assert due == [date(2024, 12, 10)]
    assert [day async for day in pack_days(db)] == []  # touched just now
    assert await loose(db) > 0


async def test_small_packed_rows_become_large_ones(db: asyncpg.Connection) -> None:
    """What was packed as it came, with what was not: one row a ship, track and day."""
    rows = drawn(2)
    rows = rows[rows["track"] == 0]
    for part in np.array_split(in_order(rows)[np.argsort(in_order(rows)["at"], kind="stable")], 5):
        await put(db, part)
        await pack_all(db)
    days = {(int(row["mmsi"]), int(row["at"]) // DAY_US) for row in rows}
    assert await db.fetchval("SELECT count(*) FROM position_packed") == len(days)
    assert await db.fetchval("SELECT sum(fixes) FROM position_packed") == len(rows)


async def test_what_fits_in_no_packed_row_stays_a_row(db: asyncpg.Connection) -> None:
    rows = drawn(3)
    rows["line"][7] = 2**41
    await put(db, rows)
    before = await all_of(db)
    assert sum(day.left for day in await pack_all(db)) > 0
    assert await loose(db) > 0
    assert await all_of(db) == before
    assert await pack_all(db) == []


async def test_what_comes_late_goes_among_what_is_packed(db: asyncpg.Connection) -> None:
    """New ones are added, those that are there stay as they are; and all is packed again."""
    rows = drawn(4)
    late = (np.random.default_rng(4).random(len(rows)) < 0.2) & (rows["mmsi"] % 2 == 0)
    await put(db, rows[~late])
    await pack_all(db)
    again = rows[~late & (rows["mmsi"] % 2 == 0)][::3].copy()
    again["content"] += 1
    await put(db, np.concatenate([rows[late], again]))
    found = await all_of(db)
    assert 0 < await loose(db) < len(rows)
    await pack_all(db)
    assert (await all_of(db), await loose(db)) == (found, 0)
    await db.execute("TRUNCATE position_recent, position_packed")
    await put(db, rows)
    assert await all_of(db) == found


async def test_through_the_view_it_is_written_as_to_a_table(db: asyncpg.Connection) -> None:
    """As the release before does, and whoever uses psql."""
    rows = drawn(5)
    await put(db, rows)
    plain: Any = await db.fetch("SELECT mmsi, at FROM position ORDER BY mmsi, at")
    await pack_all(db)
    some = [tuple(row) for row in plain[::50]]
    for mmsi, at in some:
        word = "UPDATE position SET track = 7 WHERE mmsi = $1 AND at = $2"
        assert await db.execute(word, mmsi, at) == "UPDATE 1"
    assert await db.fetchval("SELECT count(*) FROM position WHERE track = 7") == len(some)
    with pytest.raises(asyncpg.UniqueViolationError):  # to where there is one, packed
        await db.execute(
            "UPDATE position SET mmsi = $3, at = $4 WHERE mmsi = $1 AND at = $2",
            *some[0], *plain[-2],
        )  # fmt: skip
    word = "DELETE FROM position WHERE mmsi = $1 AND at = $2"
    assert [await db.execute(word, *each) for each in some] == ["DELETE 1"] * len(some)
    assert await db.execute(word, *some[0]) == "DELETE 0"
    assert len(await all_of(db)) == len(rows) - len(some)
    word = (
        "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
        " SELECT $1, $2, ST_SetSRID(ST_MakePoint(1, 2), 4326), 1, 0, $2, 1, 1"
        " ON CONFLICT DO NOTHING"
    )
    assert await db.execute(word, *some[0]) == "INSERT 0 1"
    assert await db.execute(word, *some[0]) == "INSERT 0 0"
    mmsi, at = plain[1]
    assert await db.execute(word, mmsi, at) == "INSERT 0 0"  # it is packed
    assert (
        await db.fetchval(
            "SELECT content || raw::text FROM position WHERE (mmsi, at) = ($1, $2)", *some[0]
        )
        == "0\\x"
    )


async def test_many_who_write_and_one_who_packs(database: str, db: asyncpg.Connection) -> None:
    """Positions come, come again and go while their days are packed: each is there once."""
    rows = drawn(6, ships=5, most=150)
    keys = [(int(row["mmsi"]), int(row["at"])) for row in rows]
    draw, over = random.Random(6), asyncio.Event()
    await put(db, rows[:50])

    async def write(number: int) -> None:
        other = await asyncpg.connect(database)
        try:
            for begin in range(number * 10, len(rows), 20):
                await put(
                    other,
                    np.concatenate([rows[begin : begin + 10], rows[max(0, begin - 40) : begin]]),
                )
                await asyncio.sleep(draw.random() / 50)
        finally:
            await other.close()

    async def pack() -> None:
        while not over.is_set():
            await pack_all(db, at_once=60)

    async with asyncio.TaskGroup() as tasks:
        packer = tasks.create_task(pack())
        async with asyncio.TaskGroup() as writers:
            for number in range(2):
                writers.create_task(write(number))
        over.set()
        await packer
    await pack_all(db)
    found = await db.fetch("SELECT mmsi, at FROM position")
    told = [(row["mmsi"], int(row["at"].timestamp() * 1_000_000 + 0.5)) for row in found]
    assert sorted(told) == sorted(set(keys))
    assert await loose(db) == 0


async def test_a_packer_that_dies_leaves_what_was_there(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After whichever group of ships: the rest is done when it comes again."""
    rows = drawn(7, ships=9)
    await put(db, rows)
    before = await all_of(db)
    count = 0

    def dies(*parts: Any) -> Any:
        nonlocal count
        count += 1
        if count == 4:
            message = "no room"
            raise OSError(message)
        return whole(*parts)

    whole = packing._packed
    monkeypatch.setattr(packing, "_packed", dies)
    with pytest.raises(OSError, match="no room"):
        await pack_all(db, at_once=1)
    assert await all_of(db) == before
    assert await loose(db) > 0
    await pack_all(db)
    assert (await all_of(db), await loose(db)) == (before, 0)


async def test_who_writes_without_holding_the_day_is_found_out(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing of it is packed, and it is said."""
    await put(db, drawn(8))
    whole = packing.packed_by

    async def meddled(connection: asyncpg.Connection, *words: Any) -> Any:
        await connection.execute(
            "DELETE FROM position_recent WHERE line = 1 + (SELECT min(line) FROM position_recent)"
        )
        await connection.execute(
            "DELETE FROM position_recent WHERE ctid IN (SELECT ctid FROM position_recent LIMIT 1)"
        )
        return await whole(connection, *words)

    monkeypatch.setattr(packing, "packed_by", meddled)
    with pytest.raises(StoreError, match="without holding their day"):
        await pack_all(db)
    assert await db.fetchval("SELECT count(*) FROM position_packed") == 0


async def test_presence_says_the_same_of_what_is_packed(db: asyncpg.Connection) -> None:
    """Counted before and after."""
    await put(db, drawn(9))
    await count_days(db, AT_ONCE)
    count = "SELECT * FROM presence ORDER BY day, cell, mmsi, track"
    before = [tuple(row) for row in await db.fetch(count)]
    await pack_all(db)
    await db.execute("UPDATE presence_day SET counted = false")
    await count_days(db, AT_ONCE)
    assert [tuple(row) for row in await db.fetch(count)] == before


async def test_a_month_that_is_packed_is_pruned_as_one_of_rows(db: asyncpg.Connection) -> None:
    """What events rest on stays, as rows, and is packed again."""
    rows = drawn(10, most=400)
    ship = int(rows["mmsi"][0])
    await put(db, rows)
    await db.execute(
        "INSERT INTO event (id, kind, state, mmsi, track, port, at, decided_at, confidence, geom,"
        " why, evidence) SELECT gen_random_uuid(), 'PortArrived', 'confirmed', $1, 0, 'tartus', $2,"
        " $2, 3, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326), 'a test', '{}'",
        ship, DAY + timedelta(hours=9),
    )  # fmt: skip
    await pack_all(db)
    kept = await db.fetchval(query("prune_month"), DAY, AROUND)
    wanted = rows[(rows["mmsi"] == ship)]
    first = BEGIN + 3 * 3600 * SECOND_US
    wanted = wanted[(wanted["at"] >= first) & (wanted["at"] <= first + 12 * 3600 * SECOND_US)]
    assert kept == len(wanted) == len(await all_of(db)) == await loose(db) > 0
    before = await all_of(db)
    await pack_all(db)
    assert (await all_of(db), await loose(db)) == (before, 0)


async def test_an_empty_month_gives_its_room_back(db: asyncpg.Connection) -> None:
    await put(db, drawn(11))
    size = "SELECT pg_relation_size('position_2024_12')"
    assert await db.fetchval(size) > 0
    await pack_all(db)
    assert await db.fetchval(size) == 0
