"""When a ship may have been at rest, for however short a time, whether or not a stop was seen.

A call in which no stop was seen still has a departure: she left when she may have been at rest for
the last time. And who was at rest when she was first heard behind a gap may have come long before.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engine.detect.port.bounds import STOP_US, could_have_stopped
from monitor.engine.detect.port.step import CONFIRMING_US, PortStep
from monitor.engine.detect.port.trail import UNDER_WAY_KN, Trail, away_m, made_good_kn, mark_of
from monitor.model import Fix
from monitor.units import HOUR_US

RARE_US = HOUR_US
"""A shorter gap is not worth a doubt of when she came: she went on as she did."""

STAYED_M = 60.0
"""A ship that is farther from where she was first heard was under way then, or sheers: and who
sheers has arrived before in any case."""


@dataclass(slots=True)
class Pause:
    """The last time at which she may have been at rest where ships stop, and how she came there."""

    pausing: bool = False  # she may be at rest now
    last: tuple[int, int | None] | None = None  # us; since when, until when (None: still)
    inside: bool = False  # the port's waters
    in_waters: bool = False  # where ships stop
    came_from: Fix | None = None  # last fix before she was heard there; None: the first ever
    found_at_rest: bool | None = None  # there, behind a gap; None: that cannot be told yet
    hidden: Fix | None = None  # last fix before the first gap, in these waters, in which to stop

    def step(self, step: PortStep, trail: Trail) -> None:
        """Take a fix, laid on the trail.

        She may be at rest where she is slow, or was not heard for as long as a stop takes, or has
        not been heard for long enough to tell.
        """
        fix, prev = step.fix, step.prev
        rare = prev is not None and fix.at - prev.at >= RARE_US and step.inside and self.inside
        if self.hidden is None and prev is not None and rare:
            self.hidden = prev if could_have_stopped(step.port, prev, fix) else None
        self.inside = bool(step.inside)
        hidden = prev if prev is not None and fix.at - prev.at >= STOP_US else None
        if not step.inside & step.port.stop_bits:
            if self.in_waters and hidden is not None and self.found_at_rest is None:
                self.found_at_rest = self._stayed(trail, hidden)
            if self.in_waters and hidden is not None and fix.at - hidden.at >= RARE_US:
                self._begin(hidden.at)
            self._end(fix.at)
            self.in_waters = False
            if not step.near:
                self.found_at_rest = False
            return
        new = not self.in_waters
        if new:
            self.in_waters = True
            if not self.found_at_rest:  # in other waters of this port, before these
                self.came_from = prev
                self.found_at_rest = None if prev is None or hidden is not None else False
        sails = trail.coarse and fix.sog_kn >= UNDER_WAY_KN  # less than a cell shows nothing
        slow = hidden is not None or trail.way_kn is None or (trail.slow and not sails)
        if new and hidden is not None and fix.at - hidden.at < RARE_US:
            slow = trail.way_kn is None or trail.way_kn < UNDER_WAY_KN  # else she sailed here
        if slow:
            self._begin(fix.at if hidden is None or new else hidden.at)
        else:
            self._end(fix.at)
        if self.found_at_rest is not None or (new and hidden is not None):
            return
        if hidden is not None or (trail.way_kn is not None and not trail.coarse):
            self.found_at_rest = slow and self._stayed(trail, hidden or fix)

    @property
    def may_have_lain(self) -> bool:
        """Whether she was found at rest, or was never heard before and it cannot be told."""
        unheard = self.found_at_rest is None and self.in_waters and self.came_from is None
        return bool(self.found_at_rest) or unheard

    def forget(self) -> None:
        """The call is over: how she came to it says nothing of the next."""
        self.found_at_rest = False
        self.hidden = None

    def _stayed(self, trail: Trail, heard: Fix) -> bool:
        """Whether she is by ``heard`` where she was when she was first heard here.

        Of a single fix, and of coarse ones, all that there is is the speed that they report.
        """
        since = heard.at if self.last is None else self.last[0]
        first = next((mark for mark in trail.marks if mark.fix.at >= since), None)
        last = mark_of(heard, None if first is None else first.fix)
        if first is None or first.grain_m or last.grain_m or heard.at == first.fix.at:
            return not heard.sog_kn >= UNDER_WAY_KN
        moved = made_good_kn(first, last) >= UNDER_WAY_KN
        moved &= heard.at - first.fix.at >= CONFIRMING_US // 2
        return away_m(first, last) <= STAYED_M and not moved

    def _begin(self, at: int) -> None:
        if not self.pausing:
            self.last, self.pausing = (at, None), True

    def _end(self, at: int) -> None:
        if self.pausing and self.last is not None:
            self.last = self.last[0], at
        self.pausing = False
