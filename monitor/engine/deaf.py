"""Why a ship at sea is not heard: she alone, or nobody is.

    nobody is heard any more   of at least FEW others around, which were heard steadily, hardly one
                               is heard at sea since when she fell silent, or since some time
                               before: an outage of those who hear them
    nobody ever is             behind her others were heard, and beyond, in the line of her course,
                               for days; between, and as far as she can have come by now, nobody was
                               in two weeks: a hole
    neither                    it is her own silence; and if some around are heard, that is told

Others are those around her that are nearest, so that in a busy sea one deaf station is enough, and
in an empty one all of it is looked at. Who went into port meanwhile proves nothing: ports have
receivers of their own. Only what was received before the silence was judged counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from monitor.engine.earshot import (
    AREA_US,
    CELL_US,
    Cell,
    Earshot,
    cell_name,
    cells_of,
    middle_of,
)
from monitor.engine.geofence import near_distance_m
from monitor.engine.reception import BASELINE_US, LONGEST_GAP_US, Cause
from monitor.engine.sphere import Floats
from monitor.units import DAY_US, DEGREE_M, HOUR_US, NAUTICAL_MILE_M, NO_TIME, to_iso

NEAREST, FEW = 8, 3
"""Others that are looked at, at most and at least."""

STILL_SHARE = 0.25
"""Of them so many may be heard still: satellites hear one where a coast hears none."""

AROUND_NM = 600.0
"""As far as others say something of her, where none are nearer: the whole sea between the ports."""

SINCE_HOURS = 12
"""An outage that began so long before counts: who leaves port then is heard until the port's range
ends."""

STEADY_US, STEADILY = 2 * HOUR_US, 2
"""Others count who were heard in two of the half hours before, of so many."""

LATEST_US = AREA_US
"""Who falls silent at the same time may be heard so much later: reports are minutes apart."""

OWN_US = 12 * HOUR_US
"""What she herself said so shortly before does not show that she is heard there."""

BEHIND_NM, ENTERS_NM = 15.0, 20.0
"""Others must have been heard so near behind her, and nobody from so near ahead of her on: she may
be anywhere in a cell where others are heard."""

HOLE_NM, BEYOND_NM = 20.0, 140.0
"""A hole is so long at least, and others are heard beyond it so far ahead at most."""

KNOWN_US = 2 * DAY_US
"""Others must have been heard on both sides so long ago: where the watch is young, or few ships
sail, nobody was heard between for nobody was there."""

ASIDE_NM, STRIDE_NM = 10.0, 2.0
"""Course lines are looked at so far to both sides, in such strides."""

BEHIND = -np.arange(0.0, BEHIND_NM + 1, STRIDE_NM)
AHEAD = np.arange(0.0, BEYOND_NM + 1, STRIDE_NM)
BEYOND = int(BEHIND_NM / STRIDE_NM)

COVERAGE, VESSEL = "coverage", "vessel"


class AtSea(NamedTuple):
    """A silence at sea: who, from which place and instant on, and when it is judged."""

    mmsi: int
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float
    begin: int  # us
    end: int  # us


def why_silent(heard: Earshot, silence: AtSea) -> Cause:
    """Why she is not heard."""
    if silence.end - silence.begin > LONGEST_GAP_US:
        return Cause(None, "", {})
    outage, heard_on = _outage(heard, silence)
    if outage is not None:
        return outage
    return _hole(heard, silence) or heard_on


def _outage(heard: Earshot, silence: AtSea) -> tuple[Cause | None, Cause]:
    """An outage, if there is one, and what is to be said if there is none."""
    last = silence.begin // AREA_US * AREA_US
    first = last - SINCE_HOURS * HOUR_US
    places = _Places(heard, silence)
    alone = Cause(None, "Too few others are around to say why.", {})
    for begin in range(last, first - 1, -AREA_US):
        since = begin + AREA_US + LATEST_US
        last_of = (places.last_heard(mmsi, first) for mmsi in places.others(begin))
        others = (sea for sea, port in last_of if sea >= since or port < since)
        looked = list(islice(others, NEAREST))
        still = sum(sea >= since for sea in looked)
        figures = {"others": len(looked), "others_heard": still}
        if len(looked) >= FEW and still <= STILL_SHARE * len(looked):
            why = f"Of {len(looked)} others around, {len(looked) - still} fell silent at sea, too,"
            why += f" from {to_iso(begin)[:16]}Z on."
            return Cause(COVERAGE, why, {**figures, "deaf_since": to_iso(begin)}), alone
        if begin == last:
            alone = alone._replace(figures=figures)
            if still:
                alone = Cause(VESSEL, "Others around were heard meanwhile.", figures)
    return None, alone


class _Places:
    """Who was heard where, bucket by bucket, as far as it was known when a silence is judged."""

    def __init__(self, heard: Earshot, silence: AtSea) -> None:
        """Nothing was looked at."""
        self._heard, self._silence = heard, silence
        self._far: dict[str, float] = {}  # m, from her last place, of each area
        self._last: dict[int, tuple[int, int]] = {}  # of ships: see ``last_heard``

    def last_heard(self, mmsi: int, since: int) -> tuple[int, int]:
        """Begins of the last buckets in which a ship was heard at sea and near a port, us.

        Of those from ``since`` on; NO_TIME: in none.
        """
        if mmsi not in self._last:
            begin = (self._silence.end - AREA_US) // AREA_US * AREA_US
            sea = port = NO_TIME
            while begin >= since and NO_TIME in {sea, port}:
                at_sea, in_port = self._heard.everywhere(begin)
                sea = begin if sea == NO_TIME and mmsi in at_sea else sea
                port = begin if port == NO_TIME and mmsi in in_port else port
                begin -= AREA_US
            self._last[mmsi] = sea, port
        return self._last[mmsi]

    def others(self, begin: int) -> Iterator[int]:
        """Others that were heard at sea in a bucket, and steadily before: the nearest first."""
        before = [self._heard.everywhere(at) for at in range(begin - STEADY_US, begin, AREA_US)]
        areas = self._heard.areas(begin)
        seen = {self._silence.mmsi}
        for name in sorted(areas, key=lambda area: (self._away_m(area), area)):
            if self._away_m(name) > AROUND_NM * NAUTICAL_MILE_M:
                return
            found = sorted(areas[name] - seen)
            seen |= areas[name]
            for mmsi in found:
                if sum(mmsi in sea or mmsi in port for sea, port in before) >= STEADILY:
                    yield mmsi

    def _away_m(self, area: str) -> float:
        if area not in self._far:
            lon, lat = middle_of(area)
            away = near_distance_m(self._silence.lon, self._silence.lat, lon, lat)
            self._far[area] = math.inf if self._heard.is_coast(area) else away
        return self._far[area]


def _hole(heard: Earshot, silence: AtSea) -> Cause | None:
    """A hole that she sailed into, and cannot have come out of yet; None: there is none."""
    if math.isnan(silence.cog_deg) or not silence.sog_kn > 0:
        return None
    came_nm = silence.sog_kn * (silence.end - silence.begin) / HOUR_US
    if not any(_heard_along(heard, silence, BEHIND, KNOWN_US)):
        return None
    ahead = _heard_along(heard, silence, AHEAD)
    begin = ahead.index(False) if False in ahead else len(ahead)
    end = begin + (ahead[begin:].index(True) if True in ahead[begin:] else len(ahead))
    begin_nm, end_nm = begin * STRIDE_NM, end * STRIDE_NM
    if begin_nm > ENTERS_NM or end >= len(ahead) or end_nm - begin_nm < HOLE_NM:
        return None
    if came_nm > end_nm + ENTERS_NM:
        return None
    if not any(_heard_along(heard, silence, AHEAD[end:][:BEYOND], KNOWN_US)):
        return None
    why = f"Nobody was heard on her course from {begin_nm:.0f} to {end_nm:.0f} NM ahead, in"
    why += f" {BASELINE_US // (24 * HOUR_US)} days; behind her and beyond, others were."
    return Cause(COVERAGE, why, {"hole_from_nm": begin_nm, "hole_until_nm": end_nm})


def _heard_along(
    heard: Earshot, silence: AtSea, miles: Floats, before_us: int | None = None
) -> list[bool]:
    """Whether others are heard around each place so far ahead of her last one.

    ``before_us``: so long before her silence at the latest; None: in her silence, too.
    """
    own = (silence.begin - (before_us or OWN_US)) // CELL_US * CELL_US
    lanes = _cells_along(silence, miles)
    known = {
        cell: _was_heard(heard, cell_name(cell), silence, own)
        or (before_us is None and _is_heard(heard, cell_name(cell), silence, own))
        for cell in set(chain.from_iterable(lanes))
    }
    return [any(known[cell] for cell in abreast) for abreast in zip(*lanes, strict=True)]


def _cells_along(silence: AtSea, miles: Floats) -> list[list[Cell]]:
    """Cells on her course line, to port and to starboard of it."""
    course = math.radians(silence.cog_deg)
    wide = max(0.1, math.cos(math.radians(silence.lat)))
    found = []
    for aside in (-ASIDE_NM, 0.0, ASIDE_NM):
        east = miles * math.sin(course) + aside * math.cos(course)
        north = miles * math.cos(course) - aside * math.sin(course)
        mile = NAUTICAL_MILE_M / DEGREE_M
        found.append(cells_of(silence.lon + east * mile / wide, silence.lat + north * mile))
    return found


def _is_heard(heard: Earshot, cell: str, silence: AtSea, own: int) -> bool:
    """Whether another ship was heard in a cell lately, or since she fell silent."""
    begins = range(own, silence.end - CELL_US + 1, CELL_US)
    every = (heard.ships(cell, begin) for begin in begins)
    return any(len(ships) > (silence.mmsi in ships) for ships in every)


def _was_heard(heard: Earshot, cell: str, silence: AtSea, own: int) -> bool:
    """Whether a ship was heard in a cell in the two weeks before; she may be the one."""
    first = (silence.end - BASELINE_US) // CELL_US * CELL_US
    return any((cell, begin) in heard.usual for begin in range(first, own, CELL_US))


def cells_around(silence: AtSea) -> set[str]:
    """Names of all cells that are looked at of a silence."""
    if math.isnan(silence.cog_deg):
        return set()
    lines = [_cells_along(silence, miles) for miles in (BEHIND, AHEAD)]
    return {cell_name(cell) for lanes in lines for lane in lanes for cell in lane}
