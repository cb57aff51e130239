"""Where a ship was in the last minutes, how coarsely that is known, and what way she made good.

SOG lies (a moored ship was recorded with 6.8 kn for 90 minutes), so speeds are from positions. How
coarse these are is measured from the values themselves: type 27 is by definition, but many feeds
round all that they pass on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from monitor.engine.geofence import near_distance_m
from monitor.model import Fix
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

MINUTE_GRID_M = 262.0
"""Diagonal of a cell of 1/10 minute of arc, 185 m: the grid of type 27."""
DECIMAL_GRID_M = 157.0
"""Diagonal of a cell of 1/1000 degree, 111 m."""
MINUTE_GRID = 600.0, 3e-3
DECIMAL_GRID = 1000.0, 1e-5
"""Cells a degree, and how near to a corner a value on the grid lies: five decimals of 1/600 degree
are off by 3e-3 of a cell. One in 20,000 fine positions is so near by chance."""

WINDOW_US = 2 * MINUTE_US
"""Way made good is measured over at least so long: noise of 10 m is 0.2 kn."""
COARSE_WINDOW_US = 14 * MINUTE_US
"""The same of coarse positions: their grid is half a knot."""
SPACING_US, LONG_SPACING_US = 60 * SECOND_US, 3 * MINUTE_US
SHORT_US, COARSE_US, LONG_US = 6 * MINUTE_US, 20 * MINUTE_US, 45 * MINUTE_US
"""How much of the trail is kept of a ship under way, of one whose positions are coarse, and of one
at rest."""
UNDER_WAY_KN = 2.0
"""Hardly a ship at anchor makes that good: who swings half round in less than 40 minutes only."""
AT_REST_KN = 0.3
"""Speeds that are too high were seen at rest, none that is too low on the way."""


class Mark(NamedTuple):
    """A fix, and how coarse its position is."""

    fix: Fix
    grain_m: float  # 0: as fine as AIS is


@dataclass(slots=True)
class Trail:
    """The marks of the last minutes, thinned."""

    marks: list[Mark] = field(default_factory=list)
    way_kn: float | None = None  # made good over the last window; None: not known yet
    slow: bool = False  # the last window was no faster than a ship at rest
    coarse: bool = False  # that is of coarse positions
    under_way: Fix | None = None  # the last fix at which she surely was under way

    def add(self, mark: Mark, *, keep_us: int, moving_kn: float) -> None:
        """Lay a mark, and let go of those older than ``keep_us``."""
        fix, marks = mark.fix, self.marks
        old = self.before(fix.at - (COARSE_WINDOW_US if mark.grain_m else WINDOW_US))
        if old is not None:
            self.way_kn = made_good_kn(old, mark)
            self.slow = self.way_kn <= moving_kn
            self.coarse = bool(old.grain_m or mark.grain_m)
            if self.way_kn >= UNDER_WAY_KN:
                stopped = fix.sog_kn <= AT_REST_KN  # since, though she made way until then
                self.under_way = old.fix if stopped else fix
        if marks and fix.at - marks[-1].fix.at < SPACING_US:
            return
        marks.append(mark)
        while len(marks) > 2 and marks[1].fix.at < fix.at - keep_us:
            marks.pop(0)
        self._thin(fix.at)

    def _thin(self, now: int) -> None:
        """Of marks older than SHORT_US, one in LONG_SPACING_US is enough."""
        marks = self.marks
        for place in range(len(marks) - 2, 0, -1):
            if now - marks[place].fix.at > SHORT_US:
                if marks[place].fix.at - marks[place - 1].fix.at < LONG_SPACING_US:
                    del marks[place]
                return

    def before(self, at: int) -> Mark | None:
        """The newest mark not later than ``at`` (us)."""
        return newest(self.marks, at)


def newest(marks: Sequence[Mark], at: int) -> Mark | None:
    """The newest of some marks not later than ``at`` (us)."""
    for mark in reversed(marks):
        if mark.fix.at <= at:
            return mark
    return None


def mark_of(fix: Fix, prev: Fix | None) -> Mark:
    """How coarse the position of a fix is: by its own values and those of the one before."""
    if fix.type == 27 or _on(fix, *MINUTE_GRID):
        return Mark(fix, MINUTE_GRID_M)
    if prev is not None and _on(fix, *DECIMAL_GRID) and _on(prev, *DECIMAL_GRID):
        return Mark(fix, DECIMAL_GRID_M)
    return Mark(fix, 0.0)


def away_m(a: Mark, b: Mark) -> float:
    """Distance of two marks for certain, metres: less by how coarse they are."""
    p, q = a.fix, b.fix
    away = near_distance_m(p.lon, p.lat, q.lon, q.lat)
    away -= a.grain_m if a.grain_m > b.grain_m else b.grain_m  # noqa: FURB136 - often called
    return away if away > 0.0 else 0.0  # noqa: FURB136


def made_good_kn(old: Mark, new: Mark) -> float:
    """Speed made good from one mark to a later one, knots."""
    return away_m(old, new) / ((new.fix.at - old.fix.at) / SECOND_US) / KNOT_MPS


def middle(marks: list[Mark]) -> Mark:
    """A mark at the median of some: single bad positions do not move it."""
    first = marks[0]
    lon = median((m.fix.lon - first.fix.lon + 180.0) % 360.0 for m in marks) + first.fix.lon - 180.0
    lat = median(m.fix.lat for m in marks)
    return Mark(first.fix._replace(lon=lon, lat=lat), min(m.grain_m for m in marks))


def together(marks: list[Mark], radius_m: float) -> int:
    """From which index on all marks lie within ``radius_m`` of the last one."""
    last = marks[-1]
    for place in range(len(marks) - 2, -1, -1):
        if away_m(marks[place], last) > radius_m:
            return place + 1
    return 0


def _on(fix: Fix, cells: float, near: float) -> bool:
    x = fix.lon * cells
    if abs(x - round(x)) > near:
        return False
    y = fix.lat * cells
    return abs(y - round(y)) <= near
