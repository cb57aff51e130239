"""The wall clock: the only place that reads it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from monitor.units import NO_TIME, SECOND_US

STEP_US = SECOND_US
"""A difference beyond this between the wall clock and the machine's own counting is a step."""

CONFIRM_US = 30 * SECOND_US
"""A step forward is followed when it has lasted so long: some are taken back at once."""


@dataclass(frozen=True, slots=True)
class _Play:
    """An invented time: since when by the machine, what it was then, how fast it goes."""

    since_us: int
    begin_us: int
    speed: float


_play: _Play | None = None  # a demonstration's: of everybody else the time is the real one


@contextmanager
def played(begin_us: int, speed: float) -> Iterator[None]:
    """Let the time of this process be another meanwhile, that goes so many times as fast.

    A recording that is played at speed to a live watch is heard when it says that it was: else no
    age and no silence in it would be true. Pauses, and rates of lines, stay those of the machine.
    """
    global _play  # noqa: PLW0603 - the clock is one, and this is its place
    before, _play = _play, _Play(time.monotonic_ns() // 1000, begin_us, speed)
    try:
        yield
    finally:
        _play = before


def speed() -> float:
    """How many times as fast as the machine's own the wall clock goes: 1, but in a demo."""
    return 1.0 if _play is None else _play.speed


def now_us() -> int:
    """Microseconds since 1970, UTC."""
    if _play is not None:
        passed = time.monotonic_ns() // 1000 - _play.since_us
        return _play.begin_us + round(passed * _play.speed)
    return time.time_ns() // 1000


def monotonic_s() -> float:
    """Seconds that never go back, for rates and pauses."""
    return time.monotonic()


def steady_us() -> int:
    """Microseconds that never go back and count a suspended machine's sleep, where that is told."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return round(time.clock_gettime_ns(clock) // 1000 * speed())


class ReceptionClock:
    """Stamps what is received: with the wall clock, but never back, and never standing still.

    When the wall clock was set back (or a leap second repeated), stamps go on at half speed until
    it has caught up. When it was set forward, they follow as soon as that has lasted CONFIRM_US.
    """

    def __init__(
        self,
        *,
        after: int = NO_TIME,
        wall: Callable[[], int] = now_us,
        steady: Callable[[], int] = steady_us,
    ) -> None:
        """Begin with the wall clock, or behind ``after`` (us), the last stamp that was given."""
        self._wall, self._steady = wall, steady
        self._counted = steady()
        self._at = max(wall(), after + 1)
        self._stepped: int | None = None  # when a step forward was first seen

    @property
    def ahead_us(self) -> int:
        """How far the stamps are ahead of the wall clock (negative: behind it)."""
        return self._at + self._steady() - self._counted - self._wall()

    def now(self) -> int:
        """Microseconds since 1970, UTC; never less than before."""
        counted = self._steady()
        elapsed, self._counted = counted - self._counted, counted
        ahead = self._at + elapsed - self._wall()
        if ahead >= 0:
            self._stepped = None
            elapsed -= min(elapsed // 2, ahead)
        elif -ahead <= STEP_US:
            self._stepped = None
            elapsed -= ahead
        elif self._stepped is None:
            self._stepped = counted
        elif counted - self._stepped >= CONFIRM_US:
            self._stepped = None
            elapsed -= ahead
        self._at += elapsed
        return self._at
