"""Connections that die without a word: how long each is waited for, and how it is let go.

A proxy or a firewall may drop a connection and tell neither side. What is waited for then never
comes, the answer to a ROLLBACK or a farewell as little as that to a statement: so nothing is said
any more on a connection that did not answer, it is broken off.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from monitor.clock import monotonic_s
from monitor.store.sql import query

CLOSE_S = 2.0
"""A farewell that takes longer is none."""

IDLE_S, BETWEEN_S, PROBES = 10, 5, 3
"""The system asks a peer that has said nothing for 10 s, thrice, 5 s apart: known in 25 s."""

UNHEARD_S = 20
"""What a peer has not acknowledged for so long will never arrive."""

ENDED_S, ENDED_TRIES = 0.02, 50
"""A server's process that is told to end does so at once, unless it stands still."""

_OPTIONS = {
    "TCP_KEEPIDLE": IDLE_S, "TCP_KEEPINTVL": BETWEEN_S, "TCP_KEEPCNT": PROBES,
    "TCP_USER_TIMEOUT": UNHEARD_S * 1000,
}  # fmt: skip
"""Not each system knows all of them."""


_CAME_LAST = struct.Struct("=52xI")
"""Of Linux' ``struct tcp_info``: how long ago the last data came, ms."""


def _network_socket(connection: asyncpg.Connection) -> Any:
    """What it goes over; None: a Unix socket, or nothing any more."""
    transport = connection._transport  # noqa: SLF001 - asyncpg has no other way to it
    found = None if transport is None else transport.get_extra_info("socket")
    is_network = found is not None and found.family in {socket.AF_INET, socket.AF_INET6}
    return found if is_network else None


def watch_over(connection: asyncpg.Connection) -> None:
    """Let the system find out that the other side is gone; a Unix socket needs none of that."""
    found = _network_socket(connection)
    if found is None:
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        if hasattr(socket, name):
            found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def may_be_silent(connection: asyncpg.Connection, within_s: float) -> bool:
    """Whether nothing came on it within so long, and it may have been dropped in between.

    A Unix socket has nothing in between; and where something comes, however slowly it is taken
    here, both sides are there. Systems that do not say when something came last: perhaps.
    """
    found = _network_socket(connection)
    if found is None:
        return False
    if sys.platform != "linux":
        return True
    words = found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _CAME_LAST.size)
    came_ms: int = _CAME_LAST.unpack(words)[0]
    waits = fcntl.ioctl(found.fileno(), termios.FIONREAD, bytes(4))  # it came, and is not read yet
    return came_ms > within_s * 1000 and not any(waits)


class Turn:
    """Whose turn a connection is: it does one thing at a time; and how long that takes."""

    def __init__(self) -> None:
        """It does nothing."""
        self._lock = asyncio.Lock()
        self.number = 0  # of what it does, or did last
        self.since_s: float | None = None  # when that began; None: it does nothing

    async def __aenter__(self) -> None:
        """Wait until what was begun is done."""
        await self._lock.acquire()
        self.number, self.since_s = self.number + 1, monotonic_s()

    async def __aexit__(self, *_: object) -> None:
        """It is done."""
        self.since_s = None
        self._lock.release()


async def waits_since(connection: asyncpg.Connection, number: int) -> datetime | None:
    """Since when the server waits for another connection of ours; None: it does not.

    ``number`` is the server's of that connection.
    """
    since: datetime | None = await connection.fetchval(query("waits_since"), number)
    return since


async def end_of(connection: asyncpg.Connection, number: int) -> bool:
    """End the server's side of the writer's connection; whether it is gone soon."""
    if not await connection.fetchval(query("end_former"), number):
        return False
    for _ in range(ENDED_TRIES):
        if not await connection.fetchval(query("is_served"), number):
            return True
        await asyncio.sleep(ENDED_S)
    return False


@asynccontextmanager
async def transaction(
    connection: asyncpg.Connection, *, of_one_moment: bool = False
) -> AsyncIterator[None]:
    """A transaction, or a savepoint within one: undone if what is done in it fails.

    If it is cancelled or not answered, the connection is broken off, which undoes it as well.
    ``of_one_moment``: all positions that are read in it are: see ``one_moment``.
    """
    part = connection.transaction(isolation="repeatable_read" if of_one_moment else None)
    try:
        await part.start()
        if of_one_moment:
            await connection.execute(query("keep_months"))
        try:
            yield
        except (asyncio.CancelledError, TimeoutError):
            raise
        except BaseException:
            if not connection.is_closed():
                await part.rollback()
            raise
        await part.commit()
    except (asyncio.CancelledError, TimeoutError):
        connection.terminate()
        raise


async def let_go(connection: asyncpg.Connection) -> None:
    """Close it, or break it off: what is wrong with it then is nobody's concern any more."""
    try:
        await connection.close(timeout=CLOSE_S)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        connection.terminate()  # a TimeoutError is an OSError
