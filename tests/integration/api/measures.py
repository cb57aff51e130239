"""What an attack costs: memory, and how much is done before the loop goes round again."""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

ROUND_S = 0.005


@contextmanager
def measured() -> Iterator[list[int]]:
    """The most memory that was held meanwhile, bytes."""
    peak: list[int] = []
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


@asynccontextmanager
async def lagging() -> AsyncIterator[list[float]]:
    """The most that the loop's own thread computed without the loop going round, s.

    What other threads and others on the same machine compute meanwhile is not counted, nor a wait
    for the processor, nor that garbage is looked for in what the tests before have left.
    """
    lags = [0.0]
    gc.collect()
    gc.freeze()

    async def go_round() -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(ROUND_S)
            lags[0] = max(lags[0], time.thread_time() - begun)

    task = asyncio.ensure_future(go_round())
    await asyncio.sleep(0)
    try:
        yield lags
    finally:
        gc.unfreeze()
        task.cancel()
