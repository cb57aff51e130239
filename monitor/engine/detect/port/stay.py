"""Stops: berthed or anchored, and under way again, from positions alone.

Navigational status lies (ferries never change theirs), so it is evidence and nothing more.

Theory of operation. A stay begins at a fix (its *anchor*) and goes on while fixes lie within a
radius of it; after a least time it is a stop. It ends when two fixes in a row lie beyond the
radius and the ship really moved. The radius says *that* she stopped; *when* comes from motion
(``motion.py``). TABLE says it all: (state, sign) gives the next state and the act.

    NOWHERE   nothing was seen yet
    TRYING    near the anchor, not for long enough
    LYING     stopped: berthed or anchored
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from monitor.engine.detect.detector import Fact, ordered
from monitor.engine.detect.port.motion import LONG_RANGE_EXTRA_M, MOVING_KN, Motion
from monitor.engine.detect.port.step import SILENCE_US, PortStep, deepest
from monitor.engine.geofence import near_distance_m
from monitor.model import EventKind, Fix, Span
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

ALONGSIDE_RADIUS_M = 100.0
"""A moored ship's antenna stays within her mooring lines and GPS noise: some 20 m, and a margin."""
ALONGSIDE_LEAST_US = 10 * MINUTE_US
"""100 m in 10 minutes is 0.3 kn: nobody steams like that inside a harbour without mooring."""
SWING_RADIUS_M = 500.0
"""An anchored ship swings on her chain: 250 m of chain and hull to either side."""
SWING_LEAST_US = 30 * MINUTE_US
"""500 m in 30 minutes is 0.5 kn, GFW's threshold of moving."""
DRIFT_LEAST_US = 90 * MINUTE_US
"""The same outside anchorages and roads: a ship not under command was recorded that drifted less
than 500 m in an hour, twelve hours long; she is no arrival."""
CONFIRMING_FIXES = 2
LEAST_FIXES = 3


class StayState(enum.StrEnum):
    """See the module's theory of operation."""

    NOWHERE = "nowhere"
    TRYING = "trying"
    LYING = "lying"


class StaySign(enum.StrEnum):
    """What of a fix matters to a stay."""

    FIRST = "first fix"
    HERE = "within the radius"
    LONG_ENOUGH = "within it for long enough"
    AWAY = "beyond the radius"
    UNHEARD = "after a silence"
    HARBOUR = "first in the harbour"
    DRIFTED = "beyond it again, never moved"
    MOVED = "beyond it again"


class StayAct(enum.StrEnum):
    """What a transition does."""

    BEGIN = "begin here"
    COUNT = "count the fix"
    STOP = "stopped"
    NOTE = "note the fix"
    SHIFT = "move the anchor"
    START = "under way, begin here"


_S, _A, _C = StayState, StayAct, StaySign
TABLE: dict[tuple[StayState, StaySign], tuple[StayState, StayAct]] = {
    (_S.NOWHERE, _C.FIRST): (_S.TRYING, _A.BEGIN),
    (_S.TRYING, _C.UNHEARD): (_S.TRYING, _A.BEGIN),  # a stop cannot be proved across a silence
    (_S.TRYING, _C.HARBOUR): (_S.TRYING, _A.BEGIN),  # the berth counts, not the swing outside
    (_S.TRYING, _C.AWAY): (_S.TRYING, _A.BEGIN),
    (_S.TRYING, _C.HERE): (_S.TRYING, _A.COUNT),
    (_S.TRYING, _C.LONG_ENOUGH): (_S.LYING, _A.STOP),
    (_S.LYING, _C.HERE): (_S.LYING, _A.COUNT),
    (_S.LYING, _C.AWAY): (_S.LYING, _A.NOTE),
    (_S.LYING, _C.DRIFTED): (_S.LYING, _A.SHIFT),
    (_S.LYING, _C.MOVED): (_S.TRYING, _A.START),
}


