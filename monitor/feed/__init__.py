"""Feeds: live ones, one file a kind, listed in FEEDS; and recorded logs (``logfile.py``)."""

from __future__ import annotations

from typing import Any

from monitor.feed.aiscatcher_http import AisCatcherHttp
from monitor.feed.aiscatcher_mqtt import AisCatcherMqtt
from monitor.feed.aiscatcher_udp import AisCatcherUdp
from monitor.feed.aishub import AisHub
from monitor.feed.aisstream import AisStream
from monitor.feed.barentswatch import BarentsWatch
from monitor.feed.digitraffic_mqtt import DigitrafficMqtt
from monitor.feed.digitraffic_rest import DigitrafficRest
from monitor.feed.gpsd import Gpsd
from monitor.feed.kind import Feed
from monitor.feed.kystverket import Kystverket
from monitor.feed.nmea_serial import NmeaSerial
from monitor.feed.nmea_tcp import NmeaTcp
from monitor.feed.nmea_tcp_server import NmeaTcpServer
from monitor.feed.nmea_udp import NmeaUdp
from monitor.feed.signalk import SignalK
from monitor.feed.tail import Tail

FEEDS: tuple[type[Feed[Any]], ...] = (
    AisStream,
    NmeaTcp,
    NmeaTcpServer,
    NmeaUdp,
    NmeaSerial,
    Kystverket,
    DigitrafficMqtt,
    DigitrafficRest,
    BarentsWatch,
    AisHub,
    AisCatcherHttp,
    AisCatcherMqtt,
    AisCatcherUdp,
    Gpsd,
    SignalK,
    Tail,
)
"""All kinds of live feeds. A new one is a file and a row."""
