"""gpsd: a stand-in that says what gpsd 3.22 says, and gpsd itself where it is installed."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from monitor.decode.forms import form_of, make_decoder
from monitor.errors import FeedError
from monitor.feed.gpsd import Gpsd, GpsdConfig
from monitor.model import Lines, Reports
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import (
    HOST,
    Talk,
    becomes,
    reset,
    sending,
    serving,
    unanswering,
)
from tests.live import free_port
from tests.written.heard import heard, log
from tests.written.receivers import gpsd as gpsd_log

VERSION = b'{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}\r\n'
DEVICES = b'{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/ttyUSB0"}]}\r\n'
WATCHING = b'{"class":"WATCH","enable":true,"json":true,"scaled":false,"split24":true}\r\n'
AIS = (
    b'{"class":"AIS","device":"/dev/ttyUSB0","type":24,"repeat":0,"mmsi":230108610,"scaled":true,'
    b'"part":"A","shipname":"SUOKKI \\"AIS\\""}\r\n'
)
TPV = b'{"class":"TPV","device":"/dev/ttyUSB0","mode":1,"status":"\\"class\\":\\"AIS\\""}\r\n'


def make(port: int, timeout_s: float = 5.0) -> Gpsd:
    return Gpsd(GpsdConfig(name="gpsd", host=HOST, port=port, connect_timeout_s=timeout_s))


def daemon(*parts: bytes) -> Talk:
    """Greet as gpsd does, be asked, and send these."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(VERSION)
        asked = await reader.readline()
        assert asked.startswith(b"?WATCH=")
        words = json.loads(asked.strip().removeprefix(b"?WATCH=").removesuffix(b";"))
        assert words == {"enable": True, "json": True, "scaled": False, "split24": True}
        writer.write(DEVICES + WATCHING)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    return talk


async def received(*parts: bytes) -> Collected:
    sink = Collected()
    async with serving(daemon(*parts)) as port:
        await make(port).run(sink)
    return sink


async def test_only_ais_is_handed_on() -> None:
    sink = await received(TPV + AIS + TPV, DEVICES, AIS)
    assert sink.lines == [AIS.strip(), AIS.strip()]
    assert sink.messages == 2
    assert sink.connections == 1


async def test_a_recording_is_read_by_its_decoder(shared: Path) -> None:
    log = (shared / "gpsd_json/gpsd_ais-18-27.log.chk").read_bytes()
    sink = await received(log)
    assert sink.messages == log.count(b'"class":"AIS"')
    decoder = make_decoder(form_of(make(1).form), start=0)
    reports = decoder.decode(Lines(data=sink.data, source="gpsd"), final=True)
    assert len(reports.positions) == log.count(b'"type":18') + log.count(b'"type":27')


async def test_a_written_log_is_read_by_its_decoder() -> None:
    """Type 27 too; the lines of the receiver's own place are left out."""
    sent = heard("long-range")
    sink = await received(gpsd_log(sent))
    assert sink.messages == len(sink.lines) == len(sent)
    decoder = make_decoder(form_of(make(1).form), start=0)
    reports = decoder.decode(Lines(data=sink.data, source="gpsd"), final=True)
    assert reports.positions["type"].tolist() == [one.type for one in sent if one.fix]
    assert not reports.refusals


async def test_cut_anywhere_and_byte_by_byte() -> None:
    both = AIS + TPV + AIS
    sink = await received(*(both[i : i + 1] for i in range(len(both))))
    assert sink.lines == [AIS.strip(), AIS.strip()]


async def test_a_report_that_never_ends_is_counted() -> None:
    sink = await received(AIS + AIS[:30])
    assert sink.lines == [AIS.strip()]
    assert sink.refused == {"cut_off": 1}


async def test_garbage_is_left_to_the_decoder_to_count() -> None:
    sink = await received(b"!AIVDM,garbage\r\n" + AIS[30:] + AIS)
    assert sink.lines == [b"!AIVDM,garbage", AIS[30:].strip(), AIS.strip()]
    assert sink.messages == 1


async def test_fifty_thousand_reports() -> None:
    sink = await received((AIS + TPV) * 50_000)
    assert sink.messages == 50_000
    assert sink.data == AIS.replace(b"\r", b"") * 50_000


async def test_it_breaks_off() -> None:
    sink = Collected()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await daemon(AIS)(reader, writer)
        await sink.until(1)
        reset(writer)

    async with serving(talk) as port:
        with pytest.raises(FeedError, match=f"^127.0.0.1:{port} broke off: Connection reset"):
            await make(port).run(sink)


async def test_silence_is_kept_and_left_at_once() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await daemon()(reader, writer)
        await reader.read()

    sink = Collected()
    async with serving(talk) as port, running(make(port), sink) as task:
        await becomes(lambda: sink.connections == 1)
        await asyncio.sleep(0.1)
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(0.5):
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "words", [b"!AIVDM,1,1,,A,x,0*00\r\n", b'["VERSION"]\n', b"HTTP/1.1 400\r\n\r\n", b"x" * 99_999]
)
async def test_it_is_not_gpsd(words: bytes) -> None:
    async with serving(sending(words)) as port:
        with pytest.raises(FeedError, match=f"^gpsd 127.0.0.1:{port} does not speak as gpsd"):
            await make(port).run(Collected())


