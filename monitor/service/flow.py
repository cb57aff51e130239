"""The stages of a replay, side by side, a piece behind one another.

Decoding a piece, detecting on the one before, making rows of the fixes of the one before that, and
sending rows to PostGIS: the first three in a thread each, for numpy lets them overlap. Of what goes
from one to the next no more than one waits: each is some ten megabytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from monitor.clock import monotonic_s
from monitor.engine.outcome import Outcome, nothing
from monitor.model import Reports
from monitor.service.beside import unwrapped
from monitor.service.reading import Taken
from monitor.service.runner import Runner, faults
from monitor.store.batch import Batch
from monitor.units import NO_TIME, SECOND_US

STAGES = 3
"""That have a thread each."""


class Ready(NamedTuple):
    """A batch, and what is told of it."""

    outcome: Outcome  # without its fixes: those that are to be stored are in the batch
    fixes: int
    batch: Batch | None  # None: nothing is stored

    @classmethod
    def of(cls, outcome: Outcome, batch: Batch | None) -> Ready:
        """An outcome whose batch is whole."""
        return cls(replace(outcome, fixes=nothing().fixes), len(outcome.fixes), batch)


class Pace:
    """Scaled time, over all logs."""

    def __init__(self, speed: float | None, stop: asyncio.Event) -> None:
        """``speed``: times real time; None: nothing is waited for, nor once it is to stop."""
        self._speed, self._stop = speed, stop
        self._from: tuple[float, int] | None = None

    async def wait(self, reports: Reports) -> None:
        """Wait until these lines are due."""
        if self._speed is None or reports.clock is None or not len(reports.clock):
            return
        newest = int(reports.clock[-1])
        if newest == NO_TIME:
            return
        if self._from is None:
            self._from = (monotonic_s(), int(reports.clock[0]))
        began, first = self._from
        pause = began + (newest - first) / SECOND_US / self._speed - monotonic_s()
        if pause > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)


class Flow:
    """Pieces of one log, or of several that are merged, on their way to the store."""

    def __init__(self, runner: Runner, source: str | None, pace: Pace, stop: asyncio.Event) -> None:
        """``source`` None: reports name theirs by number. ``stop``: no more pieces are decoded."""
        self._runner, self._source, self._pace, self._stop = runner, source, pace, stop
        self._decoded: asyncio.Queue[Taken | None] = asyncio.Queue(maxsize=1)
        self._detected: asyncio.Queue[tuple[Outcome, Batch | None] | None] = asyncio.Queue(1)
        self._ready: asyncio.Queue[Ready | None] = asyncio.Queue(maxsize=1)
        self._threads = ThreadPoolExecutor(STAGES, "flow")

    async def run(
        self, pieces: Iterator[Taken], commit: Callable[[Ready], Awaitable[None]]
    ) -> None:
        """Take all pieces; what any stage raises ends it."""
        try:
            with unwrapped():
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._decode_all(pieces), name="decode")
                    tasks.create_task(self._detect_all(), name="detect")
                    tasks.create_task(self._batch_all(), name="batch")
                    while (item := await self._ready.get()) is not None:
                        await commit(item)
        finally:
            self._threads.shutdown(wait=False)

    async def _decode_all(self, pieces: Iterator[Taken]) -> None:
        def following() -> Taken | None:
            with faults():
                return next(pieces, None)

        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            item = await loop.run_in_executor(self._threads, following)
            await self._decoded.put(item)
            if item is None:
                return
            del item
            await self._decoded.join()
        await self._decoded.put(None)

    async def _detect_all(self) -> None:
        runner = self._runner

        def detect(item: Taken) -> tuple[Outcome, Batch | None]:
            outcome = runner.take(self._source, item.reports, owned=True)
            batch = runner.begin_batch(outcome, [item.offset])
            runner.let_go()
            return outcome, batch

        loop = asyncio.get_running_loop()
        while (item := await self._decoded.get()) is not None:
            self._decoded.task_done()
            await self._pace.wait(item.reports)
            await runner.know(item.reports.sources)
            await runner.recall(runner.pipeline.absent(item.reports))
            await self._detected.put(await loop.run_in_executor(self._threads, detect, item))
            del item
        await self._detected.put(None)

    async def _batch_all(self) -> None:
        def make(outcome: Outcome, batch: Batch | None) -> Ready:
            self._runner.end_batch(batch, outcome)
            return Ready.of(outcome, batch)

        loop = asyncio.get_running_loop()
        while (item := await self._detected.get()) is not None:
            await self._ready.put(await loop.run_in_executor(self._threads, make, *item))
            del item
        await self._ready.put(None)
