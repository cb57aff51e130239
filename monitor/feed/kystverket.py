"""The open AIS stream of Kystverket, the Norwegian Coastal Administration (licence NLOD).

It covers the Norwegian economic zone, Svalbard and Jan Mayen, without fishing vessels below 15 m
and pleasure craft below 45 m. There is no login, and after a break no resuming.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat

from monitor.feed.stream import SentenceStream, TcpConfig


class KystverketConfig(TcpConfig):
    """``kind = "kystverket"``. Host and port are the published ones."""

    kind: Literal["kystverket"] = "kystverket"
    host: str = "153.44.253.27"
    port: int = Field(5631, ge=1, le=65535)
    silence_s: PositiveFloat = 15.0  # some 38 sentences come a second
    lateness_s: float = Field(10.0, ge=0, le=86_400)  # stations stamp, a centre gathers
    retry_s: PositiveFloat = 5.0
    retry_max_s: PositiveFloat = 300.0


class Kystverket(SentenceStream[KystverketConfig]):
    """Connects to the published address."""

    KIND = "kystverket"
    SUMMARY = "Kystverket's open AIS stream of the Norwegian coast."
    CONFIG = KystverketConfig
