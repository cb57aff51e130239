"""Where ships were, as far as it is known: certain and possible stays, and what silence allows.

Pure: rows of the store in, intervals out. Three rules hold throughout:

    heard there       she was there, at that instant
    not heard         for more than SILENCE_US nothing is certain, a stay before and after included
    out of reach      where she cannot have come in time (by the great circle) she was not

Instants are us. A certain stay lies within the true one; a possible stay holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import shapely

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import FenceKind, Port, distance_m
from monitor.engine.reach import MAX_SPEED_KN, PLACE_SLACK_M, TIME_SLACK_S
from monitor.model import PortCall
from monitor.units import KNOT_MPS, MINUTE_US, NAUTICAL_MILE_M, SECOND_US

Interval = tuple[int, int]
"""From and until, us."""

LONG_AGO, FAR_AHEAD = -(2**62), 2**62
"""Not bounded on that side."""

APART_M = 5 * NAUTICAL_MILE_M
"""More than a shift within a port, and less than from one to another."""

PASSING_US = 20 * MINUTE_US
"""A satellite in a low orbit is in view for some ten minutes."""

CARGO_KN = 30.0
"""No cargo ship or tanker in service is faster (container ships some 27 kn). Others: 60 kn."""

SURE = 2
"""Confidence from which on a call is believed: a stop was seen. With less it is possible only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A fix: when and where a ship was for certain."""

    at: int
    lon: float
    lat: float
    port: str | None = None  # in whose approach that is; None: in none of those watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time longer than SILENCE_US without a fix. ``after`` None: up to the end, or for good."""

    before: Whereabouts
    after: Whereabouts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vessel:
    """All that is known of one ship: what she says she is, her calls, her silences."""

    mmsi: int
    track: int
    name: str | None
    imo: int | None = None
    ship_type: int | None = None  # ITU-R M.1371 table 53
    lists: tuple[str, ...] = ()  # watchlists that she is surely on
    calls: tuple[PortCall, ...] = ()  # at whatever port, oldest first
    silences: tuple[Silence, ...] = ()  # oldest first, without the one at the end
    last: Whereabouts | None = None  # her last fix before the end; None: none is stored
    is_shared: bool = False  # several ships use her MMSI: which of them says what is not known
    mixed_at: int | None = None  # us; since then it is not known whose fixes these are; None: never

    @property
    def number(self) -> str:
        """Her MMSI, and which of the ships that use it."""
        return f"{self.mmsi:09d}" + (f" #{self.track}" if self.is_shared else "")

    @property
    def title(self) -> str:
        """Her name and number."""
        if self.is_shared:
            return f"{self.number}, a shared number"
        return f"{self.name} ({self.number})" if self.name else self.number

    @property
    def fastest_kn(self) -> float:
        """What she makes at most, as far as her class says it."""
        return CARGO_KN if self.kind in {"cargo", "tanker"} else MAX_SPEED_KN

    @property
    def kind(self) -> str:
        """Her class, in a word."""
        if self.is_shared:
            return "unknown"
        return _KINDS.get((self.ship_type or 0) // 10, "other" if self.ship_type else "unknown")

    def all_silences(self, until: int) -> tuple[Silence, ...]:
        """With that from her last fix to the end, if it is one."""
        if self.last is None or until - self.last.at <= SILENCE_US:
            return self.silences
        return (*self.silences, Silence(before=self.last, after=None))


_KINDS = {3: "special", 5: "special", 6: "passenger", 7: "cargo", 8: "tanker"}
KINDS = ("cargo", "tanker", "passenger", "special", "other", "unknown")
"""Classes of ships by the type of table 53; special: fishing, tugs, naval and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A port, and how far it is at least."""

    port: Port
    radius_m: float = field(init=False)

    def __post_init__(self) -> None:
        """From the middle to the farthest corner of the approach."""
        lon, lat = self.port.centre
        corners = shapely.get_coordinates(self.port.area)
        radius = float(distance_m(lon, lat, corners[:, 0], corners[:, 1]).max())
        object.__setattr__(self, "radius_m", radius)

    def least_us(self, heard: Whereabouts, fastest_kn: float) -> int:
        """How long a ship takes from there to the approach at least."""
        if heard.port == self.port.id:
            return 0
        lon, lat = self.port.centre
        away = float(distance_m(heard.lon, heard.lat, lon, lat)) - self.radius_m - PLACE_SLACK_M
        seconds = away / (fastest_kn * KNOT_MPS) - TIME_SLACK_S
        return round(max(0.0, seconds) * SECOND_US)

    def window(self, silence: Silence, fastest_kn: float, until: int) -> Interval | None:
        """When a ship may have been there in a silence; None: she is not so fast."""
        begin = silence.before.at + self.least_us(silence.before, fastest_kn)
        if silence.after is None:
            end = until
        else:
            end = silence.after.at - self.least_us(silence.after, fastest_kn)
        return (begin, end) if begin <= end else None


def as_of(calls: Iterable[PortCall], until: int) -> tuple[PortCall, ...]:
    """Calls as they stood at an instant, by all that is known now, oldest first.

    One that began later is left out; one that ended later had not ended.
    """
    found = []
    for call in calls:
        begun = call.arrived.earliest if call.arrived.latest is None else call.arrived.latest
        if begun is not None and begun > until:
            continue
        left = call.departed
        ended = left is None or left.earliest is None or left.earliest < until
        found.append(call if ended else replace(call, departed=None))
    return tuple(sorted(found, key=lambda call: (call.arrived.latest or LONG_AGO, call.id)))


def mixed_at(tracks: Iterable[Iterable[Silence]]) -> int | None:
    """Since when it is not known whose fixes those of a number are, of the silences of its tracks.

    Two ships use it, or false positions were sent: then a track that went on elsewhere after a
    silence may be the other's. None: each track was heard where it was before.
    """
    moved = [
        silence.before.at
        for silences in tracks
        for silence in silences
        if silence.after is not None and _apart_m(silence.before, silence.after) > APART_M
    ]
    return min(moved, default=None)


def _apart_m(one: Whereabouts, two: Whereabouts) -> float:
    return float(distance_m(one.lon, one.lat, two.lon, two.lat))


def place_of(ports: Iterable[Port], lon: float, lat: float) -> str | None:
    """In whose approach a place is; None: in none."""
    for port in ports:
        for fence in port.fences:
            if fence.kind is FenceKind.APPROACH and shapely.intersects_xy(fence.shape, lon, lat):
                return port.id
    return None


def certain(vessel: Vessel, port: str, until: int) -> list[Interval]:
    """When she was at a port for certain, up to an instant."""
    found = []
    for call in vessel.calls:
        if call.port != port or call.confidence < SURE or call.arrived.latest is None:
            continue
        begin, end = call.arrived.latest, _surely_until(call, vessel, until)
        found.append((begin, min(max(begin, end), until)))
    dark = [
        (silence.before.at, FAR_AHEAD if silence.after is None else silence.after.at)
        for silence in vessel.all_silences(until)
    ]
    if vessel.mixed_at is not None:
        dark.append((vessel.mixed_at, FAR_AHEAD))
    return without([one for one in found if one[0] <= one[1]], dark)


def _surely_until(call: PortCall, vessel: Vessel, until: int) -> int:
    """Until when a stay is certain, silences not looked at."""
    if call.departed is not None:
        return LONG_AGO if call.departed.earliest is None else call.departed.earliest
    last = vessel.last
    if last is None or last.port != call.port:
        return LONG_AGO
    return until if until - last.at <= SILENCE_US else last.at


def possible(vessel: Vessel, port: Reach, until: int) -> list[Interval]:
    """When she may have been at a port, up to an instant: by a doubtful call, or unheard."""
    found = []
    for call in vessel.calls:
        if call.port != port.port.id:
            continue
        begin = LONG_AGO if call.arrived.earliest is None else call.arrived.earliest
        end = until
        if call.departed is not None and call.departed.latest is not None:
            end = call.departed.latest
        found.append((begin, min(end, until)))
    fast = vessel.fastest_kn
    windows = (port.window(silence, fast, until) for silence in vessel.all_silences(until))
    if vessel.mixed_at is not None:
        found.append((vessel.mixed_at, until))
    return joined([*found, *(window for window in windows if window is not None)])


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same, in order, those that touch as one."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif begin <= end:
            found.append((begin, end))
    return found


def without(intervals: Sequence[Interval], gaps: Iterable[Interval]) -> list[Interval]:
    """Intervals less what lies strictly within gaps: at the ends of a gap she was heard."""
    found = joined(intervals)
    for begin, end in gaps:
        parts = []
        for one in found:
            if one[1] <= begin or one[0] >= end:
                parts.append(one)
                continue
            parts += [(one[0], begin)] if one[0] <= begin else []
            parts += [(end, one[1])] if one[1] >= end else []
        found = parts
    return found


def holds(intervals: Iterable[Interval], at: int) -> bool:
    """Whether one of them holds an instant."""
    return any(begin <= at <= end for begin, end in intervals)


def meets(intervals: Iterable[Interval], since: int, until: int) -> bool:
    """Whether one of them has an instant of the time in it."""
    return any(begin < until and end >= since for begin, end in intervals)


def silent(buckets: Iterable[Interval], since: int, until: int, shortest: int) -> list[Interval]:
    """When nothing was heard: what of the time lies in no bucket, from so long on, us.

    A few minutes between two times that are silences both, as when a satellite passes once, part
    nothing.
    """
    gaps, at = [], since
    for begin, end in [*joined(buckets), (until, until)]:
        if begin - at >= shortest:
            gaps.append((at, min(begin, until)))
        at = max(at, end)
    found: list[Interval] = []
    for gap in gaps:
        if gap[0] >= gap[1]:
            continue
        both = [*found[-1:], gap]
        if (
            len(both) > 1
            and gap[0] - both[0][1] <= PASSING_US
            and min(map(length, both)) > SILENCE_US
        ):
            found[-1] = both[0][0], gap[1]
        else:
            found.append(gap)
    return found


def length(interval: Interval) -> int:
    """How long it is, us."""
    return interval[1] - interval[0]
