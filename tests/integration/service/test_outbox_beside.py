"""The outbox in a running watch: woken by calls, over a database that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg

from monitor.alert.message import Message
from monitor.errors import StoreError
from monitor.service.outbox import Deliverer, WallClock
from monitor.store.database import connected
from monitor.store.outbox import Outbox
from tests.integration.service.telling import BEGIN, Desk, DrawnClock, Ear, message

Connect = Callable[[], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def running(deliverer: Deliverer) -> AsyncIterator[None]:
    """Run it beside a test."""
    task = asyncio.create_task(deliverer.run())  # noqa: TID251 - a test is no service
    try:
        async with asyncio.timeout(60):
            while not deliverer.ready:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(there: Callable[[], bool]) -> None:
    """Wait for something that nobody tells of."""
    async with asyncio.timeout(60):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_commit_by_whomever_wakes_it(db: asyncpg.Connection, database: str) -> None:
    """The clock stands still, so it is the call of the database that wakes it."""
    ear, desk = Ear("duty"), Desk(db, "duty")
    clock = DrawnClock()
    async with running(Deliverer([ear], lambda: connected(database), clock)):
        await until(lambda: bool(clock.waits))
        await desk.tell(message(), due=BEGIN)
        await until(lambda: bool(ear.heard))
    assert ear.said == ["raised alert 1.1"]


async def test_whoever_commits_in_the_process_wakes_it(
    db: asyncpg.Connection, database: str
) -> None:
    """It slept while the time came: a word in the process is enough."""
    ear, desk = Ear("duty"), Desk(db, "duty")
    clock = DrawnClock()
    deliverer = Deliverer([ear], lambda: connected(database), clock)
    await desk.tell(message(), due=BEGIN + 1)
    async with running(deliverer):
        await until(lambda: bool(clock.waits))
        clock.at += 1
        deliverer.wake()
        await until(lambda: bool(ear.heard))


async def test_a_database_that_breaks_off_is_waited_for(
    db: asyncpg.Connection, database: str
) -> None:
    """Its connections are ended, then it cannot be reached at all for a while."""
    ear, desk = Ear("duty"), Desk(db, "duty")
    tries = 0

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        nonlocal tries
        tries += 1
        if tries == 2:
            raise StoreError("The database cannot be reached: Connection refused.")
        async with connected(database) as connection:
            yield connection

    clock = WallClock()
    deliverer = Deliverer([ear], connect, clock)
    async with running(deliverer):
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        desk.clock.at = clock.now()
        now = desk.clock.at
        await desk.tell(message(decided_at=now, happened_at=now), due=now)
        deliverer.wake()
        await until(lambda: bool(ear.heard))
    assert tries >= 3
    assert deliverer.ready


async def test_a_stop_lets_arrive_what_is_under_way(db: asyncpg.Connection, database: str) -> None:
    """It is written down as sent; what takes too long goes again after the next start."""
    desk, began, go = Desk(db, "duty"), asyncio.Event(), asyncio.Event()

    class Slow(Ear):
        """Takes its time."""

        async def send(self, message: Message) -> None:
            """Wait for the word, then hear."""
            began.set()
            await go.wait()
            await super().send(message)

    ear = Slow("duty")
    now = desk.clock.at = WallClock().now()
    await desk.tell(message(decided_at=now, happened_at=now), due=now)
    task = asyncio.create_task(  # noqa: TID251 - a test is no service
        Deliverer([ear], lambda: connected(database)).run()
    )
    await began.wait()
    task.cancel()
    await asyncio.sleep(0.05)
    go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert len(ear.heard) == 1
    assert await desk.states() == ["sent"]


async def test_what_is_for_no_channel_any_more_is_dead_and_told(db: asyncpg.Connection) -> None:
    """A channel was taken out of the configuration while messages waited for it."""
    desk = Desk(db, "duty")
    await desk.tell(message(), to=["gone"])
    deliverer = Deliverer([desk.ears["duty"]], lambda: connected(""), desk.clock)
    await deliverer.bury_strays(desk.outbox)
    assert await desk.states() == ["waiting"]
    desk.clock.pass_s(3 * 86_400)
    await deliverer.bury_strays(desk.outbox)
    await desk.turn()
    assert desk.ears["duty"].said == ["raised A message to channel 'gone' could not be delivered"]


async def test_listing_and_cancelling(db: asyncpg.Connection) -> None:
    """By hand: what waits for a channel is not told after all."""
    desk = Desk(db, "duty")
    await desk.tell(message(1), message(2))
    async with Outbox(db).asking() as asked:
        assert await asked.waiting() == {"duty": 2}
        assert await asked.cancel("duty", BEGIN, "By hand.", message(1).alert) == 1
    await desk.later(30)
    assert desk.ears["duty"].said == ["raised alert 2.1"]
    async with Outbox(db).asking() as asked:
        (row,) = await asked.listed(alert=message(1).alert)
    assert (row["state"], row["last_error"]) == ("cancelled", "By hand.")
