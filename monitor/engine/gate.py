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
from dataclasses import dataclass
from typing import NamedTuple

from monitor.engine.geofence import distance_m
from monitor.model import Fix
from monitor.units import HOUR_US, KNOT_MPS, SECOND_US

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


class Corner(NamedTuple):
    """A place, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A line that ships pass; to its left is in."""

    id: str
    name: str
    line: tuple[Corner, ...]
    in_words: str  # where in leads: into the Black Sea
    out_words: str
    hash: str  # SHA-256 of its file, hex


class Passage(NamedTuple):
    """Whether a gate was passed, and when at best."""

    passed: Passed
    share: float | None  # of the time between the fixes; None: not passed, or not known


def passage(gate: Gate, last: Fix, fix: Fix) -> Passage:
    """What two fixes of a ship, the earlier first, say of a gate."""
    if fix.at - last.at > SEEN_US:
        seconds = (fix.at - last.at) / SECOND_US
        had_time = _by_way_of_m(gate, last, fix) <= FAST_KN * KNOT_MPS * seconds
        return Passage(Passed.UNKNOWN if had_time else Passed.NONE, None)
    origin = gate.line[0]
    line = [_plane(origin, *corner) for corner in gate.line]
    a, b = (_plane(origin, each.lon, each.lat) for each in (last, fix))
    went, shares = 0, []
    for begin, end in itertools.pairwise(line):
        before, behind = _left(begin, end, a), _left(begin, end, b)
        beside = _left(a, b, begin) >= 0, _left(a, b, end) >= 0
        if (before >= 0) != (behind >= 0) and beside[0] != beside[1]:
            went += 1 if behind >= 0 else -1
            shares.append(before / (before - behind))
    if went == 0:
        return Passage(Passed.NONE, None)
    return Passage(Passed.IN if went > 0 else Passed.OUT, min(shares))


def _plane(origin: Corner, lon: float, lat: float) -> tuple[float, float]:
    """East and north of a corner, degrees of latitude, across 180 degrees too."""
    east = (lon - origin.lon + 180.0) % 360.0 - 180.0
    return east * math.cos(math.radians(origin.lat)), lat - origin.lat


def _left(begin: tuple[float, float], end: tuple[float, float], at: tuple[float, float]) -> float:
    """Above 0 where a place is to the left of a line; on it: 0."""
    return (end[0] - begin[0]) * (at[1] - begin[1]) - (end[1] - begin[1]) * (at[0] - begin[0])


def _by_way_of_m(gate: Gate, last: Fix, fix: Fix) -> float:
    """The way from fix to fix by the gate, metres, at least: each by its nearest place of it."""
    return _nearest_m(gate, last) + _nearest_m(gate, fix)


def _nearest_m(gate: Gate, fix: Fix) -> float:
    """Distance to the line, metres, on a plane: hours are looked at, not minutes."""
    found = math.inf
    for begin, end in itertools.pairwise(gate.line):
        line, there = _plane(begin, *end), _plane(begin, fix.lon, fix.lat)
        along = (there[0] * line[0] + there[1] * line[1]) / (line[0] ** 2 + line[1] ** 2)
        along = min(max(along, 0.0), 1.0)
        lon = begin.lon + along * ((end.lon - begin.lon + 180.0) % 360.0 - 180.0)
        lat = begin.lat + along * (end.lat - begin.lat)
        found = min(found, float(distance_m(fix.lon, fix.lat, lon, lat)))
    return found
