"""POST /feeds/NAME: a body over a real socket, up to the feed that takes it or says why not."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import zlib
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from typing import Any

import pytest
from aiohttp import ClientError

from monitor.api import pushed
from monitor.feed.aiscatcher_http import AisCatcherHttp, AisCatcherHttpConfig
from monitor.feed.nmea_tcp import NmeaTcp, NmeaTcpConfig
from tests.integration.api.measures import lagging, measured
from tests.integration.api.standing import Client, Standing, asking, status
from tests.integration.feed.collect import Collected, running

SENTENCE = b"!AIVDM,1,1,,A,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A\n"
TOKEN = {"Authorization": "Bearer s3cret"}


def roof(**words: Any) -> AisCatcherHttp:
    return AisCatcherHttp(AisCatcherHttpConfig(name="roof", **{"token": "s3cret", **words}))


@asynccontextmanager
async def posting(sink: Collected, feed: AisCatcherHttp) -> AsyncIterator[Client]:
    """A client of a watch with a feed over TCP and one that is pushed."""
    tcp = NmeaTcp(NmeaTcpConfig(name="harbour", host="192.0.2.7", port=10110))
    async with running(feed, sink):
        await asyncio.sleep(0)
        async with asking(pushed, Standing(status(), feeds=[tcp, feed])) as client:
            yield client


async def answered(
    client: Client, body: Any, path: str = "/feeds/roof", **headers: str
) -> tuple[int, str]:
    """Status and words of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.post(path, data=body, headers={**TOKEN, **named}) as answer:
        words = await answer.text()
    assert "s3cret" not in words
    if answer.status >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.status != 401 or answer.headers["WWW-Authenticate"] == "Bearer"
        told = json.loads(words)
        assert (told["status"], told["instance"]) == (answer.status, path)
        return answer.status, str(told["detail"])
    assert answer.content_type == "text/plain"
    assert words.endswith(".\n")
    assert words.count("\n") == 1
    return answer.status, words.strip()


async def test_a_body_reaches_its_feed_and_the_sender_is_told() -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        assert await answered(client, SENTENCE * 2) == (200, "Taken: 2 messages.")
    assert (sink.data, sink.messages) == (SENTENCE * 2, 2)


async def test_what_is_not_on_disk_is_not_said_to_be_taken() -> None:
    """The sender has it still, and may send it again."""
    sink = Collected(disk=False)
    async with posting(sink, roof()) as client:
        assert await answered(client, SENTENCE) == (
            503, "It could not be put on disk, and may be lost: send it again later.",
        )  # fmt: skip
        sink.disk = True
        assert await answered(client, SENTENCE) == (200, "Taken: 1 messages.")


@pytest.mark.parametrize("name", ["attic", "harbour", "Roof"])
async def test_a_feed_that_there_is_not_or_that_is_not_pushed(name: str) -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        assert await answered(client, SENTENCE, f"/feeds/{name}") == (
            404,
            f"There is no feed '{name}' that can be posted to.",
        )
    assert not sink.data


async def test_a_name_with_odd_letters_does_no_harm() -> None:
    async with posting(Collected(), roof()) as client:
        code, words = await answered(client, SENTENCE, "/feeds/%0A%3Cb%3E")
    assert (code, words) == (404, r"There is no feed '\n<b>' that can be posted to.")


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "s3cret"])
async def test_without_the_token_nothing_is_taken(token: str) -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        assert await answered(client, SENTENCE, Authorization=token) == (
            401,
            "The token is missing or wrong: send the one of MONITOR_FEED_ROOF_TOKEN.",
        )
    assert not sink.data


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "identity", ""])
async def test_a_body_may_be_packed(encoding: str) -> None:
    """Whether its header says so or not: AIS-catcher's does, a script's may not."""
    body = SENTENCE if encoding == "identity" else gzip.compress(SENTENCE)
    headers = {"Content_Encoding": encoding} if encoding else {}
    async with posting(Collected(), roof()) as client:
        assert await answered(client, body, **headers) == (200, "Taken: 1 messages.")


