"""A sink that keeps what a feed hands on, and the running of a feed against it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from monitor.feed.kind import AnyFeed

PATIENCE_S = 60.0


@dataclass
class Collected:
    """What came; ``room`` False makes it a sink without room, ``disk`` False one without a disk."""

    data: bytes = b""
    messages: int = 0
    connections: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    room: bool = True
    disk: bool = True
    dropped: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def lines(self) -> list[bytes]:
        """Whole lines."""
        assert self.data.endswith(b"\n") or not self.data
        return self.data.split(b"\n")[:-1]

    def connected(self) -> None:
        """See Sink."""
        self.connections += 1

    async def put(self, lines: bytes, messages: int) -> None:
        """See Sink."""
        assert lines.endswith(b"\n")
        while not self.room:  # noqa: ASYNC110 - a test sets it
            await asyncio.sleep(0.01)
        self.data += lines
        self.messages += messages
        async with self.news:
            self.news.notify_all()

    def offer(self, lines: bytes, messages: int) -> bool:
        """See Sink."""
        assert lines.endswith(b"\n")
        if not self.room:
            self.dropped += messages
            return False
        self.data += lines
        self.messages += messages
        return True

    async def kept(self) -> bool:
        """See Sink."""
        return self.disk

    def refuse(self, reason: str, count: int = 1) -> None:
        """See Sink."""
        self.refused[reason] += count

    async def until(self, lines: int) -> None:
        """Wait until so many lines have come."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.lines) < lines:  # noqa: ASYNC110 - a feed sets it
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running(feed: AnyFeed, sink: Collected) -> AsyncIterator[asyncio.Task[None]]:
    """Run a feed in the background; cancelled at the end, which must take under 2 s."""
    task = asyncio.get_running_loop().create_task(feed.run(sink))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            async with asyncio.timeout(2):
                await task
