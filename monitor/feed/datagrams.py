"""Datagrams of UDP, unicast or multicast, as feeds listen for them (IEC 61162-450).

A datagram holds whole lines, the last perhaps without its end. One of IEC 61162-450 begins with a
token: ``UdPbC`` and NUL before sentences, another before binary data, which is no AIS.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, field_validator

from monitor.clock import monotonic_s
from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import name_sender, sentences_in

BUFFER_BYTES = 4 << 20
"""Asked of the kernel, for what comes while this program is busy; it may grant less."""

LARGEST_BYTES = 64 << 10

PASS_BYTES, PASS_S = 64 << 10, 0.0125
"""What has come is read so often, and so much of it: what comes faster, 5 MB/s, waits in the kernel
or is dropped there, and counted. What is read at once is one block of the journal, however many
datagrams it came in: a block for each costs far more than its lines."""

OTHERS = 2.0
"""So many times as long as a pass took the loop is left to others, at least: a flood must not take
all of the time that other feeds need, however slow the machine."""

TELL_S = 1.0
"""The kernel is asked so often what it dropped."""

LEAST_BYTES = 256
"""So much a datagram counts for at least."""

SENTENCES = b"UdPbC\0"
_TOKEN = re.compile(rb"[A-Z][A-Za-z]{4}\0")


Unwrapped = tuple[bytes, int]
"""Whole lines, and how many messages stand in them."""


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

    def lines_of(self, payload: bytes, sink: Sink) -> Unwrapped:  # noqa: ARG002 - of other kinds
        """Make lines of what one datagram held; what is none is refused."""
        return payload if payload.endswith(b"\n") else payload + b"\n", sentences_in(payload)

    async def run(self, sink: Sink) -> None:
        """Listen and hand on lines; see Feed."""
        loop = asyncio.get_running_loop()
        try:
            with self._listening() as listener:
                sink.connected()
                drops = _Drops(listener, sink, loop)
                try:
                    while True:
                        first = await loop.sock_recvfrom(listener, LARGEST_BYTES)
                        began_s = monotonic_s()
                        self._pass(listener, first, sink)
                        took_s = monotonic_s() - began_s
                        await asyncio.sleep(max(PASS_S - took_s, OTHERS * took_s))
                finally:
                    drops.close()
        except OSError as error:
            raise FeedError(f"{self.where} cannot be read: {reason_of(error)}.") from error

    def _pass(self, listener: socket.socket, first: tuple[bytes, Any], sink: Sink) -> None:
        """Hand on what has come as one piece; parts of messages get their sender's name."""
        pieces: list[bytes] = []
        messages = 0
        came = (
            (sender[0], *self._unwrapped(data, sink)) for data, sender in _waiting(listener, first)
        )
        for (sender, tagged), run in groupby(came, key=lambda each: (each[0], b"\\" in each[1])):
            found = list(run)
            count = sum(each[2] for each in found)
            lines = b"".join(each[1] for each in found)
            pieces.append(name_sender(lines, sender) if count and not tagged else lines)
            messages += count
        lines = b"".join(pieces)
        if lines:
            sink.offer(lines, messages)

    def _unwrapped(self, data: bytes, sink: Sink) -> Unwrapped:
        if data.startswith(SENTENCES):
            data = data[len(SENTENCES) :]
        elif _TOKEN.match(data):
            sink.refuse("binary_datagram")
            return b"", 0
        payload = data.rstrip(b"\0")
        return self.lines_of(payload, sink) if payload else (b"", 0)

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


def _waiting(
    listener: socket.socket, first: tuple[bytes, Any]
) -> Iterator[tuple[bytes, tuple[str, int]]]:
    """One datagram and those that wait behind it, up to what one pass may take."""
    left, each = PASS_BYTES, first
    while True:
        yield each
        left -= max(len(each[0]), LEAST_BYTES)
        if left <= 0:
            return
        try:
            each = listener.recvfrom(LARGEST_BYTES)
        except OSError:  # nothing waits; of another fault the next pass hears
            return


class _Drops:
    """Tells what the kernel dropped, also when nothing comes any more."""

    def __init__(
        self, listener: socket.socket, sink: Sink, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._listener, self._sink, self._loop = listener, sink, loop
        self._told = 0
        self._next = loop.call_later(TELL_S, self._tell)

    def _tell(self) -> None:
        self._count()
        self._next = self._loop.call_later(TELL_S, self._tell)

    def close(self) -> None:
        """Tell the last of them."""
        self._next.cancel()
        self._count()

    def _count(self) -> None:
        drops = kernel_drops(self._listener)
        if drops > self._told:
            self._sink.refuse("kernel_dropped", drops - self._told)
            self._told = drops


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
