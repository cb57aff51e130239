"""aisstream's feed against a server on loopback: what it asks for, and how it is refused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from monitor.decode.forms import form_of
from monitor.errors import FeedError
from monitor.feed.aisstream import AisStream, AisStreamConfig
from monitor.model import Lines, Reports
from tests.integration.feed.aisstreams import CONFIRMATION, KEY, feed_at
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.http_server import read_frame, serving, talking, upgrade
from tests.written.heard import heard
from tests.written.services import aisstream


async def test_it_subscribes_first_and_hands_on_each_recorded_envelope(shared: Path) -> None:
    path = shared / "aisstream_json" / "aiscast_archived_20260830.ndjson"
    reports = await handed_on(path.read_bytes().splitlines())
    assert (len(reports.positions), len(reports.statics)) == (3, 3)  # type 19 is both


async def test_it_subscribes_first_and_hands_on_each_envelope() -> None:
    envelopes = aisstream(heard("class-b")[:40]).splitlines()
    reports = await handed_on(envelopes)
    assert len(reports.positions) + len(reports.statics) == len(envelopes) == 40
    assert len(reports.statics) >= 2


async def handed_on(envelopes: list[bytes]) -> Reports:
    """Serve these, every other one printed over several lines; what the decoder makes of them."""
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
    assert not reports.refusals
    return reports


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
    assert feed_at("example.org:1").where == "ws://example.org:1/v0/stream"
    table = {"name": "a", "url": "wss://h/s/0a1b2c3d4e5f60718293a4b5?zone=7"}
    assert AisStream(AisStreamConfig.model_validate(table)).where == "wss://h/s/***"


@pytest.mark.parametrize("url", ["wss://me:pass@h/s", "wss://token@h/s", "wss://h/s?a=1&ApiKey=x"])
def test_a_url_with_a_secret_is_refused(url: str) -> None:
    """It would stand in the settings file."""
    with pytest.raises(ValidationError, match="a login or a key must not stand in it"):
        AisStreamConfig.model_validate({"name": "a", "url": url})


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
