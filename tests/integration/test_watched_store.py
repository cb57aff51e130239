"""The database of a watch: started by whoever writes, asked by many, held up by none of them."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack

import pytest

from monitor.cli import stored
from monitor.cli.stored import WatchedStore
from monitor.errors import ClusterError, StoreError
from monitor.settings import Settings, read_settings


@pytest.fixture
def starts(database: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each start of the private cluster, which is a database of this test."""
    made: list[str] = []

    def start(_: Settings) -> str:
        made.append(database)
        return database

    monkeypatch.setattr(stored, "ready_url", start)
    return made


async def test_many_ask_and_it_is_started_once(starts: list[str]) -> None:
    store = WatchedStore(read_settings())
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(store.for_writing())
        assert await writer.fetchval("SELECT 1") == 1
        for _ in range(20):
            reader = await stack.enter_async_context(store.for_asking())
            assert await reader.fetchval("SELECT 2") == 2
    assert len(starts) == 1


async def test_whoever_writes_starts_it_again(starts: list[str]) -> None:
    """It comes back to this after any trouble: the cluster may be gone."""
    store = WatchedStore(read_settings())
    for _ in range(2):
        async with store.for_writing() as writer:
            assert await writer.fetchval("SELECT 1") == 1
    assert len(starts) == 2


async def test_whoever_asks_before_it_is_there_is_told(starts: list[str]) -> None:
    with pytest.raises(StoreError, match=r"^The database is being started: try again later\.$"):
        async with WatchedStore(read_settings()).for_asking():
            pass
    assert not starts


async def test_an_officer_writes_to_what_is_there_and_starts_nothing(starts: list[str]) -> None:
    """As whoever asks; but as one who may write."""
    store = WatchedStore(read_settings())
    with pytest.raises(StoreError, match=r"^The database is being started: try again later\.$"):
        async with store.for_acting():
            pass
    async with store.for_writing():
        pass
    async with store.for_acting() as connection:
        await connection.execute("CREATE TABLE kept (word text)")
    assert len(starts) == 1


async def test_why_it_could_not_be_started_is_told_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Settings) -> str:
        message = "There is no PostgreSQL here: install it"
        raise ClusterError(message)

    monkeypatch.setattr(stored, "ready_url", fail)
    store = WatchedStore(read_settings())
    for way in (store.for_writing, store.for_asking, store.for_acting):
        with pytest.raises(StoreError, match="There is no PostgreSQL here: install it"):
            async with way():
                pass


async def test_it_is_started_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start that hangs takes a thread: never more than one."""
    at_once, most = 0, 0

    def start(_: Settings) -> str:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        stop.wait(0.02)
        at_once -= 1
        message = "It hangs"
        raise ClusterError(message)

    stop = threading.Event()
    monkeypatch.setattr(stored, "ready_url", start)
    store = WatchedStore(read_settings())

    async def write() -> None:
        with pytest.raises(StoreError):
            async with store.for_writing():
                pass

    await asyncio.gather(*(write() for _ in range(10)))
    assert most == 1
