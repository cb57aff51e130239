"""Gates: directed lines across straits and canals, and whether two fixes passed one.

A line runs from shore to shore (over islands, where there are several straits) so that who goes to
its left goes *in*. Two fixes say that somewhat:

| between them | the line between them | is |
| --- | --- | --- |
| an hour at most | crosses the gate from right to left | in |
| an hour at most | crosses it from left to right | out |
| an hour at most | does not cross it, or does so twice | none |
| longer | whatever | unknown, if she had the time to go by the gate, else none |

A place on the line itself counts as left of it, so a ship that stops there passes once.
"""

from __future__ import annotations

import enum
import itertools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import Corner, Gate, distance_m
from monitor.model import Fix
from monitor.units import DEGREE_M, HOUR_US, KNOT_MPS, SECOND_US

SEEN_US = HOUR_US
"""Fixes that are no farther apart are taken for a line: at 20 kn that is 20 NM, less than the way
around any gate that ships. Satellites hear a ship about once an hour and less."""

FAST_KN = 30.0
"""Nobody who passes gates is faster for long (auxiliaries and freighters make 10 to 20 kn, warships
30): who had no time for the way by the gate at that speed did not pass."""


class Passed(enum.StrEnum):
    """What two fixes say."""

    IN = "in"
    OUT = "out"
    NONE = "none"
    UNKNOWN = "unknown"


class Passage(NamedTuple):
    """Whether a gate was passed, and when at best."""

    passed: Passed
    share: float | None  # of the time between the fixes; None: not passed, or not known


def passage(gate: Gate, last: Fix, fix: Fix) -> Passage:
    """What two fixes of a ship, the earlier first, say of a gate."""
    if fix.at - last.at > SEEN_US:
        seconds = (fix.at - last.at) / SECOND_US
        way_m = float(far_m(gate, last.lon, last.lat) + far_m(gate, fix.lon, fix.lat))
        had_time = way_m <= FAST_KN * KNOT_MPS * seconds
        return Passage(Passed.UNKNOWN if had_time else Passed.NONE, None)
    went, share = crossed(gate, last.lon, last.lat, fix.lon, fix.lat)
    if went == 0:
        return Passage(Passed.NONE, None)
    return Passage(Passed.IN if went > 0 else Passed.OUT, float(share))


def crossed(gate: Gate, lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> tuple[Any, Any]:
    """How often straight ways from a to b cross a gate, in less out, and the first share of them.

    Scalars or columns, degrees. The share is infinite where a way does not cross it.
    """
    origin = gate.line[0]
    line = [_plane(origin, *corner) for corner in gate.line]
    a = _plane(origin, np.asarray(lon_a), np.asarray(lat_a))
    b = _plane(origin, np.asarray(lon_b), np.asarray(lat_b))
    short = np.abs(b[0] - a[0]) <= 180.0 * math.cos(math.radians(origin.lat))  # not the world round
    went: Any = np.zeros(np.shape(lon_b), dtype=np.int64)
    share: Any = np.full(np.shape(lon_b), np.inf)
    for begin, end in itertools.pairwise(line):
        before, behind = _left(begin, end, a), _left(begin, end, b)
        beside = (_left(a, b, begin) >= 0) != (_left(a, b, end) >= 0)
        met = ((before >= 0) != (behind >= 0)) & beside & short
        went = went + np.where(met, np.where(behind >= 0, 1, -1), 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.fmin(share, np.where(met, before / (before - behind), np.inf))
    return went, share


def beside(
    gate: Gate, margin_m: float, lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any
) -> NDArray[np.bool_]:
    """Mask of the ways whose box meets the gate's, with a margin: cheap, and misses none."""
    origin, north = gate.line[0], margin_m / DEGREE_M
    flat = math.cos(math.radians(origin.lat))
    a, b = _plane(origin, lon_a, lat_a), _plane(origin, lon_b, lat_b)
    line = np.array([_plane(origin, *corner) for corner in gate.line])
    least = flat / math.cos(math.radians(min(89.0, float(np.abs(line[:, 1] + origin.lat).max()))))
    (west, south), (east, top) = line.min(axis=0), line.max(axis=0)
    met = np.maximum(a[1], b[1]) >= south - north
    met &= np.minimum(a[1], b[1]) <= top + north
    met &= np.maximum(a[0], b[0]) >= west - north * max(1.0, least)
    met &= np.minimum(a[0], b[0]) <= east + north * max(1.0, least)
    found: NDArray[np.bool_] = met
    return found


def far_m(gate: Gate, lon: Any, lat: Any) -> Any:
    """Distance to the line, metres, scalars or columns: each piece on a plane of its own."""
    found: Any = np.inf
    for begin, end in itertools.pairwise(gate.line):
        line, there = _plane(begin, *end), _plane(begin, lon, lat)
        along = (there[0] * line[0] + there[1] * line[1]) / (line[0] ** 2 + line[1] ** 2)
        along = np.clip(along, 0.0, 1.0)
        on_lon = begin.lon + along * ((end.lon - begin.lon + 180.0) % 360.0 - 180.0)
        on_lat = begin.lat + along * (end.lat - begin.lat)
        found = np.minimum(found, distance_m(lon, lat, on_lon, on_lat))
    return found


def _plane(origin: Corner, lon: Any, lat: Any) -> tuple[Any, Any]:
    """East and north of a corner, degrees of latitude, across 180 degrees too."""
    east = (lon - origin.lon + 180.0) % 360.0 - 180.0
    return east * math.cos(math.radians(origin.lat)), lat - origin.lat


def _left(begin: tuple[Any, Any], end: tuple[Any, Any], at: tuple[Any, Any]) -> Any:
    """Above 0 where a place is to the left of a line; on it: 0."""
    return (end[0] - begin[0]) * (at[1] - begin[1]) - (end[1] - begin[1]) * (at[0] - begin[0])
