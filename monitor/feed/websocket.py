"""A WebSocket as feeds use it: opened, read frame by frame, and always closed with code 1000.

aiohttp's own heartbeat is not used: it closes the socket when a pong is late, and it does not ping
while data comes in. Some servers answer pings minutes late and yet drop clients that send none.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Literal

from aiohttp import ClientWebSocketResponse, ClientWSTimeout, WSCloseCode, WSMsgType
from aiohttp.http import WSMessageNoDecodeText

from monitor.clock import monotonic_s
from monitor.errors import FeedError
from monitor.feed.http import plain_errors, session
from monitor.feed.kind import FeedConfig

CLOSE_S = 1.0
"""How long the closing handshake may take: half of what a cancelled feed has."""

WINDOW_BITS = 15
"""Offers permessage-deflate with the full window (RFC 7692, 7.1.2)."""

GOOD_ORDER = {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
"""Close codes of a server that ends or restarts (RFC 6455, 7.4.1)."""

_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


class WebSocket:
    """An open connection."""

    def __init__(
        self, socket: ClientWebSocketResponse[Literal[False]], where: str, ping_s: float | None
    ) -> None:
        """Take an open socket, to be pinged every ``ping_s`` seconds while it is read."""
        self.answered = False  # whether any frame has come
        self._socket, self._where = socket, where
        self._ping_s = ping_s or math.inf
        self._ping_at = monotonic_s() + self._ping_s

    async def send(self, text: str) -> None:
        """Send a text frame."""
        await self._socket.send_str(text)

    async def receive(self) -> bytes | None:
        """Wait for a frame of text or bytes; None when the server closed in good order.

        Line breaks in it, which JSON has only between its words, become blanks.
        """
        message = await self._receive()
        if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            self.answered = True
            return bytes(message.data).translate(_ONE_LINE).strip()
        if message.type is WSMsgType.CLOSE:
            if message.data in GOOD_ORDER:
                return None
            words = " ".join(str(message.extra or "").split())[:200]
            code = f"code {message.data}" if message.data else "no code"
            reason = f" and the words {words!r}" if words else ""
            raise FeedError(f"{self._where} closed the connection with {code}{reason}.")
        if message.type is WSMsgType.ERROR:
            raise FeedError(f"{self._where} sent what is no WebSocket frame.")
        raise FeedError(f"{self._where} broke off without a word.")

    async def _receive(self) -> WSMessageNoDecodeText:
        while True:
            if monotonic_s() >= self._ping_at:
                await self._socket.ping()
                self._ping_at = monotonic_s() + self._ping_s
            if math.isinf(self._ping_s):
                return await self._socket.receive()
            with suppress(TimeoutError):
                return await self._socket.receive(max(self._ping_at - monotonic_s(), 1e-3))


@asynccontextmanager
async def open_socket(
    url: str,
    config: FeedConfig,
    where: str,
    *,
    headers: Mapping[str, str] | None = None,
    ping_s: float | None = None,
    login: str = "",
    pause_s: float | None = None,
) -> AsyncIterator[WebSocket]:
    """Connect, and close at the end; errors become FeedError, see ``plain_errors``."""
    timeout_s = config.connect_timeout_s
    with plain_errors(where, timeout_s, login=login, pause_s=pause_s):
        async with session(config, headers=headers) as client:
            async with asyncio.timeout(timeout_s):
                socket = await client.ws_connect(
                    url,
                    compress=WINDOW_BITS,
                    decode_text=False,
                    timeout=ClientWSTimeout(ws_close=CLOSE_S),
                )
            try:
                yield WebSocket(socket, where, ping_s)
            finally:
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_S):
                        await socket.close()
