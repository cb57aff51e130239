"""Which forms claim the head of a log."""

from __future__ import annotations

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.decode.aisstream import AisStreamDecoder
from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.decode.danish import DanishDecoder
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.gfw import GfwDecoder
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.noaa import NoaaDecoder

HEAD = 64 * 1024
FORMS = (
    DanishDecoder,
    NoaaDecoder,
    NamedCsvDecoder,
    GpsdDecoder,
    AisCatcherDecoder,
    AisStreamDecoder,
    DigitrafficDecoder,
    BarentsWatchDecoder,
    GfwDecoder,
)


def claims(head: bytes) -> list[str]:
    return [form.NAME for form in FORMS if form.recognises(head)]
