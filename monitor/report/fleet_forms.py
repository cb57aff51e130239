"""The forms of fleets, and of a ship of one."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from monitor.alert.watchlist import Grade
from monitor.report.fleet import Standing
from monitor.report.forms import Confidence, Form, Lat, Lon, SpanForm


class FleetsForm(Form):
    """A watchlist."""

    fleet: str
    entries: int = Field(description="That hold.")


class FleetForm(Form):
    """A ship of a fleet, or an entry that no ship was heard of."""

    fleet: str = Field(description="The watchlist.")
    as_of: datetime
    match: Grade = Field(description="Possible: she may be meant, and is in no count.")
    entry: int | None
    listed: str = Field(description="What the entry names.")
    reason: str
    mmsi: int | None = Field(description="Null: of an entry without one, of which none was heard.")
    track: int | None
    name: str | None
    imo: int | None
    flag: str | None
    flag_text: str | None
    standing: Standing
    port: str | None = Field(description="Where she is, or was heard last.")
    left: str | None = Field(description="Under way: the port that she left.")
    since: SpanForm | None = Field(description="Her arrival; under way, when she left.")
    confidence: Confidence | None = Field(description="Of a stay in port.")
    heard_at: datetime | None
    lon: Lon | None
    lat: Lat | None
    unheard_s: int | None
    may_be: list[str] = Field(description="Not known: of the watched ports, where she may be.")