async def test_it_refuses() -> None:
    error = b'{"class":"ERROR","message":"Unrecognized request"}\r\n'
    async with serving(sending(VERSION, error, pause_s=0.1)) as port:
        with pytest.raises(FeedError, match=r"refuses: Unrecognized request\.$"):
            await make(port).run(Collected())


async def test_it_closes_before_it_is_asked() -> None:
    async with serving(sending(VERSION)) as port:
        with pytest.raises(FeedError, match=r"closed the connection before|broke off"):
            await make(port).run(Collected())


async def test_no_answer_in_time() -> None:
    async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    sink = Collected()
    async with serving(wait) as port, unanswering() as other:
        for silent in (port, other):
            with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
                await make(silent, timeout_s=0.2).run(sink)
    assert sink.connections == 0


@pytest.mark.skipif(shutil.which("gpsd") is None, reason="gpsd is not installed: apt install gpsd")
async def test_gpsd_itself(shared: Path) -> None:
    """Each part of type 24 comes, too."""
    log = (shared / "nmea_plain/gpsd_ais-18-27.log").read_bytes()
    sink = await decoded_by_gpsd(log, 207)
    decoder = make_decoder(form_of("gpsd-json"), start=0)
    reports = decoder.decode(Lines(data=sink.data, source="gpsd"), final=True)
    assert len(reports.positions) == 138
    named = {r["mmsi"]: r["shipname"] for r in map(json.loads, sink.lines) if r.get("shipname")}
    assert len(named) > 10
    assert {(r.static.mmsi, r.static.name) for r in reports.statics} == set(named.items())
    assert not reports.refusals


@pytest.mark.skipif(shutil.which("gpsd") is None, reason="gpsd is not installed: apt install gpsd")
async def test_gpsd_itself_on_simulated_sentences() -> None:
    """What gpsd makes of each is what we make of it: small ships, big ones, and by satellite."""
    small, far = sentences("class-b")[:400], sentences("long-range")[650:950]
    named = [
        one for one in sentences("call") if b",2," in one[:12]
    ]  # parts of one message together
    sent = b"".join([*small, *(one for one in far if b",1,1,," in one), *named])
    ours = read("nmea", sent)
    due = len(ours.positions) + len(ours.statics)
    theirs = read("gpsd-json", (await decoded_by_gpsd(sent, due)).data)
    assert set(ours.positions["type"].tolist()) == {1, 3, 18, 27}
    assert len(theirs.positions) == len(ours.positions) > 500
    for name in ("mmsi", "type", "lon", "lat", "sog_kn", "cog_deg", "heading_deg"):
        found, wanted = (reports.positions[name].tolist() for reports in (theirs, ours))
        assert found == pytest.approx(wanted, abs=1e-4, nan_ok=True), name
    assert last_said(theirs) == last_said(ours)


def sentences(scenario: str) -> list[bytes]:
    """Lines of a simulated log without their tag blocks, which gpsd would read as a time."""
    return [line.rpartition(b"\\")[2] + b"\r\n" for line in log(scenario).splitlines()]


def last_said(reports: Reports) -> dict[int, dict[str, Any]]:
    """What each ship said of herself in the end; gpsd adds the first half to the second."""
    found: dict[int, dict[str, Any]] = {}
    for report in reports.statics:
        said = {name: value for name, value in asdict(report.static).items() if value is not None}
        found.setdefault(report.static.mmsi, {}).update(said)
    return found


def read(form: str, data: bytes) -> Reports:
    """Decode a log that tells no time, in order of its lines."""
    decoder = make_decoder(form_of(form), start=0)
    return decoder.decode(Lines(data=data, source="gpsd"), final=True)


async def decoded_by_gpsd(log: bytes, messages: int) -> Collected:
    """Let gpsd read sentences from a TCP source; so many messages of it come here."""
    sink = Collected()

    async def receiver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await becomes(lambda: sink.connections == 1)
        for line in log.splitlines(keepends=True):
            writer.write(line)
            await writer.drain()
            await asyncio.sleep(0.001)
        await reader.read()

    port = free_port()
    async with serving(receiver) as source:
        gpsd = await asyncio.create_subprocess_exec(
            "gpsd", "-N", "-n", "-S", str(port), f"tcp://{HOST}:{source}",
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                while True:
                    try:
                        _, writer = await asyncio.open_connection(HOST, port)
                    except OSError:
                        await asyncio.sleep(0.02)
                    else:
                        writer.close()
                        break
            async with running(make(port), sink) as task:
                await becomes(lambda: sink.messages >= messages or task.done())
                assert not task.done()
        finally:
            gpsd.kill()  # asked to end, it may wait for its source
            await gpsd.wait()
    return sink
