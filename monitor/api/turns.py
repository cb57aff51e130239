"""Turns: a few are served at once, some wait for theirs, and the others are told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.errors import MonitorError

REST_S = 0.0025
"""Twice as long as a piece of a list takes: a batch that is committed comes to the loop some twenty
times, and would wait for a piece of each list every time."""


class Turns:
    """Whose turn it is to have what is dear."""

    def __init__(self, most: int, waiting: int, what: str = "lists are asked for") -> None:
        """So many at once, and so many who wait; ``what`` there may be too many of."""
        self._what = what
        self._places = asyncio.Semaphore(most)
        self._left = waiting
        self._resting = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, patience_s: float) -> AsyncIterator[None]:
        """Wait for a turn, and have it; MonitorError where too many wait, or for too long."""
        message = f"Too many {self._what} at the moment: try again later."
        if self._places.locked() and not self._left:
            raise MonitorError(message)
        self._left -= 1
        try:
            async with asyncio.timeout(patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise MonitorError(message) from None
        finally:
            self._left += 1
        try:
            yield
        finally:
            self._places.release()

    async def rest(self) -> None:
        """Leave the loop to others: so long after each piece, whoever's it is."""
        async with self._resting:
            await asyncio.sleep(REST_S)
