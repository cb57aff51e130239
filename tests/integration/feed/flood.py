"""What tests of fast servers share: a sink that only counts, and waiting for something to hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.integration.feed.collect import Collected

PATIENCE_S = 60.0


class Counted(Collected):
    """A sink that counts and keeps nothing."""

    async def put(self, lines: bytes, messages: int) -> None:
        """See Sink."""
        assert lines.endswith(b"\n")
        if not self.room:
            await until(lambda: self.room)
        self.messages += messages


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


async def held_up(sent: Callable[[], int]) -> int:
    """Wait until a server that sends without end gets no more out; how much it sent."""
    before = 0
    async with asyncio.timeout(PATIENCE_S):
        while not before or before < sent():
            before = sent()
            await asyncio.sleep(0.2)
    return before
