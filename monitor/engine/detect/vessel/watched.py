"""What is remembered of a ship at sea that may fall silent, and what came before her silence.

What came before (a turn, slowing down, reporting more rarely, another destination) is told as
having been *with* a silence, never as why: none of it is rare among ships that are heard on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from monitor.engine.detect.feasible import Known
from monitor.engine.sphere import turned_deg
from monitor.model import Fix
from monitor.units import HOUR_US, NO_TIME

DAY_HALF_HOURS = 12
"""So many hours are looked at before a silence."""

THINNED_HOURS, THINNED_TO = 6, 3
"""Heard in each of so many hours, and then in so few of as many: she is heard more rarely. One who
sails out of range is, too; it is told as all the rest."""

TURN_DEG, UNDER_WAY_KN, SLOWED = 60.0, 3.0, 0.5
"""What may have been with it: a turn by more, a speed below this share of before."""

ZIGZAG_US = 6 * HOUR_US
"""Turns so shortly before are told together: Sparta sailed a zigzag for hours, and fell silent on a
straight leg of it."""

CHANGED_US = 36 * HOUR_US
"""A destination that was changed so shortly before: Sparta's, 31 h (itamilradar, December 2024)."""


@dataclass(slots=True)
class Watched:
    """A ship that is heard at sea, or was."""

    armed_at: int  # us; she was heard then, and perhaps later
    hour: int  # since 1970: of her first fix in the latest hour she was heard in
    heard: int  # bit i: heard in the i-th hour before that
    first: Fix  # that fix
    earlier: Fix | None = None  # the same an hour or more before
    greatest_kn: float = 0.0  # that she was seen to make
    usual_kn: float = 0.0  # mean of those under way
    moving: int = 0  # of how many
    destination: str | None = None
    destination_before: str | None = None
    changed_at: int = NO_TIME  # us; when the destination was another for the first time
    turned: list[int] = field(default_factory=list)  # us; hours' first fixes on another course
    last: Fix | None = None  # before the silence that was told
    told: int = 0  # of it: see TOLD
    known_at: int = 0  # us; when she was known to be where she was heard last

    @property
    def known(self) -> Known:
        """How fast she is."""
        return Known(self.greatest_kn, self.usual_kn if self.moving else None, self.moving)

    def go_on(self, fix: Fix) -> None:
        """Take an hour more in which she is heard."""
        hour = fix.at // HOUR_US
        passed = hour - self.hour
        if passed > 0:
            self.heard = ((self.heard << min(passed, DAY_HALF_HOURS)) | 1) & (
                (1 << DAY_HALF_HOURS) - 1
            )
            if _turn_deg(self.first, fix) > TURN_DEG:
                self.turned = [at for at in self.turned if at > fix.at - ZIGZAG_US] + [fix.at]
            self.earlier, self.first, self.hour = self.first, fix, hour
        self.armed_at, self.told, self.last = fix.at, 0, None

    def notice(self, fix: Fix, destination: str | None, now: int) -> None:
        """Take what she says of her speed and destination, as it was known ``now``, us."""
        knots = fix.sog_kn
        if not math.isnan(knots):
            self.greatest_kn = max(self.greatest_kn, float(knots))
            if knots >= UNDER_WAY_KN:
                self.moving = min(self.moving + 1, 240)
                self.usual_kn += (float(knots) - self.usual_kn) / self.moving
        if destination != self.destination:
            if self.destination is not None:
                self.changed_at = now
            self.destination_before, self.destination = self.destination, destination

    def came_before(self, last: Fix) -> list[str]:
        """What came shortly before a silence, in words; ``last``: her last fix."""
        found = []
        before = self.first if self.first.seq != last.seq else self.earlier
        is_near = before is not None and last.at - before.at <= 2 * HOUR_US
        turn = _turn_deg(before, last) if before is not None and is_near else 0.0
        turns = sum(last.at - ZIGZAG_US < at < last.at for at in self.turned) + (turn > TURN_DEG)
        if turns > 1:
            found.append(
                f"turned {turns} times by more than {TURN_DEG:.0f} degrees"
                f" in {ZIGZAG_US // HOUR_US} h"
            )
        elif turn > TURN_DEG:
            found.append(f"turned by {turn:.0f} degrees")
        if before is not None and is_near and UNDER_WAY_KN <= before.sog_kn > last.sog_kn / SLOWED:
            found.append(f"slowed from {before.sog_kn:.1f} to {last.sog_kn:.1f} kn")
        whole = (1 << THINNED_HOURS) - 1
        lately, formerly = self.heard & whole, self.heard >> THINNED_HOURS
        if formerly == whole and lately.bit_count() <= THINNED_TO:
            found.append(
                f"heard in {lately.bit_count()} of the last {THINNED_HOURS} hours, in each of the"
                f" {THINNED_HOURS} before"
            )
        if self.changed_at != NO_TIME and last.at - self.changed_at <= CHANGED_US:
            hours = (last.at - self.changed_at) / HOUR_US
            found.append(
                f"destination changed from {self.destination_before} to {self.destination}"
                f" ({hours:.0f} h before)"
            )
        return found


def _turn_deg(before: Fix, fix: Fix) -> float:
    """By how much she turned, degrees; 0: she made no way, or does not say."""
    if before.sog_kn >= UNDER_WAY_KN and fix.sog_kn >= UNDER_WAY_KN:
        turn = turned_deg(before.cog_deg, fix.cog_deg)
        return 0.0 if math.isnan(turn) else turn
    return 0.0
