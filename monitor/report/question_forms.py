"""The forms of answers to questions by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from monitor.model import EventKind
from monitor.report.forms import Confidence, Flagged, Form, Lat, Lon, Mmsi, SpanForm, Track


class InPortForm(Flagged):
    """A ship that is in port, as far as is known."""

    by: Literal["ais"] = Field(description="Heard by AIS; what was sighted says otherwise.")
    port: str
    mmsi: Mmsi
    track: Track
    name: str | None
    imo: int | None
    state: Literal["found", "in port", "leaving"]
    since: SpanForm
    confidence: Confidence
    sure: str = Field(description="The confidence in words.")
    heard_at: datetime | None
    dark_since: datetime | None = Field(description="Null: she was heard since.")
    lon: Lon | None
    lat: Lat | None


class InsideForm(Flagged):
    """A ship that was heard in a box."""

    mmsi: Mmsi
    track: Track
    name: str | None
    imo: int | None
    ship_type: int | None
    ship_type_text: str | None
    first_at: datetime
    last_at: datetime
    fixes: int


class WhereForm(Flagged):
    """Where a ship was at an instant."""

    mmsi: Mmsi
    track: Track
    at: datetime
    lon: Lon | None = Field(description="On the line between two fixes; null: not known.")
    lat: Lat | None
    before_at: datetime | None = Field(description="The fix before.")
    behind_at: datetime | None
    apart_s: int | None = Field(description="Seconds between these fixes.")
    apart_m: int | None = Field(description="Metres between these fixes.")
    needed_kn: float | None = Field(description="Knots that she needed from the one to the other.")
    sure: str = Field(description="What that is worth, in words.")


class ActivityForm(Form):
    """A day at a port."""

    port: str
    day: date
    arrivals: int
    departures: int
    ships: int
    hours_heard: int = Field(description="Hours (of 24) in which anybody was heard near it.")


class ReceptionForm(Form):
    """What a feed heard near a port in ten minutes."""

    port: str
    feed: str
    at: datetime = Field(description="When they began.")
    messages: int
    vessels: int
    heard_at: datetime
    furthest_nm: float | None = Field(
        description="No message came from farther off than this (5, 10, 20, 40 or 60 NM)."
    )


class TrafficForm(Form):
    """Voyages from one port to another."""

    from_: str | None = Field(alias="from")
    to: str | None
    voyages: int
    ships: int
    unseen: int = Field(description="Those with more than six hours of silence.")
    doubtful: int = Field(description="Those that no ship can have made.")
    first_at: datetime
    last_at: datetime


class StoryForm(Form):
    """A line of what is known of a ship."""

    mmsi: Mmsi = Field(description="Under which that was heard.")
    at: datetime
    earliest: datetime | None
    latest: datetime | None
    what: EventKind | Literal["Said", "Sighted", "Renumbered"]
    state: str
    track: Track | None
    port: str | None
    confidence: Confidence | None
    words: str
