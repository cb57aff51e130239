"""One engine of several leads: it takes the stream, writes, answers and tells; the others stand by.

An engine asks for the lead only while it hears the broker, and beats only while it does: so the
lead goes to one that can do the work. ``monitor.store.lead`` is how the database keeps it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from monitor.clock import monotonic_s, now_us
from monitor.errors import StoreError
from monitor.service.follow import Connect
from monitor.service.status import ClusterStatus
from monitor.store import lead

BEAT_S, LOOK_S = 0.5, 0.25
"""The leader says something so often, and it is looked so often whether it does."""

SILENT_S = 4.0
"""A leader that says nothing for so long stands still, or is cut off. A batch, or ships that are
taken again, keep it from beating for a second at most; with a standby's start it is within 10 s."""

AGAIN_S = 0.5

log = structlog.get_logger()


class Lead:
    """Takes the lead when nobody has it, and keeps it as long as may be."""

    def __init__(self, connect: Connect, status: ClusterStatus, hears: Callable[[], bool]) -> None:
        """``hears`` says whether the broker can be heard: who does not, does not lead."""
        self._connect = connect
        self._status = status
        self._hears = hears
        self._heard_s: float | None = None  # since when it is heard without a break
        self._turned = asyncio.Condition()
        self._writing: list[Any] = []  # connections
        self._number = 0  # the server's, of the connection by which this engine leads
        self._stopping = False

    @property
    def leads(self) -> bool:
        """Whether this engine does."""
        return self._status.leads

    async def run(self) -> None:
        """Stand by, lead, and stand by again, until cancelled."""
        while True:
            why = "it is being stopped"
            try:
                async with self._connect() as connection:
                    await self._stand_by(connection)
                    self._number = int(connection.get_server_pid())
                    await self._turn(leads=True)
                    await self._lead(connection)
                    why = "the database ended its connection"
            except StoreError as error:
                why = str(error)
            except TimeoutError:
                why = "the database does not answer"
            finally:
                await self._give_up(why)
            await asyncio.sleep(AGAIN_S)

    async def stop(self) -> None:
        """Let go on whoever waits for the lead: it is not taken any more."""
        self._stopping = True
        async with self._turned:
            self._turned.notify_all()

    @asynccontextmanager
    async def writing(self, connect: Connect) -> AsyncIterator[Any]:
        """A connection to write on, once this engine leads; broken off when it does no longer."""
        async with self._turned:
            await self._turned.wait_for(lambda: self.leads or self._stopping)
        if not self.leads:
            message = "This engine stands by, and is being stopped."
            raise StoreError(message)
        async with connect() as connection:
            try:
                leads = await lead.begin_writing(connection, self._number)
            except TimeoutError as error:
                message = "The engine that led before does not let go of the database."
                raise StoreError(message) from error
            if not leads:
                message = "Another engine leads by now."
                raise StoreError(message)
            self._writing.append(connection)
            try:
                yield connection
            finally:
                self._writing.remove(connection)

    async def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something whenever this engine leads; it is broken off when it does no longer."""
        while True:
            async with self._turned:
                await self._turned.wait_for(lambda: self.leads)
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(work(), name="work of the leader")
                async with self._turned:
                    await self._turned.wait_for(lambda: not self.leads)
                task.cancel()

    async def _stand_by(self, connection: Any) -> None:
        """Until the lead is had."""
        while True:
            if connection.is_closed():
                message = "The database ended the connection."
                raise StoreError(message)
            if self._has_heard():
                if await lead.take_lead(connection):
                    return
                former = await lead.leader(connection)
                self._note(None if former is None else former.process)
                if former is not None and former.silent_s > SILENT_S and self._heard_long():
                    silent = f"{former.silent_s:.0f} s"
                    log.warning(f"The engine that leads has said nothing for {silent}: it is"
                                " succeeded", leader=former.process)  # fmt: skip
                    await lead.end_leader(connection, former)
            else:
                former = await lead.leader(connection)
                self._note(None if former is None else former.process)
            await asyncio.sleep(LOOK_S)

    async def _lead(self, connection: Any) -> None:
        """Beat while the broker is heard; StoreError or TimeoutError when the lead is lost."""
        while not connection.is_closed():
            if self._has_heard():
                await lead.beat(connection)
            await asyncio.sleep(BEAT_S)

    def _has_heard(self) -> bool:
        heard = self._hears()
        self._heard_s = (self._heard_s or monotonic_s()) if heard else None
        return heard

    def _heard_long(self) -> bool:
        """The leader may have been cut off from the broker as we were: then it beats again soon."""
        return self._heard_s is not None and monotonic_s() - self._heard_s > SILENT_S

    def _note(self, leader: str | None) -> None:
        status = self._status
        if leader != status.leader:
            status.leader = leader
            log.info(f"This engine stands by: {leader or 'none'} leads", leads=False)

    async def _turn(self, *, leads: bool) -> None:
        self._status.leads, self._status.since = leads, now_us()
        self._status.leader = None
        if leads:
            log.info("This engine leads", leads=True)
        async with self._turned:
            self._turned.notify_all()

    async def _give_up(self, why: str) -> None:
        if not self.leads:
            return
        log.warning(f"This engine leads no longer: {why}", leads=False)
        for connection in self._writing:
            with suppress(Exception):
                connection.terminate()
        await self._turn(leads=False)
