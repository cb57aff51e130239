"""NMEA in UDP datagrams: IEC 61162-450, AIS-catcher, OpenCPN, rtl-ais."""

from __future__ import annotations

from typing import Literal

from monitor.feed.datagrams import Datagrams, UdpConfig


class NmeaUdpConfig(UdpConfig):
    """``kind = "nmea-udp"``."""

    kind: Literal["nmea-udp"] = "nmea-udp"


class NmeaUdp(Datagrams[NmeaUdpConfig]):
    """Listens for datagrams that hold sentences."""

    KIND = "nmea-udp"
    SUMMARY = "NMEA sentences in UDP datagrams, unicast or multicast."
    CONFIG = NmeaUdpConfig

    @property
    def form(self) -> str:
        """Sentences."""
        return "nmea"
