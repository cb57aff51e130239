"""Stamps of what is stored: another whenever something changed, the same otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import asyncpg
import pytest

from monitor.store.presence import AT_ONCE, count_days
from monitor.store.stamps import stamp_of
from monitor.store.tables import Tables
from tests.findings import call, event, store
from tests.integration.api.features.sea import fill

DAY = datetime(2024, 12, 13, tzinfo=UTC)


async def put(db: asyncpg.Connection) -> None:
    await store(db, event(90), call(90))
    await db.execute("INSERT INTO alert SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
                     " gen_random_uuid()))).* FROM alert a LIMIT 1")  # fmt: skip


async def change(db: asyncpg.Connection) -> None:
    for table in ("event", "port_call", "alert"):
        await db.execute(
            f"UPDATE {table} SET name = 'x'"  # noqa: S608
            f" WHERE id = (SELECT max(id::text)::uuid FROM {table})"
        )


async def take(db: asyncpg.Connection) -> None:
    await db.execute("DELETE FROM event WHERE id = (SELECT max(id::text)::uuid FROM event)")
    await db.execute("DELETE FROM port_call WHERE id = (SELECT max(id::text)::uuid FROM port_call)")
    await db.execute("UPDATE alert SET note = 'y'")


@pytest.mark.parametrize("deed", [put, change, take])
@pytest.mark.parametrize("name", ["stamp_events", "stamp_port_calls", "stamp_alerts"])
async def test_whatever_is_done_to_a_row(
    db: asyncpg.Connection, name: str, deed: Callable[[asyncpg.Connection], Awaitable[None]]
) -> None:
    await fill(db)
    before = await stamp_of(db, name)
    assert await stamp_of(db, name) == before
    await deed(db)
    assert await stamp_of(db, name) != before


async def test_positions_by_their_days(db: asyncpg.Connection) -> None:
    """Of no other days; and of none, before all days are known."""
    assert await stamp_of(db, "stamp_days") is None
    await fill(db)
    before = await stamp_of(db, "stamp_days"), await stamp_of(db, "stamp_days", DAY, DAY)
    assert await stamp_of(db, "stamp_days", DAY, DAY) == before[1] != before[0]
    await Tables(db).mark([date(2024, 12, 14)])
    assert await stamp_of(db, "stamp_days", DAY, DAY) == before[1]
    changed = await stamp_of(db, "stamp_days")
    assert changed != before[0]
    await count_days(db, AT_ONCE)
    assert await stamp_of(db, "stamp_days") == changed
