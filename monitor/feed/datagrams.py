"""Datagrams of UDP, unicast or multicast, as feeds listen for them (IEC 61162-450).

A datagram holds whole lines, the last perhaps without its end. One of IEC 61162-450 begins with a
token: ``UdPbC`` and NUL before sentences, another before binary data, which is no AIS.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import TypeVar

from pydantic import Field, field_validator

from monitor.clock import monotonic_s
from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import name_sender, sentences_in

BUFFER_BYTES = 4 << 20
"""Asked of the kernel, for what comes while this program is busy; it may grant less."""

LARGEST_BYTES = 64 << 10

BURST_BYTES, BURST_S = 256 << 10, 0.05
"""So much is taken within so long: what comes faster, 5 MB/s, waits in the kernel or is dropped
there, and counted. A flood must not take all of the time that other feeds need, too."""

LEAST_BYTES = 256
"""So much a datagram counts for at least."""

SENTENCES = b"UdPbC\0"
_TOKEN = re.compile(rb"[A-Z][A-Za-z]{4}\0")


class UdpConfig(FeedConfig):
    """What a feed that listens for datagrams needs."""

    bind: IPv4Address | IPv6Address = Field(
        IPv4Address("127.0.0.1"),
        description="Address to listen on; 0.0.0.0: all of them. Not used with a group.",
    )
    port: int = Field(10110, ge=1, le=65535)
    group: IPv4Address | None = Field(
        None, description="Multicast group to join, as 239.192.0.2 of IEC 61162-450."
    )
    interface: IPv4Address = Field(
        IPv4Address("0.0.0.0"),  # noqa: S104 - nothing is bound to it
        description="Own address in the network where the group is; 0.0.0.0: the system's choice.",
    )

    @field_validator("group")
    @classmethod
    def _is_group(cls, group: IPv4Address | None) -> IPv4Address | None:
        if group is not None and not group.is_multicast:
            message = f"{group} is no multicast group (224.0.0.0 to 239.255.255.255)"
            raise ValueError(message)
        return group


C = TypeVar("C", bound=UdpConfig)


class Datagrams(Feed[C]):
    """Listens for datagrams that hold lines."""

    CONNECTS = False

    @property
    def where(self) -> str:
        """Address (or group) and port it listens on."""
        address = self.config.group or self.config.bind
        host = f"[{address}]" if address.version == 6 else str(address)
        return f"udp {host}:{self.config.port}"

    async def run(self, sink: Sink) -> None:
        """Listen and hand on lines; see Feed."""
        loop = asyncio.get_running_loop()
        try:
            with self._listening() as listener:
                sink.connected()
                told = 0
                try:
                    while True:
                        left, until_s = BURST_BYTES, monotonic_s() + BURST_S
                        while left > 0:
                            data, sender = await loop.sock_recvfrom(listener, LARGEST_BYTES)
                            _hand_on(data, sender[0], sink)
                            left -= max(len(data), LEAST_BYTES)
                        told = _tell_drops(listener, told, sink)
                        await asyncio.sleep(max(0.0, until_s - monotonic_s()))
                finally:
                    _tell_drops(listener, told, sink)
        except OSError as error:
            raise FeedError(f"{self.where} cannot be read: {reason_of(error)}.") from error

    def _listening(self) -> socket.socket:
        config = self.config
        address = config.group or config.bind
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_DGRAM)
        try:
            listener.setblocking(False)  # noqa: FBT003 - the standard library's
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            if config.group is not None:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((str(address), config.port))
            if config.group is not None:
                membership = config.group.packed + config.interface.packed
                listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        except OSError as error:
            listener.close()
            advice = "; name the interface" if config.group is not None else ""
            raise FeedError(
                f"{self.where} cannot be listened on: {reason_of(error)}{advice}."
            ) from error
        return listener


def _hand_on(data: bytes, sender: str, sink: Sink) -> None:
    if data.startswith(SENTENCES):
        data = data[len(SENTENCES) :]
    elif _TOKEN.match(data):
        sink.refuse("binary_datagram")
        return
    lines = data.rstrip(b"\0")
    if lines:
        lines = lines if lines.endswith(b"\n") else lines + b"\n"
        messages = sentences_in(lines)
        sink.offer(name_sender(lines, sender) if messages else lines, messages)


def _tell_drops(listener: socket.socket, told: int, sink: Sink) -> int:
    drops = kernel_drops(listener)
    if drops > told:
        sink.refuse("kernel_dropped", drops - told)
    return max(drops, told)


def kernel_drops(listener: socket.socket) -> int:
    """Datagrams that the kernel dropped for want of room; 0 on systems that do not tell."""
    table = Path("/proc/net/udp6" if listener.family == socket.AF_INET6 else "/proc/net/udp")
    inode = str(os.fstat(listener.fileno()).st_ino)
    try:
        rows = table.read_text().splitlines()[1:]
    except OSError:
        return 0
    for row in rows:
        cells = row.split()  # "sl local remote st queues timer retransmits uid timeout inode ref …"
        if len(cells) > 12 and cells[9] == inode:
            return int(cells[12])
    return 0
