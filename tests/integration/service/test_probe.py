"""A dead connection is known in a second; one that is slow, or a server that stands, is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.clock import monotonic_s
from monitor.service import follow, probe
from monitor.service.probe import Probe
from monitor.store.database import connected
from monitor.store.writer import Writer
from tests.integration.service.journals import AWAY, BACK, heard, ships_in, until, watching
from tests.integration.service.test_follow_frozen import frozen
from tests.integration.store.proxy import proxied

ALIVE = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[Writer]:
    """A writer that began something a minute ago."""
    async with connected(url) as connection:
        writer = await Writer.open(connection)
        async with writer.one:
            writer.one.since_s = monotonic_s() - 60
            yield writer


async def test_a_server_that_waits_as_well_has_its_end_ended(
    database: str, db: asyncpg.Connection
) -> None:
    async with proxied(database) as proxy, writing(proxy.url) as writer:
        number = writer.number
        await asyncio.sleep(probe.BETWEEN_S)
        assert await Probe(lambda: connected(database)).is_dead(writer)
        assert await db.fetchval(ALIVE, number) == 0


async def test_a_socket_with_nothing_in_between_is_not_dropped(
    database: str, db: asyncpg.Connection
) -> None:
    async with writing(database) as writer:
        await asyncio.sleep(probe.BETWEEN_S)
        assert not await Probe(lambda: connected(database)).is_dead(writer)
        assert await db.fetchval(ALIVE, writer.number) == 1


async def test_a_long_answer_that_is_taken_slowly_comes_to_its_end(
    database: str, db: asyncpg.Connection
) -> None:
    """The server waits for us most of the time, and we for it: it was ended in the middle."""
    asked, taken, looks = "SELECT repeat('x', 1000) FROM generate_series(1, 120000)", 0, 0

    async def take(data: bytes) -> None:
        nonlocal taken
        taken += len(data)
        time.sleep(len(data) / 12e6)  # noqa: ASYNC251 - as rows do that are made of it

    async with proxied(database) as proxy, writing(proxy.url) as writer:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(writer.connection.copy_from_query(asked, output=take))
            await asyncio.sleep(3.1)
            while taken < 100_000_000:  # well before its end: this writer does not tell of that
                assert not await Probe(lambda: connected(database)).is_dead(writer)
                looks += 1
        assert taken > 120_000_000
        assert looks > 3
        assert await db.fetchval(ALIVE, writer.number) == 1


async def test_one_that_works_is_left_alone(database: str, db: asyncpg.Connection) -> None:
    """And one that goes on between two looks, and one that writes nothing."""
    async with writing(database) as writer:
        found = Probe(lambda: connected(database))
        async with asyncio.TaskGroup() as tasks:
            slow = tasks.create_task(writer.connection.execute("SELECT pg_sleep(1)"))
            await asyncio.sleep(0.1)
            assert not await found.is_dead(writer)
            await slow
        looking = asyncio.get_running_loop().create_task(
            Probe(lambda: connected(database)).is_dead(writer)
        )
        while not looking.done():
            await writer.connection.execute("SELECT 1")
            await asyncio.sleep(0.01)
        assert not looking.result()
        writer.one.since_s = None
        assert not await Probe(lambda: connected(database)).is_dead(writer)
        assert await db.fetchval(ALIVE, writer.number) == 1


async def test_one_that_stands_still_is_waited_for(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be ended; and it is asked again only after twice as long."""
    monkeypatch.setattr("monitor.store.lost.ENDED_TRIES", 3)
    async with writing(database) as writer:
        found = Probe(lambda: connected(database))
        with frozen([writer.number]):
            assert not await found.is_dead(writer)
            writer.one.since_s = monotonic_s() - 1.5 * probe.SLOW_S
            assert not await found.is_dead(writer)


async def test_a_way_that_falls_silent_costs_a_second(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The next connection commits what waited: nothing is lost and nothing twice."""
    assert follow.MIND_S <= probe.SLOW_S
    async with proxied(database) as proxy, watching(tmp_path, proxy.url) as watch:
        with capture_logs() as said:
            async with watch.running():
                watch.spool.append(heard(1, 1))
                await until(lambda: watch.status.store.rows == 1)
                proxy.open.clear()
                proxy.forget()  # those that wait stay shut: new callers are served
                began = monotonic_s()
                watch.spool.append(heard(2, 2))
                await until(lambda: watch.status.store.rows == 2)
                took_s = monotonic_s() - began
        print(f"\ncommitted after {took_s:.2f} s")
        assert took_s < 10
    assert await ships_in(db) == [1, 2]
    first, lost, back = [entry["event"] for entry in said]
    assert (first, back) == (BACK, BACK)
    assert lost.startswith(AWAY)
