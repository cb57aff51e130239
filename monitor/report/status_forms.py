"""The forms of what a watch says of itself: status and health, as ``api`` makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from monitor.alert.message import Severity
from monitor.report.forms import Form
from monitor.service.status import FeedState


class LiveForm(Form):
    """The loop that receives goes round."""

    live: bool


class DownForm(Form):
    """A channel that nothing gets through."""

    name: str
    since: datetime
    why: str


class ReadyForm(Form):
    """Whether batches are committed."""

    ready: bool
    store: str
    feeds: dict[str, FeedState]
    feeds_heard: int
    channels: dict[str, Literal["works", "down"]]
    channels_down: list[DownForm]
    role: Literal["all", "edge", "engine"]
    leads: bool = Field(description="An engine that does not stands by.")


class StoreForm(Form):
    """PostGIS, as the watch sees it."""

    ready: bool
    since: datetime
    why: str
    commits: int
    rows: int
    committed_to: datetime | None
    lag_p50_s: float | None
    lag_p99_s: float | None
    refused: int
    refused_why: str | None
    revised_ships: int
    revised_reports: int


class SpoolForm(Form):
    """What is on disk and not stored yet."""

    directory: str
    recorded: bool
    waiting_bytes: int
    limit_bytes: int
    dropped_lines: int
    unrecorded_lines: int
    lost_lines: int
    lost_bytes: int
    trouble: str | None


class FeedForm(Form):
    """A feed."""

    name: str
    kind: str
    where: str
    state: FeedState
    since: datetime
    why: str
    next_try_at: datetime | None
    connections: int
    lines: int
    messages: int
    last_message_at: datetime | None
    dropped: int
    held_up_s: float
    slowed_s: float
    left_out: dict[str, int]
    refused: dict[str, int]
    late: int
    clock_slow_s: float


class PortForm(Form):
    """What was heard near a port in the last hour: nothing heard is not nobody there."""

    port: str
    words: str
    vessels: int
    heard_at: datetime | None
    usual: float | None
    feeds: list[str]


class TallyForm(Form):
    """How many alerts stand, and how many messages wait."""

    raised: int
    open: dict[Severity, int]
    acknowledged: int
    muted: int
    waiting: dict[str, int]
    dead: dict[str, int]


class ChannelForm(Form):
    """A channel."""

    name: str
    kind: str
    where: str
    works: bool
    why: str
    since: datetime
    sent: int
    failed: int
    cancelled: int
    digested: int
    dead: int
    sent_at: datetime | None
    lag_s: float | None


class EdgeForm(Form):
    """An edge, as the engine knows it."""

    name: str
    received_at: datetime = Field(description="The newest that it received, of what is stored.")
    journal_bytes: int


class ClusterForm(Form):
    """A process that is one of several, and the stream between them."""

    role: Literal["edge", "engine"]
    name: str
    stream: str
    where: str
    connected: bool
    why: str
    since: datetime
    leads: bool
    leader: str | None
    sequence: int = Field(description="The last message that was sent, or stored.")
    waiting: int | None
    stray: int
    edges: list[EdgeForm]


class StatusForm(Form):
    """All of it."""

    version: str
    now: datetime
    clock_speed: float = Field(description="1, but where a recording is played at speed.")
    started_at: datetime
    lines: int
    vessels: int
    visits: int
    deadlines: int
    next_deadline_at: datetime | None
    waiting_reports: int
    events: dict[str, int]
    store: StoreForm
    spool: SpoolForm
    feeds: list[FeedForm]
    ports: list[PortForm]
    alerts: TallyForm | None = Field(description="Null: not counted, or the store is away.")
    channels: list[ChannelForm]
    cluster: ClusterForm | None = Field(description="Null: one process does all.")
