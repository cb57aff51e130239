"""aisstream's feed against a server on loopback that sends its recorded envelopes."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from monitor.decode.forms import form_of
from monitor.errors import FeedError
from monitor.feed import aisstream
from monitor.feed.aisstream import AisStream, AisStreamConfig
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

KEY = "0123456789abcdef"
CONFIRMATION = b'{"MessageType":"SubscriptionConfirmation","Message":{"CompressionEnabled":false}}'
ENVELOPE = json.dumps(
    {
        "MetaData": {"MMSI": 244700923, "time_utc": "2026-08-30 11:59:57.548559821 +0000 UTC"},
        "MessageType": "PositionReport",
        "Message": {
            "PositionReport": {
                "MessageID": 1, "UserID": 244700923, "Valid": True, "Sog": 2.2, "Cog": 140.5,
                "Longitude": 5.21891, "Latitude": 52.82794, "TrueHeading": 511,
            }
        },
    }
).encode()  # fmt: skip


def feed_at(address: str, **words: Any) -> AisStream:
    table = {"name": "levant", "url": f"ws://{address}/v0/stream", "api_key": KEY, **words}
    return AisStream(AisStreamConfig.model_validate(table))


@pytest.fixture
def envelopes(shared: Path) -> list[bytes]:
    path = shared / "aisstream_json" / "aiscast_archived_20260830.ndjson"
    return path.read_bytes().splitlines()


async def test_it_subscribes_first_and_hands_on_each_envelope(envelopes: list[bytes]) -> None:
    asked: list[Any] = []
    goodbye: list[int | None] = []

    async def handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=True)
        await socket.prepare(request)
        asked.append(json.loads(await socket.receive_str()))
        await socket.send_bytes(CONFIRMATION)
        for index, envelope in enumerate(envelopes):
            if index % 2:
                await socket.send_str(envelope.decode())
            else:
                pretty = json.dumps(json.loads(envelope), indent=2)
                await socket.send_bytes(pretty.encode())
        assert (await socket.receive()).type is WSMsgType.CLOSE
        goodbye.append(socket.close_code)
        return socket

    sink = Collected()
    async with serving(handler) as address, running(feed_at(address), sink):
        await sink.until(1 + len(envelopes))
    assert asked == [
        {
            "APIKey": KEY,
            "BoundingBoxes": [
                [[34.15, 35.12], [35.65, 36.62]],
                [[31.33, 23.23], [32.83, 24.73]],
            ],
        }
    ]
    assert goodbye == [1000]
    assert (sink.connections, sink.messages, sink.refused) == (1, len(envelopes), {})
    assert [json.loads(line) for line in sink.lines] == [
        json.loads(one) for one in (CONFIRMATION, *envelopes)
    ]
    decoder = form_of(feed_at(address).form)()
    reports = decoder.decode(Lines(data=sink.data, source="levant"), final=True)
    assert (len(reports.positions), len(reports.statics)) == (3, 3)  # type 19 is both
    assert not reports.refusals


async def test_kinds_of_message_are_asked_for_and_compression_is_offered() -> None:
    seen: list[tuple[str, Any]] = []

    async def handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        offer = request.headers["Sec-WebSocket-Extensions"]
        seen.append((offer, json.loads(await socket.receive_str())["FilterMessageTypes"]))
        await socket.close()
        return socket

    async with serving(handler) as address:
        await feed_at(address, message_types=["PositionReport"]).run(Collected())
    offer, kinds = seen[0]
    assert offer.startswith("permessage-deflate")
    assert kinds == ["PositionReport"]


async def test_without_a_key_nothing_is_opened() -> None:
    with pytest.raises(FeedError, match=r"set MONITOR_FEED_LEVANT_API_KEY\b"):
        await feed_at("127.0.0.1:1", api_key=None).run(Collected())


@pytest.mark.parametrize(
    ("words", "said", "pause_s"),
    [
        ("Api Key Is Not Valid", "Api Key Is Not Valid; check MONITOR_FEED_LEVANT_API_KEY.", None),
        (f"no user of {KEY}", "no user of (key); check MONITOR_FEED_LEVANT_API_KEY.", None),
        ("Subscription Object Is Malformed", "Subscription Object Is Malformed.", None),
        (
            "concurrent connections per user exceeded",
            "concurrent connections per user exceeded.",
            600.0,
        ),
    ],
)
async def test_an_error_frame_ends_it_with_the_servers_words(
    words: str, said: str, pause_s: float | None
) -> None:
    async def handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        await socket.send_bytes(json.dumps({"error": words}).encode())
        await socket.receive()
        return socket

    sink = Collected()
    async with serving(handler) as address:
        with pytest.raises(FeedError) as caught:
            await feed_at(address).run(sink)
    assert str(caught.value) == f"ws://{address}/v0/stream answered: {said}"
    assert caught.value.retry_after_s == pause_s
    assert KEY not in str(caught.value)
    assert sink.data == b""


async def test_a_refusal_without_words_says_what_it_may_be() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)

    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"broke off .* check MONITOR_FEED_LEVANT_API_KEY"):
            await feed_at(address).run(Collected())


@pytest.mark.parametrize(
    ("status", "headers", "said", "pause_s"),
    [
        (429, {}, "too many requests", 600.0),
        (429, {"Retry-After": "1800"}, "too many requests", 1800.0),
        (503, {"x-envoy-overloaded": "true"}, "out of order", None),
        (403, {}, "check MONITOR_FEED_LEVANT_API_KEY", None),
        (200, {}, "check the url", None),
    ],
)
async def test_a_refused_handshake_is_said_plainly(
    status: int, headers: dict[str, str], said: str, pause_s: float | None
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers, text="local_rate_limited")

    sink = Collected()
    async with serving(handler) as address:
        with pytest.raises(FeedError, match=said) as caught:
            await feed_at(address).run(sink)
    assert caught.value.retry_after_s == pause_s
    assert sink.connections == 0


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


async def test_it_pings_while_data_comes_and_does_not_mind_a_missing_pong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aisstream, "PING_S", 0.05)
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
    async with asyncio.timeout(2), serving(handler) as address:
        await feed_at(address).run(sink)
    assert pings == 4
    assert sink.messages >= 4


async def test_it_pings_a_silent_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aisstream, "PING_S", 0.05)

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await upgrade(reader, writer)
        await read_frame(reader)
        for _ in range(3):
            assert await read_frame(reader) == (WSMsgType.PING, b"")
        writer.write(frame(ENVELOPE) + frame((1000).to_bytes(2, "big"), CLOSE))
        await writer.drain()
        await reader.read()

    sink = Collected()
    async with asyncio.timeout(2), talking(conversation) as address:
        await feed_at(address).run(sink)
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


async def test_a_handshake_that_is_not_answered_times_out() -> None:
    async def conversation(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"did not answer within 0.1 s\.$"):
            await feed_at(address, connect_timeout_s=0.1).run(sink)
    assert sink.connections == 0


async def test_nobody_there() -> None:
    with pytest.raises(FeedError, match=r"^ws://127.0.0.1:1/v0/stream cannot be reached: "):
        await feed_at("127.0.0.1:1").run(Collected())


def test_where_holds_no_secret() -> None:
    feed = feed_at("me:pass@example.org:1")
    assert feed.where == "ws://example.org:1/v0/stream"
    table = {"name": "a", "url": "wss://h/s?key=secret"}
    assert AisStream(AisStreamConfig.model_validate(table)).where == "wss://h/s"


@pytest.mark.parametrize(
    "words",
    [
        {"boxes": []},
        {"boxes": [[[35.12, 134.15], [36.62, 235.65]]]},
        {"boxes": [[34.15, 35.12, 35.65, 36.62]]},
        {"message_types": ["PositionReport", "PositionReport"]},
        {"url": "https://stream.aisstream.io/v0/stream"},
    ],
)
def test_settings_that_the_service_would_refuse_are_refused_at_home(words: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        feed_at("127.0.0.1:1", **words)


def test_its_pauses_keep_to_the_etiquette() -> None:
    config = feed_at("127.0.0.1:1").config
    assert (config.retry_s, config.retry_max_s, config.lateness_s) == (60, 600, 120)
    assert config.silence_s >= 300
