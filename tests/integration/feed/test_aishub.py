"""AISHub: a server that answers as its web service does, good and bad."""

from __future__ import annotations

import asyncio
import bz2
import gzip
import io
import json
import zipfile
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress

import pytest
from aiohttp import web
from pydantic import ValidationError

from monitor.clock import now_us
from monitor.decode.aishub import AisHubDecoder
from monitor.errors import FeedError
from monitor.feed.aishub import AisHub, AisHubConfig, unpacked
from monitor.model import Lines
from monitor.units import DAY_US, HOUR_US, SECOND_US, to_datetime
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.http_server import serving, talking

USERNAME = "AH_1234_ABCD"


def feed_at(place: str, **words: object) -> AisHub:
    """Make a feed that does not pause; its boxes are the world unless told."""
    given = {"url": f"http://{place}/ws.php", "username": USERNAME, "boxes": ()} | words
    config = AisHubConfig(name="hub", **given)
    return AisHub(config.model_copy(update={"interval_s": 0.01}))


def record(mmsi: int, age_s: float, **words: object) -> dict[str, object]:
    """Build a record with numbers as on the air, off Tartus."""
    at = now_us() // SECOND_US - int(age_s)
    return {
        "MMSI": mmsi, "TIME": str(at), "LONGITUDE": 21528000, "LATITUDE": 20934000, "COG": 3600,
        "SOG": 12, "HEADING": 511, "ROT": 128, "NAVSTAT": 0, "IMO": 0, "NAME": "A", "CALLSIGN": "B",
        "TYPE": 70, "A": 24, "B": 6, "C": 0, "D": 6, "DRAUGHT": 12, "DEST": "", "ETA": 1596,
    } | words  # fmt: skip


def answer(*records: object, form: str = "AIS") -> bytes:
    head = {"ERROR": False, "USERNAME": USERNAME, "FORMAT": form, "RECORDS": len(records)}
    return json.dumps([head, list(records)]).encode()


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", data)
    return packed.getvalue()


def answering(*bodies: bytes, **words: object) -> Callable[..., object]:
    """Answer with these bodies one after the other, then with the last."""
    left = list(bodies)

    async def handle(_: web.Request) -> web.Response:
        body = left.pop(0) if len(left) > 1 else left[0]
        return web.Response(body=body, content_type="application/json", **words)

    return handle


async def failure(handle: Callable[..., object], **words: object) -> FeedError:
    """Run a feed against a handler until it fails; its words never hold the username."""
    async with serving(handle) as place:
        with pytest.raises(FeedError) as error:
            await feed_at(place, **words).run(Collected())
    assert USERNAME not in str(error.value)
    assert str(error.value).endswith(".")
    return error.value


@pytest.mark.parametrize("pack", [bytes, zipped, gzip.compress, bz2.compress])
async def test_a_snapshot_and_only_what_is_new_in_the_next(pack: Callable[..., bytes]) -> None:
    first, moved = record(1, 300), record(1, 60)
    other = record(2, 100)
    bodies = [answer(first, other), answer(first, other), answer(moved, other), answer(first)]
    sink = Collected()
    async with (
        serving(answering(*map(pack, bodies))) as place,
        running(feed_at(place), sink) as task,
    ):
        await sink.until(3)
        await asyncio.sleep(0.1)
        assert not task.done()
    assert [json.loads(line) for line in sink.lines] == [first, other, moved]
    assert (sink.messages, sink.connections, dict(sink.refused)) == (3, 1, {})
    reports = AisHubDecoder().decode(Lines(data=sink.data, source="hub"), final=True)
    assert (len(reports.positions), len(reports.statics)) == (3, 3)


async def test_what_is_asked() -> None:
    asked = {}

    async def handle(request: web.Request) -> web.Response:
        asked.update(request.query)
        return web.Response(body=answer())

    sink = Collected()
    boxes = ([[35.65, 36.62], [34.15, 35.12]], [[31.33, 23.23], [32.83, 24.73]])
    async with serving(handle) as place, running(feed_at(place, boxes=boxes), sink):
        while not sink.connections:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
    assert asked == {
        "username": USERNAME, "format": "0", "output": "json", "compress": "2", "interval": "60",
        "latmin": "31.33", "latmax": "35.65", "lonmin": "23.23", "lonmax": "36.62",
    }  # fmt: skip


async def test_between_the_boxes_nothing_is_taken() -> None:
    boxes = ([[35.65, 36.62], [34.15, 35.12]], [[31.33, 23.23], [32.83, 24.73]])
    time = str(to_datetime(now_us() - HOUR_US).replace(microsecond=0, tzinfo=None)) + " GMT"
    human = {"TIME": time, "LONGITUDE": 24.0, "LATITUDE": 32.0}
    body = answer(
        record(1, 60),
        record(2, 60, LONGITUDE=30 * 600_000),
        record(3, 60, **human),
        record(4, 60, LONGITUDE=108600000, LATITUDE=54600000),
    )
    sink = Collected()
    async with serving(answering(body)) as place, running(feed_at(place, boxes=boxes), sink):
        await sink.until(2)
    assert [json.loads(line)["MMSI"] for line in sink.lines] == [1, 3]


