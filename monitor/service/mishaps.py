"""What goes wrong in the loop itself, where no task waits for it: said, but never a hundred times.

A listener that finds no descriptor free tries again a hundred times a second, each time with a
trace: half a gigabyte an hour.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import structlog

from monitor.clock import monotonic_s

AGAIN_S = 60.0
"""The same is said once a minute."""

log = structlog.get_logger()


class Mishaps:
    """An exception handler for a loop: ``loop.set_exception_handler(Mishaps())``."""

    def __init__(self) -> None:
        """Nothing has gone wrong."""
        self._told_at: dict[str, float] = {}
        self._unsaid = Counter[str]()

    def __call__(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say it, with a trace unless the system is at fault; or count it, if it was just said."""
        words, error = str(context["message"]), context.get("exception")
        kind = f"{words.splitlines()[0]}: {type(error).__name__}"
        now = monotonic_s()
        if now - self._told_at.get(kind, -AGAIN_S) < AGAIN_S:
            self._unsaid[kind] += 1
            return
        self._told_at[kind] = now
        more = self._unsaid.pop(kind, 0)
        since = f"; so it was {more} times more since that was last said" if more else ""
        reason = f": {error}" if error is not None else ""
        trace = None if isinstance(error, OSError) else error
        log.error(f"In the loop: {words}{reason}{since}", more=more, exc_info=trace)
