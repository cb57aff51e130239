"""Connections that carry MQTT: TCP, TLS and WebSocket, each read as a plain stream of bytes."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from aiohttp import ClientWebSocketResponse, ClientWSTimeout, WSCloseCode, WSMsgType

from monitor.errors import FeedError
from monitor.feed.http import plain_errors, session
from monitor.feed.kind import FeedConfig, reason_of
from monitor.mqtt_packets import DISCONNECT_PACKET, LONGEST_PACKET

CHUNK_BYTES = 64 << 10

PARTING_S = 1.0
"""How long the farewell may take: half of what a cancelled feed has."""

SUBPROTOCOL = "mqtt"  # of the WebSocket (MQTT 3.1.1, 6)


class Link(Protocol):
    """An open connection."""

    async def read(self, timeout_s: float) -> bytes:
        """Give what came, nothing at the end; TimeoutError if nothing comes for so long."""

    async def write(self, data: bytes) -> None:
        """Send bytes."""


class _Stream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, timeout_s: float) -> bytes:
        async with asyncio.timeout(timeout_s):
            return await self._reader.read(CHUNK_BYTES)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


class _Socket:
    def __init__(self, socket: ClientWebSocketResponse[bool], where: str) -> None:
        self._socket, self._where = socket, where

    async def read(self, timeout_s: float) -> bytes:
        while True:
            message = await self._socket.receive(timeout_s)
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                if message.data:
                    return bytes(message.data)
            elif message.type is WSMsgType.CLOSE and message.data in {
                WSCloseCode.OK, WSCloseCode.GOING_AWAY
            }:  # fmt: skip
                return b""
            elif message.type is WSMsgType.CLOSE:
                raise FeedError(f"{self._where} closed the connection with code {message.data}.")
            elif message.type is WSMsgType.ERROR:
                raise FeedError(f"{self._where} sent what is no WebSocket frame.")
            else:
                raise FeedError(f"{self._where} broke off without a word.")

    async def write(self, data: bytes) -> None:
        await self._socket.send_bytes(data)


@asynccontextmanager
async def open_stream(host: str, port: int, where: str, *, tls: bool) -> AsyncIterator[Link]:
    """Connect over TCP or TLS; take leave at the end."""
    context = ssl.create_default_context() if tls else None
    try:
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except OSError as error:
        raise FeedError(f"{where} cannot be reached: {_cause(error)}.") from error
    try:
        yield _Stream(reader, writer)
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise
        raise FeedError(f"{where} broke off: {_cause(error)}.") from error
    finally:
        with suppress(OSError):
            async with asyncio.timeout(PARTING_S):
                writer.write(DISCONNECT_PACKET)
                writer.close()
                await writer.wait_closed()
        writer.transport.abort()


@asynccontextmanager
async def open_socket(
    url: str, config: FeedConfig, where: str, headers: Mapping[str, str]
) -> AsyncIterator[Link]:
    """Connect over a WebSocket; take leave at the end."""
    async with session(config, headers=headers) as client:
        with plain_errors(where, config.connect_timeout_s):
            socket = await client.ws_connect(
                url,
                ssl=ssl.create_default_context(),
                protocols=(SUBPROTOCOL,),
                decode_text=False,
                max_msg_size=LONGEST_PACKET,
                timeout=ClientWSTimeout(),
            )
        try:
            yield _Socket(socket, where)
        finally:
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(PARTING_S):
                    if not socket.closed:
                        await socket.send_bytes(DISCONNECT_PACKET)
                    await socket.close()


def _cause(error: OSError) -> str:
    """Say in words why a connection failed; TLS has error numbers of its own."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as expected: check the url"
    if isinstance(error, socket.gaierror):
        return error.strerror or "its name is not known"
    return reason_of(error)
