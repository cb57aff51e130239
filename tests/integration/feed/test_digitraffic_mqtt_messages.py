"""Messages of Digitraffic through the real mosquitto: recorded ones, and simulated ships' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.feed.digitraffic_mqtt import DigitrafficMqtt, DigitrafficMqttConfig
from monitor.model import Lines, Reports
from tests.integration.feed.broker import connected, mosquitto
from tests.integration.feed.collect import Collected, running
from tests.written.heard import heard
from tests.written.services import digitraffic_pretty


def messages_in(data: bytes) -> list[tuple[str, bytes]]:
    """Topics and pretty-printed payloads as they came."""
    parts = data.split(b"vessels-v2/")[1:]
    return [
        ("vessels-v2/" + topic.decode(), payload)
        for topic, _, payload in (part.partition(b" ") for part in parts)
    ]


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
async def test_recorded_messages_come_as_lines(
    transport: str, shared: Path, tmp_path: Path
) -> None:
    data = (shared / "digitraffic_json/mqtt_live_20260905.txt").read_bytes()
    reports = await handed_on(data, transport, tmp_path)
    assert (len(reports.positions), len(reports.statics), reports.lines) == (1, 1, 2)
    assert reports.positions[0]["mmsi"] == 230708000


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
async def test_messages_come_as_lines(transport: str, tmp_path: Path) -> None:
    sent = heard("call")[:60]
    reports = await handed_on(digitraffic_pretty(sent), transport, tmp_path)
    assert [len(reports.statics), reports.lines] == [sum(not one.fix for one in sent), 60]
    assert reports.positions["mmsi"].tolist() == [one.mmsi for one in sent if one.fix]


async def handed_on(data: bytes, transport: str, tmp_path: Path) -> Reports:
    """Publish the messages of a log; a line each comes, whatever they were printed over."""
    messages = messages_in(data)
    assert len(messages) >= 2
    assert all(b"\n" in payload for _, payload in messages)
    sink = Collected()
    async with mosquitto(tmp_path) as broker:
        feed = DigitrafficMqtt(DigitrafficMqttConfig(name="fi", url=broker.url(transport)))
        async with running(feed, sink):
            await connected(sink)
            await broker.publish(messages)
            await sink.until(len(messages))
    locations = [topic for topic, _ in messages if topic.endswith("/location")]
    assert (sink.connections, sink.messages, dict(sink.refused)) == (1, len(locations), {})
    return DigitrafficDecoder().decode(Lines(data=sink.data, source="fi"), final=True)
