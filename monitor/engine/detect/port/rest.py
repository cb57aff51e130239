"""When a ship came to rest, and when she moved off: bounds that hold the truth.

The radius of a stay says that she stopped; these say when, from how the fixes before and after lie
to each other. Noise, sheering (some 85 m, in 12 to 20 minutes) and coarse grids widen the bounds.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from monitor.engine.detect.detector import ordered
from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.detect.port.trail import (
    AT_REST_KN,
    COARSE_WINDOW_US,
    Mark,
    away_m,
    made_good_kn,
    middle,
    newest,
)
from monitor.model import Fix, Span
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

CORE_US = 40 * MINUTE_US, 10 * MINUTE_US
"""Where she lay is measured over these minutes before she was found away: two sheers."""
CORE_FIXES = 3
SPREAD, MOST = 1.5, 1.2
"""Three quarters of her fixes, and all but one, lie within so much less than the spread."""
NOISE_M = 15.0
HERE_M = 30.0
"""A ship that comes in is no more than two minutes from her place when she is so near to it."""
SETTLED_US = 2 * MINUTE_US
SWING_M = 500.0
"""An anchored ship swings on her chain: 250 m of chain and hull to either side."""
STILL_US = 3 * MINUTE_US
"""Way made good is measured over so long to tell rest from creeping: 10 m of noise is 0.1 kn."""
MOVING_KN = 0.5
"""GFW's threshold of moving."""
SURELY_KN = 3.0
"""No ship swings so fast."""
MOVING_OFF_MPS = 0.25
"""Half a knot: what she may have made good before it showed beyond the spread."""
MOVING_OFF_US = 3 * MINUTE_US
"""At least: ships creep off their berth below any threshold."""


class Bounded(NamedTuple):
    """An instant with its bounds, and the fixes that they rest on."""

    span: Span
    fixes: tuple[Fix, ...]


def rested(
    window: list[Mark],
    before: Fix | None,
    under_way: Fix | None,
    *,
    radius_m: float,
    still_kn: float,
) -> Bounded:
    """When she came to rest.

    After the last fix apart from all of the ``window``, and no later than the first that is where
    one before it was.

    ``before``: the last fix ahead of the window; None: it is not known where she came from.
    ``under_way``: the last fix at which she surely was. ``radius_m`` is that of the stay, and
    ``still_kn`` the way made good of a ship at rest there.
    """
    first = window[0].fix
    begun, by = _still(window, still_kn) or (window[0], window[-1])
    grain_m = window[0].grain_m
    here = not grain_m and away_m(middle(window), window[0]) <= HERE_M
    here |= first.sog_kn <= AT_REST_KN
    creep_us = round((radius_m + grain_m) / (still_kn * KNOT_MPS) * SECOND_US)
    settled = first.at + (SETTLED_US if here else creep_us)
    if not here and any(b.fix.at - a.fix.at > SILENCE_US for a, b in pairwise(window)):
        settled = by.fix.at  # what she did in the silence is not known
    for old, mark, new in zip(window, window[1:], window[2:], strict=False):
        if mark.fix.sog_kn >= MOVING_KN and made_good_kn(old, mark) >= MOVING_KN:
            settled = max(settled, new.fix.at)  # near to her place by her other antenna
    latest = min(by.fix.at, settled)
    if before is None:
        return Bounded(Span(earliest=None, at=None, latest=latest), ordered(first, by.fix))
    earliest = before
    if under_way is not None and under_way.at < before.at:
        earliest = under_way
    at = None if first.at - before.at > SILENCE_US else min(begun.fix.at, latest)
    span = Span(earliest=earliest.at, at=at, latest=latest)
    return Bounded(span, ordered(earliest, first, by.fix))


def started(marks: list[Mark], last: Fix, first: Fix, radius_m: float, since: int) -> Bounded:
    """When she moved off: ``last`` with the others of her stay, ``first`` beyond its radius.

    ``marks`` are those of the stay and of her way to its radius, in order of time; it began at
    ``since`` (us).
    """
    if first.at - last.at > SILENCE_US:
        return Bounded(Span(earliest=last.at, at=None, latest=first.at), ordered(last, first))
    way = [mark for mark in marks if mark.fix.at < last.at]
    way += [Mark(last, marks[-1].grain_m if marks else 0.0)]
    longest, shortest = CORE_US
    core = [m for m in way if first.at - longest <= m.fix.at <= first.at - shortest]
    if len(core) < CORE_FIXES:
        core = way[: max(CORE_FIXES, len(way) // 2)]
    centre = middle(core)
    apart = sorted(away_m(centre, mark) for mark in core)
    spread = min(
        radius_m, max(SPREAD * apart[(len(apart) - 1) * 3 // 4], MOST * apart[-2:][0]) + NOISE_M
    )
    here = max((i for i, m in enumerate(way) if away_m(centre, m) <= spread), default=0)
    way.append(Mark(first, way[-1].grain_m))
    moved = _way_began(way, radius_m)
    left = max(here + 1, moved)
    while left < len(way) - 1 and way[left].fix.sog_kn <= AT_REST_KN:
        left += 1  # another antenna, not she
    begun, gone = way[here].fix, way[left].fix
    reach = spread + max(mark.grain_m for mark in core)
    lead = max(MOVING_OFF_US, round(reach / MOVING_OFF_MPS * SECOND_US))
    place = min(here, moved - 1)  # she may have come by the middle once more
    if place and way[place].fix.sog_kn > AT_REST_KN:
        place -= 1  # and says that she moves: from when on, is not known
    slow = way[place].fix
    earliest = min(begun.at, max(since, min(slow.at, begun.at - lead)))
    span = Span(earliest=earliest, at=(begun.at + gone.at) // 2, latest=gone.at)
    return Bounded(span, ordered(begun, gone, first))


def _way_began(way: list[Mark], radius_m: float) -> int:
    """Index of the first mark of those, at the end, between which she made way throughout.

    At anchor she makes some way all the time, as she swings.
    """
    least_kn = MOVING_KN if radius_m < SWING_M else 2 * MOVING_KN
    place = len(way) - 1
    while place > 1 and made_good_kn(way[place - 2], way[place - 1]) >= least_kn:
        place -= 1
    return place


def swung(out: list[Mark]) -> int:
    """Of marks beyond a swing, how many are of a wider one: until she was under way at the end."""
    place = len(out) - 1
    while place > 0 and _under_way(out[place - 1], out[place]):
        place -= 1
    return place + 1 if 0 < place < len(out) - 1 else 0


def _under_way(old: Mark, new: Mark) -> bool:
    """Whether she was between two marks: by the way made good, or as she says at both.

    Of a coarse mark and the next, a minute later, no way can be told.
    """
    if made_good_kn(old, new) >= 2 * MOVING_KN:
        return True
    return old.fix.sog_kn >= SURELY_KN and new.fix.sog_kn >= SURELY_KN


def _still(window: list[Mark], still_kn: float) -> tuple[Mark, Mark] | None:
    """The first pair of marks, a window apart, between which she made no way."""
    for place, mark in enumerate(window):
        old = newest(window[:place], mark.fix.at - COARSE_WINDOW_US)
        if not mark.grain_m:  # of a coarse mark, no way can be told over less
            fine = [one for one in window[:place] if not one.grain_m]
            old = newest(fine, mark.fix.at - STILL_US) or old
        if old is not None and made_good_kn(old, mark) <= still_kn:
            return old, mark
    return None
