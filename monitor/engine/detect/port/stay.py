"""Stops: berthed or anchored, and under way again, from positions alone.

SOG and navigational status lie (a moored ship was recorded with 6.8 kn for 90 minutes, ferries
never change their status), so they are evidence and nothing more.

Theory of operation. A stay begins at a fix (its *anchor*) and goes on while fixes lie within a
radius of it; after a least time it is a stop. It ends when two fixes in a row lie beyond the
radius and the ship really moved. The radius says *that* she stopped; *when* comes from motion:
the displacement over the last WINDOW, above MOVING_KN or not. So both times are intervals between
a window in which she moved and one in which she did not; a start may lie one window earlier, for
ships creep off their berth below any threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.engine.detect.detector import SILENCE_US, Fact, Step, deepest, ordered
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
LONG_RANGE_EXTRA_M = 200.0
"""Type 27 gives 1/10 minute of arc: 185 m."""
STOPPED_KN = 0.2
MOVING_KN = 0.5
"""GFW's thresholds; between them what was goes on. Over WINDOW the upper one is 31 m: no noise."""
WINDOW_US = 2 * MINUTE_US
LONG_WINDOW_US = 14 * MINUTE_US
"""Window of type 27: its coarseness over 13 minutes is MOVING_KN."""
TRAIL_SPACING_US = 30 * SECOND_US
CONFIRMING_FIXES = 2
LEAST_FIXES = 3


