"""``python -m tests.bench.hastened serve``: the program, for which time goes faster than for us.

A ship takes hours to come to a berth, a campaign minutes. So the one module that reads the wall
clock is given another: ``HASTE`` says how many times as fast it goes, and since when (us of our
time). It begins with the simulator's seas, so that their reports come when they were sent. Pauses
and patience are counted by another clock, which is left alone; but what the outbox waits for falls
due by the wall clock, so its waits are as much shorter. A lease is for what takes as long as ever.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from monitor import clock
from monitor.simulator.cast import EPOCH_S

HASTE = "HASTE"
SHARE = 1.0
"""Ships are taken again for half of the time, in place of a tenth: a day of late reports comes in
minutes."""

LEASE_S, POLL_S = 1.0, 5.0
"""Of our time, in place of 10 s and 30 s: a campaign is short."""


@dataclass(frozen=True, slots=True)
class Haste:
    """Time that goes ``speed`` times as fast since ``begin_us``; else it is the module ``time``."""

    speed: int
    begin_us: int

    @classmethod
    def now(cls, speed: int) -> Haste:
        """Begin now."""
        return cls(speed, time.time_ns() // 1000)

    @classmethod
    def named(cls, words: str) -> Haste:
        """See ``words``."""
        return cls(*map(int, words.split()))

    @property
    def words(self) -> str:
        """What the environment says to a watch."""
        return f"{self.speed} {self.begin_us}"

    def time_ns(self) -> int:
        """Nanoseconds since 1970 of that time."""
        return round(EPOCH_S) * 10**9 + self.speed * (time.time_ns() - 1000 * self.begin_us)

    def clock_gettime_ns(self, which: int) -> int:
        """Nanoseconds of a steady clock."""
        return self.speed * time.clock_gettime_ns(which)

    def __getattr__(self, name: str) -> Any:
        """Any other word of the module."""
        return getattr(time, name)


def hasten_outbox(speed: int) -> None:
    """Let the outbox wait by the wall clock, but for the database and for those it sends to."""
    from monitor.service import outbox  # noqa: PLC0415 - after the clock was given

    async def wait(_: object, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds / speed):
                await event.wait()

    outbox.WallClock.wait = wait  # type: ignore[method-assign]
    outbox.LEASE_US = round(LEASE_S * speed * 1_000_000)
    outbox.POLL_S = POLL_S * speed
    outbox.RETRY_S, outbox.RETRY_MAX_S = outbox.RETRY_S * speed, outbox.RETRY_MAX_S * speed


if __name__ == "__main__":
    haste = Haste.named(os.environ[HASTE])
    clock.time = haste  # type: ignore[assignment]
    hasten_outbox(haste.speed)
    from monitor.cli.app import main
    from monitor.service import turns

    turns.SHARE = SHARE

    main()
