"""The wall clock: the only place that reads it."""

from __future__ import annotations

import time


def now_us() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def monotonic_s() -> float:
    """Seconds that never go back, for rates and pauses."""
    return time.monotonic()