@dataclass(slots=True)
class Stay:
    """The stay that a vessel is in, or trying."""

    anchor: Fix | None = None
    before: Fix | None = None  # last fix before the anchor
    last: Fix | None = None  # last fix of the stay
    count: int = 0
    stopped: bool = False
    alongside: bool = False
    fence: int | None = None
    out: list[Fix] = field(default_factory=list)  # fixes in a row beyond the radius
    trail: list[Fix] = field(default_factory=list)  # fixes of the last minutes, thinned
    unheard: Fix | None = None  # last fix before the silence that the trail begins behind
    moving: bool | None = None  # None: not known yet
    slow: bool = True  # the last window was not above MOVING_KN
    moved_from: Fix | None = None  # at rest for the last time, when she began to move
    moved_by: Fix | None = None  # first window in which she moved
    window: Fix | None = None  # begin of the last window in which she moved
    rested_from: Fix | None = None  # moving for the last time, when she came to rest
    rested_by: Fix | None = None  # first window in which she was at rest

    def step(self, step: Step) -> list[Fact]:
        """Take a fix; return the stop or the start it proves, if any."""
        fix = step.fix
        self._motion(step)
        if self.anchor is None or self.last is None:
            self._begin(step)
            return []
        if not self.stopped and fix.at - self.last.at > SILENCE_US:
            self._begin(step)  # a stop cannot be proved across a silence
            return []
        if not self.stopped and not self.alongside and _alongside(step):
            self._begin(step)  # what counts from here on is the berth, not the swing outside
            return []
        away = near_distance_m(self.anchor.lon, self.anchor.lat, fix.lon, fix.lat)
        if away <= self._radius(fix):
            self.out.clear()
            self.last = fix
            self.count += 1
            return [] if self.stopped else self._maybe_stopped(step)
        if not self.stopped:
            self._begin(step)
            return []
        self.out.append(fix)
        if len(self.out) < CONFIRMING_FIXES:
            return []
        if self.moving is False and not _moved_between(self.last, self.out[0]):
            self.anchor, self.last, self.out = fix, fix, []  # drifted on her chain, never moved
            return []
        return [self._moved(step)]

    def _begin(self, step: Step) -> None:
        self.anchor, self.before, self.last, self.count = step.fix, step.prev, step.fix, 1
        self.out, self.stopped = [], False
        self.alongside = _alongside(step)
        self.fence = deepest(step.port, step.inside)

    def _radius(self, fix: Fix) -> float:
        radius = ALONGSIDE_RADIUS_M if self.alongside else SWING_RADIUS_M
        return radius + (LONG_RANGE_EXTRA_M if fix.type == 27 else 0.0)

    def _maybe_stopped(self, step: Step) -> list[Fact]:
        anchor, fix = self.anchor, step.fix
        least = self._least(step)
        if anchor is None or fix.at - anchor.at < least or not step.near:
            return []
        if self.count < LEAST_FIXES and fix.at - anchor.at < 2 * least:
            return []
        if not self.slow:
            return []
        if self.moving:  # she creeps on her lines, or her positions do
            self.rested_from, self.rested_by = self.window, fix
        self.stopped = True
        self.fence = deepest(step.port, step.inside or step.near)
        kind = EventKind.BERTHED if self.alongside else EventKind.ANCHORED
        span = self._rest_span(anchor)
        radius = self._radius(fix)
        minutes = (fix.at - anchor.at) // MINUTE_US
        bound = self.before if self.rested_from is None or self.rested_by is None else None
        fixes = ordered(bound, self.rested_from, self.rested_by, anchor, fix)
        return [
            Fact(
                kind=kind,
                span=span,
                decided_at=step.decided_at,
                fence=self.fence,
                place=fix,
                fixes=fixes,
                why=f"Stayed within {radius:.0f} m for {minutes} min ({self.count} fixes).",
                figures={"radius_m": radius, "least_s": least // SECOND_US},
                key_at=anchor.at,
            )
        ]

    def _least(self, step: Step) -> int:
        """How long she must have stayed, by where she lies."""
        if self.alongside:
            return ALONGSIDE_LEAST_US
        known = step.port.waiting_bits | step.port.harbour_bits
        return SWING_LEAST_US if step.inside & known else DRIFT_LEAST_US

    def _rest_span(self, anchor: Fix) -> Span:
        """When she came to rest."""
        if self.rested_by is not None and self.rested_from is not None:
            earliest, latest = self.rested_from.at, self.rested_by.at
            return Span(earliest=earliest, at=(earliest + latest) // 2, latest=latest)
        if self.before is None:
            return Span(earliest=None, at=None, latest=anchor.at)
        at = (self.before.at + anchor.at) // 2
        if anchor.at - self.before.at > SILENCE_US:
            return Span(earliest=self.before.at, at=None, latest=anchor.at)
        return Span(earliest=self.before.at, at=at, latest=anchor.at)

    def _moved(self, step: Step) -> Fact:
        last, first = self.last, self.out[0]
        if last is None:
            last = first
        begun, seen = last, first
        if first.at - last.at <= SILENCE_US:
            begun = _newest_before(self.trail, last.at - _window(last)) or self.unheard or last
            moved_from, moved_by = self.moved_from, self.moved_by
            if self.moving and moved_from and moved_by and moved_by.at <= first.at:
                begun, seen = moved_from, moved_by
        kind = EventKind.UNBERTHED if self.alongside else EventKind.ANCHOR_WEIGHED
        radius = self._radius(step.fix)
        anchor = self.anchor if self.anchor is not None else first
        away = near_distance_m(anchor.lon, anchor.lat, step.fix.lon, step.fix.lat)
        wide = seen.at - begun.at > SILENCE_US
        fact = Fact(
            kind=kind,
            span=Span(
                earliest=begun.at, at=None if wide else (begun.at + seen.at) // 2, latest=seen.at
            ),
            decided_at=step.decided_at,
            fence=self.fence,
            place=begun,
            fixes=ordered(begun, seen, first, step.fix),
            why=f"{CONFIRMING_FIXES} fixes beyond {radius:.0f} m of where she lay.",
            figures={"radius_m": radius, "away_m": round(away)},
            key_at=last.at,
        )
        self._begin(step)
        return fact

    def _motion(self, step: Step) -> None:
        """Moving or at rest over the last WINDOW, and between which fixes that changed."""
        fix, trail = step.fix, self.trail
        if step.dark_before:
            trail.clear()
            self.unheard = step.prev
            self.moving = self.moved_from = self.moved_by = None
            self.rested_from = self.rested_by = self.window = None
        old = _newest_before(trail, fix.at - _window(fix))
        if old is not None:
            away = near_distance_m(old.lon, old.lat, fix.lon, fix.lat)
            slack = LONG_RANGE_EXTRA_M if 27 in {fix.type, old.type} else 0.0
            speed_kn = (away - slack) / ((fix.at - old.at) / SECOND_US) / KNOT_MPS
            moving = speed_kn > MOVING_KN
            self.slow = not moving
            if self.moving and not moving and speed_kn > STOPPED_KN:
                return self._keep(fix)  # creeping: neither, for now
            if moving and self.moving is not True:
                crept = _newest_before(trail, old.at - _window(old))
                self.moved_from, self.moved_by = crept or self.unheard or old, fix
            elif not moving and self.moving is True:
                self.rested_from, self.rested_by = self.window, fix
            if moving:
                self.window = old
            self.moving = moving
        return self._keep(fix)

    def _keep(self, fix: Fix) -> None:
        """Put the fix on the trail, thinned; two fixes older than two windows stay on it."""
        trail = self.trail
        if not trail or fix.at - trail[-1].at >= TRAIL_SPACING_US:
            trail.append(fix)
            if self.out:
                return  # she may be leaving: what bounds her start is still wanted
            while len(trail) > 2 and fix.at - trail[2].at >= 2 * _window(fix):
                trail.pop(0)


def _alongside(step: Step) -> bool:
    """Whether a fix can prove a berth: in the harbour, and not by the coarse type 27."""
    return bool(step.inside & step.port.harbour_bits) and step.fix.type != 27


def _moved_between(last: Fix, first: Fix) -> bool:
    """Whether the way between two fixes, or a silence, was more than a drift."""
    elapsed_s = (first.at - last.at) / SECOND_US
    away = near_distance_m(last.lon, last.lat, first.lon, first.lat)
    return first.at - last.at > SILENCE_US or away > MOVING_KN * KNOT_MPS * elapsed_s


def _window(fix: Fix) -> int:
    return LONG_WINDOW_US if fix.type == 27 else WINDOW_US


def _newest_before(trail: list[Fix], at: int) -> Fix | None:
    """Newest fix of the trail not later than ``at``."""
    return next((fix for fix in reversed(trail) if fix.at <= at), None)
