"""Of two engines one leads; the other takes over from one that is gone, frozen or deaf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.errors import StoreError
from monitor.service import leading
from monitor.service.leading import Lead
from monitor.service.status import ClusterStatus
from monitor.store.database import connected
from tests.integration.service.journals import until


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
