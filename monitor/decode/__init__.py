"""Decoders: bytes of lines in, reports out. One file a form; FORMS is the list of them."""

from __future__ import annotations

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.decode.aishub import AisHubDecoder
from monitor.decode.aisstream import AisStreamDecoder
from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.decode.base import Decoder
from monitor.decode.danish import DanishDecoder
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.gfw import GfwDecoder
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.journal import JournalDecoder
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.nmea import NmeaDecoder
from monitor.decode.noaa import NoaaDecoder
from monitor.decode.signalk import SignalKDecoder
from monitor.errors import InputError, UsageError
from monitor.units import NO_TIME

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


def form_names() -> list[str]:
    """What ``--input-format`` takes."""
    return [form.NAME for form in FORMS]


def form_of(name: str) -> type[Decoder]:
    """Return the form of this name; UsageError names those there are."""
    for form in FORMS:
        if name == form.NAME:
            return form
    message = f"There is no input format {name!r}: use one of {', '.join(form_names())}."
    raise UsageError(message)


def recognise(head: bytes, source: str) -> type[Decoder]:
    """Find the form of a log by its first bytes (up to 64 KiB)."""
    for form in FORMS:
        if form.recognises(head):
            return form
    if b"\0" in head[:4096]:
        message = f"{source} is binary, not an AIS log."
    else:
        message = (
            f"{source} is not a known AIS log: no VDM sentence, CSV heading or AIS JSON was found"
            f" in its first lines; name its form with --input-format."
        )
    raise InputError(message)


def make_decoder(form: type[Decoder], *, start: int = NO_TIME) -> Decoder:
    """Begin a log of this form; ``start`` (us) dates what nothing in the log dates."""
    decoder = form()
    if start != NO_TIME:
        decoder.begin_at(start)
    return decoder
