"""AIS-catcher over MQTT: its three formats through the real mosquitto, plain and with TLS."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from asyncio import StreamReader, StreamWriter
from pathlib import Path
from typing import Any

import pytest

from monitor.decode.forms import form_of, make_decoder
from monitor.errors import FeedError
from monitor.feed.aiscatcher import lines_of, received_at
from monitor.feed.aiscatcher_mqtt import AisCatcherMqtt, AisCatcherMqttConfig
from monitor.model import Lines, Reports
from monitor.units import SECOND_US, to_iso
from tests.integration.feed.broker import connected, mosquitto, publish, welcome
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.http_server import talking
from tests.written.heard import two_ships
from tests.written.receivers import aiscatcher_record

SENTENCE = b"!AIVDM,1,1,,B,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"


def feed_at(url: str, **words: object) -> AisCatcherMqtt:
    return AisCatcherMqtt(AisCatcherMqttConfig(name="roof", url=url, **words))


def decoded(data: bytes, form: str) -> Reports:
    return make_decoder(form_of(form)).decode(Lines(data=data, source="roof"), final=True)


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
async def test_recorded_full_json(form: str, transport: str, shared: Path, tmp_path: Path) -> None:
    path = shared / "aiscatcher_json/http_post_v070_20260926.json"
    await hold_full_json(form, transport, tmp_path, json.loads(path.read_bytes())["msgs"])


@pytest.mark.parametrize("transport", ["mqtt", "ws"])
@pytest.mark.parametrize("form", ["nmea", "aiscatcher-json"])
async def test_full_json(form: str, transport: str, tmp_path: Path) -> None:
    sent = [aiscatcher_record(report) for report in two_ships("fleet")]
    await hold_full_json(form, transport, tmp_path, sent)


async def hold_full_json(
    form: str, transport: str, tmp_path: Path, sent: list[dict[str, Any]]
) -> None:
    """Each message with all fields comes, and says whose it is, where and when."""
    sink = Collected()
    async with mosquitto(tmp_path) as broker:
        feed = feed_at(broker.url(transport), topic="ais/+/data", form=form)
        async with running(feed, sink):
            await connected(sink)
            await broker.publish(
                ("ais/roof/data", json.dumps(message, indent=1).encode()) for message in sent
            )
            await sink.until(len(sent))
    assert (feed.form, sink.messages, dict(sink.refused)) == (form, len(sent), {})
    reports = decoded(sink.data, form)
    assert len(reports.positions) == len(sent) == 2
    for found, message in zip(reports.positions, sent, strict=True):
        assert found["mmsi"] == message["mmsi"]
        assert found["lon"].item() == pytest.approx(message["lon"], abs=5e-6)
        assert found["at"] == pytest.approx(message["rxuxtime"] * SECOND_US, abs=1_000)


async def test_sentences_and_json_that_holds_only_sentences(tmp_path: Path) -> None:
    only = {"class": "AIS", "rxuxtime": 1790467197, "mmsi": 316001269, "nmea": [SENTENCE.decode()]}
    sink = Collected()
    async with (
        mosquitto(tmp_path) as broker,
        running(feed_at(broker.url("mqtt")), sink),
    ):
        await connected(sink)
        await broker.publish(
            [("ais/data", SENTENCE + b"\r\n"), ("ais/data", json.dumps(only).encode())]
        )
        await sink.until(2)
    assert sink.lines == [SENTENCE, rb"\c:1790467197000*6C\%s" % SENTENCE]
    reports = decoded(sink.data, "nmea")
    assert [to_iso(at) for at in reports.positions["at"].tolist()] == ["2026-09-26T23:59:57Z"] * 2


async def test_what_a_broker_publishes_besides() -> None:
    """Positions of the receiver, cut JSON and binary are counted, and take nothing with them."""

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        for payload in (
            b'{"class":"TPV","lat":1,"lon":2}',
            b'{"class":"AIS","nmea":[',
            b'{"class":"AIS","mmsi":1,"type":1}',
            b"",
            b'{"a":' * 30_000,
            b'{"class":"AIS","nmea":["%s","a\\nb",7]}' % SENTENCE,
        ):
            writer.write(publish("ais/data", payload))
        await writer.drain()

    sink = Collected()
    async with talking(talk) as place:
        await feed_at(f"mqtt://{place}").run(sink)
    assert sink.lines == [SENTENCE]
    assert dict(sink.refused) == {"not_ais": 1, "garbled": 2, "no_sentence": 1}


def test_sentences_are_not_taken_for_json() -> None:
    sink = Collected()
    assert lines_of(SENTENCE + b"\n" + SENTENCE, "aiscatcher-json", sink) == (b"", 0)
    assert dict(sink.refused) == {"not_json": 2}


def test_a_time_with_six_digits_is_not_believed() -> None:
    exact = {"rxuxtime": 1790467197.359632, "rxtime": "20260926235957"}
    assert to_iso(received_at(exact)) == "2026-09-26T23:59:57.359632Z"
    for rounded in ({**exact, "rxuxtime": 1.79047e9}, {"rxtime": "20260926235957"}):
        assert to_iso(received_at(rounded)) == "2026-09-26T23:59:57Z"


async def test_tls_with_a_trusted_certificate_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: no certificate to test with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(  # noqa: ASYNC221
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    extra = [f"certfile {certificate}", f"keyfile {key}"]
    async with mosquitto(tmp_path, tls=extra) as broker:
        for url in (f"mqtts://127.0.0.1:{broker.tls}", f"wss://127.0.0.1:{broker.wss}"):
            with pytest.raises(FeedError, match=r"certificate.*: self-signed certificate"):
                await feed_at(url).run(Collected())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        for url in (f"mqtts://127.0.0.1:{broker.tls}", f"wss://127.0.0.1:{broker.wss}"):
            sink = Collected()
            async with running(feed_at(url), sink):
                await connected(sink)
                await broker.publish([("ais/data", SENTENCE)])
                await sink.until(1)


async def test_cancelling_while_there_is_no_room() -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await welcome(reader, writer)
        while True:
            writer.write(publish("ais/data", SENTENCE) * 1000)
            await writer.drain()

    sink = Collected(room=False)
    async with talking(talk) as place, running(feed_at(f"mqtt://{place}"), sink) as task:
        await connected(sink)
        await asyncio.sleep(0.1)
        task.cancel()
        async with asyncio.timeout(1.5):
            await asyncio.wait([task])
