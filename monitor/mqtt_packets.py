"""MQTT 3.1.1 as feeds and channels need it: packets from bytes, and the few to be sent.

The numbers in brackets are the sections of the OASIS standard. No I/O.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13  # packet types [2.2.1]

HEARD = frozenset({CONNACK, PUBLISH, SUBACK, PINGRESP})
"""What one who subscribes is told."""

ANSWERED = frozenset({CONNACK, PUBACK, PINGRESP})
"""What one who publishes is told."""

DISCONNECT_PACKET = b"\xe0\x00"  # [3.14]
PINGREQ_PACKET = b"\xc0\x00"  # [3.12]

LONGEST_PACKET = 4 << 20
"""AIS messages have some hundred bytes: what claims to be longer than this is no MQTT."""

REFUSED_SUBSCRIPTION = 0x80  # [3.9.3]


REFUSALS = {
    1: "does not speak MQTT 3.1.1",
    2: "does not take the name chosen for this connection",
    3: "is out of order",
    4: "refuses the login: check {login}",
    5: "refuses the login: check {login}",
}
"""Return codes of a CONNACK [3.2.2.3]."""


class NotMqttError(ValueError):
    """What came is not MQTT."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One control packet: its type, the four flag bits and what follows the fixed header."""

    type: int
    flags: int
    body: bytes


class PacketCutter:
    """Cuts a stream of bytes into packets."""

    def __init__(self, *, kinds: Collection[int] = HEARD) -> None:
        """Begin a connection; what is of none of these kinds is no MQTT."""
        self._kinds = kinds
        self.broken = False  # what came last is not MQTT, and nothing after it can be
        self._held = b""

    @property
    def held(self) -> int:
        """How many bytes of a packet are there whose end is not."""
        return len(self._held)

    def cut(self, chunk: bytes) -> list[Packet]:
        """Take what was received; return the whole packets of it and before [2.2]."""
        data = self._held + chunk if self._held else chunk
        packets: list[Packet] = []
        start = 0
        while not self.broken:
            try:
                end = _end_of(data, start, self._kinds)
            except NotMqttError:
                self.broken = True
                break
            if end is None:
                break
            packets.append(Packet(data[start] >> 4, data[start] & 15, data[end[0] : end[1]]))
            start = end[1]
        self._held = data[start:]
        return packets


def _end_of(data: bytes, start: int, kinds: Collection[int]) -> tuple[int, int] | None:
    """Where the body of the packet at ``start`` begins and ends; None if it is not all there."""
    if start < len(data) and data[start] >> 4 not in kinds:
        raise NotMqttError
    length = 0
    for index in range(4):  # "remaining length", seven bits a byte [2.2.3]
        at = start + 1 + index
        if at >= len(data):
            return None
        length |= (data[at] & 0x7F) << 7 * index
        if not data[at] & 0x80:
            break
    else:
        raise NotMqttError
    if length > LONGEST_PACKET:
        raise NotMqttError
    return (at + 1, at + 1 + length) if at + 1 + length <= len(data) else None


def publication(packet: Packet) -> tuple[str, bytes]:
    """Topic and payload of a PUBLISH [3.3]."""
    body = packet.body
    if len(body) < 2:
        raise NotMqttError
    end = 2 + int.from_bytes(body[:2], "big")
    numbered = 2 if packet.flags & 6 else 0  # a packet identifier, with QoS 1 and 2 only
    if len(body) < end + numbered:
        raise NotMqttError
    return body[2:end].decode("utf-8", "replace"), body[end + numbered :]


def connect_packet(
    client: str, keep_alive_s: int, username: str | None, password: str | None
) -> bytes:
    """Ask for a clean session [3.1]."""
    flags = 0x02 | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
    head = _text("MQTT") + struct.pack("!BBH", 4, flags, keep_alive_s)
    words = [client, *(word for word in (username, password) if word is not None)]
    return _packet(0x10, head + b"".join(_text(word) for word in words))


def subscribe_packet(topics: Sequence[str]) -> bytes:
    """Ask for topics with QoS 0 [3.8]."""
    return _packet(0x82, b"\x00\x01" + b"".join(_text(topic) + b"\x00" for topic in topics))


def publish_packet(topic: str, payload: bytes, number: int, *, retain: bool) -> bytes:
    """Publish with QoS 1: the broker answers with a PUBACK of this number, 1..65535 [3.3]."""
    head = 0x32 | (0x01 if retain else 0)
    return _packet(head, _text(topic) + number.to_bytes(2, "big") + payload)


def _packet(head: int, body: bytes) -> bytes:
    length, digits = len(body), bytearray()
    while True:
        length, digit = length >> 7, length & 0x7F
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes((head, *digits)) + body


def _text(words: str) -> bytes:
    data = words.encode()
    return len(data).to_bytes(2, "big") + data
