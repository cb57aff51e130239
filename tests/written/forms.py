"""The writers of each form of log, in the guises that it is met in."""

from __future__ import annotations

from collections.abc import Callable

from tests.written import receivers, services, tables
from tests.written.heard import Heard

Writer = Callable[[tuple[Heard, ...]], bytes]

WRITERS: dict[str, tuple[Writer, ...]] = {
    "gpsd-json": (receivers.gpsd, receivers.gpsd_unscaled),
    "aiscatcher-json": (receivers.aiscatcher, receivers.aiscatcher_posted),
    "aisstream-json": (services.aisstream,),
    "digitraffic-json": (
        services.digitraffic, services.digitraffic_pretty, services.digitraffic_answers,
    ),
    "barentswatch-json": (
        services.barentswatch, services.barentswatch_full, services.barentswatch_features,
    ),
    "signalk-json": (receivers.signalk,),
    "aishub-json": (services.aishub, services.aishub_human),
    "gfw-json": (services.gfw,),
    "danish-csv": (tables.danish, tables.danish_26, tables.danish_2014),
    "noaa-csv": (tables.noaa, tables.noaa_2025),
    "csv": (tables.plain, tables.plain_continental),
}  # fmt: skip

GUISES: dict[str, tuple[str, Writer]] = {
    f"{form} {writer.__name__}": (form, writer)
    for form, writers in WRITERS.items()
    for writer in writers
}
"""Each writer by itself, with its form."""

TYPED = (
    "gpsd-json gpsd_unscaled", "aiscatcher-json aiscatcher", "aiscatcher-json aiscatcher_posted",
    "aisstream-json aisstream", "csv plain",
)  # fmt: skip
"""Guises that tell the type of each message, so that a position by satellite is known as coarse."""
