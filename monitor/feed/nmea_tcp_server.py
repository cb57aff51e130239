"""NMEA from devices that dial in over TCP: receivers and loggers behind a modem or a router."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Literal

from pydantic import Field

from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import name_sender, sentences_in
from monitor.feed.stream import LineReader

KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""A device that lost its link says nothing: it is let go after two minutes (seconds, tries)."""


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
        hall = _Hall(self.config.most_devices, sink)
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

    def __init__(self, most: int, sink: Sink) -> None:
        self.group = asyncio.TaskGroup()
        self.open = True
        self._most = most
        self._sink = sink
        self._devices = 0

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a device in, if there is room."""
        if not self.open:
            writer.close()
        elif self._devices >= self._most:
            self._sink.refuse("too_many_devices")
            writer.close()
        else:
            self._devices += 1
            self.group.create_task(self._hand_on(reader, writer))

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on the lines of one device; that it breaks off concerns no other."""
        _keep_alive(writer.get_extra_info("socket"))
        sender = repr(writer.get_extra_info("peername"))
        stream = LineReader(reader, self._sink)
        try:
            with suppress(OSError):
                while lines := await stream.read():
                    await self._sink.put(name_sender(lines, sender), sentences_in(lines))
        finally:
            self._devices -= 1
            writer.close()


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEP_ALIVE.items():
        if option := getattr(socket, name, None):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
