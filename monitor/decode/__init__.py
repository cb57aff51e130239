"""Decoders: bytes of lines in, reports out. One file a form; FORMS is the list of them."""

from __future__ import annotations

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.decode.aishub import AisHubDecoder
from monitor.decode.aisstream import AisStreamDecoder
from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.decode.danish import DanishDecoder
from monitor.decode.decoder import Decoder
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.gfw import GfwDecoder
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.journal import JournalDecoder
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.noaa import NoaaDecoder
from monitor.decode.signalk import SignalKDecoder

FORMS: tuple[type[Decoder], ...] = (
    JournalDecoder,
    GpsdDecoder,
    AisCatcherDecoder,
    AisStreamDecoder,
    DigitrafficDecoder,
    BarentsWatchDecoder,
    SignalKDecoder,
    AisHubDecoder,
    GfwDecoder,
    DanishDecoder,
    NoaaDecoder,
    NmeaDecoder,
    NamedCsvDecoder,
)
"""Tried in this order: strict forms first, those that take almost any table last."""
