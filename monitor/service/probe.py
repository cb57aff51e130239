"""Finds out by another connection that the writer's is dead, within a second.

What is not answered may be slow; or a proxy or a firewall has dropped the connection and told
neither side. The server knows: where it waits for the writer while the writer waits for it, nothing
will ever come. (A long answer may be waited for by both as well, for a moment; but more of it
comes.) Then its end is ended, so that what it had of a batch is undone and the lock is free, and
the writer's is broken off: the way back is that of a restart. A server that stands still ends
nothing: it is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from monitor.clock import monotonic_s
from monitor.errors import MonitorError
from monitor.store.lost import end_of, may_be_silent, waits_since
from monitor.store.writer import Writer

SLOW_S, SLOWEST_S = 0.2, 5.0
"""A batch takes a fiftieth of a second: what takes so long is asked about, and if nothing was
wrong, after twice as long again."""

BETWEEN_S = 0.15
"""If it stands at the same place so much later, and so does the writer, both wait for ever."""

PATIENCE_S = 1.5
"""A server that answers in no such time is no better by another connection."""


class Probe:
    """Asks about what a follower's writers do."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
        """``connect`` gives another connection."""
        self._connect = connect
        self._turn, self._pause = (0, 0), SLOW_S  # what was asked about last, and when again

    async def is_dead(self, writer: Writer) -> bool:
        """Whether what the writer waits for will never come; the server's end is ended then."""
        turn = writer.one
        if turn.since_s is None or writer.connection.is_closed():
            return False
        number = writer.number
        if self._turn != (number, turn.number):
            self._turn, self._pause = (number, turn.number), SLOW_S
        if monotonic_s() - turn.since_s < self._pause:
            return False
        self._pause = min(2 * self._pause, SLOWEST_S)
        try:
            async with asyncio.timeout(PATIENCE_S), self._connect() as connection:
                return await _waits(connection, writer, number) and await end_of(connection, number)
        except (MonitorError, TimeoutError):
            return False


async def _waits(connection: Any, writer: Writer, number: int) -> bool:
    """Whether the server and the writer wait for each other, as far as two looks can tell."""
    doing = writer.one.number
    since = await waits_since(connection, number)
    await asyncio.sleep(BETWEEN_S)
    same = since is not None and since == await waits_since(connection, number)
    still = same and writer.one.since_s is not None and writer.one.number == doing
    return still and may_be_silent(writer.connection, BETWEEN_S)
