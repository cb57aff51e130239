"""Connections that die without a word: the watch outlives them; nothing is lost, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.store.cluster import Cluster
from tests.integration.service.journals import (
    AWAY,
    BACK,
    Watch,
    heard,
    hurried,
    received,
    report,
    ships_in,
    until,
    watching,
)
from tests.integration.store.proxy import Proxy, proxied
from tests.integration.store.runs import STATE, WRITTEN, rows

LOST = "The database went away: "
NO_ANSWER = f"{LOST}no answer in time."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("monitor.service.follow.RETRY_S", 0.05)
    monkeypatch.setattr("monitor.service.follow.RETRY_MAX_S", 0.1)


@contextmanager
def silent(proxy: Proxy) -> Iterator[None]:
    """Let the proxy forward nothing; patience is of tenths of a second meanwhile."""
    proxy.open.clear()
    with hurried(0.5) as patience:
        patience.setattr("monitor.store.database.CONNECT_S", 0.5)
        patience.setattr("monitor.store.lost.CLOSE_S", 0.2)
        patience.setattr("monitor.service.follow.STALLED_S", 600.0)  # nor is a busy machine it
        yield


@pytest.fixture
def other(cluster: Cluster) -> Iterator[str]:
    """A second database, for the watch that nothing befalls."""
    name = "test_follow_other"
    yield cluster.create_database(name, template="template_monitor")
    cluster.drop_database(name)


TOLD = [table for table in WRITTEN if table not in {"source_offset", *STATE}]
"""What is written for others than the engine, whose own state has numbers of batches."""


async def told(url: str) -> dict[str, list[str]]:
    """All that is in them."""
    connection = await asyncpg.connect(url)
    try:
        return {table: await rows(connection, table) for table in TOLD}
    finally:
        await connection.close()


def hour(number: int) -> list[bytes]:
    """She lies at Tartus, and another passes: a report a minute."""
    minutes = range(60 * number, 60 * number + 60)
    lying = report(1, lon=35.866, lat=34.912, speed=0)
    return [received(60 * minute, lying + report(2 + minute)) for minute in minutes]


async def known(watch: Watch, *blocks: bytes) -> None:
    """Let something come; see that the silence is known."""
    watch.spool.append(b"".join(blocks))
    async with asyncio.timeout(60):  # a busy machine stands still for seconds
        await until(lambda: not watch.status.store.ready)


async def test_the_way_to_the_database_falls_silent_and_is_there_again(
    database: str, other: str, tmp_path: Path
) -> None:
    """It is known in time, said, and the way back is that of a restart: nothing lost or twice."""
    async with proxied(database) as proxy, watching(tmp_path / "a", proxy.url) as watch:
        with capture_logs() as said:
            async with watch.running():
                watch.spool.append(b"".join(hour(0)))
                await until(lambda: watch.status.lines == 120)
                for number in (1, 2, 3):
                    with silent(proxy):
                        await known(watch, *hour(number))
                        assert watch.status.store.why == NO_ANSWER
                        await until(lambda: "cannot be reached" in watch.status.store.why)
                    proxy.open.set()
                    await until(lambda number=number: watch.status.lines == 120 * (number + 1))
                    assert watch.status.store.ready
    assert [entry["event"] for entry in said] == [BACK, *[f"{AWAY}{NO_ANSWER}", BACK] * 3]
    async with watching(tmp_path / "b", other) as watch:
        await watch.read(*(block for number in range(4) for block in hour(number)))
    found = await told(database)
    assert found == await told(other)
    assert (len(found["position"]), len(found["event"]), len(found["port_call"])) == (480, 4, 1)


async def test_the_server_that_knows_of_no_loss_is_told(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Its end of the lost connection holds the writer's lock: it is ended, the next one writes."""
    async with proxied(database) as proxy, watching(tmp_path, proxy.url) as watch, watch.running():
        watch.spool.append(heard(1, 1))
        await until(lambda: watch.status.store.rows == 1)
        with silent(proxy):
            await known(watch, heard(2, 2))
        proxy.forget()  # those that wait stay shut: only new callers are served
        await until(lambda: watch.status.store.rows == 2)
    assert await ships_in(db) == [1, 2]


async def test_stopped_while_nothing_is_answered(database: str, tmp_path: Path) -> None:
    """Whoever cancels it does not wait for the answer to a farewell."""
    async with proxied(database) as proxy, watching(tmp_path, proxy.url) as watch:
        following = asyncio.get_running_loop().create_task(watch.follower.run())
        watch.spool.append(heard(1, 1))
        await until(lambda: watch.status.store.rows == 1)
        with silent(proxy):
            watch.spool.append(heard(2, 2))
            await asyncio.sleep(0.2)
            following.cancel()
            async with asyncio.timeout(1):
                await asyncio.wait([following])
        assert following.cancelled()


async def test_a_large_batch_into_silence(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """It fills what the system holds for the peer; what could not be had is tried in pieces."""
    ships = range(2, 4002)
    async with proxied(database) as proxy, watching(tmp_path, proxy.url) as watch, watch.running():
        watch.spool.append(heard(1, 1))
        await until(lambda: watch.status.store.rows == 1)
        with silent(proxy):
            blocks = [heard(2 + ship / 1000, ship, 5000 + ship) for ship in ships]
            await known(watch, *blocks)
        proxy.open.set()
        await until(lambda: watch.status.store.rows == 8001)
    assert len(await ships_in(db)) == 8001
