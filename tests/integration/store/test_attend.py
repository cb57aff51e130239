"""What is due without an event is done by the one who writes, in a transaction of its own."""

from __future__ import annotations

import asyncpg
import pytest

from monitor.errors import FaultError
from monitor.store.attend import attend
from monitor.store.writer import Writer
from monitor.units import HOUR_US
from tests.integration.store.desks import commit, desk, fresh, now
from tests.integration.store.test_lapses import muted


async def writer_of(db: asyncpg.Connection) -> Writer:
    """The writer, with a desk and a mute that ends in an hour."""
    writer = await Writer.open(db)
    writer.desk = desk()
    await muted(db)
    await commit(db, writer.desk, await fresh(db, 1))
    return writer


async def test_what_is_due_is_committed_and_counted(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await writer_of(db)
    at = await now(db) + 2 * HOUR_US
    assert await attend(writer, at - 2 * HOUR_US) == 0
    monkeypatch.setattr("monitor.store.attend.now_us", lambda: at)
    assert await attend(writer, at) == 2
    assert (writer.messages, await db.fetchval("SELECT count(*) FROM delivery")) == (2, 2)
    assert await attend(writer, at) == 0


async def test_who_has_no_desk_or_is_not_the_writer_does_nothing(db: asyncpg.Connection) -> None:
    writer = await writer_of(db)
    writer.beside = True
    assert await attend(writer, await now(db) + 2 * HOUR_US) == 0
    writer.beside, writer.desk = False, None
    assert await attend(writer, await now(db) + 2 * HOUR_US) == 0


async def test_what_fails_is_a_sentence_and_batches_go_on(db: asyncpg.Connection) -> None:
    """Nothing of it is done, and the connection is good still."""
    writer = await writer_of(db)
    await db.execute("ALTER TABLE alert_change RENAME COLUMN mute TO other")
    with pytest.raises(FaultError, match="What is due of alerts could not be done: column"):
        await attend(writer, await now(db) + 2 * HOUR_US)
    assert await db.fetchval("SELECT count(*) FROM alert WHERE muted_by IS NOT NULL") == 1
