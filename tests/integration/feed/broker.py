"""Brokers for the feeds over MQTT: the real mosquitto, and one that says what a test wants."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.mqtt_packets import connect_packet
from tests.integration.feed.collect import Collected
from tests.live import free_port

CONNACK = b"\x20\x02\x00\x00"
DISCONNECT = b"\xe0\x00"
PINGREQ, PINGRESP = b"\xc0\x00", b"\xd0\x00"


@dataclass(frozen=True)
class Broker:
    """A running mosquitto."""

    process: subprocess.Popen[bytes]
    tcp: int
    ws: int
    tls: int = 0
    wss: int = 0

    def url(self, transport: str) -> str:
        """Its address over "mqtt" or "ws"."""
        port, path = (self.tcp, "") if transport == "mqtt" else (self.ws, "/mqtt")
        return f"{transport}://127.0.0.1:{port}{path}"

    async def publish(
        self,
        messages: Iterable[tuple[str, bytes]],
        login: tuple[str, str] | tuple[None, None] = (None, None),
    ) -> None:
        """Publish with QoS 0."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.tcp)
        writer.write(connect_packet("publisher", 60, *login))
        assert await reader.readexactly(4) == CONNACK
        writer.write(b"".join(publish(topic, payload) for topic, payload in messages))
        writer.write(DISCONNECT)
        await writer.drain()
        await reader.read()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def mosquitto(
    home: Path, login: tuple[str, str] | None = None, tls: Sequence[str] = ()
) -> AsyncIterator[Broker]:
    """Run mosquitto on free ports of loopback; with a login it lets in nobody else.

    ``tls`` are the lines of its file for listeners that encrypt.
    """
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("mosquitto is not installed: no real broker to test on")
    ports = [free_port() for _ in range(4 if tls else 2)]
    lines = [
        "user root" if os.geteuid() == 0 else "",
        "log_dest none",
        f"listener {ports[0]} 127.0.0.1",
        f"listener {ports[1]} 127.0.0.1",
        "protocol websockets",
        f"allow_anonymous {'false' if login else 'true'}",
    ]
    if tls:
        lines += [f"listener {ports[2]} 127.0.0.1", *tls]
        lines += [f"listener {ports[3]} 127.0.0.1", "protocol websockets", *tls]
    if login:
        passwords = home / "passwords"
        command = ["mosquitto_passwd", "-b", "-c", str(passwords), *login]
        subprocess.run(command, check=True, capture_output=True)  # noqa: ASYNC221
        lines.append(f"password_file {passwords}")
    (home / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(  # noqa: ASYNC220
        [program, "-c", str(home / "mosquitto.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            for port in ports:
                while not await _is_open(port):  # noqa: ASYNC110 - mosquitto tells nobody
                    await asyncio.sleep(0.01)
        yield Broker(process, *ports)
    finally:
        process.kill()
        process.wait()


async def _is_open(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        return True
    return False


def publish(topic: str, payload: bytes) -> bytes:
    """Build a PUBLISH packet with QoS 0, by hand."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + payload
    length, digits = len(body), b""
    while length > 127:
        digits += bytes([length & 127 | 128])
        length >>= 7
    return b"\x30" + digits + bytes([length]) + body


async def read_packet(reader: StreamReader) -> tuple[int, bytes]:
    """Read a packet of a client: its first byte, and what follows the length."""
    (head,) = await reader.readexactly(1)
    length = shift = 0
    while True:
        (digit,) = await reader.readexactly(1)
        length |= (digit & 127) << shift
        shift += 7
        if digit < 128:
            return head, await reader.readexactly(length)


async def welcome(reader: StreamReader, writer: StreamWriter) -> bytes:
    """Let a client log in and subscribe; gives the body of its CONNECT."""
    head, login = await read_packet(reader)
    assert (head, login[:7]) == (0x10, b"\x00\x04MQTT\x04")
    writer.write(CONNACK)
    head, wanted = await read_packet(reader)
    assert head == 0x82
    topics = 0
    at = 2
    while at < len(wanted):
        at += 3 + int.from_bytes(wanted[at : at + 2], "big")
        topics += 1
    writer.write(bytes([0x90, 2 + topics]) + wanted[:2] + b"\x00" * topics)
    await writer.drain()
    return login


async def connected(sink: Collected) -> None:
    """Wait until a feed has subscribed."""
    async with asyncio.timeout(60):
        while not sink.connections:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
