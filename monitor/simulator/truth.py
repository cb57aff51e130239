"""What truly happened, for tests to hold the detector against.

Instants are int64 microseconds (ISO 8601 in the JSON). Nothing outside the window of the log is
told: what began before it or ends after it is None.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from monitor.simulator.said import SaidTruth, said_truth
from monitor.simulator.sea import PORTS, Fences, Floats, Haven, metric
from monitor.simulator.ship import Ship, Window
from monitor.simulator.unheard import UnheardTruth
from monitor.simulator.voyage import Motion, Stay, StayKind
from monitor.units import DEGREE_M, SECOND_US, to_iso

STEP_S = 20.0  # grid on which crossings are looked for; then halved down to CROSSING_S
CROSSING_S = 0.5
OBSERVED_GAP_S = 4 * 3600.0  # a crossing between fixes further apart was not seen
TRACK_STEP_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTruth:
    """One stop of a call; ``at`` None: older than the log; ``until`` None: when the log ends."""

    kind: StayKind
    at: int | None
    until: int | None
    lon: float  # of the ship alongside, or of the anchor
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Tells whether a crossing was seen: good fixes before and after, OBSERVED_GAP_S apart at most.

    ``entry`` and ``exit`` are those of the harbour fence, or of the approach where the ship never
    entered the harbour. False where the crossing is not in the log.
    """

    entry: bool
    exit: bool
    approach_entry: bool
    approach_exit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTruth:
    """One port call. None: not within the window of the log, or never (harbour fence)."""

    port: str
    arrived_at: int | None  # came to rest at her first stop of the call
    entered_harbour_at: int | None  # first time
    entered_approach_at: int | None
    left_harbour_at: int | None  # last time
    departed_at: int | None  # moved off from her last stop of the call
    left_approach_at: int | None
    stages: tuple[StageTruth, ...]
    observed: Observed
    fixes: int  # good positions heard during the call; with none, nobody can know of it
    fixes_at_rest: int  # of them, those heard while she lay at a stop
    seen_at_rest_s: float  # longest time between the first and the last of these at one stop


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTruth:
    """A run through the approach without a stop."""

    port: str
    entered_at: int | None
    left_at: int | None
    closest_m: float  # to the harbour fence; 0 inside it


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTruth:
    """A run through the approach with stops in open water only: no call."""

    port: str
    entered_at: int | None
    left_at: int | None
    stops: tuple[StageTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundTruth:
    """The log ends when the ship is in the approach and has not stopped yet."""

    port: str
    entered_approach_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DarkTruth:
    """The transmitter was off. ``where``: a port's name (in its approach) or "sea"."""

    began_at: int
    until: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VesselTruth:
    """All that is true of one ship. Two entries share an MMSI where one is a clone."""

    mmsi: int
    name: str
    is_clone: bool
    calls: tuple[CallTruth, ...]
    passes: tuple[PassTruth, ...]
    waits: tuple[WaitTruth, ...]
    inbound: tuple[InboundTruth, ...]
    dark: tuple[DarkTruth, ...]
    said: tuple[SaidTruth, ...]
    unheard: tuple[UnheardTruth, ...] = ()
    consort: int | None = None  # MMSI of the ship with which she sails on purpose
    faults: dict[str, int]
    motion: Motion = field(repr=False)
    window: Window

    def track(self) -> NDArray[np.float64]:
        """Return the true track, a row a minute: at (s since the epoch), lon, lat, SOG (kn)."""
        motion = self.motion
        begin, end = max(self.window[0], motion.at_s[0]), min(self.window[1], motion.at_s[-1])
        at = np.arange(np.ceil(begin), end, TRACK_STEP_S)
        columns = (motion.lon, motion.lat, motion.sog_kn)
        return np.column_stack([at, *(motion.value(column, at) for column in columns)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth of a simulation."""

    scenario: str
    seed: int
    from_at: int
    until_at: int
    vessels: tuple[VesselTruth, ...]

    def to_json(self, *, tracks: bool = False) -> str:
        """Return it as JSON; instants as ISO 8601; with ``tracks``, rows of a minute as well."""
        vessels = []
        for vessel in self.vessels:
            row: dict[str, object] = {
                "mmsi": vessel.mmsi,
                "name": vessel.name,
                "is_clone": vessel.is_clone,
                **_listed(vessel, "calls", "passes", "waits", "inbound"),
                "dark": [
                    {"from": to_iso(d.began_at), "until": to_iso(d.until), "where": d.where}
                    for d in vessel.dark
                ],
                **_listed(vessel, "said", "unheard"),
                "consort": vessel.consort,
                "faults": vessel.faults,
            }
            if tracks:
                row["track"] = [
                    [int(at), round(lon, 6), round(lat, 6), round(sog, 2)]
                    for at, lon, lat, sog in vessel.track().tolist()
                ]
            vessels.append(row)
        head = {"scenario": self.scenario, "seed": self.seed, "from": to_iso(self.from_at)}
        return json.dumps(head | {"until": to_iso(self.until_at), "vessels": vessels}, indent=1)


def _listed(vessel: VesselTruth, *names: str) -> dict[str, object]:
    return {name: [_readable(asdict(one)) for one in getattr(vessel, name)] for name in names}


def _readable(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _readable(inner, key) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_readable(inner) for inner in value]
    if isinstance(value, int) and (name in {"at", "until"} or name.endswith("_at")):
        return to_iso(value)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """A stretch of a motion inside a fence; None: begun before or going on after the motion."""

    from_s: float | None
    until_s: float | None

    def holds(self, at_s: float) -> bool:
        return (self.from_s is None or self.from_s <= at_s) and (
            self.until_s is None or at_s <= self.until_s
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """What is in the log of one ship: its window, and the instants of her good positions."""

    window: Window
    good_s: NDArray[np.int64]

    def us(self, at_s: float | None) -> int | None:
        """Microseconds of an instant; None where it is not within the window."""
        if at_s is None or not self.window[0] <= at_s < self.window[1]:
            return None
        return round(at_s) * SECOND_US

    def shows(self, at_s: float | None) -> bool:
        """Tell whether a crossing at an instant can be seen."""
        if at_s is None or self.us(at_s) is None:
            return False
        after = int(np.searchsorted(self.good_s, at_s))
        if after in {0, self.good_s.size}:
            return False
        return bool(self.good_s[after] - self.good_s[after - 1] < OBSERVED_GAP_S)


def vessel_truth(
    ship: Ship, *, window: Window, fences: Fences, good_s: NDArray[np.int64], faults: dict[str, int]
) -> VesselTruth:
    """Work out the truth of one ship from her whole motion, then cut it to the window."""
    calls: list[CallTruth] = []
    passes: list[PassTruth] = []
    waits: list[WaitTruth] = []
    inbound: list[InboundTruth] = []
    grid = _grid(ship.motion)
    log = _Log(window=window, good_s=good_s)
    for port in PORTS:
        harbour = fences[port.name]["harbour"]
        approach_visits = _visits(ship.motion, grid, fences[port.name]["approach"])
        harbour_visits = _visits(ship.motion, grid, harbour) if approach_visits else []
        for visit in approach_visits:
            entered = log.us(visit.from_s)
            if visit.from_s is not None and visit.from_s >= window[1]:
                continue
            stops = [s for s in ship.motion.stays if visit.holds((s.from_s + s.until_s) / 2)]
            stays = [stop for stop in stops if stop.kind != "waiting"]
            left = log.us(visit.until_s)
            if any(stay.from_s < window[1] for stay in stays):
                inside = [h for h in harbour_visits if visit.holds(_middle(h, ship.motion))]
                calls.append(_call(port.name, visit, inside, stays, log))
            elif stays:
                inbound.append(InboundTruth(port=port.name, entered_approach_at=entered))
            elif stops:
                waited = _stages([s for s in stops if s.from_s < window[1]], log)
                waits.append(
                    WaitTruth(port=port.name, entered_at=entered, left_at=left, stops=waited)
                )
            else:
                closest = _closest_m(ship.motion, grid, visit, harbour, port)
                passes.append(
                    PassTruth(port=port.name, entered_at=entered, left_at=left, closest_m=closest)
                )
    return VesselTruth(
        mmsi=ship.particulars.mmsi,
        name=ship.particulars.name,
        is_clone=ship.habits.is_clone,
        calls=tuple(sorted(calls, key=lambda call: call.arrived_at or 0)),
        passes=tuple(sorted(passes, key=lambda run: run.entered_at or 0)),
        waits=tuple(waits),
        inbound=tuple(inbound),
        dark=tuple(_dark(ship, span, fences, window) for span in ship.habits.dark),
        said=said_truth(ship, window),
        consort=ship.consort,
        faults={name: count for name, count in faults.items() if count} | ship.habits.faults,
        motion=ship.motion,
        window=window,
    )


def _call(
    port: str,
    visit: _Visit,
    inside: Sequence[_Visit],
    stays: Sequence[Stay],
    log: _Log,
) -> CallTruth:
    begun = [stay for stay in stays if stay.from_s < log.window[1]]
    stages = _stages(begun, log)
    at_rest = [log.good_s[(log.good_s >= s.from_s) & (log.good_s <= s.until_s)] for s in begun]
    entered = inside[0].from_s if inside else None
    left = inside[-1].until_s if inside else None
    if inside:
        seen = log.shows(entered), log.shows(left)
    else:
        seen = log.shows(visit.from_s), log.shows(visit.until_s)
    return CallTruth(
        port=port,
        arrived_at=stages[0].at,
        entered_harbour_at=log.us(entered),
        entered_approach_at=log.us(visit.from_s),
        left_harbour_at=log.us(left),
        departed_at=stages[-1].until if len(begun) == len(stays) else None,
        left_approach_at=log.us(visit.until_s),
        stages=stages,
        observed=Observed(
            entry=seen[0],
            exit=seen[1],
            approach_entry=log.shows(visit.from_s),
            approach_exit=log.shows(visit.until_s),
        ),
        fixes=sum(visit.holds(at_s) for at_s in log.good_s.tolist()),
        fixes_at_rest=sum(seen.size for seen in at_rest),
        seen_at_rest_s=max(float(np.ptp(seen)) if seen.size else 0.0 for seen in at_rest),
    )


def _stages(stays: Sequence[Stay], log: _Log) -> tuple[StageTruth, ...]:
    return tuple(
        StageTruth(
            kind=stay.kind,
            at=log.us(stay.from_s) if stay.from_s > log.window[0] else None,
            until=log.us(stay.until_s),
            lon=round(stay.lon, 6),
            lat=round(stay.lat, 6),
        )
        for stay in stays
    )


def _grid(motion: Motion) -> Floats:
    """Instants at which a ship may cross a fence: all of her moving time, and its ends."""
    at = np.arange(motion.at_s[0], motion.at_s[-1], STEP_S)
    ends = [edge for stay in motion.stays for edge in (stay.from_s, stay.until_s)]
    at = np.concatenate([at[motion.is_moving(at)], ends, motion.at_s[[0, -1]]])
    return np.unique(at)


def _visits(motion: Motion, grid: Floats, fence: BaseGeometry) -> list[_Visit]:
    def is_inside(at: Floats) -> NDArray[np.bool_]:
        lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
        return np.asarray(shapely.contains_xy(fence, lon, lat), dtype=np.bool_)

    shapely.prepare(fence)
    inside = is_inside(grid)
    changes = np.flatnonzero(inside[1:] != inside[:-1])
    low, high = grid[changes].copy(), grid[changes + 1].copy()
    was = inside[changes]
    while low.size and float((high - low).max()) > CROSSING_S:
        middle = (low + high) / 2
        same = is_inside(middle) == was
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    edges: list[float | None] = [float(at) for at in high]
    if inside[0]:
        edges.insert(0, None)
    if inside[-1]:
        edges.append(None)
    return [_Visit(from_s=edges[k], until_s=edges[k + 1]) for k in range(0, len(edges) - 1, 2)]


def _middle(visit: _Visit, motion: Motion) -> float:
    begin = motion.at_s[0] if visit.from_s is None else visit.from_s
    end = motion.at_s[-1] if visit.until_s is None else visit.until_s
    return float(begin + end) / 2


def _closest_m(
    motion: Motion, grid: Floats, visit: _Visit, harbour: BaseGeometry, port: Haven
) -> float:
    begin = grid[0] if visit.from_s is None else visit.from_s
    end = grid[-1] if visit.until_s is None else visit.until_s
    at = grid[(grid >= begin) & (grid <= end)]
    if at.size == 0:
        at = np.array([(begin + end) / 2])
    scale = np.array([DEGREE_M * np.cos(np.radians(port.lat)), DEGREE_M])
    xy = np.column_stack([motion.value(motion.lon, at), motion.value(motion.lat, at)]) * scale
    return round(float(shapely.distance(shapely.points(xy), metric(harbour, port.lat)).min()), 1)


def _dark(ship: Ship, span: Window, fences: Fences, window: Window) -> DarkTruth:
    lon = ship.motion.value(ship.motion.lon, np.array([span[0]]))
    lat = ship.motion.value(ship.motion.lat, np.array([span[0]]))
    at_port = [
        name
        for name, fence in fences.items()
        if shapely.contains_xy(fence["approach"], lon, lat)[0]
    ]
    begin, end = max(span[0], window[0]), min(span[1], window[1])
    return DarkTruth(
        began_at=round(begin) * SECOND_US,
        until=round(end) * SECOND_US,
        where=at_port[0] if at_port else "sea",
    )
