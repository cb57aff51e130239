"""Plays a recorded log to a live watch, over TCP, as a station would send it: when its stamps say.

A watch that is shown to somebody hears it by a feed of its own, as it hears any other.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Sequence
from contextlib import suppress

import structlog

from monitor.clock import now_us, speed
from monitor.units import SECOND_US

LOOK_S = 0.1
"""What fell due is sent so often."""

STAMP = re.compile(rb"c:(\d+)")
"""Seconds since 1970, of the tag block."""

log = structlog.get_logger()


class Player:
    """A server on loopback for one feed; ``port`` is known before it runs."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        """Lines in order of their stamps, without line ends; each has a tag block with its time."""
        self._lines = [(at_us(line), line) for line in lines]
        self._next = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    async def run(self) -> None:
        """Send what falls due to whoever is connected, one after the other, until cancelled."""
        loop = asyncio.get_running_loop()
        self._socket.settimeout(0)
        with self._socket:
            while True:
                client, _ = await loop.sock_accept(self._socket)
                with client, suppress(ConnectionError):
                    await self._play_to(client)

    async def _play_to(self, client: socket.socket) -> None:
        """From where the one before left off; what is over stays connected, and silent."""
        loop = asyncio.get_running_loop()
        while not _is_gone(client):
            due = self._due(now_us())
            if due:
                await loop.sock_sendall(client, b"".join(due))
            await asyncio.sleep(LOOK_S)

    def _due(self, now: int) -> list[bytes]:
        begin = self._next
        while self._next < len(self._lines) and self._lines[self._next][0] <= now:
            self._next += 1
        if self._next == len(self._lines) > begin:
            log.info("The recording is over: nothing more will be heard", speed=speed())
        return [line + b"\r\n" for _, line in self._lines[begin : self._next]]


def _is_gone(client: socket.socket) -> bool:
    """Whether the other side has closed: it says nothing as long as it listens."""
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def at_us(line: bytes) -> int:
    """When a line was received, as its tag block says."""
    found = STAMP.search(line)
    return 0 if found is None else int(found[1]) * SECOND_US


def parted(lines: Sequence[bytes], at: int) -> tuple[list[bytes], list[bytes]]:
    """Lines before an instant (us), and those from it on."""
    place = next((i for i, line in enumerate(lines) if at_us(line) >= at), len(lines))
    return list(lines[:place]), list(lines[place:])
