"""AIS-catcher's UDP output (``-u``): JSON objects or sentences, one or several a datagram."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.feed.aiscatcher import Form, lines_of
from monitor.feed.datagrams import Datagrams, UdpConfig, Unwrapped
from monitor.feed.kind import Sink


class AisCatcherUdpConfig(UdpConfig):
    """``kind = "aiscatcher-udp"``."""

    kind: Literal["aiscatcher-udp"] = "aiscatcher-udp"
    form: Form = Field("nmea", description="Sentences, or the fields AIS-catcher decoded.")
    silence_s: PositiveFloat = Field(
        600.0, description="Nothing for so long: silent; one receiver may hear nobody."
    )


class AisCatcherUdp(Datagrams[AisCatcherUdpConfig]):
    """Listens for AIS-catcher's datagrams."""

    KIND = "aiscatcher-udp"
    SUMMARY = "AIS-catcher's messages in UDP datagrams, JSON or NMEA."
    CONFIG = AisCatcherUdpConfig

    @property
    def form(self) -> str:
        """As configured."""
        return self.config.form

    def lines_of(self, payload: bytes, sink: Sink) -> Unwrapped:
        """Take the messages out of AIS-catcher's JSON; see Datagrams."""
        return lines_of(payload, self.config.form, sink)
