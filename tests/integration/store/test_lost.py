"""What died without a word is broken off: no farewell, no ROLLBACK is waited for."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncpg
import pytest

from monitor.clock import monotonic_s
from monitor.errors import StoreError
from monitor.store import lost
from monitor.store.database import LOST, connected, own_name
from monitor.store.lost import let_go, transaction
from monitor.store.writer import Writer
from tests.integration.store.proxy import Proxy, proxied

COUNT = "SELECT count(*) FROM source"
INSERT = "INSERT INTO source (name) VALUES ($1)"


async def fail(url: str, *parts: Any) -> None:
    """Write in a transaction, or in one within it, that comes to nothing."""
    async with connected(url) as connection, transaction(connection):
        await connection.execute(INSERT, "one")
        for _ in parts:
            raise ZeroDivisionError


async def both(connection: asyncpg.Connection, *names: str) -> None:
    """Write them in a part of a transaction."""
    async with transaction(connection):
        for name in names:
            await connection.execute(INSERT, name)


async def test_what_is_done_in_a_transaction_stays_or_is_undone(
    database: str, db: asyncpg.Connection
) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail(database, "once")
    assert await db.fetchval(COUNT) == 0
    await fail(database)
    assert await db.fetchval(COUNT) == 1


async def test_a_part_of_it_is_undone_alone(db: asyncpg.Connection) -> None:
    async with transaction(db):
        await db.execute(INSERT, "one")
        with pytest.raises(asyncpg.UniqueViolationError):
            await both(db, "two", "one")
        await db.execute(INSERT, "three")
    assert [row["name"] for row in await db.fetch("SELECT name FROM source ORDER BY id")] == [
        "one", "three",
    ]  # fmt: skip


async def test_cancelled_in_the_middle_of_a_part_it_waits_for_no_answer(database: str) -> None:
    """The server would answer the ROLLBACK never."""
    async with proxied(database) as proxy, connected(proxy.url) as connection:
        proxy.close_after_s(0.2)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4), transaction(connection), transaction(connection):
                await connection.execute("SELECT pg_sleep(9)")
        assert connection.is_closed()


async def test_a_farewell_that_is_not_answered(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises nothing, and takes its time and no more."""
    monkeypatch.setattr(lost, "CLOSE_S", 0.1)
    async with proxied(database) as proxy:
        connection = await asyncpg.connect(proxy.url)
        proxy.open.clear()
        async with asyncio.timeout(1):
            await let_go(connection)
        assert connection.is_closed()
        await let_go(connection)


async def test_a_statement_that_is_not_answered_is_the_database_away(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails on the way out does not stand in its place."""
    monkeypatch.setattr("monitor.store.database.COMMAND_S", 0.5)
    asked_s: list[float] = []

    async def ask(proxy: Proxy) -> None:
        async with connected(proxy.url) as connection:
            proxy.open.clear()
            asked_s.append(monotonic_s())
            await connection.fetchval("SELECT 1")

    async with proxied(database) as proxy:
        with pytest.raises(StoreError, match=r"^The database went away: no answer in time\.$"):
            await ask(proxy)
    assert monotonic_s() - asked_s[0] < 0.5 + lost.CLOSE_S, "a farewell was waited for"


async def test_the_system_looks_after_a_connection_over_tcp(database: str) -> None:
    """The one to a Unix socket needs no such thing."""
    async with proxied(database) as proxy, connected(proxy.url) as connection:
        found = connection._transport.get_extra_info("socket")
        assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
    async with connected(database) as connection:
        found = connection._transport.get_extra_info("socket")
        assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


async def test_the_connection_that_was_lost_is_ended_and_no_other(database: str) -> None:
    """It must be ours, and hold the lock."""
    first = await asyncpg.connect(database, server_settings={"application_name": own_name()})
    async with connected(database) as second:
        lost_one, other = (await Writer.open(first)).number, second.get_server_pid()
        for wrong in (None, 1, other):
            with pytest.raises(StoreError, match="Another monitor"):
                await Writer.open(second, former=wrong)
        await first.execute("SET application_name = 'somebody else'")
        with pytest.raises(StoreError, match="Another monitor"):
            await Writer.open(second, former=lost_one)
        await first.execute("RESET application_name")
        writer = await Writer.open(second, former=lost_one)
        assert writer.number == other
        with pytest.raises((asyncpg.PostgresError, *LOST)):
            await first.fetchval(COUNT)
