"""AIS-catcher's UDP output (``-u``): JSON objects or sentences, one or several a datagram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.feed.aiscatcher import Form, lines_of
from monitor.feed.datagrams import Datagrams, UdpConfig
from monitor.feed.kind import Sink


class AisCatcherUdpConfig(UdpConfig):
    """``kind = "aiscatcher-udp"``."""

    kind: Literal["aiscatcher-udp"] = "aiscatcher-udp"
    form: Form = Field("nmea", description="Sentences, or the fields AIS-catcher decoded.")
    silence_s: PositiveFloat = Field(
        600.0, description="Nothing for so long: silent; one receiver may hear nobody."
    )


@dataclass(frozen=True, slots=True)
class _Unwrapping:
    """A sink that makes lines of datagrams before they are handed on."""

    sink: Sink
    form: Form

    def connected(self) -> None:
        """See Sink."""
        self.sink.connected()

    async def put(self, lines: bytes, messages: int) -> None:
        """See Sink."""
        await self.sink.put(lines, messages)

    def offer(self, lines: bytes, messages: int) -> bool:  # noqa: ARG002 - counted when unwrapped
        """See Sink."""
        found, count = lines_of(lines, self.form, self.sink)
        return not found or self.sink.offer(found, count)

    async def kept(self) -> bool:
        """See Sink."""
        return await self.sink.kept()

    def refuse(self, reason: str, count: int = 1) -> None:
        """See Sink."""
        self.sink.refuse(reason, count)


class AisCatcherUdp(Datagrams[AisCatcherUdpConfig]):
    """Listens for AIS-catcher's datagrams."""

    KIND = "aiscatcher-udp"
    SUMMARY = "AIS-catcher's messages in UDP datagrams, JSON or NMEA."
    CONFIG = AisCatcherUdpConfig

    @property
    def form(self) -> str:
        """As configured."""
        return self.config.form

    async def run(self, sink: Sink) -> None:
        """Listen and hand on lines; see Feed."""
        await super().run(_Unwrapping(sink, self.config.form))
