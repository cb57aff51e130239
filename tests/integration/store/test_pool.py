"""A few connections for those who read: kept, given back, and unable to write or to go on."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from monitor.errors import StoreError
from monitor.store import pool as module
from monitor.store.pool import ReadPool


async def test_a_connection_is_kept_for_the_next_who_reads(database: str) -> None:
    pool = ReadPool()
    try:
        seen = set()
        for _ in range(3):
            async with pool.reading(database) as connection:
                seen.add(await connection.fetchval("SELECT pg_backend_pid()"))
        assert len(seen) == 1
    finally:
        await pool.close()


async def test_nobody_writes_whatever_his_role_may(database: str) -> None:
    """Here it is the owner's."""
    pool = ReadPool()
    try:
        with pytest.raises(StoreError, match="read-only transaction"):
            async with pool.reading(database) as connection:
                await connection.execute("DELETE FROM vessel")
    finally:
        await pool.close()


async def test_what_takes_too_long_is_ended_by_the_server(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next who reads is not told of it."""
    monkeypatch.setattr(module, "STATEMENT_S", 0.2)
    pool = ReadPool()
    try:
        with pytest.raises(StoreError, match="ask for less"):
            async with pool.reading(database) as connection:
                await connection.fetchval("SELECT pg_sleep(60)")
        async with pool.reading(database) as connection:
            assert await connection.fetchval("SELECT 1") == 1
    finally:
        await pool.close()


async def test_who_gives_up_leaves_a_connection_that_works(database: str) -> None:
    pool = ReadPool()
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), pool.reading(database) as connection:
                await connection.fetchval("SELECT pg_sleep(60)")
        async with pool.reading(database) as connection:
            assert await connection.fetchval("SELECT 1") == 1
    finally:
        await pool.close()


async def killed(pool: ReadPool, database: str, db: asyncpg.Connection) -> None:
    """Ask on a connection that the server has ended."""
    async with pool.reading(database) as connection:
        number = await connection.fetchval("SELECT pg_backend_pid()")
        await db.execute("SELECT pg_terminate_backend($1)", number)
        await connection.fetchval("SELECT pg_sleep(60)")


async def test_a_database_that_goes_away_and_one_of_another_address(
    database: str, db: asyncpg.Connection
) -> None:
    """A sentence each time; when it is back, so are the readers."""
    pool = ReadPool()
    try:
        with pytest.raises(StoreError, match="went away"):
            await killed(pool, database, db)
        async with pool.reading(database) as connection:
            assert await connection.fetchval("SELECT 1") == 1
        with pytest.raises(StoreError, match="cannot be reached"):
            async with pool.reading("postgresql:///nothing?host=/nowhere"):
                pass
    finally:
        await pool.close()


async def test_a_database_without_our_schema_is_said(database: str, db: asyncpg.Connection) -> None:
    await db.execute("UPDATE alembic_version SET version_num = '0001'")
    pool = ReadPool()
    try:
        with pytest.raises(StoreError, match="monitor database migrate"):
            async with pool.reading(database):
                pass
    finally:
        await pool.close()
