"""NMEA from a TCP server: OpenCPN, AIS-catcher, Signal K, a multiplexer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.feed.stream import SentenceStream, TcpConfig


class NmeaTcpConfig(TcpConfig):
    """``kind = "nmea-tcp"``."""

    kind: Literal["nmea-tcp"] = "nmea-tcp"
    port: int = Field(10110, ge=1, le=65535)


class NmeaTcp(SentenceStream[NmeaTcpConfig]):
    """Connects to a server of one's own choice."""

    KIND = "nmea-tcp"
    SUMMARY = "NMEA sentences from a TCP server."
    CONFIG = NmeaTcpConfig
