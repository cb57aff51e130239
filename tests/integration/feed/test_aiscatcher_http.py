"""AIS-catcher posts to us: its real body, plain and packed, and what others may post."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.decode.forms import form_of, make_decoder
from monitor.errors import FeedError
from monitor.feed.aiscatcher_http import AisCatcherHttp, AisCatcherHttpConfig
from monitor.feed.pushed import shows
from monitor.model import Lines
from tests.integration.feed.collect import Collected, running
from tests.written.heard import two_ships
from tests.written.receivers import aiscatcher_body

SENTENCE = b"!AIVDM,1,1,,B,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"
BEARER = "Bearer s3cret"
BASIC = "Basic " + base64.b64encode(b"roof:s3cret").decode()


def feed_of(**words: object) -> AisCatcherHttp:
    return AisCatcherHttp(AisCatcherHttpConfig(name="roof", **{"token": "s3cret"} | words))


@asynccontextmanager
async def receiving(feed: AisCatcherHttp, sink: Collected) -> AsyncIterator[AisCatcherHttp]:
    async with running(feed, sink):
        await asyncio.sleep(0)
        yield feed


async def post(
    feed: AisCatcherHttp, body: bytes, encoding: str | None = None, login: str | None = BEARER
) -> int:
    status, words = await feed.receive(body, encoding=encoding, authorization=login)
    assert words.endswith(".")
    assert "s3cret" not in words
    return status


SHIPS = [report.mmsi for report in two_ships("fleet")]


@pytest.fixture
def body() -> bytes:
    """A body as AIS-catcher 0.70 posts it, of two simulated ships."""
    return aiscatcher_body(two_ships("fleet"))


@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
@pytest.mark.parametrize("packing", [None, "gzip"])
async def test_a_body_as_it_is_posted(form: str, packing: str | None, body: bytes) -> None:
    await hold_it_is_taken(form, packing, body, SHIPS)


@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
@pytest.mark.parametrize("packing", [None, "gzip"])
async def test_its_own_body(form: str, packing: str | None, shared: Path) -> None:
    body = (shared / "aiscatcher_json/http_post_v070_20260926.json").read_bytes()
    await hold_it_is_taken(form, packing, body, [316001269, 316011408])


async def hold_it_is_taken(form: str, packing: str | None, body: bytes, ships: list[int]) -> None:
    """Both messages, whatever the form asked for."""
    sink, feed = Collected(), feed_of(form=form)
    sent = gzip.compress(body) if packing == "gzip" else body
    async with receiving(feed, sink):
        assert await post(feed, sent, "gzip" if packing else None) == 200
    assert (sink.connections, sink.messages, len(sink.lines)) == (1, 2, 2)
    decoder = make_decoder(form_of(feed.form))
    reports = decoder.decode(Lines(data=sink.data, source="roof"), final=True)
    assert reports.positions["mmsi"].tolist() == ships
    assert not reports.refusals


async def test_one_json_a_line_the_minimal_envelope_and_sentences(body: bytes) -> None:
    messages = json.loads(body)["msgs"]
    pretty = json.dumps({"protocol": "jsonaiscatcher", "msgs": messages}, indent="\t")
    minimal = [{"class": "AIS", "rxtime": m["rxtime"], "nmea": m["nmea"]} for m in messages]
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        for sent in (
            "\n".join(json.dumps(message) for message in messages),
            pretty,
            json.dumps({"protocol": "jsonaiscatcher", "msgs": minimal}),
            "\r\n".join(message["nmea"][0] for message in messages) + "\r\n",
        ):
            assert await post(feed, sent.encode()) == 200
    assert (sink.messages, dict(sink.refused)) == (8, {})
    decoder = make_decoder(form_of("nmea"))
    reports = decoder.decode(Lines(data=sink.data, source="roof"), final=True)
    assert reports.positions["mmsi"].tolist() == SHIPS * 4


async def test_a_broken_line_does_not_take_the_others_with_it(body: bytes) -> None:
    first, second = (json.dumps(message).encode() for message in json.loads(body)["msgs"])
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        assert await post(feed, first[:-5] + b"\n" + second) == 200
    assert (sink.messages, dict(sink.refused)) == (1, {"garbled": 1})


@pytest.mark.parametrize(
    ("login", "status"),
    [
        (BEARER, 200),
        (BASIC, 200),
        ("bearer   s3cret ", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer s3cretx", 401),
        ("Bearer §3cret", 401),
        ("s3cret", 401),
        ("Basic s3cret", 401),
        ("Basic §§", 401),
        ("Basic " + base64.b64encode(b"s3cret:").decode(), 401),
        ("Digest s3cret", 401),
    ],
)
async def test_the_token(login: str | None, status: int) -> None:
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        assert await post(feed, SENTENCE, login=login) == status
    assert sink.messages == (status == 200)


async def test_without_a_token_nothing_is_taken() -> None:
    feed = feed_of(token=None)
    with pytest.raises(FeedError, match="MONITOR_FEED_ROOF_TOKEN"):
        await feed.run(Collected())
    assert await post(feed, SENTENCE) == 503
    assert not shows("Bearer ", "")


async def test_too_much(body: bytes) -> None:
    """Zip bombs are not unpacked further than allowed."""
    bomb = gzip.compress(b"\0" * (64 << 20))
    sink, feed = Collected(), feed_of(max_body_bytes=4096)
    async with receiving(feed, sink):
        tracemalloc.start()
        assert await post(feed, bomb, "gzip") == 413
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()
        assert await post(feed, gzip.compress(b"") + bomb, "gzip") == 413
        assert await post(feed, b"x" * 4097) == 413
        assert await post(feed, body) == 200
    assert dict(sink.refused) == {"too_long": 3}


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"   \r\n",
        b"<html>hello</html>",
        b"{",
        b"[]",
        b"\0\xff\xfe",
        b'{"protocol":"jsonais","groups":[]}',
        b"jsonais=%7B%7D",
    ],
)
async def test_what_is_no_ais(sent: bytes) -> None:
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        assert await post(feed, sent) == 400
    assert not sink.data
    assert sink.refused["not_ais"] >= 1


async def test_packed_bodies_that_cannot_be_unpacked(body: bytes) -> None:
    """A sentence each, and counted; what stands behind the last member is padding."""
    packed = gzip.compress(SENTENCE * 50)
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        assert (
            await told(feed, packed[:-12]) == "The gzip of this body was cut: send it again, whole."
        )
        assert await told(feed, packed[:20] + b"xxxx" + packed[24:]) == (
            "The gzip of this body is damaged: send it again."
        )
        assert await told(feed, body) == (
            "The body is not gzip, though its Content-Encoding says so: send it packed."
        )
        assert await told(feed, body, "br") == (
            "The encoding of this body is not known: send it plain or with gzip."
        )
        assert dict(sink.refused) == {"garbled": 4}
        assert await post(feed, packed + b"\0\0", "x-gzip") == 200


async def told(feed: AisCatcherHttp, body: bytes, encoding: str = "gzip") -> str:
    """Why a body is not taken."""
    status, words = await feed.receive(body, encoding=encoding, authorization=BEARER)
    assert status == 400
    return words


async def test_a_body_of_more_values_than_are_taken() -> None:
    """They are counted before memory is taken for them: 2 MB of nothing would come to 60."""
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        tracemalloc.start()
        for sent in (b"[" + b"{}," * 700_000 + b"{}]", b"x\n" * 700_000, b"x\r" * 700_000):
            assert await post(feed, sent) == 413
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()
    assert dict(sink.refused) == {"too_long": 3}


async def test_without_room_the_sender_is_told() -> None:
    sink, feed = Collected(room=False), feed_of()
    async with receiving(feed, sink):
        assert await post(feed, SENTENCE) == 503
        sink.room = True
        assert await post(feed, SENTENCE) == 200
    assert (sink.dropped, sink.messages) == (1, 1)
    assert await post(feed, SENTENCE) == 503  # stopped


async def test_it_waits_and_stops_at_once() -> None:
    sink, feed = Collected(), feed_of()
    assert (feed.CONNECTS, feed.where) == (False, "POST /feeds/roof")
    async with running(feed, sink) as task:
        await asyncio.sleep(0.05)
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(0.5):
            await asyncio.wait([task])


async def test_fifty_thousand_in_one_body() -> None:
    message = json.dumps({"class": "AIS", "rxuxtime": 1790467197, "nmea": [SENTENCE.decode()]})
    sink, feed = Collected(), feed_of(max_body_bytes=64 << 20, max_values=1_000_000)
    async with receiving(feed, sink):
        assert await post(feed, gzip.compress("\n".join([message] * 50_000).encode(), 1)) == 200
    assert (len(sink.lines), sink.messages) == (50_000, 50_000)


async def test_a_body_that_is_not_what_its_header_says(shared: Path) -> None:
    """Plain, brotli and cut are refused, each with its sentence; as it is, it is taken."""
    path = shared / "cases/lines/push-body.json"
    if not path.is_file():
        pytest.skip("The recordings here are older than this case")
    body = path.read_bytes()
    sink, feed = Collected(), feed_of()
    async with receiving(feed, sink):
        assert (await told(feed, body)).startswith("The body is not gzip")
        assert (await told(feed, body, "br")).startswith("The encoding of this body is not known")
        assert "was cut" in await told(feed, gzip.compress(body)[:-40])
        assert dict(sink.refused) == {"garbled": 3}
        assert await post(feed, body) == 200
    assert (sink.messages, dict(sink.refused)) == (6, {"garbled": 3})
