"""Gates that ships pass: across straits and canals, in or out, or unknown where nobody heard her.

What two fixes say of a gate stands in ``engine/gate.py``. A ship that lies or drifts on the line
passes it with every other fix, so she has passed when she is clear of it again (CLEAR_M), on the
other side:

    state     event of the ship's fix                  next
    none      clear, and not past the line          -> none
    none      clear, past it since the last fix     -> none      GateCrossed
    none      near the line                         -> near
    near      near the line                         -> near      (ways in and out are counted)
    near      clear, as often in as out             -> none      (she turned, or lay on the line)
    near      clear, else                           -> none      GateCrossed, of her last way

Where she was not heard for more than an hour the line between two fixes says nothing: if they lie
on one side, what was heard before and behind counts. If they lie on different sides, and she had
the time to go by the gate, it is told as *unknown*: provisional for good, with a confidence of 1
and no best time, for she may have gone another way. The sides are the gate's waters, where they are
drawn, else the two sides of its line. Who comes back to the side that she was on may have been
through and is not told: nothing says so. A leap passes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.gate import FAST_KN, SEEN_US, Passed, beside, crossed, far_m, passage
from monitor.engine.geofence import Gate
from monitor.model import EventKind, EventState, Fix, Ship, Span
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US

CLEAR_M = 500.0
"""As of an approach: noise of positions, a ship's length, and how coarsely a line is drawn."""


@dataclass(slots=True)
class AtGate:
    """A ship near a gate, of which is not known on which side she will leave it."""

    drawing: str  # hash of the gate's file
    clear: Fix  # the last before she was near; where there is none, the first near it
    went: int = 0  # ways in less ways out since, while she was heard
    silent: bool = False  # not heard for long since then, and on another side behind it
    before: Fix | None = None  # of her last way over the line: the fix before it
    after: Fix | None = None  # and behind it
    share: float = 0.0  # of the time between them


@dataclass(slots=True)
class AtGates:
    """The gates that a ship is near, by their ids."""

    gates: dict[str, AtGate]


class Leg(NamedTuple):
    """A fix, the one before it, and the gates that the way between them may concern."""

    fix: Fix
    prev: Fix | None  # None: the ship was never seen before, or leapt here
    gates: tuple[str, ...]
    decided_at: int  # us; when the fix was believed

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)


class Gates(Detector[Ship, AtGates, Leg]):
    """The detector of gates that ships pass."""

    NAME: ClassVar[str] = "gate"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = AtGates

    def rows(self, seen: Seen, states: Mapping[Ship, AtGates]) -> Iterator[tuple[Ship, Leg]]:
        """Fixes near a gate, ways over one, silences with an end on either side, and leaps."""
        tracks = seen.tracks
        if not len(tracks.fixes) or not self.fences.gates:
            return
        concerned = self._concerned(seen)
        unknown = np.flatnonzero(tracks.links["prev_at"] == NO_TIME).tolist()
        rows = np.array(sorted({*concerned, *unknown}), dtype=np.int64)
        for row, track in zip(rows.tolist(), seen.track_of(rows).tolist(), strict=True):
            ship = Ship(*tracks.heads[track])
            if row in concerned or ship in states:
                at = int(tracks.links["decided_at"][row])
                gates = tuple(concerned.get(row, ()))
                yield ship, Leg(seen.fix(row), seen.before(row, track), gates, at)

    def _concerned(self, seen: Seen) -> dict[int, list[str]]:
        """Rows with the gates that they concern."""
        fixes, links = seen.tracks.fixes, seen.tracks.links
        lon, lat, from_lon, from_lat = (
            fixes["lon"], fixes["lat"], links["prev_lon"], links["prev_lat"],
        )  # fmt: skip
        known = links["prev_at"] != NO_TIME
        near_some = self.fences.near_gates(lon, lat)
        near_some |= known & self.fences.near_gates(from_lon, from_lat)
        some = np.flatnonzero(near_some)
        silent = np.flatnonzero(known & (fixes["at"] - links["prev_at"] > SEEN_US))
        found: dict[int, list[str]] = {}
        for gate in self.fences.gates:
            picked = some[
                beside(gate, CLEAR_M, from_lon[some], from_lat[some], lon[some], lat[some])
            ]
            near = far_m(gate, lon[picked], lat[picked]) <= CLEAR_M
            was = known[picked] & (far_m(gate, from_lon[picked], from_lat[picked]) <= CLEAR_M)
            went = _sides(gate, from_lon[picked], from_lat[picked], lon[picked], lat[picked])
            rows = {*picked[near | was | (known[picked] & (went != 0))].tolist()}
            apart = _apart(gate, from_lon[silent], from_lat[silent], lon[silent], lat[silent])
            rows |= {*silent[apart != 0].tolist()}
            for row in rows:
                found.setdefault(row, []).append(gate.id)
        return found

    def step(self, state: AtGates | None, moment: Leg) -> tuple[AtGates | None, list[Found]]:
        """Take a fix; see Detector."""
        before = {} if state is None or moment.prev is None else state.gates
        after: dict[str, AtGate] = {}
        told: list[Found] = []
        for gate in self.fences.gates:
            if gate.id not in moment.gates and gate.id not in before:
                continue
            at = before.get(gate.id)
            at = None if at is None or at.drawing != gate.hash else at
            at, fact = _step(gate, at, moment)
            if at is not None:
                after[gate.id] = at
            if fact is not None:
                told.append(fact)
        return AtGates(after) if after else None, told


