"""Turns: a few are served at once, some wait for theirs, and the others are told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from monitor.clock import monotonic_s
from monitor.errors import MonitorError

REST_S = 0.005
"""Four times as long as a piece of a list takes: a batch that is committed comes to the loop some
twenty times, and would wait for a piece of each list every time. (With half of it, the p99 of the
watch's lag more than doubled while 20 download; now it is 1.3 times its own, and one who downloads
alone has a sixth less.)"""


SLOW_S = 10.0
"""A reader who was waited for so long, in all, makes room when others wait."""

LOOK_S = 1.0
"""Whoever waits looks so often whether somebody is to make room."""


class Place:
    """One whose turn it is, and how long those who read of it were waited for."""

    def __init__(self) -> None:
        """Nobody was waited for yet."""
        self.limit: asyncio.Timeout | None = None  # by which his turn can be ended; None: it cannot
        self.gave_way = False  # it was ended for others
        self._slow_s = 0.0
        self._since_s: float | None = None

    @contextmanager
    def reader(self) -> Iterator[None]:
        """A reader is waited for."""
        self._since_s = monotonic_s()
        try:
            yield
        finally:
            self._slow_s, self._since_s = self.slow_s, None

    @property
    def slow_s(self) -> float:
        """How long, in all."""
        return self._slow_s + (0.0 if self._since_s is None else monotonic_s() - self._since_s)

    def give_way(self) -> None:
        """End his turn."""
        if self.limit is not None:
            self.limit.reschedule(asyncio.get_running_loop().time())
            self.limit, self.gave_way = None, True


class Turns:
    """Whose turn it is to have what is dear."""

    def __init__(self, most: int, waiting: int, what: str = "lists are asked for") -> None:
        """So many at once, and so many who wait; ``what`` there may be too many of."""
        self._what = what
        self._places = asyncio.Semaphore(most)
        self._left = waiting
        self._served: list[Place] = []
        self._resting = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, patience_s: float) -> AsyncIterator[Place]:
        """Wait for a turn, and have it; MonitorError where too many wait, or for too long."""
        message = f"Too many {self._what} at the moment: try again later."
        if self._places.locked() and not self._left:
            raise MonitorError(message)
        self._left -= 1
        looking: list[asyncio.TimerHandle] = []
        self._look_later(looking)
        try:
            async with asyncio.timeout(patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise MonitorError(message) from None
        finally:
            looking.pop().cancel()
            self._left += 1
        place = Place()
        self._served.append(place)
        try:
            yield place
        finally:
            self._served.remove(place)
            self._places.release()

    def _look_later(self, looking: list[asyncio.TimerHandle]) -> None:
        """See after a while whether somebody is to make room, again and again."""

        def look() -> None:
            self._make_room()
            self._look_later(looking)

        looking[:] = [asyncio.get_running_loop().call_later(LOOK_S, look)]

    def _make_room(self) -> None:
        """End the turn of whose reader is slowest, if he is: a few who sip would keep all out."""
        place = max(self._served, key=lambda one: one.slow_s, default=None)
        if place is not None and place.slow_s > SLOW_S:
            place.give_way()

    async def rest(self) -> None:
        """Leave the loop to others: so long after each piece, whoever's it is."""
        async with self._resting:
            await asyncio.sleep(REST_S)