async def test_what_is_no_ais_is_counted_and_said() -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        code, words = await answered(client, b"hello\n")
    assert code == 400
    assert words.startswith("There is no AIS message in it: send ")
    assert dict(sink.refused) == {"not_ais": 1}


async def test_an_encoding_that_is_not_known() -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        code, words = await answered(client, zlib.compress(SENTENCE), Content_Encoding="deflate")
    assert (code, words) == (
        400,
        "The encoding of this body is not known: send it plain or with gzip.",
    )
    assert dict(sink.refused) == {"garbled": 1}


async def test_a_body_of_exactly_the_longest_is_taken_and_a_byte_more_is_not() -> None:
    sink = Collected()
    full = SENTENCE + b"#" * (4095 - len(SENTENCE)) + b"\n"
    async with posting(sink, roof(max_body_bytes=4096)) as client:
        assert (await answered(client, full))[0] == 200
        assert await answered(client, full + b"\n") == (
            413,
            "The body is longer than 4096 bytes: send less.",
        )
    assert dict(sink.refused) == {"too_long": 1}


async def test_a_small_body_that_unpacks_to_much_is_not_unpacked_further_than_allowed() -> None:
    """250 KB that hold 256 MB of nothing."""
    sink, bomb = Collected(), gzip.compress(b"\0" * (256 << 20))
    async with posting(sink, roof(max_body_bytes=1 << 20)) as client:
        with measured() as peak:
            code, _ = await answered(client, bomb, Content_Encoding="gzip")
    assert code == 413
    assert peak[0] < 16 << 20
    assert dict(sink.refused) == {"too_long": 1}


@pytest.mark.parametrize("token", [TOKEN, {}], ids=["of a friend", "of a stranger"])
async def test_a_flood_is_not_held_in_memory(token: dict[str, str]) -> None:
    """64 MB and more would come; strangers are not listened to at all."""
    given = []

    async def flood() -> AsyncIterator[bytes]:
        for _ in range(1024):
            given.append(1 << 16)
            yield b"x" * (1 << 16)

    sink = Collected()
    async with posting(sink, roof(max_body_bytes=1 << 20)) as client:
        with measured() as peak, suppress(ClientError):  # the server need not hear them out
            async with client.post("/feeds/roof", data=flood(), headers=token) as answer:
                assert answer.status == (413 if token else 401)
        assert (await answered(client, SENTENCE))[0] == 200
    assert sum(given) > 1 << 20
    assert peak[0] < 16 << 20
    assert dict(sink.refused) == ({"too_long": 1} if token else {})


@pytest.mark.parametrize(
    "body",
    [
        b"no gzip at all",
        gzip.compress(SENTENCE)[:-12],
        gzip.compress(SENTENCE)[:-6] + b"wrong.",
        gzip.compress(SENTENCE * 50)[:20],
    ],
    ids=["none", "cut", "checksum", "begin"],
)
async def test_a_damaged_body_is_told_and_counted(body: bytes) -> None:
    sink = Collected()
    async with posting(sink, roof()) as client:
        code, _ = await answered(client, body, Content_Encoding="gzip")
    assert code == 400
    assert sum(sink.refused.values()) == 1


async def test_padding_behind_a_packed_body_is_no_damage() -> None:
    async with posting(Collected(), roof()) as client:
        body = gzip.compress(SENTENCE) + b"\0\0"
        assert await answered(client, body, Content_Encoding="gzip") == (200, "Taken: 1 messages.")


