"""Datagrams: unicast, multicast, IEC 61162-450, and what is lost of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import FeedError
from monitor.feed.lines import name_sender
from monitor.feed.nmea_udp import NmeaUdp, NmeaUdpConfig
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import HOST, becomes
from tests.live import free_port
from tests.written.heard import log

ONE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"
TWO = b"!AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E\r\n"
GROUP = "239.192.0.2"


def make(port: int, **words: Any) -> NmeaUdp:
    return NmeaUdp(NmeaUdpConfig.model_validate({"name": "udp", "port": port, **words}))


@asynccontextmanager
async def listening(sink: Collected, **words: Any) -> AsyncIterator[int]:
    port = free_port(socket.SOCK_DGRAM)
    async with running(make(port, **words), sink) as task:
        await becomes(lambda: sink.connections == 1 or task.done())
        if task.done():
            task.result()
        yield port


@contextmanager
def sender(port: int, host: str = HOST) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(HOST))
        sending.connect((host, port))
        yield sending


async def received(*datagrams: bytes) -> Collected:
    """Send these and then one whole line; take the line off again when it has come."""
    sink = Collected()
    async with listening(sink) as port:
        with sender(port) as sending:
            for datagram in datagrams:
                sending.send(datagram)
            sending.send(b"the end\n")
        await becomes(lambda: sink.data.endswith(b"the end\n"))
    sink.data = sink.data.removesuffix(b"the end\n")
    return sink


async def hold_it_comes_through(log: bytes) -> None:
    """A line a datagram, as AIS-catcher and rtl-ais send."""
    lines = log.splitlines()
    sink = await received(*lines)
    assert sink.lines == lines
    assert sink.messages == sum(line.count(b"VDM,") for line in lines)
    assert not sink.refused


async def test_a_recording_comes_through(shared: Path) -> None:
    await hold_it_comes_through((shared / "nmea_tagblock/aisnet_kystverket1000.nm4").read_bytes())


async def test_a_simulated_log_comes_through() -> None:
    await hold_it_comes_through(b"".join(log("receivers").splitlines(keepends=True)[:1_000]))


async def test_many_sentences_in_one_datagram_and_no_end_of_line() -> None:
    sink = await received(ONE + TWO + ONE.strip(), TWO)
    assert sink.data == ONE + TWO + ONE.strip() + b"\n" + TWO
    assert sink.messages == 4


async def test_datagrams_of_iec_61162_450() -> None:
    """The token before sentences is taken off; binary data is counted; padding is nothing."""
    tagged = b"\\s:AI0001,n:42*1F\\" + ONE
    sink = await received(b"UdPbC\0" + tagged, b"RaUdP\0\1\2\3", b"RrUdP\0\n!", TWO + b"\0\0")
    assert sink.data == tagged + TWO
    assert sink.refused == {"binary_datagram": 2}


async def test_empty_datagrams_and_garbage_do_not_harm_what_follows() -> None:
    noise = bytes(range(1, 256))
    sink = await received(b"", b"\r\n", b"\0\0", noise, ONE[:20], TWO)
    assert sink.data.lstrip() == noise + b"\n" + ONE[:20] + b"\n" + TWO
    assert sink.messages == 2  # of which the decoder refuses the half


async def test_a_multicast_group_beside_another_listener() -> None:
    one, two = Collected(), Collected()
    async with (
        listening(one, group=GROUP, interface=HOST) as port,
        running(make(port, group=GROUP, interface=HOST), two),
    ):
        await becomes(lambda: two.connections == 1)
        with sender(port, GROUP) as sending, sender(port) as other:
            other.send(TWO)
            sending.send(b"UdPbC\0" + ONE)
        await becomes(lambda: one.messages == two.messages == 1)
    assert one.data == two.data == ONE


async def test_ipv6() -> None:
    sink = Collected()
    try:
        async with listening(sink, bind="::1") as port:
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sending:
                sending.sendto(ONE, ("::1", port))
            await sink.until(1)
    except FeedError as error:
        pytest.skip(f"no IPv6 here: {error}")
    assert sink.data == ONE


async def test_silence_is_kept_and_left_at_once() -> None:
    sink = Collected()
    async with running(make(free_port(socket.SOCK_DGRAM)), sink) as task:
        await asyncio.sleep(0.1)
        assert sink.connections == 1
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(0.5):
            await asyncio.gather(task, return_exceptions=True)


async def test_fifty_thousand_lines_in_datagrams_of_twenty() -> None:
    sink = Collected()
    async with listening(sink) as port:
        with sender(port) as sending:
            for number in range(2_500):
                sending.send(ONE * 20)
                if number % 100 == 0:
                    await asyncio.sleep(0)
        await becomes(lambda: sink.messages >= 50_000)
    assert sink.data == ONE * 50_000
    assert not sink.refused


@pytest.mark.skipif(
    not Path("/proc/net/udp").exists(), reason="this system does not tell what its kernel drops"
)
async def test_what_the_kernel_drops_is_counted() -> None:
    """Nobody reads while these are sent: they do not fit, and not one goes uncounted."""
    sink, sent = Collected(), 40_000
    async with listening(sink) as port:
        with sender(port) as sending:
            for _ in range(sent):
                sending.send(ONE)
        await asyncio.sleep(0.05)
        await becomes(lambda: sink.messages + sink.refused["kernel_dropped"] >= sent)
    assert sink.refused["kernel_dropped"] > 0
    assert sink.messages + sink.refused["kernel_dropped"] == sent


async def test_what_the_sink_has_no_room_for_is_not_waited_for() -> None:
    sink = Collected(room=False)
    async with listening(sink) as port:
        with sender(port) as sending:
            for _ in range(10):
                sending.send(ONE)
            await becomes(lambda: sink.dropped == 10)
            sink.room = True
            sending.send(TWO)
        await sink.until(1)
    assert sink.data == TWO


async def test_the_port_is_taken() -> None:
    async with listening(Collected()) as port:
        with pytest.raises(FeedError, match=f"^udp 127.0.0.1:{port} cannot be listened on: Addr"):
            await make(port).run(Collected())


async def test_a_group_on_no_network() -> None:
    with pytest.raises(FeedError, match="No such device; name the interface"):
        await make(free_port(), group=GROUP, interface="192.0.2.1").run(Collected())


def test_an_address_that_is_no_group() -> None:
    with pytest.raises(ValidationError, match="is no multicast group"):
        make(10110, group="10.0.0.1")


@dataclass
class Pieces(Collected):
    """Each offer for itself."""

    offers: list[bytes] = field(default_factory=list)

    def offer(self, lines: bytes, messages: int) -> bool:
        """See Sink."""
        self.offers.append(lines)
        return super().offer(lines, messages)


async def test_what_waits_is_one_piece_and_each_part_has_its_sender() -> None:
    """Two receivers that number their messages alike are read at once: the parts stay apart."""
    part = b"!AIVDM,2,1,7,A,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E\r\n"
    sink = Pieces()
    async with listening(sink) as port:
        with sender(port) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", 0))
            other.connect((HOST, port))
            for _ in range(20):
                one.send(part)
                one.send(ONE)
                other.send(part)
        await becomes(lambda: sink.messages == 60)
    assert len(sink.offers) < 10
    tags = [name_sender(part, host) for host in (HOST, "127.0.0.2")]
    assert [sink.data.count(tagged) for tagged in tags] == [20, 20]
    assert sink.data.count(ONE) == 20
    assert sink.data == (tags[0] + ONE + tags[1]) * 20
