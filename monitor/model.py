"""The values and the columns that travel between the parts. No behaviour but self-checks.

Columns are numpy structured arrays; every dtype below says unit, range and what "not available"
becomes. Instants are int64 microseconds since 1970-01-01T00:00:00Z (see units).
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.eventkind import EventKind as EventKind  # noqa: PLC0414 - handed on

RAW_BYTES = 72  # kept of the sentence (or row) of a fix: a type 19 in one sentence has 71

FIX = np.dtype(
    [
        ("mmsi", "<i4"),  # 1..999999999, as claimed
        ("at", "<i8"),  # us; when the position was true, by the source's clock
        ("received_at", "<i8"),  # us; when the line came in, never decreasing within a run
        ("seq", "<i8"),  # arrival number of the line within the run, from 0
        ("lon", "<f8"),  # degrees east, -180..180; NaN not available (181)
        ("lat", "<f8"),  # degrees north, -90..90; NaN not available (91)
        ("sog_kn", "<f4"),  # knots, 0..102.2; NaN not available (1023)
        ("cog_deg", "<f4"),  # degrees true, 0..359.9; NaN not available (3600)
        ("heading_deg", "<f4"),  # degrees true, 0..359; NaN not available (511) or illegal
        ("turn_deg_min", "<f4"),  # degrees a minute, -720..720; NaN not available (-128)
        ("status", "i1"),  # navigational status 0..15; -1 where the message has none
        ("type", "i1"),  # message type 1, 2, 3, 18, 19, 27; 0 where the log does not say
        ("content", "<u8"),  # hash of the report's content: two receivers of one report agree
        ("source", "<u2"),  # index into the run's sources
        ("line", "<i8"),  # line number in its source, from 1
        ("raw", f"S{RAW_BYTES}"),  # the sentence (or the first bytes of the row) it came from
    ]
)
"""A position report; once quality has passed it, a fix. A change is a new layout (see kept)."""


class Refusal(enum.StrEnum):
    """Why something was not believed or not understood. Each is counted; nothing is silent."""

    NOT_AIS = "not_ais"  # other NMEA (GPS, wind …) or a comment; normal in mixed logs
    GARBLED = "garbled"  # no sentence could be read from the line
    BAD_CHECKSUM = "bad_checksum"  # IEC 61162-1 section 7.1: XOR between ! and *
    EMPTY_PAYLOAD = "empty_payload"
    UNDECODABLE = "undecodable"  # payload too short or not of its type
    UNKNOWN_TYPE = "unknown_type"  # message type 0 or above 28 (28: M.1371-6)
    PART_MISSING = "part_missing"  # a part of a multi-sentence message never came
    PART_REPEATED = "part_repeated"
    UNDATED = "undated"  # no time could be given to the line
    CLOCK_NONSENSE = "clock_nonsense"  # a stamp that its neighbours contradict
    MMSI_INVALID = "mmsi_invalid"  # 0, above 999999999, or a well-known filler
    NOT_A_VESSEL = "not_a_vessel"  # coast station, aircraft, SART, AtoN …: no port calls
    POSITION_UNAVAILABLE = "position_unavailable"  # 181 / 91
    POSITION_OUT_OF_RANGE = "position_out_of_range"
    NULL_ISLAND = "null_island"  # 0/0: a receiver that has no fix
    DUPLICATE = "duplicate"  # same report by another receiver or a loop
    SAME_INSTANT = "same_instant"  # another report of the vessel at the same instant
    LATE = "late"  # older than the watermark: kept in history, not detected on
    FROZEN = "frozen"  # the same to the last digit, of a ship that goes on
    LOST = "lost"  # a line of the journal that is damaged there, or gone
    IMPOSSIBLE_JUMP = "impossible_jump"  # faster than any ship, and never confirmed


Refusals = Counter[tuple[str, str]]  # (source, reason) -> how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Complete lines of one source; ``received_at`` None: a log, the stamps in it tell the time."""

    data: bytes  # the bytes, each line ended by LF but perhaps the last
    source: str  # where they came from: a feed's name or a file's
    received_at: NDArray[np.int64] | None = None  # us, one a line
    first_line: int = 1  # the number of the first line in its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """A static report: who a vessel says it is. None: "not available", or not in this message."""

    mmsi: int
    name: str | None = None
    callsign: str | None = None
    imo: int | None = None  # seven digits; 0 is None
    ship_type: int | None = None  # ITU-R M.1371 table 53, 1..99; 0 is None
    to_bow_m: int | None = None  # from the reference point: A
    to_stern_m: int | None = None  # B
    to_port_m: int | None = None  # C
    to_starboard_m: int | None = None  # D
    draught_m: float | None = None
    destination: str | None = None
    eta: str | None = None  # "MM-DDTHH:MM" as sent, UTC, no year


@dataclass(slots=True, kw_only=True)
class StaticReport:
    """A static report with its time and place in the input."""

    at: int
    received_at: int
    seq: int
    source: int
    static: Static
    known_at: int = 0  # from when on it names events: ``at``, or the watermark if it came late


@dataclass(slots=True, kw_only=True)
class Reports:
    """What a batch of lines said. ``positions`` has dtype FIX and is in arrival order."""

    positions: NDArray[Any]
    statics: list[StaticReport] = field(default_factory=list)
    refusals: Refusals = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, kind) -> how many
    lines: int = 0
    arrivals: int = 0  # arrival numbers used, where that is not the number of lines
    clock: NDArray[np.int64] | None = None  # received_at of every line, never decreasing
    settled: bool = False  # no more lines can come that were received when the last one was
    sources: list[str] = field(default_factory=list)  # merged input: names of the source numbers
    lateness_us: int | None = None  # merged input: how late it says that reports may come
    slow_us: dict[str, int] = field(default_factory=dict)  # live input: source -> its clock's lag
    feeds: tuple[str, ...] | None = None  # that were listened to; None: nobody says who listened
    heard: dict[str, NDArray[np.int64]] = field(default_factory=dict)  # feed -> its lines, us


