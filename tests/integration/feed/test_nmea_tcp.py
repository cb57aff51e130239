"""Sentences from a TCP server, and all that can happen on the way."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from monitor.errors import FeedError
from monitor.feed.nmea_tcp import NmeaTcp, NmeaTcpConfig
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import (
    HOST,
    reset,
    sending,
    serving,
    unanswering,
)
from tests.live import free_port
from tests.written.heard import log

ONE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"
TWO = b"!AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E\r\n"


def feed(port: int, timeout_s: float = 5.0) -> NmeaTcp:
    return NmeaTcp(NmeaTcpConfig(name="test", host=HOST, port=port, connect_timeout_s=timeout_s))


async def received(*parts: bytes, pause_s: float = 0.0) -> Collected:
    """Run the feed until the server has sent these and closed."""
    sink = Collected()
    async with serving(sending(*parts, pause_s=pause_s)) as port:
        await feed(port).run(sink)
    return sink


async def hold_it_comes_through_whole(log: bytes) -> None:
    """The server closes in good order: run returns, and each line is there as it was sent."""
    sink = await received(log)
    assert sink.data == log
    assert sink.messages == log.count(b"!AIVDM,")
    assert sink.connections == 1
    assert not sink.refused


async def test_a_recording_comes_through_whole(shared: Path) -> None:
    log = (shared / "nmea_plain/tonkin_gulf_tcp.txt").read_bytes()
    await hold_it_comes_through_whole(log if log.endswith(b"\n") else log + b"\n")


async def test_a_simulated_log_comes_through_whole() -> None:
    """With tag blocks and without, with and without a carriage return."""
    plain = b"".join(line.rpartition(b"\\")[2] + b"\r\n" for line in log("receivers").splitlines())
    await hold_it_comes_through_whole(log("fleet") + plain)


async def test_a_silent_server_is_kept_and_left_at_once() -> None:
    left = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""
        left.set()

    sink = Collected()
    async with serving(wait) as port:
        async with running(feed(port), sink) as task:
            await asyncio.sleep(0.2)
            assert not task.done()
            assert sink.connections == 1
            task.cancel()
            async with asyncio.timeout(0.5):
                await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(1):
            await left.wait()
    assert not sink.data


async def test_a_cut_sentence_is_joined() -> None:
    sink = await received(ONE + TWO[:20], TWO[20:], pause_s=0.05)
    assert sink.data == ONE + TWO
    assert not sink.refused


async def test_a_sentence_that_never_ends_is_counted_not_handed_on() -> None:
    sink = await received(ONE + TWO[:20])
    assert sink.data == ONE
    assert sink.refused == {"cut_off": 1}


async def test_garbage_does_not_harm_what_follows() -> None:
    """Noise with line ends is for the decoder to refuse; noise without any is no line."""
    noise = bytes(range(256)) + b"\n"
    sink = await received(noise, b"\xff" * 200_000, b"\n" + ONE)
    assert sink.data == noise + ONE
    assert sink.messages == 1
    assert sink.refused == {"too_long": 1}


async def test_a_connection_that_breaks_off_is_an_error() -> None:
    sink = Collected()

    async def break_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ONE + TWO[:10])
        await sink.until(1)
        reset(writer)

    async with serving(break_off) as port:
        with pytest.raises(FeedError, match=rf"^127.0.0.1:{port} broke off: Connection reset"):
            await feed(port).run(sink)
    assert sink.data == ONE
    assert sink.refused == {"cut_off": 1}


async def test_byte_by_byte() -> None:
    both = ONE + TWO
    sink = await received(*(both[i : i + 1] for i in range(len(both))))
    assert sink.data == both
    assert sink.messages == 2


async def test_fifty_thousand_lines_in_one_go() -> None:
    sink = await received(ONE * 50_000)
    assert sink.data == ONE * 50_000
    assert sink.messages == 50_000


async def test_a_sink_without_room_holds_the_server_up() -> None:
    """What the server could send stays bounded; nothing is lost when there is room again."""
    sent = 0
    part, parts = ONE * 2_000, 120  # 12 MB, far beyond all buffers on the way

    async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 10)
        for _ in range(parts):
            writer.write(part)
            await writer.drain()
            sent += 1

    sink = Collected(room=False)
    async with serving(send) as port, running(feed(port), sink) as task:
        before = -1
        while sent > before:
            before = sent
            await asyncio.sleep(0.15)
        assert sent < parts
        assert not sink.data
        sink.room = True
        await task
    assert len(sink.data) == len(part) * parts


async def test_nobody_there() -> None:
    port = free_port()
    with pytest.raises(FeedError, match=rf"^127.0.0.1:{port} cannot be reached: Connection refu"):
        await feed(port).run(Collected())


async def test_no_answer_in_time() -> None:
    sink = Collected()
    async with unanswering() as port:
        with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
            await feed(port, timeout_s=0.2).run(sink)
    assert sink.connections == 0
