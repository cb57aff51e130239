"""TCP connections and streams of lines, as feeds use them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from pydantic import Field

from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import LineCutter, sentences_in

CHUNK_BYTES = 64 << 10

SKIP_S = 0.01
"""Pause after a chunk of a line that is too long: whoever sends one without end costs little."""


@asynccontextmanager
async def connection(
    host: str, port: int, timeout_s: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect over TCP; FeedError where that cannot be, or where the connection breaks off."""
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        raise FeedError(f"{where} did not answer within {timeout_s:g} s.") from None
    except OSError as error:
        raise FeedError(f"{where} cannot be reached: {reason_of(error)}.") from error
    try:
        yield reader, writer
    except OSError as error:
        raise FeedError(f"{where} broke off: {reason_of(error)}.") from error
    finally:
        writer.close()


class LineReader:
    """Reads a stream in whole lines; what is no line, or never got its end, is counted."""

    def __init__(self, reader: asyncio.StreamReader, sink: Sink) -> None:
        """Read from ``reader``, count in ``sink``."""
        self._reader = reader
        self._sink = sink
        self._cutter = LineCutter()

    async def read(self) -> bytes:
        """Give the next whole lines, each ended by LF; none when the stream has ended."""
        try:
            while chunk := await self._reader.read(CHUNK_BYTES):
                lines = self._cutter.cut(chunk)
                if dropped := self._cutter.dropped:
                    self._cutter.dropped = 0
                    self._sink.refuse("too_long", dropped)
                if lines:
                    return lines
                if self._cutter.skipping:
                    await asyncio.sleep(SKIP_S)
        except OSError:
            self._cut_off()
            raise
        self._cut_off()
        return b""

    def _cut_off(self) -> None:
        if self._cutter.close():
            self._sink.refuse("cut_off")


class TcpConfig(FeedConfig):
    """What a feed that connects over TCP needs."""

    host: str
    port: int = Field(ge=1, le=65535)


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
