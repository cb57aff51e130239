"""BarentsWatch's feed against a server on loopback that sends its recorded stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from monitor.decode.forms import form_of
from monitor.errors import FeedError
from monitor.feed.barentswatch import BarentsWatch, BarentsWatchConfig
from monitor.model import Lines, Reports
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.flood import Counted, held_up, until
from tests.integration.feed.http_server import serving, talking
from tests.written.heard import heard
from tests.written.services import barentswatch

SECRET = "s3cret"  # noqa: S105
TOKEN = "eyJhbGciOi.J9"  # noqa: S105
LINE = (
    b'{"type":"Position","messageType":1,"courseOverGround":296.1,"aisClass":"A","altitude":null,'
    b'"latitude":58.186747,"longitude":2.023988,"navigationalStatus":0,"rateOfTurn":-10,'
    b'"speedOverGround":4.8,"trueHeading":292,"mmsi":248024000,'
    b'"msgtime":"2023-02-20T13:13:55.620904+00:00"}\n'
)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

Stream = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def feed_at(address: str, **words: Any) -> BarentsWatch:
    table = {
        "name": "norway",
        "client_id": "me@example.org:monitor",
        "client_secret": SECRET,
        "url": f"http://{address}/v1/ais",
        "token_url": f"http://{address}/connect/token",
        **words,
    }
    return BarentsWatch(BarentsWatchConfig.model_validate(table))


def handler_of(stream: Stream, asked: list[Any] | None = None) -> Any:
    """Answer a right login with a token and a right token with a stream."""
    asked = [] if asked is None else asked

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path == "/connect/token":
            form = dict(await request.post())
            asked.append(form)
            if form.get("client_secret") != SECRET:
                return web.json_response({"error": "invalid_client"}, status=400)
            return web.json_response(
                {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer", "scope": "ais"}
            )
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return web.Response(status=401)
        asked.append((request.method, request.path, await request.json()))
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await stream(request, response)
        return response

    return handler


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def answer_raw(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Give the token, and begin the stream, byte for byte as HTTP has it."""
    head = await reader.readuntil(b"\r\n\r\n")
    size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(size)
    body = json.dumps({"access_token": TOKEN}).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(CHUNKED)
    await writer.drain()


async def test_it_logs_in_and_hands_on_the_recorded_stream(shared: Path) -> None:
    recorded = (shared / "barentswatch_json" / "bw_get_ais.txt").read_bytes()
    recorded = recorded.replace(b"\r\n", b"\n")
    reports = await handed_on(recorded if recorded.endswith(b"\n") else recorded + b"\n")
    assert len(reports.positions) > 1500


async def test_it_logs_in_and_hands_on_the_stream() -> None:
    sent = heard("class-b")
    reports = await handed_on(barentswatch(sent))
    assert len(reports.positions) == sum(report.fix is not None for report in sent) > 500
    assert not reports.refusals


async def handed_on(recorded: bytes) -> Reports:
    """Serve this stream to whoever has logged in; what the decoder makes of what came."""
    asked: list[Any] = []

    async def stream(_: web.Request, response: web.StreamResponse) -> None:
        for start in range(0, len(recorded), 1000):  # cuts lines anywhere
            await response.write(recorded[start : start + 1000])

    sink = Collected()
    async with serving(handler_of(stream, asked)) as address:
        await feed_at(address).run(sink)
    assert sink.data == recorded
    assert sink.messages == len([line for line in sink.lines if line.strip()])
    assert (sink.connections, sink.refused) == (1, {})
    assert asked == [
        {
            "client_id": "me@example.org:monitor",
            "client_secret": SECRET,
            "scope": "ais",
            "grant_type": "client_credentials",
        },
        (
            "POST",
            "/v1/ais",
            {"downsample": False, "includePosition": True, "includeStatic": True},
        ),
    ]
    decoder = form_of(feed_at(address).form)()
    return decoder.decode(Lines(data=sink.data, source="norway"), final=True)


def test_what_it_asks_for_goes_with_the_stream() -> None:
    area = {"type": "Polygon", "coordinates": [[[4, 60], [5, 60], [5, 61], [4, 60]]]}
    feed = feed_at(
        "h", url="https://h/v1/combined?x=1", mmsi=[257034450], geometry=area, client_secret=None
    )
    assert feed.filter() == {
        "downsample": False,
        "modelType": "Full",
        "modelFormat": "Json",
        "mmsi": [257034450],
        "geometry": area,
    }
    assert feed.where == "https://h/v1/combined"


async def test_without_a_secret_nothing_is_opened() -> None:
    with pytest.raises(FeedError, match=r"set MONITOR_FEED_NORWAY_CLIENT_SECRET\b"):
        await feed_at("127.0.0.1:1", client_secret=None).run(Collected())


async def test_a_refused_login_is_said_plainly() -> None:
    async def stream(_: web.Request, __: web.StreamResponse) -> None:
        raise AssertionError

    sink = Collected()
    async with serving(handler_of(stream)) as address:
        with pytest.raises(FeedError) as caught:
            await feed_at(address, client_secret=SECRET[1:]).run(sink)
    assert str(caught.value) == (
        f"http://{address}/connect/token refuses the login (HTTP 401): check client_id and"
        " MONITOR_FEED_NORWAY_CLIENT_SECRET."
    )
    assert sink.connections == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>", 200),
        (b"[]", 200),
        (b'{"access_token":null}', 200),
        (b'{"access_token":"a\\n"}', 200),
    ],
)
async def test_a_token_that_is_none_is_said_plainly(body: bytes, status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status)

    async with serving(handler) as address:
        with pytest.raises(FeedError, match=r"/connect/token gave no token: check token_url\.$"):
            await feed_at(address).run(Collected())


