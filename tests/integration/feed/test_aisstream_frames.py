"""aisstream's feed once it is connected: pings, silence, frames in pieces, garbage and floods."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from aiohttp import WSMsgType, web

from monitor.errors import FeedError
from tests.integration.feed.aisstreams import ENVELOPE, feed_at
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.flood import Counted, held_up, until
from tests.integration.feed.http_server import (
    CLOSE,
    TEXT,
    frame,
    read_frame,
    serving,
    talking,
    upgrade,
)


async def test_a_silent_socket_is_stayed_with_and_left_politely() -> None:
    goodbye: list[tuple[int, bytes]] = []
    left = asyncio.Event()

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        goodbye.append(await read_frame(reader))
        left.set()
        await asyncio.sleep(60)  # it never answers the close

    sink = Collected()
    async with talking(conversation) as address:
        async with running(feed_at(address), sink) as task:
            await until(lambda: sink.connections == 1)
            await asyncio.sleep(0.1)
            assert not task.done()
        assert task.cancelled()
        await left.wait()
    assert goodbye == [(CLOSE, (1000).to_bytes(2, "big"))]


async def test_it_pings_while_data_comes_and_does_not_mind_a_missing_pong() -> None:
    pings = 0

    async def handler(request: web.Request) -> web.WebSocketResponse:
        nonlocal pings
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.receive()
        while pings < 4:
            await socket.send_bytes(ENVELOPE)
            with suppress(TimeoutError):
                assert (await socket.receive(timeout=0.01)).type is WSMsgType.PING
                pings += 1
        await socket.close()
        return socket

    sink = Collected()
    async with asyncio.timeout(60), serving(handler) as address:
        await feed_at(address, ping_s=0.05).run(sink)
    assert pings == 4
    assert sink.messages >= 4


async def test_it_pings_a_silent_server() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        for _ in range(3):
            assert await read_frame(reader) == (WSMsgType.PING, b"")
        writer.write(frame(ENVELOPE) + frame((1000).to_bytes(2, "big"), CLOSE))
        await writer.drain()
        await reader.read()

    sink = Collected()
    async with asyncio.timeout(60), talking(conversation) as address:
        await feed_at(address, ping_s=0.05).run(sink)
    assert sink.lines == [ENVELOPE]


async def test_half_a_frame_waits_for_its_rest() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        data = frame(ENVELOPE, TEXT)
        writer.write(data[:100])
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(data[100:])
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address, running(feed_at(address), sink):
        await sink.until(1)
    assert sink.lines == [ENVELOPE]


async def test_half_a_frame_at_the_end_is_nothing() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        writer.write(frame(ENVELOPE) + frame(ENVELOPE)[:100])

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match="broke off"):
            await feed_at(address).run(sink)
    assert sink.lines == [ENVELOPE]


async def test_garbage_in_a_frame_is_a_line_but_no_message() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        for garbage in (b"\xff\xfe\x00", b"two\nlines\r\n", b"", b'{"error', b'"an Error"'):
            writer.write(frame(garbage))
        writer.write(frame(ENVELOPE))
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address, running(feed_at(address), sink):
        await sink.until(5)
    assert sink.lines == [b"\xff\xfe\x00", b"two lines", b'{"error', b'"an Error"', ENVELOPE]
    assert sink.messages == 1


async def test_garbage_instead_of_frames_ends_it() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        writer.write(frame(ENVELOPE) + b"\xff" * 64)
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"sent what is no WebSocket frame\.$"):
            await feed_at(address).run(sink)
    assert sink.lines == [ENVELOPE]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ((1000).to_bytes(2, "big"), None),
        ((1001).to_bytes(2, "big"), None),
        ((1008).to_bytes(2, "big") + b"too slow", r"with code 1008 and the words 'too slow'\.$"),
        (b"", r"with no code\.$"),
    ],
)
async def test_a_close_in_the_middle_is_told_apart(payload: bytes, said: str | None) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        writer.write(frame(ENVELOPE) + frame(payload, CLOSE))
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        if said is None:
            await feed_at(address).run(sink)
        else:
            with pytest.raises(FeedError, match=said):
                await feed_at(address).run(sink)
    assert sink.lines == [ENVELOPE]


async def test_byte_by_byte() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        for byte in frame(ENVELOPE) * 2:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match="broke off"):
            await feed_at(address).run(sink)
    assert sink.lines == [ENVELOPE, ENVELOPE]


async def test_fifty_thousand_at_once_all_come() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        for _ in range(50):
            writer.write(b"".join(frame(b'{"MessageType":"P","n":1}') for _ in range(1000)))
            await writer.drain()
        writer.write(frame((1000).to_bytes(2, "big"), CLOSE))
        await reader.read()

    sink = Counted()
    async with talking(conversation) as address:
        await feed_at(address).run(sink)
    assert sink.messages == 50_000


async def test_without_room_the_server_is_held_up_and_nothing_is_lost() -> None:
    piece = frame(ENVELOPE) * 100
    sent, pieces = 0, 500  # 16 MB: more than the buffers of two sockets hold

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await upgrade(reader, writer)
        await read_frame(reader)
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
            sent += 1
        await reader.read()

    sink = Counted(room=False)
    async with talking(conversation) as address, running(feed_at(address), sink):
        assert await held_up(lambda: sent) < pieces
        sink.room = True
        await until(lambda: sink.messages == 100 * pieces)


@pytest.mark.parametrize("room", [True, False])
async def test_it_leaves_in_time_while_the_server_floods_it(*, room: bool) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        while not reader.at_eof():
            writer.write(frame(ENVELOPE) * 10)
            await writer.drain()
            await asyncio.sleep(0)

    sink = Counted(room=room)
    async with talking(conversation) as address, running(feed_at(address), sink) as task:
        await until(lambda: sink.connections == 1)
        await asyncio.sleep(0.1)
        begun = asyncio.get_running_loop().time()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.get_running_loop().time() - begun < 1.5