def _sides(gate: Gate, lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Any:
    """Above 0: straight ways go in; below: out; 0: neither."""
    return crossed(gate, lon_a, lat_a, lon_b, lat_b)[0]


def _apart(gate: Gate, lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Any:
    """The same of places, whatever way ships went between them."""
    if gate.waters is None:
        return _sides(gate, lon_a, lat_a, lon_b, lat_b)
    return gate.holds(lon_b, lat_b).astype(int) - gate.holds(lon_a, lat_a).astype(int)


def _step(gate: Gate, at: AtGate | None, moment: Leg) -> tuple[AtGate | None, Fact | None]:
    """What becomes of a ship at one gate."""
    fix, prev = moment.fix, moment.prev
    near = bool(far_m(gate, fix.lon, fix.lat) <= CLEAR_M)
    if prev is None:
        return AtGate(gate.hash, fix) if near else None, None
    if at is None:
        at = AtGate(gate.hash, prev)
    passed = passage(gate, prev, fix)
    if fix.at - prev.at > SEEN_US:
        ends = [[value] for value in (prev.lon, prev.lat, fix.lon, fix.lat)]
        at.silent |= bool(_apart(gate, *np.array(ends))[0])
    elif passed.share is not None:
        at.went += 1 if passed.passed is Passed.IN else -1
        at.before, at.after, at.share = prev, fix, passed.share
    if near:
        return at, None
    return None, _unknown(gate, at, moment) if at.silent else _passed(gate, at, moment)


def _passed(gate: Gate, at: AtGate, moment: Leg) -> Fact | None:
    """She is clear of the line: which way she went, if she did."""
    before, after = at.before, at.after
    if before is None or after is None or not at.went:
        return None
    way = Passed.IN if at.went > 0 else Passed.OUT
    words = gate.in_words if way is Passed.IN else gate.out_words
    minutes = (after.at - before.at) / MINUTE_US
    east = (after.lon - before.lon + 180.0) % 360.0 - 180.0
    lon = (before.lon + at.share * east + 180.0) % 360.0 - 180.0
    lat = before.lat + at.share * (after.lat - before.lat)
    return _fact(
        gate, at, moment, way=way, key_at=after.at,
        span=Span(
            earliest=before.at, at=before.at + round(at.share * (after.at - before.at)),
            latest=after.at,
        ),
        place=after._replace(lon=round(lon, 6), lat=round(lat, 6)),
        why=f"Two fixes on either side of {gate.name}, {minutes:.0f} min apart: {words}.",
    )  # fmt: skip


def _unknown(gate: Gate, at: AtGate, moment: Leg) -> Fact | None:
    """Heard on one side, not heard for long, heard on the other."""
    first, fix = at.clear, moment.fix
    side = int(_apart(gate, *np.array([[first.lon], [first.lat], [fix.lon], [fix.lat]]))[0])
    if not side or passage(gate, first, fix).passed is not Passed.UNKNOWN:
        return None
    hours = (fix.at - first.at) / HOUR_US
    return _fact(
        gate, at, moment, way=Passed.UNKNOWN, key_at=fix.at, place=first,
        span=Span(earliest=first.at, at=None, latest=fix.at),
        why=(
            f"Heard on either side of {gate.name}, {hours:.1f} h apart, with a silence between:"
            " whether she passed there, and when, is not known."
        ),
        toward=(Passed.IN if side > 0 else Passed.OUT).value,
        silence_s=(fix.at - first.at) // SECOND_US, fastest_kn=FAST_KN,
    )  # fmt: skip


def _fact(
    gate: Gate, at: AtGate, moment: Leg, *, way: Passed, key_at: int, span: Span, place: Fix,
    why: str, **figures: Any,
) -> Fact:  # fmt: skip
    unknown = way is Passed.UNKNOWN
    return Fact(
        kind=EventKind.GATE_CROSSED, span=span, decided_at=moment.now, place=place,
        fixes=ordered(at.clear, at.before, at.after, moment.fix), why=why, geofence=gate.id,
        figures={
            "gate": gate.id, "gate_name": gate.name, "direction": way.value,
            "seen_s": SEEN_US // SECOND_US, "clear_m": CLEAR_M, **figures,
        },
        key_at=key_at, state=EventState.PROVISIONAL if unknown else EventState.CONFIRMED,
        confidence=1 if unknown else None,
    )  # fmt: skip
