"""NMEA from devices that dial in over TCP: receivers and loggers behind a modem or a router."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import name_sender, sentences_in
from monitor.feed.stream import LineReader

KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""A device that lost its link says nothing: it is let go after two minutes (seconds, tries)."""

PIECE_LINES = 500
"""So many lines of a device are taken before others of the feed have their turn."""


class NmeaTcpServerConfig(FeedConfig):
    """``kind = "nmea-tcp-server"``."""

    kind: Literal["nmea-tcp-server"] = "nmea-tcp-server"
    bind: IPv4Address | IPv6Address = Field(
        IPv4Address("127.0.0.1"), description="Address to listen on; 0.0.0.0: all of them."
    )
    port: int = Field(10110, ge=1, le=65535)
    most_devices: int = Field(
        64, ge=1, le=4096, description="So many may be connected at once; more are turned away."
    )
    most_per_address: int = Field(
        16, ge=1, le=4096, description="So many of them from one address (IPv6: one network)."
    )
    idle_s: PositiveFloat = Field(
        900.0, description="A device that sends no line for so long is let go; it may dial again."
    )


class NmeaTcpServer(Feed[NmeaTcpServerConfig]):
    """Listens for devices that send sentences."""

    KIND = "nmea-tcp-server"
    SUMMARY = "NMEA sentences from devices that dial in over TCP."
    CONFIG = NmeaTcpServerConfig
    CONNECTS = False

    @property
    def form(self) -> str:
        """Sentences."""
        return "nmea"

    @property
    def where(self) -> str:
        """Address and port it listens on."""
        address = self.config.bind
        host = f"[{address}]" if address.version == 6 else str(address)
        return f"{host}:{self.config.port}"

    async def run(self, sink: Sink) -> None:
        """Listen and hand on lines; see Feed."""
        hall = _Hall(self.config, sink)
        try:
            server = await asyncio.start_server(
                hall.accept, str(self.config.bind), self.config.port, start_serving=False
            )
            async with hall.group:
                try:
                    await server.start_serving()
                    sink.connected()
                    await asyncio.get_running_loop().create_future()
                finally:
                    hall.open = False
                    server.close()
        except OSError as error:
            raise FeedError(f"{self.where} cannot be listened on: {reason_of(error)}.") from error


class _Hall:
    """The devices that are connected, a task each."""

    def __init__(self, config: NmeaTcpServerConfig, sink: Sink) -> None:
        self.group = asyncio.TaskGroup()
        self.open = True
        self._config = config
        self._sink = sink
        self._places: Counter[str] = Counter()  # whence they called

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a device in, if there is room."""
        peer = writer.get_extra_info("peername")
        place = _place(peer[0]) if peer else ""  # none: it has gone already
        if not self.open:
            writer.close()
        elif self._places.total() >= self._config.most_devices:
            self._sink.refuse("too_many_devices")
            writer.close()
        elif self._places[place] >= self._config.most_per_address:
            self._sink.refuse("too_many_of_one_address")
            writer.close()
        else:
            self._places[place] += 1
            self.group.create_task(self._hand_on(reader, writer, place, repr(peer)))

    async def _hand_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: str, sender: str
    ) -> None:
        """Hand on the lines of one device; that it breaks off concerns no other."""
        _keep_alive(writer.get_extra_info("socket"))
        stream = LineReader(reader, self._sink)
        idle = asyncio.timeout(self._config.idle_s)
        try:
            with suppress(OSError):  # TimeoutError is one, too
                while True:
                    async with idle:
                        lines = await stream.read()
                        while lines.isspace():
                            await self._sink.put(lines, 0)
                            lines = await stream.read()
                    if not lines:
                        break
                    for piece in pieces_of(lines):
                        await self._sink.put(name_sender(piece, sender), sentences_in(piece))
                    idle = asyncio.timeout(self._config.idle_s)
            if idle.expired():
                self._sink.refuse("idle_device")
        finally:
            self._places[place] -= 1
            if not self._places[place]:
                del self._places[place]
            writer.close()


def _place(address: str) -> str:
    """An address, or the network of one of IPv6: whoever has one has all of it."""
    bare = address.partition("%")[0]
    if ":" not in bare:
        return bare
    return str(IPv6Network((bare, 64), strict=False))


def pieces_of(lines: bytes, most: int = PIECE_LINES) -> Iterator[bytes]:
    """Cut lines into so many at a time: between them other devices have their turn."""
    if lines.count(b"\n") <= most:
        yield lines
        return
    every = lines.split(b"\n")
    for begin in range(0, len(every) - 1, most):
        yield b"\n".join([*every[begin : min(begin + most, len(every) - 1)], b""])


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEP_ALIVE.items():
        if option := getattr(socket, name, None):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
