"""The door: floods, the slow and the deaf, and what is no HTTP. Each attack with its count."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from typing import cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from monitor.api import door, health, pushed
from monitor.api.door import MOST_GUESTS, Door, Guest, most_guests
from tests.integration.api.measures import lagging, measured
from tests.integration.api.standing import Client, Served, Standing, app_of, asking, status
from tests.integration.feed.collect import PATIENCE_S
from tests.integration.feed.tcp_peer import becomes

HALF = b"GET /health/live HTTP/1.1\r\nHost: watch\r\nX-Half: "
WHOLE = b"GET /health/live HTTP/1.1\r\nHost: watch\r\n\r\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes half a minute at sea takes half a second here."""
    monkeypatch.setattr(door, "LOOK_S", 0.05)
    monkeypatch.setattr(door, "UNREAD_S", 0.5)
    monkeypatch.setattr(door, "LINGER_S", 0.3)


def connection(client: Client, first: bytes = b"") -> socket.socket:
    """A guest who says something and goes on holding the line."""
    guest = socket.create_connection((client.host, client.port), timeout=5)
    guest.sendall(first)
    return guest


async def all_of(guest: socket.socket) -> bytes:
    """What he is told until the line is closed, in whichever way."""
    received = bytearray()
    guest.setblocking(False)  # noqa: FBT003
    loop = asyncio.get_running_loop()
    try:
        while piece := await loop.sock_recv(guest, 1 << 16):
            received += piece
    except ConnectionError:
        pass
    return bytes(received)


def the_door(client: Client) -> Door:
    """Of the server that the client asks."""
    runner = client.server.runner
    assert runner is not None
    return cast("Door", runner.server)


def inside(client: Client) -> list[Guest]:
    """Who is connected."""
    return list(the_door(client)._guests)