@dataclass(slots=True)
class Stay:
    """The stay that a vessel is in, or trying."""

    state: StayState = StayState.NOWHERE
    anchor: Fix | None = None
    before: Fix | None = None  # last fix before the anchor
    last: Fix | None = None  # last fix of the stay
    count: int = 0
    alongside: bool = False
    fence: str | None = None  # id of the deepest fence there
    out: list[Fix] = field(default_factory=list)  # fixes in a row beyond the radius
    motion: Motion = field(default_factory=Motion)

    def step(self, step: PortStep) -> list[Fact]:
        """Take a fix; return the stop or the start it proves, if any."""
        self.motion.step(step, leaving=bool(self.out))
        self.state, act = TABLE[self.state, self._sign(step)]
        fact = self.ACTS[act](self, step)
        return [] if fact is None else [fact]

    # -- signs ---------------------------------------------------------------------------------

    def _sign(self, step: PortStep) -> StaySign:
        anchor, last, fix = self.anchor, self.last, step.fix
        if anchor is None or last is None:
            return StaySign.FIRST
        trying = self.state is StayState.TRYING
        if trying and fix.at - last.at > SILENCE_US:
            return StaySign.UNHEARD
        if trying and not self.alongside and _alongside(step):
            return StaySign.HARBOUR
        if near_distance_m(anchor.lon, anchor.lat, fix.lon, fix.lat) <= self._radius(fix):
            proved = trying and self._proved(step, anchor)
            return StaySign.LONG_ENOUGH if proved else StaySign.HERE
        if trying or len(self.out) + 1 < CONFIRMING_FIXES:
            return StaySign.AWAY
        first = self.out[0] if self.out else fix
        if self.motion.moving is False and not _moved_between(last, first):
            return StaySign.DRIFTED
        return StaySign.MOVED

    def _proved(self, step: PortStep, anchor: Fix) -> bool:
        """Whether she has stayed for long enough, with this fix."""
        least = self._least(step)
        stayed = step.fix.at - anchor.at
        if stayed < least or not step.near:
            return False
        return (self.count + 1 >= LEAST_FIXES or stayed >= 2 * least) and self.motion.slow

    def _radius(self, fix: Fix) -> float:
        radius = ALONGSIDE_RADIUS_M if self.alongside else SWING_RADIUS_M
        return radius + (LONG_RANGE_EXTRA_M if fix.type == 27 else 0.0)

    def _least(self, step: PortStep) -> int:
        """How long she must have stayed, by where she lies."""
        if self.alongside:
            return ALONGSIDE_LEAST_US
        known = step.port.waiting_bits | step.port.harbour_bits
        return SWING_LEAST_US if step.inside & known else DRIFT_LEAST_US

    # -- acts ----------------------------------------------------------------------------------

    def _begin(self, step: PortStep) -> None:
        self.anchor, self.before, self.last, self.count = step.fix, step.prev, step.fix, 1
        self.out = []
        self.alongside = _alongside(step)
        self.fence = deepest(step.port, step.inside)

    def _count(self, step: PortStep) -> None:
        self.out.clear()
        self.last = step.fix
        self.count += 1

    def _note(self, step: PortStep) -> None:
        self.out.append(step.fix)

    def _shift(self, step: PortStep) -> None:
        self.anchor, self.last, self.out = step.fix, step.fix, []

    def _stop(self, step: PortStep) -> Fact:
        self._count(step)
        fix, motion = step.fix, self.motion
        anchor = self.anchor if self.anchor is not None else fix
        if motion.moving:  # she creeps on her lines, or her positions do
            motion.rested_from, motion.rested_by = motion.window, fix
        self.fence = deepest(step.port, step.inside or step.near)
        radius = self._radius(fix)
        minutes = (fix.at - anchor.at) // MINUTE_US
        seen = motion.rested_from is not None and motion.rested_by is not None
        bound = None if seen else self.before
        return Fact(
            kind=EventKind.BERTHED if self.alongside else EventKind.ANCHORED,
            span=self._rest_span(anchor),
            decided_at=step.decided_at,
            geofence=self.fence,
            place=fix,
            fixes=ordered(bound, motion.rested_from, motion.rested_by, anchor, fix),
            why=f"Stayed within {radius:.0f} m for {minutes} min ({self.count} fixes).",
            figures={"radius_m": radius, "least_s": self._least(step) // SECOND_US},
            key_at=anchor.at,
        )

    def _rest_span(self, anchor: Fix) -> Span:
        """When she came to rest."""
        motion, before = self.motion, self.before
        if motion.rested_by is not None and motion.rested_from is not None:
            earliest, latest = motion.rested_from.at, motion.rested_by.at
            return Span(earliest=earliest, at=(earliest + latest) // 2, latest=latest)
        if before is None:
            return Span(earliest=None, at=None, latest=anchor.at)
        wide = anchor.at - before.at > SILENCE_US
        at = None if wide else (before.at + anchor.at) // 2
        return Span(earliest=before.at, at=at, latest=anchor.at)

    def _start(self, step: PortStep) -> Fact:
        self._note(step)
        first = self.out[0]
        last = self.last if self.last is not None else first
        begun, seen = last, first
        if first.at - last.at <= SILENCE_US:
            begun, seen = self.motion.start_bounds(last, first)
        radius = self._radius(step.fix)
        anchor = self.anchor if self.anchor is not None else first
        away = near_distance_m(anchor.lon, anchor.lat, step.fix.lon, step.fix.lat)
        wide = seen.at - begun.at > SILENCE_US
        fact = Fact(
            kind=EventKind.UNBERTHED if self.alongside else EventKind.ANCHOR_WEIGHED,
            span=Span(
                earliest=begun.at, at=None if wide else (begun.at + seen.at) // 2, latest=seen.at
            ),
            decided_at=step.decided_at,
            geofence=self.fence,
            place=begun,
            fixes=ordered(begun, seen, first, step.fix),
            why=f"{CONFIRMING_FIXES} fixes beyond {radius:.0f} m of where she lay.",
            figures={"radius_m": radius, "away_m": round(away)},
            key_at=last.at,
        )
        self._begin(step)
        return fact

    ACTS: ClassVar[dict[StayAct, Callable[[Stay, PortStep], Fact | None]]] = {
        StayAct.BEGIN: _begin,
        StayAct.COUNT: _count,
        StayAct.STOP: _stop,
        StayAct.NOTE: _note,
        StayAct.SHIFT: _shift,
        StayAct.START: _start,
    }


def _alongside(step: PortStep) -> bool:
    """Whether a fix can prove a berth: in the harbour, and not by the coarse type 27."""
    return bool(step.inside & step.port.harbour_bits) and step.fix.type != 27


def _moved_between(last: Fix, first: Fix) -> bool:
    """Whether the way between two fixes, or a silence, was more than a drift."""
    elapsed_s = (first.at - last.at) / SECOND_US
    away = near_distance_m(last.lon, last.lat, first.lon, first.lat)
    return first.at - last.at > SILENCE_US or away > MOVING_KN * KNOT_MPS * elapsed_s
