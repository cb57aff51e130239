"""Signal K's feed against a server on loopback that greets and sends deltas as a server does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from monitor.decode.signalk import SignalKDecoder
from monitor.errors import FeedError
from monitor.feed.signalk import SignalK, SignalKConfig
from monitor.model import Lines
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

TOKEN = "eyJhbGciOi.J9"  # noqa: S105
AT = "2026-08-30T11:59:57.548Z"
OWN = "vessels.urn:mrn:imo:mmsi:230099999"
HELLO = {
    "name": "signalk-server", "version": "2.19.1", "self": OWN, "roles": ["master", "main"],
    "timestamp": AT,
}  # fmt: skip
POSITION = {"path": "navigation.position", "value": {"longitude": 23.98, "latitude": 32.08}}


def delta(context: str, *values: dict[str, Any]) -> dict[str, Any]:
    source = {"sentence": "VDM", "talker": "AI", "type": "NMEA0183", "label": "ais"}
    update = {"source": source, "$source": "ais.AI", "timestamp": AT, "values": list(values)}
    return {"context": context, "updates": [update]}


VESSEL = delta("vessels.urn:mrn:imo:mmsi:246326000", POSITION)
LINE = json.dumps(VESSEL).encode()
GREETING = frame(json.dumps(HELLO).encode(), TEXT)
GOODBYE = frame((1000).to_bytes(2, "big"), CLOSE)


def feed_at(address: str, **words: Any) -> SignalK:
    table = {"name": "boat", "url": f"ws://{address}/signalk/v1/stream", **words}
    return SignalK(SignalKConfig.model_validate(table))


async def test_it_hands_on_the_deltas_of_vessels_and_nothing_else() -> None:
    asked: list[tuple[dict[str, str], str | None]] = []
    goodbye: list[int | None] = []
    named = delta("vessels.self", {"path": "", "value": {"mmsi": "230099999"}}, POSITION)
    sent: list[Any] = [
        HELLO,
        VESSEL,
        delta("atons.urn:mrn:imo:mmsi:993672087", POSITION),
        delta("vessels.self", POSITION),
        delta(OWN, {"path": "electrical.batteries.0.voltage", "value": 12.6}),
        delta(OWN, POSITION),
        named,
        "primus::ping::1724999999999",
        VESSEL,
    ]

    async def handler(request: web.Request) -> web.WebSocketResponse:
        asked.append((dict(request.query), request.headers.get("Authorization")))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for value in sent:
            await socket.send_str(json.dumps(value, indent=1))
        assert (await socket.receive()).type is WSMsgType.CLOSE
        goodbye.append(socket.close_code)
        return socket

    sink = Collected()
    async with serving(handler) as address, running(feed_at(address, token=TOKEN), sink):
        await sink.until(4)
    assert asked == [({"subscribe": "all", "sendCachedValues": "false"}, f"Bearer {TOKEN}")]
    assert goodbye == [1000]
    assert [json.loads(line) for line in sink.lines] == [
        VESSEL, delta(OWN, POSITION), named, VESSEL,
    ]  # fmt: skip
    assert sink.messages == 2  # own vessel's are no AIS: they must not hide its silence
    assert sink.refused == {"not_ais": 3}
    assert sink.connections == 1
    decoder = SignalKDecoder()
    assert feed_at(address).form == decoder.NAME
    reports = decoder.decode(Lines(data=sink.data, source="boat"), final=True)
    assert reports.positions["mmsi"].tolist() == [246326000, 230099999, 230099999, 246326000]


async def test_a_wrong_token_is_refused_at_the_handshake() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=401)

    sink = Collected()
    async with serving(handler) as address:
        with pytest.raises(FeedError, match=r"login \(HTTP 401\): check MONITOR_FEED_BOAT_TOKEN"):
            await feed_at(address, token=TOKEN).run(sink)
    assert sink.connections == 0


async def test_too_many_connections_is_said_plainly() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "7"})

    async with serving(handler) as address:
        with pytest.raises(FeedError, match="too many requests") as caught:
            await feed_at(address).run(Collected())
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize(
    ("farewell", "said"),
    [
        (
            '{message: "Connection disconnected by security constraint"}',
            "lets nobody read without a token: set MONITOR_FEED_BOAT_TOKEN.",
        ),
        (
            {"errorMessage": "Server outgoing buffer overflow, terminating connection"},
            "says: Server outgoing buffer overflow, terminating connection.",
        ),
    ],
)
async def test_what_the_server_says_before_it_hangs_up_is_passed_on(
    farewell: object, said: str
) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(GREETING + frame(json.dumps(farewell).encode(), TEXT) + GOODBYE)
        await reader.read()

    async with talking(conversation) as address:
        with pytest.raises(FeedError) as caught:
            await feed_at(address).run(Collected())
    assert str(caught.value) == f"ws://{address}/signalk/v1/stream {said}"


async def test_a_silent_socket_is_stayed_with_and_left_politely() -> None:
    goodbye: list[tuple[int, bytes]] = []

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(GREETING)
        goodbye.append(await read_frame(reader))
        await asyncio.sleep(60)  # it never answers the close

    sink = Collected()
    async with talking(conversation) as address:
        async with running(feed_at(address), sink) as task:
            await until(lambda: sink.connections == 1)
            await asyncio.sleep(0.1)
            assert not task.done()
        assert task.cancelled()
        await until(lambda: bool(goodbye))
    assert goodbye == [(CLOSE, (1000).to_bytes(2, "big"))]


async def test_a_ping_is_answered() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(frame(b"alive?", WSMsgType.PING))
        assert await read_frame(reader) == (WSMsgType.PONG, b"alive?")
        writer.write(GOODBYE)
        await reader.read()

    async with asyncio.timeout(60), talking(conversation) as address:
        await feed_at(address).run(Collected())


async def test_half_a_frame_and_byte_by_byte() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        data = GREETING + frame(LINE, TEXT)
        writer.write(data[:300])
        await writer.drain()
        await asyncio.sleep(0.05)
        for byte in data[300:] + frame(LINE, TEXT) + frame(LINE, TEXT)[:50]:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match="broke off"):
            await feed_at(address).run(sink)
    assert sink.lines == [LINE, LINE]
    assert sink.messages == 2


async def test_garbage_is_counted_at_the_door() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        for garbage in (b"\xff\xfe", b"<html>", LINE[:-1], b"[" * 100_000, b"5", b'{"updates":1}'):
            writer.write(frame(garbage))
        writer.write(frame(LINE) + GOODBYE)
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        await feed_at(address).run(sink)
    assert sink.lines == [LINE]
    assert sink.refused == {"garbled": 4, "not_ais": 1}


async def test_garbage_instead_of_frames_ends_it() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(GREETING + b"\xff" * 64)
        await reader.read()

    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"sent what is no WebSocket frame\.$"):
            await feed_at(address).run(Collected())


async def test_a_close_in_the_middle() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(GREETING + frame(LINE, TEXT) + frame((1001).to_bytes(2, "big"), CLOSE))
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        await feed_at(address).run(sink)
    assert sink.lines == [LINE]


async def test_fifty_thousand_at_once_all_come() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        piece = frame(LINE, TEXT) * 1000
        for _ in range(50):
            writer.write(piece)
            await writer.drain()
        writer.write(GOODBYE)
        await reader.read()

    sink = Counted()
    async with talking(conversation) as address:
        await feed_at(address).run(sink)
    assert sink.messages == 50_000


async def test_without_room_the_server_is_held_up_and_nothing_is_lost() -> None:
    sent, pieces = 0, 500  # 16 MB: more than the buffers of two sockets hold
    piece = frame(LINE, TEXT) * 100

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await upgrade(reader, writer)
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


async def test_a_handshake_that_is_not_answered_times_out() -> None:
    async def conversation(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"did not answer within 0.1 s\.$"):
            await feed_at(address, connect_timeout_s=0.1).run(sink)
    assert sink.connections == 0


async def test_nobody_there() -> None:
    with pytest.raises(FeedError, match=r"^ws://127.0.0.1:1/\S+ cannot be reached: "):
        await feed_at("127.0.0.1:1").run(Collected())


@pytest.mark.parametrize("url", ["http://boat:3000/signalk/v1/stream", "ws://boat/s?token=secret"])
def test_addresses_that_cannot_be_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        feed_at("h", url=url)
