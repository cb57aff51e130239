"""NMEA from a serial port: a receiver or transponder on a cable, 8 data bits, no parity, 1 stop."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import serialx
from pydantic import Field, PositiveFloat

from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import sentences_in
from monitor.feed.stream import LineReader

ADVICE = {
    errno.ENOENT: "is not there: plug it in, or correct the name",
    errno.ENXIO: "is not there: plug it in, or correct the name",
    errno.ENODEV: "is not there: plug it in, or correct the name",
    errno.EACCES: "may not be opened: let this user into the port's group, often dialout",
    errno.EBUSY: "is in use by another program",
    errno.ENOTTY: "is not a serial port",
    errno.EISDIR: "is not a serial port",
}
"""What is wrong with a port that cannot be opened."""


class NmeaSerialConfig(FeedConfig):
    """``kind = "nmea-serial"``."""

    kind: Literal["nmea-serial"] = "nmea-serial"
    device: str = Field(pattern=r"^/", description="The port, as /dev/ttyUSB0.")
    baud: int = Field(
        38400, ge=300, le=4_000_000, description="38400 for AIS (IEC 61162-2), 4800 for older ones."
    )
    retry_max_s: PositiveFloat = 10.0


class NmeaSerial(Feed[NmeaSerialConfig]):
    """Listens on a serial port."""

    KIND = "nmea-serial"
    SUMMARY = "NMEA sentences from a serial port."
    CONFIG = NmeaSerialConfig

    @property
    def form(self) -> str:
        """Sentences."""
        return "nmea"

    @property
    def where(self) -> str:
        """The port."""
        return self.config.device

    async def run(self, sink: Sink) -> None:
        """Open the port and hand on lines; see Feed."""
        async with self._port() as reader:
            sink.connected()
            stream = LineReader(reader, sink)
            try:
                while lines := await stream.read():
                    sink.offer(lines, sentences_in(lines))  # a cable cannot be slowed
            except OSError as error:
                raise FeedError(f"{self.where} has gone: {reason_of(error)}.") from error
        raise FeedError(f"{self.where} has gone.")

    @asynccontextmanager
    async def _port(self) -> AsyncIterator[asyncio.StreamReader]:
        config = self.config
        try:
            async with asyncio.timeout(config.connect_timeout_s):
                reader, writer = await serialx.open_serial_connection(
                    config.device, baudrate=config.baud
                )
        except TimeoutError:
            raise FeedError(
                f"{self.where} did not open in {config.connect_timeout_s:g} s."
            ) from None
        except OSError as error:
            reason = ADVICE.get(error.errno or 0, f"cannot be opened: {reason_of(error)}")
            raise FeedError(f"{self.where} {reason}.") from error
        except serialx.SerialException as error:
            raise FeedError(f"{self.where} cannot be set up: {error}.") from error
        try:
            yield reader
        finally:
            writer.close()
            await writer.transport.wait_closed()
