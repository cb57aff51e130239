"""``python -m tests.bench.hastened serve``: the program, for which time goes faster than for us.

A ship takes hours to come to a berth, a campaign minutes. So the one module that reads the wall
clock is given another: ``HASTE`` says how many times as fast it goes, and since when (us of our
time). It begins with the simulator's seas, so that their reports come when they were sent. Pauses
and patience are counted by another clock, which is left alone.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

from monitor import clock
from monitor.simulator.simulation import EPOCH_S

HASTE = "HASTE"


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


if __name__ == "__main__":
    clock.time = Haste.named(os.environ[HASTE])  # type: ignore[assignment]
    from monitor.cli.app import main

    main()
