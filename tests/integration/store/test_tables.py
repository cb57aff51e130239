"""Rows of tables are written in the transaction of whoever asks."""

from __future__ import annotations

import asyncpg

from monitor.store.positions import POSITION
from monitor.store.tables import Tables
from monitor.units import from_datetime
from tests.integration.store.months import APRIL, MARCH, batch


async def fixes(db: asyncpg.Connection) -> int:
    found: int = await db.fetchval("SELECT count(*) FROM position")
    return found


async def ready(db: asyncpg.Connection) -> Tables:
    """Tables with the staging ones that a writer makes."""
    from monitor.store.sql import query  # noqa: PLC0415

    await db.execute(query("temporary_tables"))
    return Tables(db)


async def test_positions_go_to_their_month_and_those_that_are_there_stay(
    db: asyncpg.Connection,
) -> None:
    tables = await ready(db)
    for _ in range(2):
        async with db.transaction():
            await tables.positions_of(from_datetime(MARCH), batch(3, MARCH, 0))
    async with db.transaction():
        await tables.positions_of(from_datetime(MARCH), batch(5, MARCH, 0))
        await tables.positions_of(from_datetime(APRIL), batch(2, APRIL, 0))
    assert await fixes(db) == 7
    assert await tables.partition(from_datetime(APRIL)) == "position_2019_04"


async def test_a_partition_that_was_undone_is_made_again(db: asyncpg.Connection) -> None:
    tables = await ready(db)
    undone = db.transaction()
    await undone.start()
    await tables.positions_of(from_datetime(MARCH), batch(1, MARCH, 0))
    await undone.rollback()
    tables.forget_partitions()
    async with db.transaction():
        await tables.positions_of(from_datetime(MARCH), batch(1, MARCH, 0))
    assert await fixes(db) == 1


async def test_nothing_is_sent_for_no_rows(db: asyncpg.Connection) -> None:
    tables = Tables(db)
    await tables.rows("no_such_statement", [])
    await tables.rows("due_again", [(7,), (8,), (7,)])
    assert [row["mmsi"] for row in await db.fetch("SELECT mmsi FROM revision_due")] == [7, 8]
    await tables.copy_records("revision_due", ("mmsi",), [(9,)])
    assert await db.fetchval("SELECT count(*) FROM revision_due") == 3
    await tables.partition(from_datetime(MARCH))
    await tables.copy("position_2019_03", POSITION, batch(2, MARCH, 0))
    assert await fixes(db) == 2