async def test_what_is_dated_ahead_or_long_ago_is_counted() -> None:
    body = answer(
        record(1, -7200), record(2, DAY_US // SECOND_US + 60), record(3, 0, TIME=""), "x", {},
        record(4, 10),
    )  # fmt: skip
    sink = Collected()
    async with serving(answering(body)) as place:
        feed = feed_at(place).config.model_copy(update={"interval_s": 60})
        async with running(AisHub(feed), sink):
            await sink.until(1)
    assert [json.loads(line)["MMSI"] for line in sink.lines] == [4]
    assert dict(sink.refused) == {"clock_nonsense": 1, "too_old": 1, "undated": 1, "garbled": 2}


@pytest.mark.parametrize(
    ("body", "says", "pause_s"),
    [
        (
            (
                b'[{"ERROR":true,"USERNAME":"AH_1234_ABCD","FORMAT":"HUMAN",'
                b'"ERROR_MESSAGE":"Too frequent requests!"}]'
            ),
            "was asked too often: see that nothing else uses",
            120,
        ),
        (b"Too frequent requests!", "was asked too often", 120),
        (b"", "answered nothing", 120),
        (gzip.compress(b""), "answered nothing", 120),
        (b"<html><body>Welcome</body></html>", "a web page", None),
        (
            b'[{"ERROR":true,"ERROR_MESSAGE":"Invalid username AH_1234_ABCD!"}]',
            r"answered: Invalid username \(username\); check MONITOR_FEED_HUB_USERNAME",
            None,
        ),
        (b'{"ERROR":true,"ERROR_MESSAGE":null}', "answered: None", None),
        (b"\x00\x01 what?", "answered: ", None),
        (answer(record(1, 9))[:-9], "answered: ", None),
        (gzip.compress(answer(record(1, 9)))[:-9], "an archive that cannot be read", None),
        (zipped(answer())[:-9], "an archive that cannot be read", None),
        (bz2.compress(answer())[:-9], "an archive that cannot be read", None),
    ],
    ids=lambda value: "body" if isinstance(value, bytes) else None,  # some hold the time of day
)
async def test_bad_answers(body: bytes, says: str, pause_s: float | None) -> None:
    error = await failure(answering(body))
    with pytest.raises(FeedError, match=says):
        raise error
    assert error.retry_after_s == pause_s


@pytest.mark.parametrize(
    ("status", "says", "pause_s"),
    [(429, "too many requests", 60), (503, "out of order", None), (404, "check the url", None)],
)
async def test_http_errors(status: int, says: str, pause_s: float | None) -> None:
    error = await failure(answering(b"", status=status))
    assert says in str(error)
    assert error.retry_after_s == pause_s


async def test_what_packs_too_much_is_not_unpacked() -> None:
    for packed in (gzip.compress(b"\0" * 9999), bz2.compress(b"\0" * 9999), zipped(b"\0" * 9999)):
        assert len(unpacked(packed, 9999)) == 9999
        with pytest.raises(ValueError, match="too long"):
            unpacked(packed, 9998)


async def test_without_a_username_nothing_is_asked() -> None:
    with pytest.raises(FeedError, match="MONITOR_FEED_HUB_USERNAME"):
        await feed_at("127.0.0.1:9", username=None).run(Collected())


async def test_half_an_answer_and_silence() -> None:
    body = answer(record(1, 9))
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    async def cut(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body[:40])
        await writer.drain()

    async def mute(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body[:40])
        await reader.read()

    async def slow(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for byte in head + body:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await reader.read()

    async with talking(cut) as place:
        with pytest.raises(FeedError, match="broke off in the middle"):
            await feed_at(place).run(Collected())
    async with talking(mute) as place:
        with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
            await feed_at(place, answer_timeout_s=0.2).run(Collected())
        async with running(feed_at(place), Collected()) as task:
            await asyncio.sleep(0.1)
            task.cancel()
            async with asyncio.timeout(1):
                await asyncio.wait([task])
    sink = Collected()
    async with talking(slow) as place, running(feed_at(place), sink):
        await sink.until(1)


async def test_the_world_in_one_go_and_no_room() -> None:
    body = gzip.compress(answer(*(record(200_000_000 + n, 60) for n in range(20_000))), 1)
    asked = 0

    async def handle(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(body=body)

    sink = Collected(room=False)
    async with serving(handle) as place, running(feed_at(place), sink):
        while not sink.connections:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert asked == 1  # no question while there is no room
        sink.room = True
        await sink.until(20_000)
    assert sink.messages == 20_000


async def test_the_pause_is_kept_from_one_run_to_the_next() -> None:
    asked = 0

    async def handle(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(body=b"Too frequent requests!")

    async with serving(handle) as place:
        config = feed_at(place).config.model_copy(update={"interval_s": 60})
        feed = AisHub(config)
        with pytest.raises(FeedError):
            await feed.run(Collected())
        async with running(feed, Collected()):
            await asyncio.sleep(0.1)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await feed.run(Collected())
    assert asked == 1


@pytest.mark.parametrize("words", [{"interval_s": 59}, {"retry_s": 5}, {"compress": 4}])
def test_settings_that_break_the_rules(words: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AisHubConfig(name="hub", **words)
