"""When a ship may have been at rest, for however short a time, whether or not a stop was seen.

A call in which no stop was seen still has a departure: she left when she may have been at rest for
the last time. And who was at rest when she was first heard behind a gap may have come long before.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engine.detect.port.bounds import STOP_US, could_have_stopped, reaches_port_at
from monitor.engine.detect.port.step import CONFIRMING_US, PortStep
from monitor.engine.detect.port.trail import (
    AT_REST_KN,
    UNDER_WAY_KN,
    WINDOW_US,
    Mark,
    Trail,
    away_m,
    made_good_kn,
    mark_of,
)
from monitor.model import Fix
from monitor.units import HOUR_US, MINUTE_US

RARE_US = HOUR_US
"""A shorter gap is not worth a doubt of when she came: she went on as she did."""

LEAVING_US = 30 * MINUTE_US
"""Who is slow when she is first heard, and then under way, has moved off within this time."""

COMING_KN, COMING_M = 1.0, 10.0
"""Who says so much when first heard, and less a little farther on, came to rest in between."""

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
    hidden: Fix | None = None  # last fix before the first gap in which she may have stopped here

    def step(self, step: PortStep, trail: Trail) -> None:
        """Take a fix, laid on the trail.

        She may be at rest where she is slow, or was not heard for as long as a stop takes, or has
        not been heard for long enough to tell.
        """
        fix, prev = step.fix, step.prev
        rare = prev is not None and fix.at - prev.at >= RARE_US and step.inside
        if self.hidden is None and prev is not None and rare:
            self.hidden = prev if could_have_stopped(step.port, prev, fix) else None
        self.inside = bool(step.inside)
        gap_from = prev if prev is not None and fix.at - prev.at >= STOP_US else None
        if step.inside & step.port.stop_bits:
            self._in_waters(step, trail, gap_from)
        else:
            self._out_of_waters(step, trail, gap_from)

    def _out_of_waters(self, step: PortStep, trail: Trail, gap_from: Fix | None) -> None:
        if self.in_waters and gap_from is not None:
            if self.found_at_rest is None:
                self.found_at_rest = self._stayed(trail, gap_from)
            if step.fix.at - gap_from.at >= RARE_US:
                self._perhaps(gap_from.at)
        self._end(step.fix.at)
        self.in_waters = False
        if not step.near:
            self.found_at_rest = False

    def _in_waters(self, step: PortStep, trail: Trail, gap_from: Fix | None) -> None:
        fix, new = step.fix, not self.in_waters
        if new:
            self.in_waters = True
            if not self.found_at_rest:  # in other waters of this port, before these
                self.came_from = step.prev
                unheard = step.prev is None or gap_from is not None
                self.found_at_rest = None if unheard else False
        first = self._first(trail) if self.found_at_rest is None and not new else None
        known = trail.way_kn is not None  # and made since she was heard here, not in the gap
        known &= first is None or fix.at - first.fix.at >= WINDOW_US
        sails = trail.coarse and fix.sog_kn >= UNDER_WAY_KN  # less than a cell shows nothing
        slow = gap_from is not None or not known or (trail.slow and not sails)
        if new and gap_from is not None and fix.at - gap_from.at < RARE_US:
            slow = trail.way_kn is None or trail.way_kn < UNDER_WAY_KN  # else she sailed here
        self._note(step, gap_from, new=new, slow=slow)
        if self.found_at_rest is not None or (new and gap_from is not None):
            return
        fine = first is not None and not first.grain_m and not mark_of(fix, first.fix).grain_m
        if gap_from is not None or (known and (fine or not trail.coarse)):
            rested = first is not None and first.fix.sog_kn <= AT_REST_KN  # that is never too low
            heard = gap_from or fix
            came = first is not None and _came(first, mark_of(heard, first.fix))
            stayed = slow and not came and self._stayed(trail, heard)
            self.found_at_rest = rested or stayed

    def _note(self, step: PortStep, gap_from: Fix | None, *, new: bool, slow: bool) -> None:
        """Whether she may be at rest, and since when."""
        at = step.fix.at
        if not slow:
            self._end(at)
        elif gap_from is None:
            self._begin(at)
        elif new:
            self._begin(min(at, max(at - LEAVING_US, reaches_port_at(step.port, gap_from))))
        else:
            self._perhaps(gap_from.at)

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
        first = self._first(trail)
        last = mark_of(heard, None if first is None else first.fix)
        if first is None or first.grain_m or last.grain_m or heard.at == first.fix.at:
            said = (heard.sog_kn, heard.sog_kn if first is None else first.fix.sog_kn)
            return not any(knots >= UNDER_WAY_KN for knots in said)
        moved = made_good_kn(first, last) >= UNDER_WAY_KN
        moved &= heard.at - first.fix.at >= CONFIRMING_US // 2
        return away_m(first, last) <= STAYED_M and not moved

    def _first(self, trail: Trail) -> Mark | None:
        """The mark since which she may have been at rest here."""
        if self.last is None:
            return None
        return next((mark for mark in trail.marks if mark.fix.at >= self.last[0]), None)

    def _begin(self, at: int) -> None:
        if not self.pausing:
            self.last, self.pausing = (at, None), True

    def _perhaps(self, at: int) -> None:
        """She may have paused in a silence since ``at`` (us), or have been at rest last before."""
        begin, end = self.last if self.last is not None else (at, at)
        rested = end is not None and end - begin >= 2 * WINDOW_US  # not just unknown at first
        self._begin(begin if rested else at)

    def _end(self, at: int) -> None:
        if self.pausing and self.last is not None:
            self.last = self.last[0], at
        self.pausing = False


def _came(first: Mark, later: Mark) -> bool:
    """Whether she came to rest between two marks, by what she says and where she is."""
    slower = first.fix.sog_kn >= COMING_KN > later.fix.sog_kn
    return slower and away_m(first, later) >= COMING_M