# -- many ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", HALF], ids=["nothing", "half a request"])
async def test_300_that_never_ask_keep_nobody_out(
    said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The longest idle make room; nothing is logged, and the loop goes round."""
    with capture_logs() as logged:
        async with asking(health, Standing(status())) as client, lagging() as lag:
            with ExitStack() as held:
                for _ in range(300):
                    held.enter_context(closing(connection(client, said)))
                    await asyncio.sleep(0)
                async with client.get("/health/live") as answer:
                    assert answer.status == 200
                assert len(inside(client)) <= MOST_GUESTS
            await becomes(lambda: len(inside(client)) <= 1)  # the client's own
    assert (logged, caplog.records) == ([], [])
    assert lag[0] < 0.5


async def test_300_long_heads_take_little_memory() -> None:
    """Each sends 60 headers of 8 KB and no end: 146 MB, of which the door holds its bound."""
    head = HALF + (b"x" * 8000 + b"\r\nX-Half: ") * 60
    async with asking(health, Standing(status())) as client:
        with measured() as peak, ExitStack() as held:
            for _ in range(300):
                guest = held.enter_context(closing(connection(client)))
                guest.setblocking(False)  # noqa: FBT003
                sent = 0
                for _ in range(4):
                    sent += guest.send(memoryview(head)[sent:])
                    await asyncio.sleep(0)
        async with client.get("/health/live") as answer:
            assert answer.status == 200
    assert peak[0] < 50 << 20


@asynccontextmanager
async def asking_slowly() -> AsyncIterator[tuple[Client, asyncio.Event]]:
    """A watch with an endpoint that answers when it is told to, and one that never ends."""
    app, go = app_of(health, Standing(status())), asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        await go.wait()
        return web.Response(text="well")

    async def flow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * (64 << 10))
            await asyncio.sleep(0)

    app.router.add_get("/wait", wait)
    app.router.add_get("/flow", flow)
    async with TestClient(Served(app)) as client:
        yield client, go


async def test_when_all_are_busy_the_newcomer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and a sentence, one line in the log for all of them; then there is room again."""
    monkeypatch.setattr(door, "MOST_GUESTS", 5)
    wait = WHOLE.replace(b"/health/live", b"/wait")
    with capture_logs() as logged:
        async with asking_slowly() as (client, go):
            with ExitStack() as held:
                busy = [held.enter_context(closing(connection(client, wait))) for _ in range(5)]
                await becomes(lambda: [guest.busy for guest in inside(client)] == [True] * 5)
                for _ in range(20):
                    told = await all_of(held.enter_context(closing(connection(client))))
                    assert told.startswith(b"HTTP/1.1 503 ")
                    assert b"Too many connections are open at the moment: try again" in told
                await becomes(lambda: bool(logged))
                go.set()
                await becomes(lambda: not any(guest.busy for guest in inside(client)))
                assert all(guest.recv(99).startswith(b"HTTP/1.1 200 OK") for guest in busy)
                async with client.get("/health/live") as answer:
                    assert answer.status == 200
    (entry,) = logged
    assert entry["event"].endswith(" turned away: 5 were being answered")


@pytest.mark.parametrize(("descriptors", "most"), [(4, 1), (256, 32), (1024, 128), (1 << 20, 320)])
def test_descriptors_are_left_for_the_journal(
    descriptors: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A door takes an eighth of them at most."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))
    assert most_guests() == most


# -- the slow and the deaf -------------------------------------------------------------------------


async def test_a_head_that_comes_byte_by_byte_is_cut_off_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Time begins with the connection, not with each byte; after an answer it begins anew."""
    monkeypatch.setattr(door, "IDLE_S", 0.4)
    loop = asyncio.get_running_loop()
    async with asking(health, Standing(status())) as client:
        for before in (b"", WHOLE):
            with closing(connection(client, before + HALF)) as guest:
                ended = asyncio.ensure_future(all_of(guest))
                begun = loop.time()
                while not ended.done() and loop.time() - begun < PATIENCE_S:
                    with suppress(OSError):
                        guest.send(b"x")
                    await asyncio.wait({ended}, timeout=0.02)
                assert ended.done()
                assert loop.time() - begun > 0.3


async def test_a_guest_who_asks_nothing_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "IDLE_S", 0.3)
    async with asking(health, Standing(status())) as client:
        for said in (b"", WHOLE):
            with closing(connection(client, said)) as guest:
                async with asyncio.timeout(2):
                    assert (await all_of(guest)).count(b"HTTP/1.1 200") == bool(said)


async def test_a_body_that_nobody_wants_is_not_waited_for() -> None:
    """The answer is given at once, and the line closed soon after."""
    said = WHOLE.replace(b"\r\n\r\n", b"\r\nContent-Length: 9999\r\n\r\nx")
    async with asking(health, Standing(status())) as client:
        with closing(connection(client, said)) as guest:
            async with asyncio.timeout(2):
                assert (await all_of(guest)).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("path", [b"/flow", b"/health/live"], ids=["endless", "many small"])
async def test_a_guest_who_takes_no_answer_is_let_go(path: bytes) -> None:
    """Of one that has no end, and of thousands asked for in one go."""
    async with asking_slowly() as (client, _):
        count = 1 if path == b"/flow" else 3000
        for _ in range(20):
            guest = socket.socket()
            guest.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            guest.connect((client.host, client.port))
            with closing(guest):
                guest.setblocking(False)  # noqa: FBT003
                guest.send(WHOLE.replace(b"/health/live", path) * count)
                await asyncio.sleep(0)
        async with client.get("/health/live") as answer:
            assert answer.status == 200
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((client.host, client.port))
        with closing(deaf):
            deaf.sendall(WHOLE.replace(b"/health/live", b"/flow"))
            await becomes(lambda: any(guest.busy for guest in inside(client)))
            await becomes(lambda: not any(guest.busy for guest in inside(client)))


async def test_a_guest_who_takes_his_answer_slowly_is_heard_out() -> None:
    """A megabyte in a second and a half, three times as long as nothing may be taken."""
    async with asking_slowly() as (client, _):
        reader, writer = await asyncio.open_connection(client.host, client.port, limit=1 << 16)
        writer.write(WHOLE.replace(b"/health/live", b"/flow"))
        for _ in range(30):
            assert await reader.read(256 << 10)
            await asyncio.sleep(0.05)
        writer.transport.abort()


# -- what is no HTTP -------------------------------------------------------------------------------

NO_HTTP = "This is no HTTP that can be read: send a request of HTTP/1.1."
HEAD = "The head of this request is longer than 32768 bytes: send less."
TOO_LONG = "The address or a header is longer than 8190 bytes: send less."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 99, NO_HTTP),
        (b"!AIVDM,1,1,,A,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A\r\n\r\n", NO_HTTP),
        (b"GET /\0 HTTP/1.1\r\n\r\n", NO_HTTP),
        (b"GET / HTTP/9.9\r\n\r\n", NO_HTTP),
        (b"POST /feeds/a HTTP/1.1\r\nContent-Length: -1\r\n\r\n", NO_HTTP),
        (WHOLE.replace(b"\r\n\r\n", b"\r\nX: \0\r\n\r\n"), NO_HTTP),
        (WHOLE + b"x" * 60_000, NO_HTTP),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", TOO_LONG),
        (WHOLE.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 9000 + b"\r\n\r\n"), TOO_LONG),
        (WHOLE.replace(b"\r\n\r\n", b"\r\nX: x" * 99 + b"\r\n\r\n"), NO_HTTP),
        (WHOLE.replace(b"\r\n\r\n", (b"\r\nX: " + b"x" * 8000) * 9 + b"\r\n\r\n"), HEAD),
    ],
    ids=range(11),
)
async def test_what_cannot_be_read_is_told_so_and_not_logged(
    said: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """30 times: a line of JSON each, and not a byte in the log."""
    async with asking(health, Standing(status())) as client:
        for _ in range(30):
            with closing(connection(client, said)) as guest:
                async with asyncio.timeout(2):
                    told = await all_of(guest)
            assert told.endswith(b'"status": 400, "detail": "%s"}' % words.encode())
            assert b"\r\nContent-Type: application/problem+json\r\n" in told
            assert told.count(b" 400 Bad Request\r\n") == 1
    assert caplog.records == []


@pytest.mark.parametrize("cut", [1, 30, -1, -2, -3, -4])
async def test_a_long_body_behind_a_head_is_no_long_head(cut: int) -> None:
    """Wherever the head is cut on its way, and whoever asks again on the same line."""
    head = b"POST /feeds/none HTTP/1.1\r\nHost: watch\r\nContent-Length: 300000\r\n\r\n"
    async with asking(pushed, Standing(status())) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        for _ in range(3):
            writer.write(head[:cut])
            await asyncio.sleep(0.02)
            writer.write(head[cut:] + b"x" * 300_000)
            assert (await reader.readline()).startswith(b"HTTP/1.1 404")
            await reader.readuntil(b'none"}')
        writer.close()


async def test_a_body_in_chunks_that_are_none(caplog: pytest.LogCaptureFixture) -> None:
    said = b"POST /feeds/roof HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx"
    async with asking(pushed, Standing(status())) as client:
        with closing(connection(client, said)) as guest:
            assert b" 400 " in await all_of(guest)
    assert caplog.records == []


async def test_bodies_stay_packed_on_their_way_in() -> None:
    """Whatever is wrong with them: nobody but a feed unpacks them."""
    async with asking(health, Standing(status())) as client, ClientSession() as session:
        url = client.make_url("/health/live")
        for encoding in ("gzip", "deflate", "br", "zstd"):
            headers = {"Content-Encoding": encoding}
            async with session.get(url, data=b"\x1f\x8bno", headers=headers) as answer:
                assert answer.status == 200
