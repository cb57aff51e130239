"""What an attack costs: memory, and how long the loop does not go round."""

from __future__ import annotations

import asyncio
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
    """The longest time for which the loop did nothing else, s."""
    lags = [0.0]

    async def go_round() -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(ROUND_S)
            lags[0] = max(lags[0], loop.time() - begun - ROUND_S)

    task = asyncio.ensure_future(go_round())
    await asyncio.sleep(0)
    try:
        yield lags
    finally:
        task.cancel()
