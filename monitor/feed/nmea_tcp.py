"""NMEA from a TCP server: OpenCPN, AIS-catcher, Signal K, a multiplexer."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import Field

from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.lines import sentences_in
from monitor.feed.stream import LineReader, connection


class TcpConfig(FeedConfig):
    """What a feed that connects over TCP needs."""

    host: str
    port: int = Field(ge=1, le=65535)


class NmeaTcpConfig(TcpConfig):
    """``kind = "nmea-tcp"``."""

    kind: Literal["nmea-tcp"] = "nmea-tcp"
    port: int = Field(10110, ge=1, le=65535)


C = TypeVar("C", bound=TcpConfig)


class SentenceStream(Feed[C]):
    """Connects to a server that sends sentences and asks for nothing."""

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
        config = self.config
        async with connection(config.host, config.port, config.connect_timeout_s) as (reader, _):
            sink.connected()
            stream = LineReader(reader, sink)
            while lines := await stream.read():
                await sink.put(lines, sentences_in(lines))


class NmeaTcp(SentenceStream[NmeaTcpConfig]):
    """Connects to a server of one's own choice."""

    KIND = "nmea-tcp"
    SUMMARY = "NMEA sentences from a TCP server."
    CONFIG = NmeaTcpConfig
