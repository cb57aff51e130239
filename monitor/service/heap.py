"""Gives memory that is free back to the system.

Large columns come and go in several threads, and the C library keeps what lay between them: of a
process that runs for days half of what it held was free, and grew by megabytes an hour.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from monitor.clock import monotonic_s

EVERY_S = 60.0
"""It takes some hundredths of a second, and as much again to have the memory when it is needed."""


M_ARENA_MAX = -8
"""Of ``malloc.h``: how many heaps there may be."""


def _trim() -> Callable[[int], int] | None:
    """What does it; None: this C library has no way."""
    return _of_libc("malloc_trim")


def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of the C library; None: this one lacks it."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
    return found


def one_for_all() -> bool:
    """Let threads that begin from now on share one heap; whether this C library can.

    Large columns go from thread to thread: each would keep a heap of the size of the largest.
    """
    mallopt = _of_libc("mallopt")
    return mallopt is not None and mallopt(M_ARENA_MAX, 1) == 1


class Heap:
    """The memory of this process."""

    def __init__(self) -> None:
        """It was not looked at yet."""
        self._trim, self._tidied_s = _trim(), monotonic_s()

    def tidy(self) -> bool:
        """Give back what is free, once a minute; whether anything was."""
        now_s = monotonic_s()
        if self._trim is None or now_s - self._tidied_s < EVERY_S:
            return False
        self._tidied_s = now_s
        return bool(self._trim(0))
