"""AIS from gpsd, the service daemon of receivers: its JSON over TCP."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Literal

from pydantic import Field

from monitor.errors import FeedError
from monitor.feed.kind import Feed, Sink
from monitor.feed.stream import LineReader, TcpConfig, connection

WATCH = b'?WATCH={"enable":true,"json":true,"scaled":false,"split24":true};\n'
"""As on the air: scaled, gpsd writes a long-range position (type 27) to a tenth of a degree.

Part A or B of a type 24 alone says something: gpsd would keep it until the other has come.
"""

_OTHER = re.compile(rb'^\s*\{\s*"class"\s*:\s*"(?!AIS")')
_AIS = re.compile(rb'^\s*\{\s*"class"\s*:\s*"AIS"')


class GpsdConfig(TcpConfig):
    """``kind = "gpsd"``."""

    kind: Literal["gpsd"] = "gpsd"
    host: str = "127.0.0.1"
    port: int = Field(2947, ge=1, le=65535)


class Gpsd(Feed[GpsdConfig]):
    """Watches what gpsd decodes."""

    KIND = "gpsd"
    SUMMARY = "AIS that gpsd receives and decodes."
    CONFIG = GpsdConfig

    @property
    def form(self) -> str:
        """What gpsd writes."""
        return "gpsd-json"

    @property
    def where(self) -> str:
        """Host and port."""
        return f"gpsd {self.config.host}:{self.config.port}"

    async def run(self, sink: Sink) -> None:
        """Connect, ask for all reports and hand on those of AIS; see Feed."""
        config = self.config
        async with connection(config.host, config.port, config.connect_timeout_s) as streams:
            await self._greet(*streams)
            sink.connected()
            stream = LineReader(streams[0], sink)
            while lines := await stream.read():
                picked = [line for line in lines.splitlines() if line and not _OTHER.match(line)]
                if picked:
                    messages = sum(1 for line in picked if _AIS.match(line))
                    await sink.put(b"\n".join(picked) + b"\n", messages)

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear who it is and ask to watch, until it says that it does."""
        timeout_s = self.config.connect_timeout_s
        stranger = f"{self.where} does not speak as gpsd does: check host and port."
        try:
            async with asyncio.timeout(timeout_s):
                if _read(await reader.readline()).get("class") != "VERSION":
                    raise FeedError(stranger)
                writer.write(WATCH)
                while line := await reader.readline():
                    answer = _read(line)
                    if answer.get("class") == "ERROR":
                        raise FeedError(f"{self.where} refuses: {answer.get('message')}.")
                    if answer.get("class") == "WATCH" and answer.get("enable"):
                        return
        except TimeoutError:
            raise FeedError(f"{self.where} did not answer within {timeout_s:g} s.") from None
        except ValueError:
            raise FeedError(stranger) from None
        raise FeedError(f"{self.where} closed the connection before it could be asked.")


def _read(line: bytes) -> dict[str, Any]:
    """Read an object; ValueError where there is none."""
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError  # noqa: TRY004 - of the line, as json's own
    return found