@pytest.mark.parametrize("path", ["/connect/token", "/v1/ais"])
@pytest.mark.parametrize(
    ("status", "headers", "said", "pause_s"),
    [
        (429, {"Retry-After": "90"}, "too many requests", 90.0),
        (429, {}, "too many requests", None),
        (503, {"Retry-After": "120"}, "out of order", 120.0),
        (401, {}, "check MONITOR_FEED_NORWAY_CLIENT_SECRET", None),
        (404, {}, "check the url", None),
    ],
)
async def test_a_refused_request_is_said_plainly(
    path: str, status: int, headers: dict[str, str], said: str, pause_s: float | None
) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == path:
            return web.Response(status=status, headers=headers)
        return web.json_response({"access_token": TOKEN})

    sink = Collected()
    async with serving(handler) as address:
        with pytest.raises(FeedError, match=said) as caught:
            await feed_at(address).run(sink)
    assert str(caught.value).startswith(f"http://{address}{path} ")
    assert caught.value.retry_after_s == pause_s
    assert sink.connections == 0


async def test_a_silent_stream_is_stayed_with_and_left_at_once() -> None:
    gone = asyncio.Event()

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer_raw(reader, writer)
        writer.write(chunk(LINE))
        await reader.read()
        gone.set()

    sink = Collected()
    async with talking(conversation) as address:
        async with running(feed_at(address), sink) as task:
            await sink.until(1)
            await asyncio.sleep(0.1)
            assert not task.done()
        assert task.cancelled()
        async with asyncio.timeout(1):
            await gone.wait()


async def test_half_a_line_waits_for_its_rest_and_bytes_may_come_one_by_one() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer_raw(reader, writer)
        for byte in chunk(LINE[:100]) + chunk(LINE[100:] + LINE):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    sink = Collected()
    async with talking(conversation) as address, running(feed_at(address), sink):
        await sink.until(2)
    assert sink.data == LINE * 2
    assert sink.messages == 2


@pytest.mark.parametrize("end", [b"", chunk(b"")])
async def test_half_a_line_at_the_end_is_counted(end: bytes) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer_raw(reader, writer)
        writer.write(chunk(LINE + LINE[:50]))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(end)

    sink = Collected()
    async with talking(conversation) as address:
        if end:
            await feed_at(address).run(sink)
        else:
            with pytest.raises(FeedError, match=r"/v1/ais broke off in the middle\.$"):
                await feed_at(address).run(sink)
    assert sink.data == LINE
    assert sink.refused == {"cut_off": 1}


async def test_garbage_is_handed_on_but_is_no_message() -> None:
    async def stream(_: web.Request, response: web.StreamResponse) -> None:
        await response.write(b"\xff\xfe\n<html>\n\n" + LINE + b"x" * (500 << 10))
        await response.write(b"\n" + LINE)

    sink = Collected()
    async with serving(handler_of(stream)) as address:
        await feed_at(address).run(sink)
    assert sink.data == b"\xff\xfe\n<html>\n\n" + LINE * 2
    assert sink.messages == 2
    assert sink.refused == {"too_long": 1}


async def test_garbage_instead_of_http() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x15\x03\x01 what is this\r\n\r\n")

    async with talking(conversation) as address:
        with pytest.raises(FeedError, match="does not speak HTTP as expected: check the url"):
            await feed_at(address).run(Collected())


async def test_fifty_thousand_at_once_all_come() -> None:
    async def stream(_: web.Request, response: web.StreamResponse) -> None:
        await response.write(LINE * 50_000)

    sink = Counted()
    async with serving(handler_of(stream)) as address:
        await feed_at(address).run(sink)
    assert sink.messages == 50_000


async def test_without_room_the_server_is_held_up_and_nothing_is_lost() -> None:
    sent, pieces = 0, 500  # 16 MB: more than the buffers of two sockets hold

    async def stream(_: web.Request, response: web.StreamResponse) -> None:
        nonlocal sent
        for _ in range(pieces):
            await response.write(LINE * 100)
            sent += 1

    sink = Counted(room=False)
    async with serving(handler_of(stream)) as address, running(feed_at(address), sink):
        assert await held_up(lambda: sent) < pieces
        sink.room = True
        await until(lambda: sink.messages == 100 * pieces)


@pytest.mark.parametrize("path", ["/connect/token", "/v1/ais"])
async def test_an_answer_that_does_not_come_times_out(path: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == path:
            await asyncio.sleep(60)
        return web.json_response({"access_token": TOKEN})

    sink = Collected()
    async with serving(handler) as address:
        with pytest.raises(FeedError, match=rf"{path} did not answer within 0.1 s\.$"):
            await feed_at(address, connect_timeout_s=0.1).run(sink)
    assert sink.connections == 0


@pytest.mark.parametrize("words", [{"client_id": ""}, {"url": "live"}, {"mmsi": ["LADY"]}])
def test_settings_that_cannot_be_are_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        feed_at("h", **words)
