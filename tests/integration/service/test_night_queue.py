"""An officer's queue: it follows the store, says when that is away, and comes back with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from monitor.alert.life import Act, Verdict
from monitor.alert.message import Severity
from monitor.errors import StoreError
from monitor.service import night_queue as module
from monitor.service.night_queue import Queue, Wanted
from monitor.store import acts, alerts
from monitor.store.database import connected
from tests.integration.store.desks import commit, desk, fresh
from tests.unit.alert.drawn import EPISODE


class Store:
    """A store that goes away when it is told to, or answers nothing."""

    def __init__(self, url: str) -> None:
        """It is there."""
        self.url = url
        self.away = False
        self.slow = False

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        """Connect to it."""
        if self.away:
            message = "The database cannot be reached."
            raise StoreError(message)
        async with connected(self.url) as connection:
            yield Slow(connection) if self.slow else connection


class Slow:
    """A connection that answers nothing."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """It was there a moment ago."""
        self.connection = connection

    async def fetchrow(self, *_: Any) -> Any:
        """Wait for what does not come."""
        await self.connection.fetchrow("SELECT pg_sleep(600)")


@pytest.fixture
def store(database: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    return Store(database)


@asynccontextmanager
async def kept(store: Store, **wanted: Any) -> AsyncIterator[Queue]:
    """A queue beside a test."""
    queue = Queue(store.connect, store.connect, Wanted(**wanted))
    task = asyncio.ensure_future(queue.keep())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_is_raised_and_done_is_there(db: asyncpg.Connection, store: Store) -> None:
    async with kept(store) as queue:
        await until(lambda: queue.as_of is not None)
        assert queue.found == []
        await commit(db, desk(), await fresh(db, 1))
        await until(lambda: len(queue.found) == 1)
        await acts.do(db, EPISODE, Act.ASSIGN, "ann", assignee="Bea")
        await until(lambda: queue.found[0].alert.assignee == "Bea")
        await acts.do(db, EPISODE, Act.CLOSE, "ann", verdict=Verdict.TRUE)
        await until(lambda: queue.found == [])
    assert queue.news.is_set()


async def test_22_it_is_the_list_with_its_filters(db: asyncpg.Connection, store: Store) -> None:
    """Behaviour 22: one query, so that what stands here stands there."""
    await commit(db, desk(), await fresh(db, 1))
    listed = [one async for one in alerts.alerts(db, place="tartus")]
    async with (
        kept(store, place="tartus") as here, kept(store, place="nowhere") as there,
        kept(store, severity=Severity.CRITICAL) as grave, kept(store, states=None) as every,
    ):  # fmt: skip
        await until(lambda: all(one.as_of is not None for one in (here, there, grave, every)))
        assert here.found == listed
        assert [len(one.found) for one in (there, grave, every)] == [0, 0, 1]


async def test_of_very_many_those_that_changed_last(
    db: asyncpg.Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue that takes minutes to read would never be shown."""
    monkeypatch.setattr(module, "MOST_ALERTS", 2)
    for number in range(3):
        await commit(db, desk(), await fresh(db, 1 + number, episode=f"{1 + number:032x}"))
    async with kept(store) as queue:
        await until(lambda: queue.as_of is not None)
        assert [one.alert.id[-1] for one in queue.found] == ["3", "2"]
        assert queue.is_cut
        await acts.do(db, f"{3:032x}", Act.CLOSE, "ann", verdict=Verdict.TRUE)
        await until(lambda: not queue.is_cut)
        assert [one.alert.id[-1] for one in queue.found] == ["2", "1"]


async def test_a_store_that_goes_away_and_comes_back(db: asyncpg.Connection, store: Store) -> None:
    """What was found stays, with the time when it was so."""
    await commit(db, desk(), await fresh(db, 1))
    async with kept(store) as queue:
        await until(lambda: len(queue.found) == 1)
        store.away = True
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await until(lambda: queue.trouble == "The database cannot be reached.")
        then = queue.as_of
        assert len(queue.found) == 1
        with pytest.raises(StoreError):
            await queue.act(lambda c: acts.do(c, EPISODE, Act.ACK, "ann"))
        await acts.do(db, EPISODE, Act.ACK, "ann")
        assert queue.as_of == then
        store.away = False
        await until(lambda: queue.trouble is None)
        assert queue.found[0].alert.state == "acknowledged"


async def test_a_store_that_says_nothing_is_not_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.05)
    store.slow = True
    async with kept(store) as queue:
        await until(lambda: queue.trouble is not None)
        assert queue.trouble == "The database went away: no answer in time."
        assert queue.as_of is None


async def test_an_officer_is_not_kept_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ACT_S", 0.05)
    queue = Queue(store.connect, store.connect, Wanted())
    for ask in (queue.ask, queue.act):
        with pytest.raises(StoreError, match=r"did not answer|went away"):
            await ask(lambda connection: connection.execute("SELECT pg_sleep(600)"))


async def test_what_is_done_is_done_by_who_may(db: asyncpg.Connection, store: Store) -> None:
    await commit(db, desk(), await fresh(db, 1))
    queue = Queue(store.connect, store.connect, Wanted())
    done = await queue.act(lambda c: acts.do(c, EPISODE, Act.ACK, "ann"))
    assert done.changed
    found = await queue.ask(lambda c: alerts.whole(c, EPISODE[:8]))
    assert found.stored.alert.state == "acknowledged"
