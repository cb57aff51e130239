"""Devices that dial in: several at once, none of which may harm another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyais import encode_dict

from monitor.decode.forms import form_of, make_decoder
from monitor.errors import FeedError
from monitor.feed.nmea_tcp_server import NmeaTcpServer, NmeaTcpServerConfig, pieces_of
from monitor.model import Lines
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import HOST, becomes, reset
from tests.live import free_port
from tests.written.heard import log

ONE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"
TWO = b"!AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E\r\n"


def make(port: int, most: int = 64, **words: Any) -> NmeaTcpServer:
    return NmeaTcpServer(NmeaTcpServerConfig(name="devices", port=port, most_devices=most, **words))


@asynccontextmanager
async def listening(sink: Collected, most: int = 64, **words: Any) -> AsyncIterator[int]:
    port = free_port()
    async with running(make(port, most, **words), sink) as task:
        await becomes(lambda: sink.connections == 1 or task.done())
        yield port


@asynccontextmanager
async def device(port: int) -> AsyncIterator[asyncio.StreamWriter]:
    _, writer = await asyncio.open_connection(HOST, port)
    try:
        yield writer
    finally:
        writer.close()


async def say(writer: asyncio.StreamWriter, *parts: bytes) -> None:
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.03)


async def hold_it_comes_through(log: bytes) -> None:
    """Each sentence of the log, whatever tag block the feed puts before it."""
    sink = Collected()
    async with listening(sink) as port, device(port) as writer:
        await say(writer, log)
        await sink.until(log.count(b"\n"))
    assert [line.rpartition(b"\\")[2] for line in sink.lines] == log.split(b"\n")[:-1]
    assert sink.messages == log.count(b"VDM,")


async def test_a_recording_comes_through(shared: Path) -> None:
    log = (shared / "nmea_plain/boston_20240928.txt").read_bytes()
    await hold_it_comes_through(log if log.endswith(b"\n") else log + b"\n")


async def test_a_simulated_log_comes_through() -> None:
    sentences = [line.rpartition(b"\\")[2] for line in log("fleet").splitlines()]
    await hold_it_comes_through(b"".join(sentence + b"\n" for sentence in sentences))


async def test_halves_of_two_devices_do_not_meet() -> None:
    sink = Collected()
    async with listening(sink) as port, device(port) as one, device(port) as two:
        await say(one, ONE[:20])
        await say(two, TWO[:20])
        await say(one, ONE[20:])
        await say(two, TWO[20:])
        await sink.until(2)
    assert sink.data == ONE + TWO


async def test_parts_of_two_devices_do_not_make_one_ship() -> None:
    """Both number their first message 0: the two names must not be exchanged."""
    ships = []
    for mmsi, name in ((211000001, "ANNA"), (211000002, "BERTA")):
        fields = {"type": 5, "mmsi": mmsi, "shipname": name, "destination": "TOBRUK " + name}
        ships.append([f"{line}\r\n".encode() for line in encode_dict(fields, seq_id=0)])
    sink = Collected()
    async with listening(sink) as port, device(port) as one, device(port) as two:
        await say(one, ships[0][0])
        await say(two, ships[1][0])
        await say(one, ships[0][1])
        await say(two, ships[1][1])
        await sink.until(4)
    decoder = make_decoder(form_of("nmea"))
    lines = Lines(data=sink.data, source="devices", received_at=np.arange(4, dtype=np.int64))
    found = {(s.static.mmsi, s.static.destination) for s in decoder.decode(lines).statics}
    assert found == {(211000001, "TOBRUK ANNA"), (211000002, "TOBRUK BERTA")}


async def test_garbage_and_a_break_of_one_concern_no_other() -> None:
    sink = Collected()
    async with listening(sink) as port, device(port) as good:
        await say(good, ONE[:10])
        async with device(port) as bad:
            await say(bad, b"\xff" * 200_000, b"\0\n")
            reset(bad)
        async with device(port) as bad:
            await say(bad, TWO[:10])
        await say(good, ONE[10:])
        await sink.until(1)
    assert ONE.strip() in [line.strip() for line in sink.lines]
    assert sink.messages == 1
    assert sink.refused["too_long"] == 1
    assert sink.refused["cut_off"] == 1


async def test_more_devices_than_may_be_are_turned_away() -> None:
    sink = Collected()
    async with listening(sink, most=1) as port:
        async with device(port) as one:
            await say(one, ONE)
            reader, writer = await asyncio.open_connection(HOST, port)
            async with asyncio.timeout(1):
                assert await reader.read() == b""
            writer.close()
        await asyncio.sleep(0.05)
        async with device(port) as next_one:
            await say(next_one, TWO)
            await sink.until(2)
    assert sink.data == ONE + TWO
    assert sink.refused == {"too_many_devices": 1}


async def test_stopping_lets_devices_and_port_go_at_once() -> None:
    sink = Collected()
    port = free_port()
    async with running(make(port), sink) as task:
        await becomes(lambda: sink.connections == 1)
        reader, writer = await asyncio.open_connection(HOST, port)
        await say(writer, ONE)
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(0.5):
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            assert await reader.read() == b""
        writer.close()
    async with running(make(port), again := Collected()):
        await becomes(lambda: again.connections == 1)


async def test_the_port_is_taken() -> None:
    async with listening(Collected()) as port:
        with pytest.raises(FeedError, match=f"^127.0.0.1:{port} cannot be listened on: Address al"):
            await make(port).run(Collected())


async def test_byte_by_byte() -> None:
    sink = Collected()
    async with listening(sink) as port, device(port) as writer:
        for byte in ONE:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.001)
        await sink.until(1)
    assert sink.data == ONE


async def test_fifty_thousand_lines_of_five_devices() -> None:
    sink = Collected()

    async def send(port: int) -> None:
        async with device(port) as writer:
            writer.write(ONE * 10_000)
            await writer.drain()
            await becomes(lambda: len(sink.data) >= len(ONE) * 50_000)

    async with listening(sink) as port:
        await asyncio.gather(*(send(port) for _ in range(5)))
    assert sink.data == ONE * 50_000
    assert sink.messages == 50_000


async def test_a_sink_without_room_holds_the_device_up() -> None:
    sink = Collected(room=False)
    part = ONE * 2_000
    async with listening(sink) as port, device(port) as writer:
        sent = 0
        with suppress(TimeoutError):
            while sent < 200:
                sent += 1
                writer.write(part)
                async with asyncio.timeout(0.3):
                    await writer.drain()
        assert sent < 200
        sink.room = True
        await becomes(lambda: len(sink.data) >= len(part) * sent)
    assert len(sink.data) == len(part) * sent


# -- fair shares ---------------------------------------------------------------------------------


async def test_of_one_address_so_many_are_let_in() -> None:
    """Those of another still find a place, and so does the next when one leaves."""
    sink = Collected()
    async with listening(sink, most_per_address=2, bind="0.0.0.0") as port:  # noqa: S104
        async with device(port) as one, device(port):
            await say(one, ONE)
            reader, third = await asyncio.open_connection(HOST, port)
            async with asyncio.timeout(1):
                assert await reader.read() == b""
            third.close()
            _, other = await asyncio.open_connection(HOST, port, local_addr=("127.0.0.2", 0))
            await say(other, TWO)
            other.close()
            await sink.until(2)
        await asyncio.sleep(0.05)
        async with device(port) as again:
            await say(again, ONE)
            await sink.until(3)
    assert sink.refused == {"too_many_of_one_address": 1}


async def test_who_says_nothing_is_let_go() -> None:
    """Nor is half a line or a blank one anything; whoever speaks stays."""
    sink = Collected()
    async with listening(sink, idle_s=0.4) as port, device(port) as good:
        devices = [await asyncio.open_connection(HOST, port) for _ in range(3)]

        async def ended(reader: asyncio.StreamReader) -> bool:
            try:
                return await reader.read() == b""
            except ConnectionResetError:  # what was written last had not been read
                return True

        over = [asyncio.get_running_loop().create_task(ended(reader)) for reader, _ in devices]
        for tenth in range(10):
            good.write(ONE)
            if tenth < 6:
                devices[1][1].write(b"x")
                devices[2][1].write(b"\r\n")
            await asyncio.sleep(0.1)
        assert [task.done() and task.result() for task in over] == [True] * 3
        for _, writer in devices:
            writer.close()
        await sink.until(10)
    assert sink.refused == {"idle_device": 3}
    assert sink.data.replace(b"\r\n", b"") == ONE.strip() * 10


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 20, 21])
def test_lines_are_cut_into_pieces(count: int) -> None:
    """Between lines only, whatever stands in them."""
    lines = b"".join(b"a\rb %d\r\n" % number for number in range(count))
    pieces = list(pieces_of(lines, 7))
    assert b"".join(pieces) == lines
    assert all(piece.count(b"\n") <= 7 for piece in pieces)
    assert all(piece.endswith(b"\n") for piece in pieces if lines)
