"""NMEA from a TCP server: OpenCPN, AIS-catcher, Signal K, a multiplexer, a national station net."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import Field

from monitor.errors import FeedError
from monitor.feed.base import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import LineCutter, sentences_in

CHUNK_BYTES = 64 << 10


class NmeaTcpConfig(FeedConfig):
    """``kind = "nmea-tcp"``."""

    kind: Literal["nmea-tcp"] = "nmea-tcp"
    host: str
    port: int = Field(10110, ge=1, le=65535)


class NmeaTcp(Feed[NmeaTcpConfig]):
    """Connects to a server that sends sentences."""

    KIND = "nmea-tcp"
    SUMMARY = "NMEA sentences from a TCP server."
    CONFIG = NmeaTcpConfig

    @property
    def form(self) -> str:
        """Sentences."""
        return "nmea"

    @property
    def where(self) -> str:
        """Host and port."""
        return f"{self.config.host}:{self.config.port}"

    async def run(self, sink: Sink) -> None:
        """Connect and hand on lines; see Feed."""
        try:
            async with asyncio.timeout(self.config.connect_timeout_s):
                reader, writer = await asyncio.open_connection(self.config.host, self.config.port)
        except TimeoutError:
            message = f"{self.where} did not answer within {self.config.connect_timeout_s:g} s."
            raise FeedError(message) from None
        except OSError as error:
            message = f"{self.where} cannot be reached: {reason_of(error)}."
            raise FeedError(message) from error
        try:
            sink.connected()
            await hand_on(reader, sink)
        except OSError as error:
            message = f"{self.where} broke off: {reason_of(error)}."
            raise FeedError(message) from error
        finally:
            writer.close()


async def hand_on(reader: asyncio.StreamReader, sink: Sink) -> None:
    """Hand on the lines of a stream of sentences until it ends."""
    cutter = LineCutter()
    while chunk := await reader.read(CHUNK_BYTES):
        lines = cutter.cut(chunk)
        if cutter.dropped:
            sink.refuse("too_long", cutter.dropped)
            cutter.dropped = 0
        if lines:
            await sink.put(lines, sentences_in(lines))
    if cutter.close():
        sink.refuse("cut_off")
