"""One connection leads; who leads first ends those on which others wrote."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from monitor.store.database import connected
from monitor.store.lead import Leader, beat, begin_writing, end_leader, leader, take_lead
from tests.integration.service.journals import until


async def test_one_leads_and_is_known(database: str) -> None:
    async with connected(database) as one, connected(database) as two:
        assert await leader(one) is None
        assert await take_lead(one)
        assert not await take_lead(two)
        found = await leader(two)
        assert found is not None
        assert found.number == one.get_server_pid()
        assert found.process is not None
        assert found.process.startswith("process ")


async def test_a_leader_who_says_nothing_is_known_by_it(database: str) -> None:
    """By the server's clock, since it said something last."""
    async with connected(database) as one, connected(database) as two:
        await take_lead(one)
        await asyncio.sleep(0.5)
        silent = await leader(two)
        assert silent is not None
        assert 0.4 < silent.silent_s < 5
        await beat(one)
        found = await leader(two)
        assert found is not None
        assert found.silent_s < silent.silent_s
        await end_leader(two, silent)
        await until(lambda: take_lead(two))


async def test_the_former_engine_cannot_write_any_more(database: str) -> None:
    """What it had begun is undone; one that does not lead ends nobody."""
    async with connected(database) as lead_one, connected(database) as two:
        await take_lead(lead_one)
        former = await asyncpg.connect(database)
        assert await begin_writing(former, lead_one.get_server_pid())
        writing = former.transaction()
        await writing.start()
        await former.execute("INSERT INTO source (name) VALUES ('half')")
        assert not await begin_writing_without_lead(database, two.get_server_pid())
        assert await former.fetchval("SELECT 1") == 1
        await end_leader(two, await _leader(two))
        await until(lambda: take_lead(two))
        async with connected(database) as next_:
            assert await begin_writing(next_, two.get_server_pid())
            with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError,
                                asyncpg.InterfaceError)):  # fmt: skip
                await writing.commit()
            assert await next_.fetchval("SELECT count(*) FROM source WHERE name = 'half'") == 0


async def begin_writing_without_lead(database: str, number: int) -> bool:
    """As an engine would that was frozen just before it."""
    async with connected(database) as connection:
        try:
            return await begin_writing(connection, number)
        except TimeoutError:
            return False


async def _leader(connection: asyncpg.Connection) -> Leader:
    found = await leader(connection)
    assert found is not None
    return found
