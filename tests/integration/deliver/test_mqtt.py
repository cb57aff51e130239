"""MQTT against the real mosquitto: the state of each alert is retained."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.alert.message import Message, Word
from monitor.deliver.mqtt import Mqtt, MqttConfig
from monitor.errors import LaterError
from monitor.mqtt_packets import (
    PUBLISH,
    PacketCutter,
    connect_packet,
    publication,
    subscribe_packet,
)
from tests.integration.deliver.ends import certificate, message
from tests.integration.feed.broker import mosquitto
from tests.integration.feed.http_server import talking

LOGIN = ("watch", "s3cret")


def channel(url: str, **words: Any) -> Mqtt:
    settings: dict[str, Any] = {"name": "broker", "url": url, "timeout_s": 5}
    return Mqtt(MqttConfig(**settings | words))


async def retained(port: int, wanted: int, login: Any = (None, None)) -> dict[str, Any]:
    """What one who comes later is told at once: topic and object."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(connect_packet("late", 60, *login) + subscribe_packet(["#"]))
    found: dict[str, Any] = {}
    cutter = PacketCutter()
    async with asyncio.timeout(60):
        while len(found) < wanted:
            for packet in cutter.cut(await reader.read(65536)):
                if packet.type == PUBLISH:
                    topic, payload = publication(packet)
                    assert packet.flags & 1
                    found[topic] = json.loads(payload)
    writer.close()
    await writer.wait_closed()
    return found


async def test_who_comes_later_is_told_how_each_alert_stands(tmp_path: Path) -> None:
    """The last revision of each, and no test or digest."""
    first, other = message(), message(alert="other")
    sent: list[Message] = [
        first, message(word=Word.TEST), message(word=Word.DIGEST, alert="d"), other,
        message(revision=2, word=Word.WITHDRAWN),
    ]  # fmt: skip
    async with mosquitto(tmp_path) as broker:
        for each in sent:
            await channel(broker.url("mqtt")).send(each)
        found = await retained(broker.tcp, 2)
    assert set(found) == {f"monitor/alerts/{first.alert}", "monitor/alerts/other"}
    assert found[f"monitor/alerts/{first.alert}"]["word"] == "withdrawn"


async def test_a_login_that_is_refused(tmp_path: Path) -> None:
    async with mosquitto(tmp_path, login=LOGIN) as broker:
        url = broker.url("mqtt")
        with pytest.raises(LaterError, match=r"refuses the login: check MONITOR_CHANNEL_BROKER_P"):
            await channel(url).send(message())
        with pytest.raises(LaterError, match="The password is not set"):
            await channel(url, username="watch").send(message())
        words = {"username": LOGIN[0], "password": SecretStr(LOGIN[1])}
        await channel(url, **words).send(message())
        assert await retained(broker.tcp, 1, LOGIN)


async def test_tls_with_whom_it_trusts_alone(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    tls = [f"certfile {made}", f"keyfile {key}"]
    async with mosquitto(tmp_path, tls=tls) as broker:
        url = f"mqtts://127.0.0.1:{broker.tls}"
        with pytest.raises(LaterError, match="self-signed certificate"):
            await channel(url).send(message())
        await channel(url, ca_file=str(made)).send(message())
        assert await retained(broker.tcp, 1)


async def test_nobody_listens(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker:
        url = broker.url("mqtt")
    with pytest.raises(LaterError, match="cannot be reached: Connect") as refusal:
        await channel(url).send(message())
    assert not refusal.value.perhaps


async def test_who_does_not_speak_mqtt() -> None:
    async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff\xff\xff\xff HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with talking(http) as address:
        with pytest.raises(LaterError, match="does not speak MQTT"):
            await channel(f"mqtt://{address}").send(message())


async def test_a_broker_that_ends_it_before_it_said_that_it_has_it() -> None:
    """It may have it all the same."""

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"\x20\x02\x00\x00")
        await reader.read(100)

    async with talking(broker) as address:
        with pytest.raises(LaterError) as refusal:
            await channel(f"mqtt://{address}").send(message())
    assert refusal.value.perhaps
