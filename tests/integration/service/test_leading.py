"""Of two engines one leads; the other takes over from one that is gone, frozen or deaf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.clock import now_us
from monitor.errors import StoreError
from monitor.service import leading
from monitor.service.leading import Lead
from monitor.service.outbox import Deliverer
from monitor.service.settle import outgoing
from monitor.service.status import ClusterStatus
from monitor.store.database import connected
from monitor.store.lead import begin_writing
from monitor.store.outbox import put
from monitor.store.sql import query
from monitor.units import SECOND_US
from tests.integration.service.journals import until
from tests.integration.service.telling import Ear, message


class Runner:
    """An engine's lead, and what it would do with it."""

    def __init__(self, database: str) -> None:
        """It hears the broker."""
        self.hears = True
        self.frozen = False
        self.worked = 0
        self.status = ClusterStatus(role="engine", name="", stream="s", where="", since=0)
        self.connect = partial(connected, database)
        self.lead = Lead(self._beating, self.status, lambda: self.hears)
        self.writing: Any = None

    @asynccontextmanager
    async def _beating(self) -> AsyncIterator[Any]:
        async with self.connect() as connection:
            self.beats = connection
            yield connection

    async def work(self) -> None:
        """Something that is done only by the leader."""
        while True:
            self.worked += 1
            await asyncio.sleep(0.01)

    async def write(self) -> None:
        """Have a connection to write on whenever it leads."""
        while True:
            try:
                async with self.lead.writing(self.connect) as connection:
                    self.writing = connection
                    while not connection.is_closed():
                        await connection.fetchval("SELECT 1")
                        await asyncio.sleep(0.02)
            except StoreError:
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask for the lead, and use it."""
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            work = (self.lead.run(), self.lead.beside(self.work), self.write())
            born = [tasks.create_task(each) for each in work]
            yield
            for task in born:
                task.cancel()


@asynccontextmanager
async def two(database: str) -> AsyncIterator[tuple[Runner, Runner]]:
    """The first leads, the second stands by."""
    one, other = Runner(database), Runner(database)
    async with one.running():
        await until(lambda: one.lead.leads and one.writing is not None)
        async with other.running():
            await until(lambda: other.status.leader is not None)
            yield one, other


@asynccontextmanager
async def of_process(database: str, name: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of another process."""
    connection = await asyncpg.connect(database, server_settings={"application_name": name})
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "SILENT_S", 1.0)
    monkeypatch.setattr(leading, "BEAT_S", 0.1)


async def test_one_leads_and_the_other_does_nothing(database: str) -> None:
    async with two(database) as (one, other):
        await asyncio.sleep(1.5)
        assert (one.lead.leads, other.lead.leads) == (True, False)
        assert one.worked > 0
        assert (other.worked, other.writing) == (0, None)


async def test_who_loses_the_lead_ends_its_work_and_its_connection(database: str) -> None:
    """The server ended the connection that it leads by: the other one takes over."""
    async with two(database) as (one, other):
        former = one.writing
        one.beats.terminate()
        await until(lambda: other.lead.leads and other.writing is not None)
        await until(lambda: not one.lead.leads)
        assert former.is_closed()
        worked = one.worked
        await asyncio.sleep(0.2)
        assert one.worked == worked
        assert other.worked > 0


async def test_one_that_does_not_beat_is_succeeded_and_cannot_write(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands still, as far as the database can tell; the server ended what it wrote on."""
    async with two(database) as (one, other):
        former, stood = one.writing, asyncio.Event()

        async def still(connection: Any) -> None:
            if connection is one.beats:
                await stood.wait()

        monkeypatch.setattr(leading.lead, "beat", still)
        with capture_logs() as logs:
            await until(lambda: other.lead.leads and other.writing is not None)
        assert any("said nothing for" in entry["event"] for entry in logs)
        with pytest.raises((OSError, StoreError, Exception)):
            await former.execute("INSERT INTO source (name) VALUES ('late')")
        async with connected(database) as asking:  # its own: the engine writes on the other's
            assert await asking.fetchval("SELECT count(*) FROM source WHERE name='late'") == 0
        stood.set()
        await until(lambda: not one.lead.leads)
        assert other.lead.leads


async def test_one_that_does_not_hear_the_broker_is_succeeded(database: str) -> None:
    """By one that does; where nobody does, the lead stays where it is."""
    async with two(database) as (one, other):
        other.hears = one.hears = False
        await asyncio.sleep(2.0)
        assert one.lead.leads
        other.hears = True
        await until(lambda: other.lead.leads)
        assert not other.status.leader
        await until(lambda: one.status.leader is not None)


async def test_a_stop_waits_for_no_lead(database: str) -> None:
    async with two(database) as (_, other):
        with pytest.raises(StoreError, match="stands by"):
            await asyncio.gather(_write_once(other), other.lead.stop())


async def _write_once(runner: Runner) -> None:
    async with runner.lead.writing(runner.connect):
        pass


async def test_what_the_former_leader_does_beside_is_undone(database: str) -> None:
    """It stands still in the midst of packing a day: whoever leads now does not wait for it."""
    day = [date(2024, 12, 10)]
    async with (
        of_process(database, "frozen") as wrote, of_process(database, "frozen") as packs,
        of_process(database, "next") as leads, of_process(database, "next") as writes,
    ):  # fmt: skip
        assert await wrote.fetchval(query("be_engine"))
        await packs.execute("BEGIN")
        await packs.execute(query("have_day"), day[0])
        assert await leads.fetchval(query("take_lead"))
        assert await begin_writing(writes, leads.get_server_pid())
        async with asyncio.timeout(60):
            await writes.fetchval(query("hold_days"), day, False)  # noqa: FBT003 - an argument
        assert not leads.is_closed()
        for former in (wrote, packs):
            with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
                await former.execute("SELECT 1")


async def test_whoever_leads_again_delivers_again(database: str, db: asyncpg.Connection) -> None:
    """Losing the lead is no end of the process: what tells goes on when it is taken again."""
    ear = Ear("duty")
    deliverer = Deliverer([ear], partial(connected, database))

    async def tell(number: int) -> None:
        made = message(number, decided_at=now_us(), happened_at=now_us())
        async with db.transaction():
            await put(db, outgoing(made, ["duty"], now=now_us() - 60 * SECOND_US))
        deliverer.wake()

    one = Runner(database)
    async with one.running(), asyncio.TaskGroup() as tasks:
        beside = tasks.create_task(one.lead.beside(deliverer.run))
        await until(lambda: deliverer.ready)
        for number in (1, 2, 3):
            await tell(number)
            await until(lambda many=number: len(ear.said) == many)
            one.beats.terminate()
            await until(lambda: not one.lead.leads)
            await until(lambda: one.lead.leads)
        beside.cancel()
