"""Digitraffic over MQTT: the real mosquitto, and brokers that misbehave."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from pathlib import Path

import pytest
from aiohttp import web

from monitor.errors import FeedError, UsageError
from monitor.feed.configured import make_feed
from monitor.feed.digitraffic_mqtt import DigitrafficMqtt, DigitrafficMqttConfig
from monitor.feed.mqtt import PING_S
from tests.integration.feed.broker import (
    CONNACK,
    PINGREQ,
    PINGRESP,
    connected,
    mosquitto,
    publish,
    read_packet,
    welcome,
)
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.http_server import frame, serving, talking, upgrade

TOPIC = "vessels-v2/230708000/location"
PAYLOAD = b'{"time":1788631200,"sog":0.1,"cog":355.5,"lon":21.441973,"lat":61.132878}'


def feed_at(url: str, *, ping_s: float = PING_S, **words: object) -> DigitrafficMqtt:
    return DigitrafficMqtt(DigitrafficMqttConfig(name="fi", url=url, **words), ping_s=ping_s)


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
async def test_the_login(transport: str, tmp_path: Path) -> None:
    async with mosquitto(tmp_path, ("ais", "right")) as broker:
        url = broker.url(transport)
        for words in ({"username": "ais", "password": "wr0ng"}, {}):
            with pytest.raises(
                FeedError, match=r"refuses the login: check .*FEED_FI_PASSWORD"
            ) as no:
                await feed_at(url, **words).run(Collected())
            assert "wr0ng" not in str(no.value)
        sink, feed = Collected(), feed_at(url, username="ais", password="right")  # noqa: S106
        assert "right" not in feed.where
        async with running(feed, sink):
            await connected(sink)
            await broker.publish([(TOPIC, PAYLOAD)], ("ais", "right"))
            await sink.until(1)


async def test_a_broker_that_dies(tmp_path: Path) -> None:
    sink = Collected()
    async with mosquitto(tmp_path) as broker, running(feed_at(broker.url("mqtt")), sink) as task:
        await connected(sink)
        broker.process.kill()
        broker.process.wait()
        async with asyncio.timeout(2):
            await task
        with pytest.raises(FeedError, match="cannot be reached: Connection refused"):
            await feed_at(broker.url("mqtt")).run(sink)


async def test_silence_is_waited_out_and_parting_is_polite() -> None:
    parted = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        assert await read_packet(reader) == (0xE0, b"")
        assert not await reader.read()
        parted.set()

    sink = Collected()
    async with talking(talk) as place:
        async with running(feed_at(f"mqtt://{place}", connect_timeout_s=0.4), sink) as task:
            await connected(sink)
            await asyncio.sleep(0.5)  # connecting is over, and its time does not run on
            assert not task.done()
            began = asyncio.get_running_loop().time()
            task.cancel()
            await asyncio.wait([task])
            assert asyncio.get_running_loop().time() - began < 0.5
        async with asyncio.timeout(1):
            await parted.wait()


async def test_pings_and_a_broker_that_stops_to_answer() -> None:
    pings = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal pings
        await welcome(reader, writer)
        while await reader.readexactly(2) == PINGREQ:
            pings += 1
            if pings < 4:
                writer.write(PINGRESP)

    sink = Collected()
    async with talking(talk) as place, asyncio.timeout(2):
        with pytest.raises(FeedError, match="does not answer any more"):
            await feed_at(f"mqtt://{place}", ping_s=0.05).run(sink)
    assert (pings, sink.connections) == (4, 1)


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
async def test_half_a_packet_waits_for_its_rest(transport: str) -> None:
    data = publish(TOPIC, PAYLOAD) * 2

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        if transport == "ws":
            await talk_ws(reader, writer)
        else:
            await welcome(reader, writer)
            for piece in (data[:50], data[50:170]):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.02)

    async def talk_ws(reader: StreamReader, writer: StreamWriter) -> None:
        head = await upgrade(reader, writer)
        assert b"sec-websocket-protocol: mqtt" in head.lower()
        assert b"digitraffic-user: a/1" in head.lower()
        for piece in (CONNACK[:1], CONNACK[1:], b"\x90\x04\x00\x01\x00\x00" + data[:50]):
            writer.write(frame(piece))
        writer.write(frame(data[50:170]) + frame(b"\x03\xe8", 8))
        await writer.drain()
        await reader.read()

    sink = Collected()
    async with talking(talk) as place:
        await feed_at(f"{transport}://{place}", digitraffic_user="A/1").run(sink)
    assert sink.lines == [TOPIC.encode() + b" " + PAYLOAD]
    assert dict(sink.refused) == {"cut_off": 1}


async def test_byte_by_byte() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in publish(TOPIC, PAYLOAD) * 3:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)

    sink = Collected()
    async with talking(talk) as place:
        await feed_at(f"tcp://{place}").run(sink)
    assert (len(sink.lines), sink.messages, sink.connections) == (3, 3, 1)


async def test_fifty_thousand_in_one_go() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(b"".join(publish(TOPIC, b'{"time":%d}' % n) for n in range(50_000)))
        await writer.drain()

    sink = Collected()
    async with talking(talk) as place:
        await feed_at(f"mqtt://{place}").run(sink)
    assert [int(line[38:-1]) for line in sink.lines] == list(range(50_000))
    assert sink.messages == 50_000


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
async def test_without_room_the_broker_is_held_up(transport: str) -> None:
    sent = 0
    packet = publish(TOPIC, PAYLOAD) * 500

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal sent
        if transport == "ws":
            await upgrade(reader, writer)
            writer.write(frame(CONNACK) + frame(b"\x90\x04\x00\x01\x00\x00"))
        else:
            await welcome(reader, writer)
        while True:
            writer.write(packet if transport == "mqtt" else frame(packet))
            await writer.drain()
            sent += 1

    sink = Collected(room=False)
    async with talking(talk) as place, running(feed_at(f"{transport}://{place}"), sink) as task:
        before = -1
        async with asyncio.timeout(60):
            while before < sent:
                before = sent
                await asyncio.sleep(0.3)
        assert 0 < sent < 500  # the kernel's buffers hold some MB
        assert not task.done()
        assert not sink.data
        sink.room = True
        async with asyncio.timeout(60):
            while sent < before + 20:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "words",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00", b"\x20\xff\xff\xff\xff", b"\x3f" * 9],
)
async def test_what_is_no_mqtt(words: bytes) -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_packet(reader)
        writer.write(words)
        await writer.drain()

    async with talking(talk) as place:
        with pytest.raises(FeedError, match=r"does not speak MQTT: check|closed the connection at"):
            await feed_at(f"mqtt://{place}").run(Collected())


async def test_garbage_later_ends_it_and_garbled_payloads_do_not() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(publish(TOPIC, b"\x00\xff{\r\n\x07") + publish("a b", b"x" * 70_000))
        writer.write(publish(TOPIC, PAYLOAD) + b"GARBAGE")
        await writer.drain()
        await reader.read()

    sink = Collected()
    async with talking(talk) as place:
        with pytest.raises(FeedError, match="does not speak MQTT"):
            await feed_at(f"mqtt://{place}").run(sink)
    assert (len(sink.lines), sink.messages, dict(sink.refused)) == (2, 2, {"too_long": 1})


@pytest.mark.parametrize("url", ["mqtt", "mqtts", "ws"])
async def test_a_handshake_that_is_never_answered(url: str) -> None:
    async def talk(reader: StreamReader, _: StreamWriter) -> None:
        await reader.read()

    async with talking(talk) as place, asyncio.timeout(2):
        with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
            await feed_at(f"{url}://{place}", connect_timeout_s=0.2).run(Collected())


async def test_a_login_that_is_never_answered_can_be_cancelled_at_once() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await upgrade(reader, writer)
        await reader.read()

    async with talking(talk) as place, running(feed_at(f"ws://{place}"), Collected()) as task:
        await asyncio.sleep(0.1)
        task.cancel()
        async with asyncio.timeout(1.5):
            await asyncio.wait([task])


async def test_a_server_that_speaks_no_tls() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(10)
        writer.write(CONNACK * 10)
        await writer.drain()

    async with talking(talk) as place:
        with pytest.raises(FeedError, match="does not speak TLS"):
            await feed_at(f"mqtts://{place}").run(Collected())


async def test_too_many_connections() -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "77"})

    async with serving(handle) as place:
        with pytest.raises(FeedError, match="too many requests") as error:
            await feed_at(f"ws://{place}/mqtt").run(Collected())
    assert error.value.retry_after_s == 77


async def test_a_websocket_that_breaks_off() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await upgrade(reader, writer)
        writer.write(frame(CONNACK + b"\x90\x04\x00\x01\x00\x00") + frame(publish(TOPIC, PAYLOAD)))
        await writer.drain()

    sink = Collected()
    async with talking(talk) as place:
        with pytest.raises(FeedError, match="broke off without a word"):
            await feed_at(f"ws://{place}").run(sink)
    assert sink.messages == 1


async def test_a_refused_topic_and_a_broker_out_of_order() -> None:
    async def refuse(reader: StreamReader, writer: StreamWriter) -> None:
        await read_packet(reader)
        writer.write(CONNACK)
        await read_packet(reader)
        writer.write(b"\x90\x04\x00\x01\x00\x80")

    async def busy(reader: StreamReader, writer: StreamWriter) -> None:
        await read_packet(reader)
        writer.write(b"\x20\x02\x00\x03")

    async with talking(refuse) as place:
        with pytest.raises(FeedError, match=r"refuses topic 'vessels-v2/\+/metadata'"):
            await feed_at(f"mqtt://{place}").run(Collected())
    async with talking(busy) as place:
        with pytest.raises(FeedError, match="is out of order"):
            await feed_at(f"mqtt://{place}").run(Collected())


async def test_what_is_published_before_the_confirmation_is_kept() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await read_packet(reader)
        writer.write(CONNACK)
        await read_packet(reader)
        one = publish(TOPIC, PAYLOAD)
        writer.write(one + b"\x90\x04\x00\x01\x00\x00" + one + one)

    sink = Collected()
    async with talking(talk) as place:
        await feed_at(f"mqtt://{place}").run(sink)
    assert sink.messages == 3


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mqtt://ais:secret@host", "a login or a key must not stand in it"),
        ("http://host", "it must begin with one of mqtt://"),
        ("mqtt://host:99999", "ort"),
        ("wss://", "name a host"),
    ],
)
def test_urls_that_cannot_be(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        make_feed_of(url)
    assert "secret" not in str(error.value)


def make_feed_of(url: str) -> None:
    mqtt_feeds = (DigitrafficMqtt,)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.feed.FEEDS", mqtt_feeds)
        make_feed({"name": "fi", "kind": "digitraffic-mqtt", "url": url}, lambda *_: None)


def test_where_it_is_connected_to() -> None:
    assert feed_at("wss://host:443/mqtt?zone=1").where == "wss://host:443/mqtt"
    assert feed_at("mqtt://[::1]").where == "mqtt://[::1]"
