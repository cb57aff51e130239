"""Kystverket's stream: what is its own; how a stream is read is told in test_nmea_tcp."""

from __future__ import annotations

from pathlib import Path

from monitor.decode.forms import form_of, make_decoder
from monitor.feed.kystverket import Kystverket, KystverketConfig
from monitor.model import Lines, Reports
from tests.integration.feed.collect import Collected
from tests.integration.feed.tcp_peer import HOST, sending, serving
from tests.written.heard import heard, log


def test_the_published_address_needs_no_words() -> None:
    feed = Kystverket(KystverketConfig(name="norway"))
    assert feed.where == "153.44.253.27:5631"
    assert feed.config.silence_s == 15
    assert feed.config.retry_s >= 5


async def received(log: bytes) -> Reports:
    """Run the feed until a server has sent this log, in packets that end anywhere; read it."""
    packets = [log[i : i + 1_448] for i in range(0, len(log), 1_448)]
    sink = Collected()
    async with serving(sending(*packets)) as port:
        feed = Kystverket(KystverketConfig(name="norway", host=HOST, port=port))
        await feed.run(sink)
    assert sink.data == log
    assert sink.messages == log.count(b"VDM,")
    decoder = make_decoder(form_of(feed.form))
    return decoder.decode(Lines(data=sink.data, source="norway"), final=True)


async def test_a_recording_comes_through_and_is_read(shared: Path) -> None:
    """Base stations' lines with tag blocks."""
    log = (shared / "nmea_tagblock/aisnet_kystverket1000.nm4").read_bytes()
    reports = await received(log if log.endswith(b"\n") else log + b"\n")
    assert len(reports.positions) > 500


async def test_a_simulated_log_comes_through_and_is_read() -> None:
    """The same of stations that were never there."""
    reports = await received(log("fleet"))
    assert len(reports.positions) == sum(one.fix is not None for one in heard("fleet")) > 2_000
