"""Digitraffic over HTTP: a server that answers as the service does."""

from __future__ import annotations

import asyncio
import gzip
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable

import pytest
from aiohttp import web
from pydantic import ValidationError

from monitor.clock import now_us
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.errors import FeedError
from monitor.feed.digitraffic_rest import DigitrafficRest, DigitrafficRestConfig
from monitor.model import Lines
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.http_server import serving, talking


def feed_at(place: str, **words: object) -> DigitrafficRest:
    """Make a feed that does not pause."""
    config = DigitrafficRestConfig(name="fi", url=f"http://{place}/api/ais/v1", **words)
    return DigitrafficRest(config.model_copy(update={"interval_s": 0.01}))


def now_ms() -> int:
    return now_us() // 1000


def feature(mmsi: int, age_s: float) -> dict[str, object]:
    return {
        "mmsi": mmsi,
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [20.85169, 55.770832]},
        "properties": {
            "mmsi": mmsi, "sog": 0.1, "cog": 346.5, "navStat": 1, "rot": 4, "posAcc": True,
            "raim": False, "heading": 79, "timestamp": 59,
            "timestampExternal": now_ms() - int(age_s * 1000),
        },
    }  # fmt: skip


def vessel(mmsi: int, age_s: float) -> dict[str, object]:
    return {
        "name": "ARUNA CIHAN", "timestamp": now_ms() - int(age_s * 1000), "mmsi": mmsi,
        "callSign": "TCA6412", "imo": 9543756, "shipType": 70, "draught": 68, "eta": 733376,
        "posType": 1, "referencePointA": 160, "referencePointB": 33, "referencePointC": 20,
        "referencePointD": 12, "destination": "UST-LUGA",
    }  # fmt: skip


def collection(*features: object) -> object:
    return {"type": "FeatureCollection", "dataUpdatedTime": "now", "features": list(features)}


