"""A serial port, played by a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import FeedError
from monitor.feed.nmea_serial import NmeaSerial, NmeaSerialConfig
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import becomes
from tests.written.heard import log

ONE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"
TWO = b"!AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E\r\n"


class Cable:
    """A port and the device at its other end."""

    def __init__(self) -> None:
        """Plug it in."""
        self.device, self.port = os.openpty()
        self.name = os.ttyname(self.port)
        os.set_blocking(self.device, False)

    async def send(self, data: bytes) -> None:
        """Send, as fast as it is read."""
        async with asyncio.timeout(60):
            while data:
                try:
                    data = data[os.write(self.device, data[:2_048]) :]
                except BlockingIOError:
                    await asyncio.sleep(0.001)

    def openings(self) -> int:
        """How often this program has the port open."""
        folder = Path("/proc/self/fd")
        if not folder.exists():
            return 1
        return [str(file.readlink()) for file in folder.iterdir() if file.is_symlink()].count(
            self.name
        )

    def unplug(self) -> None:
        """End it."""
        for end in (self.device, self.port):
            if end >= 0:
                os.close(end)
        self.device = self.port = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    plugged = Cable()
    yield plugged
    plugged.unplug()


def make(device: str, baud: int = 38400) -> NmeaSerial:
    return NmeaSerial(NmeaSerialConfig(name="mast", device=device, baud=baud))


async def hold_it_comes_through(cable: Cable, log: bytes) -> None:
    """Each line of the log, and as many messages as it has."""
    sink = Collected()
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        await cable.send(log)
        await becomes(lambda: len(sink.data) >= len(log))
    assert sink.data == log
    assert sink.messages == log.count(b"VDM,") + log.count(b"VDO,")


async def test_a_recording_comes_through(cable: Cable, shared: Path) -> None:
    log = (shared / "nmea_mixed/signalk_nais300-merrimac.log").read_bytes()
    await hold_it_comes_through(cable, log.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n")


async def test_a_simulated_log_comes_through(cable: Cable) -> None:
    """With what else a receiver says: its own ship, its place, and words."""
    own = b"!AIVDO,1,1,,,B39J1Kh00?rIV37;cBEkswtUkP06,0*00\n$GPZDA,213950.00,07,04,2020,,*6E\n"
    await hold_it_comes_through(cable, b"# nais300\n" + log("class-b") + own)


async def test_the_port_is_set_to_38400_8n1_and_gives_bytes_as_they_are(cable: Cable) -> None:
    sink = Collected()
    raw = bytes(range(256)).replace(b"\n", b"") + b"\n"
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        _, _, cflag, lflag, speed, _, _ = termios.tcgetattr(cable.port)
        await cable.send(raw)
        await sink.until(1)
    assert speed == termios.B38400
    assert cflag & termios.CSIZE == termios.CS8
    assert not cflag & (termios.PARENB | termios.CSTOPB)
    assert not lflag & (termios.ICANON | termios.ECHO)
    assert sink.data == raw


async def test_another_speed(cable: Cable) -> None:
    sink = Collected()
    async with running(make(cable.name, 4800), sink):
        await becomes(lambda: sink.connections == 1)
        assert termios.tcgetattr(cable.port)[4] == termios.B4800


async def test_half_a_sentence_byte_by_byte_and_noise(cable: Cable) -> None:
    sink = Collected()
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        await cable.send(b"\xfe\x00\xff" + TWO[20:])
        for byte in ONE:
            await cable.send(bytes([byte]))
            await asyncio.sleep(0.001)
        await sink.until(2)
    assert sink.lines[1] + b"\n" == ONE


async def test_silence_is_kept_and_left_at_once(cable: Cable) -> None:
    """And the port is free again for the next."""
    for _ in range(2):
        sink = Collected()
        async with running(make(cable.name), sink) as task:
            await becomes(lambda: sink.connections == 1)  # noqa: B023 - waited for here
            assert not task.done()
            task.cancel()
            async with asyncio.timeout(0.5):
                await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            assert cable.openings() == 1  # the test's own


async def test_a_device_that_vanishes(cable: Cable) -> None:
    sink = Collected()

    async def unplug() -> None:
        await becomes(lambda: sink.connections == 1)
        await cable.send(ONE + TWO[:10])
        await sink.until(1)
        cable.unplug()

    unplugging = asyncio.ensure_future(unplug())
    with pytest.raises(FeedError, match=r"^/dev/pts/.* has gone"):
        await make(cable.name).run(sink)
    await unplugging
    assert sink.data == ONE
    assert sink.refused == {"cut_off": 1}


async def test_no_such_device() -> None:
    with pytest.raises(FeedError, match=r"^/dev/ttyNONE9 is not there: plug it in, or correct"):
        await make("/dev/ttyNONE9").run(Collected())


async def test_what_is_no_port(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_bytes(ONE)
    for path in (file, tmp_path):
        with pytest.raises(FeedError, match="is not a serial port"):
            await make(str(path)).run(Collected())
    assert file.read_bytes() == ONE


async def test_a_port_that_another_program_reads(cable: Cable) -> None:
    sink = Collected()
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        with pytest.raises(FeedError, match="is in use by another program"):
            await make(cable.name).run(Collected())


async def test_fifty_thousand_lines(cable: Cable) -> None:
    sink = Collected()
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        await cable.send(ONE * 50_000)
        await becomes(lambda: sink.messages >= 50_000)
    assert sink.data == ONE * 50_000
    assert not sink.refused


async def test_a_sink_without_room_does_not_stop_the_reading(cable: Cable) -> None:
    sink = Collected(room=False)
    async with running(make(cable.name), sink):
        await becomes(lambda: sink.connections == 1)
        await cable.send(ONE * 100)
        await becomes(lambda: sink.dropped == 100)
        sink.room = True
        await cable.send(TWO)
        await sink.until(1)
    assert sink.data == TWO
