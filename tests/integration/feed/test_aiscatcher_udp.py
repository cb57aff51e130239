"""AIS-catcher's datagrams: JSON of several shapes, and sentences."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.decode.forms import form_of, make_decoder
from monitor.errors import FeedError
from monitor.feed.aiscatcher_udp import AisCatcherUdp, AisCatcherUdpConfig
from monitor.model import Lines
from tests.integration.feed.collect import Collected, running
from tests.live import free_port
from tests.written.heard import two_ships
from tests.written.receivers import aiscatcher_record

SENTENCE = b"!AIVDM,1,1,,B,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"
PARTS = [
    "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    "!AIVDM,2,2,1,A,88888888880,2*25",
]


@asynccontextmanager
async def listening(sink: Collected, **words: object) -> AsyncIterator[socket.socket]:
    """Run the feed; give a socket that is connected to it."""
    port = free_port(socket.SOCK_DGRAM)
    feed = AisCatcherUdp(AisCatcherUdpConfig(name="roof", port=port, **words))
    async with running(feed, sink):
        while not sink.connections:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", port))
            yield sender


@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
async def test_recorded_full_json(form: str, shared: Path) -> None:
    path = shared / "aiscatcher_json/http_post_v070_20260926.json"
    await hold_full_json(form, json.loads(path.read_bytes())["msgs"])


@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
async def test_full_json(form: str) -> None:
    await hold_full_json(form, [aiscatcher_record(report) for report in two_ships("fleet")])


async def hold_full_json(form: str, messages: list[dict[str, Any]]) -> None:
    """One object a datagram as AIS-catcher ends it, two in one, and two without a line end."""
    first, second = (json.dumps(message).encode() for message in messages)
    sink = Collected()
    async with listening(sink, form=form) as sender:
        for datagram in (first + b"\r\n", first + b"\r\n" + second + b"\r\n", first + second):
            sender.send(datagram)
        await sink.until(5)
    assert (sink.messages, dict(sink.refused)) == (5, {})
    decoder = make_decoder(form_of(form))
    reports = decoder.decode(Lines(data=sink.data, source="roof"), final=True)
    one, two = (message["mmsi"] for message in messages)
    assert reports.positions["mmsi"].tolist() == [one, one, two, one, two]


async def test_json_that_holds_only_sentences_as_json_on_makes_it() -> None:
    only = {"class": "AIS", "channel": "A", "rxuxtime": 1790467197.5, "mmsi": 1, "nmea": PARTS}
    sink = Collected()
    async with listening(sink) as sender:
        sender.send(json.dumps(only).encode() + b"\r\n")
        sender.send(SENTENCE + b"\r\n")
        await sink.until(3)
    assert sink.lines[2] == SENTENCE
    decoder = make_decoder(form_of("nmea"))
    reports = decoder.decode(Lines(data=sink.data, source="roof"), final=True)
    assert (len(reports.statics), len(reports.positions), sink.messages) == (1, 1, 3)


async def test_garbage_and_halves_are_counted_and_harm_nothing() -> None:
    good = json.dumps({"class": "AIS", "nmea": [SENTENCE.decode()]}).encode()
    sink = Collected()
    async with listening(sink) as sender:
        for datagram in (b"", good[:30], b'{"class":"TPV","lat":1,"lon":2}', b"\0\0", good):
            sender.send(datagram)
        await sink.until(1)
    assert sink.lines == [SENTENCE]
    assert dict(sink.refused) == {"garbled": 1, "not_ais": 1}


async def test_silence_is_waited_out() -> None:
    sink = Collected()
    async with listening(sink):
        await asyncio.sleep(0.1)
    assert (sink.connections, sink.data) == (1, b"")


async def test_without_room_datagrams_are_dropped_and_counted() -> None:
    sink = Collected(room=False)
    async with listening(sink) as sender:
        for _ in range(5):
            sender.send(SENTENCE)
        while sink.dropped < 5:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0.01)
        sink.room = True
        sender.send(SENTENCE)
        await sink.until(1)
    assert (sink.dropped, sink.messages) == (5, 1)


async def test_a_port_that_is_taken() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        config = AisCatcherUdpConfig(name="roof", port=other.getsockname()[1])
        with pytest.raises(FeedError, match="Address already in use"):
            await AisCatcherUdp(config).run(Collected())


async def test_fast_datagrams() -> None:
    message = json.dumps({"class": "AIS", "nmea": [SENTENCE.decode()]}).encode()
    datagram = b"\r\n".join([message] * 100)
    sink = Collected()
    async with listening(sink) as sender:
        for _ in range(100):
            sender.send(datagram)
            await asyncio.sleep(0)
        await sink.until(10_000)
    assert sink.messages == 10_000