async def test_a_sender_that_goes_away_leaves_nothing_behind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not half a body, and no trace of a failure that is not ours."""
    sink = Collected()
    async with posting(sink, roof()) as client:
        _, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(
            b"POST /feeds/roof HTTP/1.1\r\nHost: watch\r\nAuthorization: Bearer s3cret\r\n"
            b"Content-Length: 1000\r\n\r\n" + SENTENCE
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
        assert (await answered(client, SENTENCE))[0] == 200
    assert sink.messages == 1
    assert caplog.records == []


async def test_a_sender_that_does_not_wait_for_the_answer_is_heard() -> None:
    """The body is whole: that he hung up meanwhile takes nothing from it."""
    sink = Collected()
    async with posting(sink, roof()) as client:
        _, writer = await asyncio.open_connection(client.host, client.port)
        body = SENTENCE * 20_000
        writer.write(
            b"POST /feeds/roof HTTP/1.1\r\nHost: watch\r\nAuthorization: Bearer s3cret\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await sink.until(20_000)
    assert sink.messages == 20_000


async def test_when_there_is_no_room_the_sender_may_try_again() -> None:
    sink = Collected(room=False)
    async with posting(sink, roof()) as client:
        assert await answered(client, SENTENCE) == (
            503,
            "There is no room for more at the moment: try again later.",
        )
    assert sink.dropped == 1


async def test_a_feed_that_is_not_running_takes_nothing() -> None:
    async with asking(pushed, Standing(status(), feeds=[roof()])) as client:
        assert await answered(client, SENTENCE) == (
            503,
            "This feed is not running: try again later.",
        )


async def test_a_feed_is_posted_to_and_not_read() -> None:
    async with posting(Collected(), roof()) as client, client.get("/feeds/roof") as answer:
        assert answer.status == 405


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds one of the feed's places, and no longer than it may."""
    monkeypatch.setattr("monitor.api.pushed.BODY_S", 0.2)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    sink = Collected()
    async with posting(sink, roof()) as client:
        assert await answered(client, trickle()) == (
            408,
            "The body was not whole within 0.2 s: send less at a time.",
        )
        assert (await answered(client, SENTENCE))[0] == 200


async def test_a_few_bodies_are_in_memory_together_and_the_others_wait() -> None:
    """30 friends send what is never whole; what is read of it stays small."""
    feed, sink = roof(), Collected()
    begun = (
        b"POST /feeds/roof HTTP/1.1\r\nHost: watch\r\nAuthorization: Bearer s3cret\r\n"
        b"Content-Length: 2000000\r\n\r\n" + b"x" * 1_900_000
    )
    async with posting(sink, feed) as client:
        with measured() as peak, ExitStack() as held:
            for _ in range(30):
                sender = socket.create_connection((client.host, client.port))
                held.enter_context(closing(sender)).setblocking(False)  # noqa: FBT003
                sent = 0
                for _ in range(8):
                    with suppress(BlockingIOError):
                        sent += sender.send(memoryview(begun)[sent:])
                    await asyncio.sleep(0.01)
            assert feed.room.locked()
        assert (await answered(client, SENTENCE))[0] == 200
    assert peak[0] < 40 << 20  # all of them were 57 MB


async def test_a_body_in_chunks_of_a_byte_takes_no_more_than_it_holds() -> None:
    async def bytewise() -> AsyncIterator[bytes]:
        for _ in range(20_000):
            yield b"x"

    async with posting(Collected(), roof()) as client:
        with measured() as peak:
            assert (await answered(client, bytewise()))[0] == 400
    assert peak[0] < 4 << 20


@pytest.mark.parametrize("token", [True, False], ids=["of a friend", "of a stranger"])
async def test_the_loop_goes_round_while_a_large_body_is_read(
    monkeypatch: pytest.MonkeyPatch, *, token: bool
) -> None:
    """8 MB of JSON, packed to a few KB, read in a thread: of strangers not at all."""
    message = b'{"class":"AIS","nmea":["%s"]},' % SENTENCE.strip()
    packed = gzip.compress(b'{"msgs":[' + message * 40_000 + b"{}]}")
    login = {} if token else {"Authorization": "Bearer wrong"}
    feed, loop, rounds = roof(), asyncio.get_running_loop(), list[bool]()
    lines_of = feed.lines_of

    def read(*words: Any) -> Any:
        """Read it once the loop went round, which it cannot if it is what reads."""
        went_round = threading.Event()
        loop.call_soon_threadsafe(went_round.set)
        rounds.append(went_round.wait(10))
        return lines_of(*words)

    monkeypatch.setattr(feed, "lines_of", read)
    async with posting(Collected(), feed) as client, lagging() as lag:
        code, _ = await answered(client, packed, Content_Encoding="gzip", **login)
    assert (code, rounds) == ((200, [True]) if token else (401, []))
    assert lag[0] < 0.4