class Fix(NamedTuple):
    """One row of dtype FIX as plain values, field for field."""

    mmsi: int
    at: int
    received_at: int
    seq: int
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float
    heading_deg: float
    turn_deg_min: float
    status: int
    type: int
    content: int
    source: int
    line: int
    raw: bytes


class Ship(NamedTuple):
    """A subject: one ship, as far as an MMSI and a track tell ships apart."""

    mmsi: int
    track: int  # 0; 1… where several ships use one MMSI


class ShipAtPort(NamedTuple):
    """A subject: one ship in the waters of one port."""

    mmsi: int
    track: int
    port: str  # id of the port


class ShipInArea(NamedTuple):
    """A subject: one ship in an area that somebody drew."""

    mmsi: int
    track: int
    area: str  # id of the area


class ShipPair(NamedTuple):
    """A subject: two ships, the lower MMSI first."""

    mmsi: int
    track: int
    other_mmsi: int
    other_track: int


class NamedArea(NamedTuple):
    """A subject: an area of the sea, whoever is in it."""

    area: str


class NamedFeed(NamedTuple):
    """A subject: a feed."""

    feed: str


Subject = Ship | ShipAtPort | ShipInArea | ShipPair | NamedArea | NamedFeed
"""What an event is about, and what a detector's state is kept by."""

SUBJECTS: dict[str, type[Subject]] = {
    "ship": Ship, "ship_at_port": ShipAtPort, "ship_in_area": ShipInArea, "ship_pair": ShipPair,
    "area": NamedArea, "feed": NamedFeed,
}  # fmt: skip
"""What each kind of subject is called in the store and in machine formats."""


class EventState(enum.StrEnum):
    """The life of an event: most are born confirmed; arrivals and departures may be provisional."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class CallState(enum.StrEnum):
    """How a call stands: see ``engine.detect.port.call``."""

    AWAY = "away"
    ENTERED = "entered"
    TOUCHED = "touched"
    FOUND = "found"
    IN_PORT = "in port"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An instant as far as it is known, us. None: not bounded on that side, or no best estimate.

    ValueError where they are not in order.
    """

    earliest: int | None
    at: int | None
    latest: int | None

    def __post_init__(self) -> None:
        """Earliest, best and latest are in this order, as far as they are known."""
        known = [at for at in (self.earliest, self.at, self.latest) if at is not None]
        if known != sorted(known):
            message = f"an instant cannot be within {self.earliest}, {self.at}, {self.latest}"
            raise ValueError(message)

    def width(self) -> int | None:
        """Microseconds between the bounds; None where one is missing."""
        if self.earliest is None or self.latest is None:
            return None
        return self.latest - self.earliest


UNKNOWN = Span(earliest=None, at=None, latest=None)  # an instant of which nothing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class FixEvidence:
    """A fix that an event rests on, as people and machines read it. None: not available."""

    at: str  # RFC 3339, UTC
    received_at: str
    lon: float
    lat: float
    sog_kn: float | None
    cog_deg: float | None
    status: int | None
    type: int | None
    source: str  # name of the feed or the log
    line: int  # its line there
    sentence: str  # as it came, byte for byte (latin-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an event rests on."""

    fixes: tuple[FixEvidence, ...] = ()  # in time order
    figures: dict[str, Any] = field(default_factory=dict)  # distances, thresholds: name_unit
    geofence_hash: str | None = None  # which drawing it was decided on; None: on none


class Amended(enum.StrEnum):
    """What became of a finding when reports came late."""

    ADDED = "added"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"  # nothing of it is told any more


class Revised(NamedTuple):
    """How a finding came to be other than it was told at first."""

    word: Amended
    at: int  # us; how far the watch had come
    why: str  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, or a change of its state (then the id is the same)."""

    id: str  # 32 hex digits, a pure function of kind, subject, place and first evidence
    kind: EventKind
    state: EventState
    subject: Subject
    name: str | None  # of the ship, as known at decided_at
    geofence: str | None
    span: Span
    decided_at: int  # us; when, in the log's time, it could first be said: they are ordered by it
    confidence: int  # 1..4, see evidence.confidence_of
    lon: float | None  # None: it is about no place
    lat: float | None
    why: str  # a sentence
    evidence: Evidence
    said: Static | None = None  # by the ship of herself, as known at decided_at
    episode: str | None = None  # 32 hex digits: events of one story have the same
    revised: Revised | None = None  # when reports came late; None: it is as it was told at first

    @property
    def mmsi(self) -> int | None:
        """The ship it is about (of two, the first); None: it is about none."""
        return getattr(self.subject, "mmsi", None)

    @property
    def track(self) -> int | None:
        """Which of the ships that use her MMSI."""
        return getattr(self.subject, "track", None)

    @property
    def port(self) -> str | None:
        """The port it is about."""
        return getattr(self.subject, "port", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of a port call."""

    kind: EventKind
    span: Span
    geofence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortCall:
    """One stay of one vessel at one port, as far as it is known by now."""

    id: str
    mmsi: int
    track: int
    name: str | None
    port: str
    arrived: Span
    departed: Span | None  # None: not known to have left
    state: CallState
    confidence: int  # GFW's: 4 entry, stop and exit seen; 3 stop and one of them; 2 stop; 1 none
    stages: tuple[Stage, ...]
    decided_at: int
    withdrawn: bool = False  # it was provisional only, and nothing came of it
    revised: Revised | None = None  # as of an event
