"""The forms of sightings, as they are answered and as they are entered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from monitor.report.consequences import Does
from monitor.report.forms import Form, Lat, Lon, Mmsi
from monitor.sighting.matching import Verdict
from monitor.sighting.sighting import SeenBy


class SightingForm(Form):
    """What was seen, as it was entered."""

    id: int
    by: Literal["sighting"] = Field(description="Never AIS.")
    seen_by: SeenBy
    title: str = Field(description="What was seen, in words.")
    mmsi: int | None
    imo: int | None
    name: str | None
    hull: str | None = Field(description="Its class, where the ship is not named.")
    length_m: int | None
    port: str | None
    lon: Lon | None
    lat: Lat | None
    within_m: int | None
    area: list[float] | None = Field(description="West, south, east, north.")
    since: datetime
    until: datetime
    source: str
    link: str | None
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    credibility: int = Field(ge=1, le=6)
    note: str | None
    recorded_at: datetime
    added_by: str
    removed_at: datetime | None
    removed_by: str | None


class ConsequenceForm(Form):
    """What a sighting does to what AIS told of that ship; AIS stays as it is."""

    does: Does
    of: Literal["call", "gap", "voyage"]
    words: str
    mmsi: Mmsi
    id: str | None = Field(description="Of the call, or of the event that tells the voyage.")


class SightedForm(SightingForm):
    """The same, with what AIS tells of it."""

    ais: Verdict = Field(description="matched, dark, elsewhere or unknown.")
    ais_words: str
    ais_ships: list[Mmsi] = Field(description="Ships that AIS had there and that fit.")
    follows: list[ConsequenceForm] = Field(description="Worked out when it is asked.")
    follows_words: str = Field(description="The same in a line.")
    look_radar: str | None = Field(description="Where to look at radar pictures of it.")
    look_light: str | None


class EnteredForm(Form):
    """A sighting after it was entered or removed, and whether that changed anything."""

    changed: bool
    sighting: SightingForm
