"""Moving or at rest, from positions alone, and between which fixes that changed.

SOG lies (a moored ship was recorded with 6.8 kn for 90 minutes). So motion is the displacement over
the last WINDOW, above MOVING_KN or not. Both changes are intervals between a window in which she
moved and one in which she did not; a start may lie one window earlier, for ships creep off their
berth below any threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.engine.detect.port.step import PortStep
from monitor.engine.geofence import near_distance_m
from monitor.model import Fix
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

STOPPED_KN = 0.2
MOVING_KN = 0.5
"""GFW's thresholds; between them what was goes on. Over WINDOW the upper one is 31 m: no noise."""
WINDOW_US = 2 * MINUTE_US
LONG_WINDOW_US = 14 * MINUTE_US
"""Window of type 27: its coarseness over 13 minutes is MOVING_KN."""
LONG_RANGE_EXTRA_M = 200.0
"""Type 27 gives 1/10 minute of arc: 185 m."""
TRAIL_SPACING_US = 30 * SECOND_US


@dataclass(slots=True)
class Motion:
    """How the vessel has moved in the last minutes."""

    trail: list[Fix] = field(default_factory=list)  # fixes of the last minutes, thinned
    unheard: Fix | None = None  # last fix before the silence that the trail begins behind
    moving: bool | None = None  # None: not known yet
    slow: bool = True  # the last window was not above MOVING_KN
    moved_from: Fix | None = None  # at rest for the last time, when she began to move
    moved_by: Fix | None = None  # first window in which she moved
    window: Fix | None = None  # begin of the last window in which she moved
    rested_from: Fix | None = None  # moving for the last time, when she came to rest
    rested_by: Fix | None = None  # first window in which she was at rest

    def step(self, step: PortStep, *, leaving: bool) -> None:
        """Take a fix; ``leaving``: what bounds a start must stay on the trail."""
        fix = step.fix
        if step.dark_before:
            self._begin(step.prev)
        old = self.newest_before(fix.at - window_us(fix))
        if old is not None:
            self._compare(old, fix)
        self._lay(fix, leaving=leaving)

    def start_bounds(self, last: Fix, first: Fix) -> tuple[Fix, Fix]:
        """Between which fixes she started; ``last`` at rest, and ``first`` away from it."""
        if self.moving and self.moved_from and self.moved_by and self.moved_by.at <= first.at:
            return self.moved_from, self.moved_by
        begun = self.newest_before(last.at - window_us(last)) or self.unheard or last
        return begun, first

    def newest_before(self, at: int) -> Fix | None:
        """Newest fix of the trail not later than ``at``."""
        return next((fix for fix in reversed(self.trail) if fix.at <= at), None)

    def _begin(self, unheard: Fix | None) -> None:
        self.trail.clear()
        self.unheard = unheard
        self.moving = self.moved_from = self.moved_by = None
        self.rested_from = self.rested_by = self.window = None

    def _compare(self, old: Fix, fix: Fix) -> None:
        """Look at the displacement over a window that begins with ``old``."""
        away = near_distance_m(old.lon, old.lat, fix.lon, fix.lat)
        slack = LONG_RANGE_EXTRA_M if 27 in {fix.type, old.type} else 0.0
        speed_kn = (away - slack) / ((fix.at - old.at) / SECOND_US) / KNOT_MPS
        moving = speed_kn > MOVING_KN
        self.slow = not moving
        if self.moving and not moving and speed_kn > STOPPED_KN:
            return  # creeping: neither, for now
        if moving and self.moving is not True:
            crept = self.newest_before(old.at - window_us(old))
            self.moved_from, self.moved_by = crept or self.unheard or old, fix
        elif not moving and self.moving is True:
            self.rested_from, self.rested_by = self.window, fix
        if moving:
            self.window = old
        self.moving = moving

    def _lay(self, fix: Fix, *, leaving: bool) -> None:
        """Put the fix on the trail, thinned; two fixes older than two windows stay on it."""
        trail = self.trail
        if not trail or fix.at - trail[-1].at >= TRAIL_SPACING_US:
            trail.append(fix)
            if leaving:
                return
            while len(trail) > 2 and fix.at - trail[2].at >= 2 * window_us(fix):
                trail.pop(0)


def window_us(fix: Fix) -> int:
    """How long displacement is measured over, by how coarse the position is."""
    return LONG_WINDOW_US if fix.type == 27 else WINDOW_US
