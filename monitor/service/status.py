"""How a live watch is doing: plain values that the faces read. Nothing here decides anything."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from monitor.store.tally import Tally
from monitor.units import SECOND_US

if TYPE_CHECKING:
    from monitor.engine.pipeline import Pipeline
    from monitor.service.outbox import ChannelStatus

LAG_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
THIN_SHARE = 0.25
"""Fewer vessels than this share of the usual: what is not heard there says little."""

_BOUNDS_US = np.array([round(bound * SECOND_US) for bound in LAG_BOUNDS_S])


class FeedState(enum.StrEnum):
    """How a feed is doing."""

    STARTING = "starting"  # connecting, or connected and nothing has come yet
    LIVE = "live"
    SILENT = "silent"  # no message for longer than is usual: nothing is known of what it covers
    DEGRADED = "degraded"  # messages come, and something is wrong with them or their way
    DOWN = "down"  # not connected


@dataclass(slots=True, kw_only=True)
class FeedStatus:
    """One feed. Instants are us; None: never."""

    name: str
    kind: str
    where: str
    since: int  # of the state
    state: FeedState = FeedState.STARTING
    why: str = "connecting"
    next_try_at: int | None = None
    connections: int = 0
    lines: int = 0
    messages: int = 0
    received_bytes: int = 0
    dropped: int = 0  # messages for which there was no room, or that the system dropped
    held_up_s: float = 0.0  # how long it was made to wait for room
    slowed_s: float = 0.0  # and for its own budget of lines a second
    left_out: Counter[str] = field(default_factory=Counter)  # lines beyond a budget, by reason
    refused: Counter[str] = field(default_factory=Counter)  # by reason, at the door and behind it
    late: int = 0  # reports that came after others of their time were looked at
    slow_s: float = 0.0  # its clock, as learned; that is added to its times
    last_message_at: int | None = None


@dataclass(slots=True, kw_only=True)
class StoreStatus:
    """PostGIS, as the watch sees it."""

    ready: bool = False
    since: int
    why: str = "connecting"
    commits: int = 0
    rows: int = 0
    refused: int = 0  # rows that it refused, one by one, while the rest was stored
    refused_why: str | None = None  # of the last of them
    revised_ships: int = 0  # taken again for reports that came late
    revised_reports: int = 0  # those reports
    committed_to: int | None = None  # received_at of the newest line that is stored, us
    lag_counts: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(len(LAG_BOUNDS_S) + 1, dtype=np.int64)
    )
    lag_sum_s: float = 0.0

    def note_revised(self, ships: int, reports: int) -> None:
        """Count ships that were taken again, and the late reports of them."""
        self.revised_ships += ships
        self.revised_reports += reports

    def note_lag(self, received_at: NDArray[np.int64], now: int) -> None:
        """Count how long these lines took from reception to the commit."""
        lag = np.maximum(now - received_at, 0)
        places = np.searchsorted(_BOUNDS_US, lag)
        self.lag_counts += np.bincount(places, minlength=len(LAG_BOUNDS_S) + 1)
        self.lag_sum_s += float(lag.sum()) / SECOND_US

    def lag_quantile_s(self, share: float) -> float | None:
        """Upper bound of the lag of this share of all lines; None: no line yet, or beyond all."""
        total = int(self.lag_counts.sum())
        if not total:
            return None
        place = int(np.searchsorted(np.cumsum(self.lag_counts), share * total))
        return LAG_BOUNDS_S[place] if place < len(LAG_BOUNDS_S) else None


@dataclass(slots=True, kw_only=True)
class SpoolStatus:
    """The journal on disk."""

    directory: str
    recorded: bool
    waiting_bytes: int = 0
    limit_bytes: int
    dropped_lines: int = 0
    unrecorded_lines: int = 0
    lost_lines: int = 0  # damaged, or removed by somebody else
    lost_bytes: int = 0  # that stand there and hold nothing
    trouble: str | None = None


@dataclass(slots=True, kw_only=True)
class PortStatus:
    """What was heard near a port in the last hour. Nothing heard is not nobody there."""

    port: str
    vessels: int
    heard_at: int | None  # us
    usual: float | None  # vessels at once that are usual at this hour
    feeds: list[str]

    @property
    def words(self) -> str:
        """In a few words, for people."""
        if not self.vessels:
            return "not heard"
        if self.usual is not None and self.vessels < THIN_SHARE * self.usual:
            return "hardly heard"
        return "heard"


@dataclass(slots=True, kw_only=True)
class EdgeStatus:
    """An edge, as the engine knows it."""

    name: str
    received_at: int  # the newest that it received, of what is committed, us
    journal_bytes: int  # position in its journal up to which all is committed


@dataclass(slots=True, kw_only=True)
class ClusterStatus:
    """The part of a process that is one of several, and the stream between them."""

    role: str  # edge, engine
    name: str  # of the edge; "" of an engine
    stream: str
    where: str  # the broker's addresses
    since: int  # of the lead, or of the broker's connection, us
    connected: bool = False
    why: str = "connecting"
    leads: bool = False  # an engine that does not stands by
    leader: str | None = None  # who does; None: this one, nobody, or it may not be seen
    sequence: int = 0  # of the last message that was sent, or committed
    waiting: int | None = None  # messages that are not taken yet; None: it is not known
    stray: int = 0  # messages that were none of an edge's
    edges: list[EdgeStatus] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Status:
    """All of it."""

    started_at: int
    store: StoreStatus
    spool: SpoolStatus
    feeds: dict[str, FeedStatus] = field(default_factory=dict)
    lines: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, kind)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, reason)
    events: Counter[str] = field(default_factory=Counter)
    vessels: int = 0
    visits: int = 0  # vessels near a port
    deadlines: int = 0  # silences that will be told unless the vessel is heard again
    next_deadline_at: int | None = None
    waiting_reports: int = 0  # in the reorder buffer
    ports: list[PortStatus] = field(default_factory=list)
    alerts: Tally | None = None  # None: not counted, or the store is away
    channels: list[ChannelStatus] = field(default_factory=list)
    cluster: ClusterStatus | None = None  # None: one process does all


def ports_of(pipeline: Pipeline) -> list[PortStatus]:
    """What was heard at each port in the last hour."""
    found = []
    for port in pipeline.reception.ports:
        hour = pipeline.reception.hour_of(port.id, pipeline.newest)
        feeds = sorted(pipeline.sources[number] for number in hour.feeds)
        found.append(
            PortStatus(
                port=port.id, vessels=hour.vessels, heard_at=hour.heard_at, usual=hour.usual,
                feeds=feeds,
            )
        )  # fmt: skip
    return found
