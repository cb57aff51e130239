"""An engine: takes what edges sent off the stream into PostGIS, if it leads; else it stands by.

What it does beside (old positions, days, the outbox) it does only while it leads, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import structlog

from monitor.broker.link import Link
from monitor.clock import monotonic_s, now_us
from monitor.engine.geofence import FenceSet
from monitor.service.beside import unwrapped
from monitor.service.follow import Connect, Follower
from monitor.service.heap import Heap
from monitor.service.leading import Lead
from monitor.service.live import DRAIN_S, TIDY_S, Companion, Live, LiveOptions
from monitor.service.status import ClusterStatus
from monitor.service.tape import StreamTape

STANDS_BY = "this engine stands by"

log = structlog.get_logger()


class Engine(Live):
    """See Live; it has no feeds, and no journal of its own."""

    def __init__(
        self,
        fences: FenceSet,
        connect: Connect,
        link: Callable[[], AbstractAsyncContextManager[Link]],
        options: LiveOptions,
        status: ClusterStatus,
    ) -> None:
        """``connect`` gives a connection to the store, ``link`` one to the broker."""
        super().__init__([], fences, connect, options)
        self.status.cluster = self.cluster = status
        self.tape = StreamTape(link, status, self.spool.directory)
        self.lead = Lead(connect, status, lambda: self.tape.hears)
        self.status.store.why = STANDS_BY

    @property
    def buffered_bytes(self) -> int:
        """What waits to be committed."""
        return self.tape.waiting_bytes

    async def run(self, *companions: Companion) -> None:
        """Take, or stand by, until ``stop`` is set; see Live."""
        self.spool.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        follower = Follower(
            self.tape, self.fences, self._writing, self.status, self._options.on_findings,
            self._options.desk, self.board, beside=self._connect,
        )  # fmt: skip
        work: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "prune": self._prune, "count days": self._count_days, "mind": follower.mind,
        }  # fmt: skip
        with unwrapped():
            async with asyncio.TaskGroup() as tasks:
                following = tasks.create_task(follower.run(), name="follow")
                beside = [
                    tasks.create_task(self.tape.run(), name="tape"),
                    tasks.create_task(self.lead.run(), name="lead"),
                    tasks.create_task(self._keep_memory(), name="housekeeping"),
                ]
                beside += [
                    tasks.create_task(self.lead.beside(each), name=name)
                    for name, each in work.items()
                ]
                beside += [
                    tasks.create_task(companion(self), name=f"companion {number}")
                    for number, companion in enumerate(companions)
                ]
                await self.stop.wait()
                began = monotonic_s()
                log.info("Stopping: what was taken is stored")
                self.tape.close()
                follower.stop()
                await self.lead.stop()
                await asyncio.wait([following], timeout=DRAIN_S)
                following.cancel()
                for task in beside:
                    task.cancel()
        log.info(f"Stopped after {monotonic_s() - began:.1f} s")

    def while_leading(self, companion: Companion) -> Companion:
        """A companion that works only while this engine leads."""
        return lambda live: self.lead.beside(partial(companion, live))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Any]:
        """A connection to write on, once this engine leads."""
        try:
            async with self.lead.writing(self._connect) as connection:
                yield connection
        finally:
            self.tape.stop()
            if not self.lead.leads:
                self.status.store.why, self.status.store.since = STANDS_BY, now_us()

    async def _keep_memory(self) -> None:
        loop, heap = asyncio.get_running_loop(), Heap()
        while True:
            await asyncio.sleep(TIDY_S)
            await loop.run_in_executor(None, heap.tidy)