class Service:
    """Answers locations one after the other, then the last again; and always the same vessels."""

    def __init__(self, *answers: object, vessels: object = ()) -> None:
        """Take the answers; ``vessels`` that are no tuple are the whole answer."""
        self.asked: list[web.Request] = []
        self.answers = list(answers)
        self.vessels = list(vessels) if isinstance(vessels, tuple) else vessels

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with gzip, and only those who take it."""
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(status=406)
        self.asked.append(request)
        if request.path.endswith("/vessels"):
            answer = self.vessels
        else:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(
            body=gzip.compress(json.dumps(answer).encode()),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
        )


async def test_positions_and_names_and_only_what_is_new() -> None:
    first, moved, other = feature(1, 300), feature(1, 60), feature(2, 100)
    aruna = vessel(271044099, 3600)
    service = Service(
        collection(first, other), collection(first, other), collection(moved, other),
        vessels=(aruna,),
    )  # fmt: skip
    sink = Collected()
    async with (
        serving(service.handle) as place,
        running(feed_at(place, digitraffic_user="a/1"), sink),
    ):
        await sink.until(4)
        await asyncio.sleep(0.1)
    assert [json.loads(line) for line in sink.lines] == [first, other, aruna, moved]
    assert (sink.messages, sink.connections, dict(sink.refused)) == (3, 1, {})
    reports = DigitrafficDecoder().decode(Lines(data=sink.data, source="fi"), final=True)
    assert reports.positions["mmsi"].tolist() == [1, 2, 1]
    assert reports.statics[0].static.name == "ARUNA CIHAN"
    names = [request.path for request in service.asked]
    assert names.count("/api/ais/v1/vessels") == 1  # each ten minutes only
    assert service.asked[0].headers["Digitraffic-User"] == "a/1"
    since = [int(request.query["from"]) for request in service.asked]
    assert now_ms() - since[0] == pytest.approx(600_000, abs=5000)
    assert now_ms() - since[1] == pytest.approx(86_400_000, abs=5000)
    assert now_ms() - since[2] == pytest.approx(180_000, abs=5000)


async def test_around_a_position_without_names() -> None:
    service = Service(collection(feature(1, 5)))
    words = {"radius_km": 25, "latitude": 60.1, "longitude": 24.9, "metadata": False}
    sink = Collected()
    async with serving(service.handle) as place, running(feed_at(place, **words), sink):
        await sink.until(1)
    query = dict(service.asked[0].query)
    assert query.pop("from")
    assert query == {"radius": "25.0", "latitude": "60.1", "longitude": "24.9"}
    assert all(request.path.endswith("/locations") for request in service.asked)


async def test_positions_of_the_future_and_of_years_ago() -> None:
    service = Service(
        collection(feature(1, -90), feature(2, 90_000), None, {"properties": 1}, feature(3, 5))
    )
    sink = Collected()
    async with serving(service.handle) as place:
        config = feed_at(place, metadata=False).config.model_copy(update={"interval_s": 60})
        async with running(DigitrafficRest(config), sink):
            await sink.until(1)
    assert [json.loads(line)["mmsi"] for line in sink.lines] == [3]
    assert dict(sink.refused) == {"clock_nonsense": 1, "too_old": 1, "garbled": 2}


@pytest.mark.parametrize(
    ("service", "says"),
    [
        (Service([]), "without positions"),
        (Service({"type": "x"}), "without positions"),
        (Service(collection(), vessels={}), "without vessels"),
    ],
)
async def test_answers_of_another_kind(service: Service, says: str) -> None:
    async with serving(service.handle) as place:
        with pytest.raises(FeedError, match=says):
            await feed_at(place).run(Collected())


def responding(**words: object) -> Callable[..., object]:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(**words)

    return handle


@pytest.mark.parametrize(
    ("words", "says", "pause_s"),
    [
        ({"status": 429, "headers": {"Retry-After": "33"}}, "too many requests", 33),
        ({"status": 429}, "too many requests", 60),
        ({"status": 406}, "HTTP 406", None),
        ({"status": 502}, "out of order", None),
        ({"text": "<html>"}, "no JSON", None),
        ({"body": b'{"features":' * 50_000}, "no JSON", None),
        (
            {"body": b"x" * 99, "headers": {"Content-Encoding": "gzip"}},
            "broke off|not speak HTTP",
            None,
        ),
    ],
)
async def test_bad_answers(words: dict[str, object], says: str, pause_s: float | None) -> None:
    async with serving(responding(**words)) as place:
        with pytest.raises(FeedError, match=says) as error:
            await feed_at(place).run(Collected())
    assert error.value.retry_after_s == pause_s
    assert "from=" not in str(error.value)


async def test_silence_half_an_answer_and_byte_by_byte() -> None:
    body = json.dumps(collection(feature(1, 9))).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    async def mute(reader: StreamReader, _: StreamWriter) -> None:
        await reader.read()

    async def cut(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body[:40])
        await writer.drain()

    async def slow(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for byte in head + body:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await reader.read()

    async with talking(mute) as place:
        with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
            await feed_at(place, answer_timeout_s=0.2).run(Collected())
        async with running(feed_at(place), Collected()) as task:
            await asyncio.sleep(0.1)
            assert not task.done()
            task.cancel()
            async with asyncio.timeout(1):
                await asyncio.wait([task])
    async with talking(cut) as place:
        with pytest.raises(FeedError, match="broke off in the middle"):
            await feed_at(place).run(Collected())
    sink = Collected()
    async with talking(slow) as place, running(feed_at(place, metadata=False), sink):
        await sink.until(1)


async def test_many_and_no_room() -> None:
    service = Service(collection(*(feature(200_000_000 + n, 60) for n in range(20_000))))
    sink = Collected(room=False)
    async with serving(service.handle) as place, running(feed_at(place, metadata=False), sink):
        while not sink.connections:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert len(service.asked) == 1
        sink.room = True
        await sink.until(20_000)
    assert sink.messages == 20_000


@pytest.mark.parametrize(
    "words",
    [{"interval_s": 10}, {"retry_s": 59}, {"radius_km": 5}, {"latitude": 1, "longitude": 2}],
)
def test_settings_that_cannot_be(words: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DigitrafficRestConfig(name="fi", **words)
