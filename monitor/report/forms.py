"""The forms of records, word for word: what programs may count on, and what describes the API.

Records are made by ``monitor.store.findings`` and by this folder; these models say what stands in
them. A test holds that real records have exactly these words, so that no answer is undescribed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from monitor.alert.life import Verdict
from monitor.alert.message import Severity
from monitor.model import Amended, EventKind, EventState

Mmsi = Annotated[int, Field(ge=0, le=999_999_999, description="As claimed: no ship's for sure.")]
Track = Annotated[int, Field(ge=0, description="0; 1… where several ships use one number.")]
Confidence = Annotated[int, Field(ge=1, le=4, description="4 is best known.")]
Lon = Annotated[float, Field(ge=-180, le=180, description="Degrees east.")]
Lat = Annotated[float, Field(ge=-90, le=90, description="Degrees north.")]
Degrees = Annotated[float, Field(ge=0, le=360)]
Standing = Literal["left", "dark", "in port", "entered", "away", "leaving"]
Hex = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Form(BaseModel):
    """What all have."""

    model_config = ConfigDict(extra="forbid")


class Flagged(Form):
    """Whose flag a number bears; null where it bears none."""

    flag: str | None = Field(description="ISO 3166-1.")
    flag_text: str | None


class Revisable(Form):
    """What changed it after it was told, when reports came late; absent where nothing did."""

    revised: Amended | None = None
    revised_at: datetime | None = None
    revision: str | None = None


class SpanForm(Form):
    """An instant as far as it is known: null where nothing bounds it."""

    earliest: datetime | None
    at: datetime | None
    latest: datetime | None


class FixForm(Form):
    """A fix that an event rests on."""

    at: datetime
    received_at: datetime
    lon: Lon
    lat: Lat
    sog_kn: float | None
    cog_deg: Degrees | None
    status: int | None
    status_text: str | None
    type: int | None
    source: str
    line: int
    sentence: str | None = Field(description="As it came, byte for byte (latin-1).")


class EvidenceForm(Form):
    """What an event rests on."""

    fixes: list[FixForm]
    figures: dict[str, JsonValue] = Field(description="Distances, thresholds: name_unit.")
    geofence_hash: str | None


class EventForm(Flagged, Revisable):
    """A fact told to the world."""

    id: UUID
    kind: EventKind
    state: EventState
    mmsi: Mmsi | None
    track: Track | None
    other_mmsi: Mmsi | None = None
    other_track: Track | None = None
    area: str | None = None
    feed: str | None = None
    name: str | None
    imo: int | None
    port: str | None
    geofence: str | None
    at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    decided_at: datetime
    confidence: Confidence
    lon: Lon | None
    lat: Lat | None
    why: str
    episode: UUID | None
    evidence: EvidenceForm


class StageForm(SpanForm):
    """A step of a port call."""

    kind: EventKind
    geofence: str | None


class CallForm(Flagged, Revisable):
    """A port call."""

    id: UUID
    mmsi: Mmsi
    track: Track
    name: str | None
    port: str
    arrived: SpanForm
    departed: SpanForm | None
    state: Standing
    confidence: Confidence
    stages: list[StageForm]


class VoyageSpan(Form):
    """The bounds of a voyage's end."""

    earliest: datetime | None
    at: datetime | None
    latest: datetime | None


class VoyageForm(Flagged):
    """What joins one port call to the next, its unseen part included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: UUID
    mmsi: Mmsi | None
    track: Track | None
    name: str | None
    from_: str = Field(alias="from")
    to: str | None
    departed: VoyageSpan
    arrived: VoyageSpan
    sailed_heard_m: float | None
    sailed_least_m: float | None
    needed_kn: float | None
    unheard_s: float | None
    last_heard_at: datetime | None
    last_heard_lon: Lon | None
    last_heard_lat: Lat | None
    heard_again_at: datetime | None
    heard_again_lon: Lon | None
    heard_again_lat: Lat | None
    destination: str | None
    draught_before_m: float | None
    draught_after_m: float | None
    contradiction: bool
    confidence: Confidence
    why: str
    lon: Lon | None
    lat: Lat | None
    way: list[tuple[Lon, Lat]]


class VesselForm(Flagged):
    """A vessel with her last fix."""

    mmsi: Mmsi
    name: str | None
    callsign: str | None
    imo: int | None
    ship_type: int | None
    ship_type_text: str | None
    length_m: int | None
    beam_m: int | None
    at: datetime
    lon: Lon
    lat: Lat
    sog_kn: float | None
    cog_deg: Degrees | None
    heading_deg: int | None
    status: int | None
    status_text: str | None
    draught_m: float | None
    draught_at: datetime | None = Field(description="When she said so last, to an hour.")
    destination: str | None
    destination_at: datetime | None = Field(description="When she said so last, to an hour.")


class PositionForm(Form):
    """A fix as it is stored."""

    mmsi: Mmsi
    at: datetime
    lon: Lon
    lat: Lat
    sog_kn: float | None
    cog_deg: Degrees | None
    heading_deg: int | None
    status: int | None
    status_text: str | None
    type: int | None
    track: Track
    received_at: datetime
    source: str | None
    line: int


class ReasonForm(Form):
    """An event for which an alert is there, or that belongs to its story."""

    rules: list[str]
    severity: Severity | None
    event: UUID
    kind: str
    state: str
    happened_at: datetime | None
    decided_at: datetime
    why: str
    lists: list[str]
    possible: list[str]


class AlertForm(Flagged):
    """One story that an officer must see."""

    id: Hex
    state: Literal["open", "acknowledged", "closed", "withdrawn"]
    severity: Severity
    revision: int
    headline: str
    mmsi: Mmsi | None
    track: Track | None
    name: str | None
    place: str | None
    feed: str | None
    raised_at: datetime
    changed_at: datetime
    happened_at: datetime | None
    lon: Lon | None
    lat: Lat | None
    assignee: str | None
    muted: bool
    reasons: list[ReasonForm]
    verdict: Verdict | None
    note: str | None
    rule: str | None = Field(description="The rule that it is about, where it is about one.")


class RuleForm(Form):
    """A rule that was met; null: there is no such rule any more."""

    name: str
    title: str | None
    sentence: str | None


class ToldForm(Form):
    """A message about an alert for one channel."""

    channel: str
    word: str
    state: str
    revision: int
    attempts: int
    made_at: datetime
    ended_at: datetime | None
    last_error: str | None


class MessageForm(ToldForm):
    """The same, word for word as it was decided."""

    headline: str | None
    text: str | None


class StepForm(Form):
    """What was done to an alert."""

    made_at: datetime
    what: str
    actor: str | None
    was: str | None
    became: str | None
    revision: int
    event: UUID | None
    note: str | None


class WhyForm(AlertForm):
    """An alert, and why it is one."""

    rules: list[RuleForm]
    events: list[EventForm]
    not_proved: list[str]
    told: list[ToldForm]
    history: list[StepForm]


class DoneForm(Form):
    """What an officer's request came to; the same again changes nothing."""

    changed: bool
    alert: AlertForm


class MutedForm(DoneForm):
    """The same, and the number of the mute."""

    mute: int
