"""What a ship can do between two fixes, and what two fixes show that she does. Pure physics."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from monitor.engine.geofence import distance_m
from monitor.model import Fix
from monitor.units import HOUR_US, KNOT_MPS, NAUTICAL_MILE_M, NO_TIME, SECOND_US

MAX_SPEED_KN = 60.0
"""No ship in service is faster (fast ferries some 50 kn, fast naval craft some 55)."""

LIKELY_KN = 35.0
"""Only some fast craft make more: from what needs it nothing is concluded."""

LASTING_KN, LASTING_US = 30.0, 8 * HOUR_US
"""Fast craft may not be farther than so long from a place of refuge (IMO HSC Code 2000, 1.3.4); no
other ship keeps up more for as long."""

SPEED_MARGIN = 1.1
"""Nobody makes good more than she says, but for the margin: she began at rest."""

DOUBTED_M, DOUBTED_US = 10 * NAUTICAL_MILE_M, HOUR_US
"""Farther, and within so long, speeds that she says before and behind tell of those between."""

TIME_SLACK_S = 30.0
"""Receivers' clocks differ, and stamps of logs are whole seconds."""

PLACE_SLACK_M = 200.0
"""A ship's length and the coarseness of type 27 (1/10 minute, 185 m)."""

FROZEN_KN = 3.0
"""A position that stays the same to the last digit, while a ship says that she makes so much and
did make it until then, is that of a receiver that stands still: it says nothing. (A moored ship was
recorded that said 6.8 kn for 90 minutes: she had not come at that speed.)"""

STRAY_M, STRAY_US = 200.0, 60 * SECOND_US
"""A track that went farther from one fix to the next, and was heard there for less, may only have
strayed: a fix that goes on from before is taken. Copies of one bad fix come within seconds."""


class Known(NamedTuple):
    """What is known of a track beside its last fix."""

    under_way: bool  # as far as its last positions show it: see is_frozen
    jump_at: int  # us; since when it is within STRAY_M of the last fix, from fix to fix
    before_at: int  # us; the last fix before that: NO_TIME: there was none
    before_lon: float
    before_lat: float


def is_frozen(last: Fix, fix: Fix, *, under_way: bool) -> bool:
    """Whether a position stands still, to the last digit, while the ship goes on."""
    same = (fix.lon, fix.lat) == (last.lon, last.lat)
    return same and under_way and fix.sog_kn >= FROZEN_KN


def known_by(known: Known | None, last: Fix | None, fix: Fix) -> Known:
    """What is known of a track that goes on from ``last`` to ``fix``; None: it begins.

    One that is back from where it strayed has not strayed: two ships in turn would be one for ever.
    """
    if known is None or last is None or not follows(last, fix):
        return Known(
            under_way=False, jump_at=fix.at, before_at=NO_TIME, before_lon=0.0, before_lat=0.0
        )
    under_way = goes_on(last, fix, under_way=known.under_way)
    if away_m(last, fix) > STRAY_M:
        return Known(under_way, fix.at, last.at, last.lon, last.lat)
    return known._replace(under_way=under_way)


def goes_on(last: Fix | None, fix: Fix, *, under_way: bool) -> bool:
    """Whether a ship is under way at a fix, as far as her positions show it."""
    if last is None:
        return False
    if (fix.lon, fix.lat) == (last.lon, last.lat):
        return under_way and fix.sog_kn >= FROZEN_KN
    return bool(away_m(last, fix) / ((fix.at - last.at) / SECOND_US) / KNOT_MPS >= FROZEN_KN)


def reach_m(elapsed_s: Any) -> Any:
    """Farthest that a ship can be after this many seconds, with all slack."""
    return MAX_SPEED_KN * KNOT_MPS * (elapsed_s + TIME_SLACK_S) + PLACE_SLACK_M


def follows(last: Fix, fix: Fix, *, within_us: int | None = None) -> bool:
    """Whether the ship of ``last`` can be the ship of ``fix``; at most in ``within_us``."""
    elapsed = fix.at - last.at
    if within_us is not None:
        elapsed = min(elapsed, within_us)
    return bool(away_m(last, fix) <= reach_m(elapsed / SECOND_US))


def needed_kn(last: Fix, fix: Fix) -> float:
    """Speed that a ship needs from one fix to another, knots."""
    elapsed_s = max(1.0, (fix.at - last.at) / SECOND_US)
    return away_m(last, fix) / elapsed_s / KNOT_MPS


def hardly(before: Fix, after: Fix) -> bool:
    """Whether hardly any ship has gone from one fix to the other: nothing is concluded from it."""
    lasting = after.at - before.at >= LASTING_US
    return needed_kn(before, after) > (LASTING_KN if lasting else LIKELY_KN)


def doubted(last: Fix, fix: Fix) -> bool:
    """Whether she must have been as fast as hardly any ship is, and says nothing of it.

    Spoofed while silent for half an hour she may be said to be 40 NM off: a ship of 60 kn can be.
    """
    moved = away_m(last, fix)
    if moved <= DOUBTED_M or fix.at - last.at > DOUBTED_US:
        return False
    said = [knots for knots in (last.sog_kn, fix.sog_kn) if not math.isnan(knots)]
    needed = needed_kn(last, fix)
    return needed > LIKELY_KN and bool(said) and max(said) * SPEED_MARGIN < needed


def away_m(last: Fix, fix: Fix) -> float:
    """Distance between two fixes, metres."""
    return float(distance_m(last.lon, last.lat, fix.lon, fix.lat))
