"""Where all ships are at set instants: what detectors of several ships look at.

Ships report when they like, so two of them are never heard at one instant. Every SLOT_US the sea is
looked at: of each track the newest fix that was believed by then counts, if it is no older than
FRESH_US, and is carried on by its own course and speed. That needs nothing that comes later, and
nothing of when batches end:

    fixes of a track        a      b          c
    instants            |       |       |       |       |
    counts                      b       b       c       (c is too old)

A ship that does not say how fast she is, or is faster than FASTEST_KN, is not in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.engine.geofence import FenceSet
from monitor.engine.track import Tracker, Tracks
from monitor.model import FIX, Fix
from monitor.units import DEGREE_M, KNOT_MPS, MINUTE_US, NO_TIME, SECOND_US

SLOT_US = 10 * MINUTE_US
"""Global Fishing Watch looks for encounters at instants so far apart."""

FRESH_US = 20 * MINUTE_US
"""Older fixes say too little of where a ship is by now. At anchor class A reports every 3 minutes,
class B too (ITU-R M.1371-5 table 1), so that a receiver may miss five of six."""

FASTEST_KN = 30.0
"""Whoever is faster is a ferry or a boat, and meets nobody at sea for hours. With FRESH_US it says
how far a ship is from her last fix at most: 10 NM."""

FOREVER = 2**62

MAKES_WAY_KN = 0.5
"""Below it the course is that of the receiver's noise, and nobody is carried on."""


class Standing(NamedTuple):
    """Fixes that are known beside those of a batch, sorted by (mmsi, track, at)."""

    fixes: Any  # dtype FIX
    tracks: NDArray[np.signedinteger[Any]]  # track number of each
    decided_at: NDArray[np.int64]  # us; when each was believed


NOBODY = Standing(np.zeros(0, dtype=FIX), np.zeros(0, np.int8), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Ships at instants, one a row, sorted by (at, mmsi, track)."""

    at: NDArray[np.int64]  # us; multiples of SLOT_US
    mmsi: NDArray[np.int64]
    track: NDArray[np.int64]
    lon: NDArray[np.float64]  # degrees, carried on to ``at``
    lat: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    cog_deg: NDArray[np.float64]  # NaN: not available, of a ship that makes no way
    in_port: NDArray[np.bool_]  # in or near the waters of a port: see ``FenceSet.waters``
    row: NDArray[np.int64]  # of ``known.fixes``: by which she is known
    known: Standing
    about: frozenset[int] | None = None  # MMSIs; None: pairs of all ships are looked for

    def fix(self, place: int) -> Fix:
        """The fix by which the ship of a row is known."""
        return Fix._make(self.known.fixes[self.row[place]].item())

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.at)


def pictured(
    tracks: Tracks, known: Standing, since: int, passed: int, fences: FenceSet,
    about: frozenset[int] | None = None,
) -> Picture:  # fmt: skip
    """What is to be seen at all instants before ``passed`` (us) that ``since`` was not behind.

    ``known``: fixes before this batch, and those of ships that are not in it; of tracks of
    ``tracks`` they are left out. All fixes before ``passed`` must have been given, now or earlier.
    """
    parts = [_counting(part, since, passed) for part in _parts(tracks, known)]
    every = Standing(
        joined(*(part.standing.fixes for part in parts)),
        np.concatenate([part.standing.tracks for part in parts]),
        np.concatenate([part.standing.decided_at for part in parts]),
    )
    first, count = (np.concatenate([getattr(part, name) for part in parts])
                    for name in ("first", "times"))  # fmt: skip
    fixes, number = every.fixes, every.tracks
    rows = np.repeat(np.arange(len(fixes)), count)
    slot = first[rows] + np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    order = np.lexsort([number[rows], fixes["mmsi"][rows], slot])
    rows, at = rows[order], slot[order] * SLOT_US
    lon, lat = _carried_on(fixes, rows, at)
    return Picture(
        at=at, mmsi=fixes["mmsi"][rows].astype(np.int64), track=number[rows].astype(np.int64),
        lon=lon, lat=lat, sog_kn=fixes["sog_kn"][rows].astype(np.float64),
        cog_deg=fixes["cog_deg"][rows].astype(np.float64),
        in_port=_in_port(fences, lon, lat), row=rows, known=every, about=about,
    )  # fmt: skip


def last_fixes(tracker: Tracker, since: int) -> Standing:
    """The last fix of each track, of those that may still count after ``since`` (us)."""
    last = tracker.last[: len(tracker.index)]
    fresh = NO_TIME if since == NO_TIME else since - FRESH_US
    picked = (last["mmsi"] != 0) & (last["at"] >= fresh)
    if tracker.odd:
        picked &= ~np.isin(last["mmsi"], list(tracker.odd))
    plain = rows_at(last, np.flatnonzero(picked))
    odd = [
        (number, fix)
        for one in tracker.odd.values()
        for number, fix in one.tracks.items()
        if fix.at >= fresh
    ]
    fixes = joined(plain, np.array([tuple(fix) for _, fix in odd], dtype=FIX))
    tracks = np.zeros(len(fixes), dtype=np.int8)
    tracks[len(plain) :] = [number for number, _ in odd]
    return Standing(fixes, tracks, fixes["at"].copy())


def both(one: Standing, two: Standing) -> Standing:
    """The fixes of both."""
    return Standing(
        joined(one.fixes, two.fixes), np.concatenate([one.tracks, two.tracks]),
        np.concatenate([one.decided_at, two.decided_at]),
    )  # fmt: skip


def is_due(since: int, passed: int) -> bool:
    """Whether an instant of the picture is before ``passed`` and was not before ``since`` (us)."""
    if passed == NO_TIME:
        return False
    return since == NO_TIME or (passed - 1) // SLOT_US > (since - 1) // SLOT_US


class _Part(NamedTuple):
    """Fixes, and up to when each is the newest of its track, us."""

    standing: Standing
    until: NDArray[np.int64]


class _Counting(NamedTuple):
    """Fixes that count at some instant: at which first, in SLOT_US, and at how many."""

    standing: Standing
    first: NDArray[np.int64]
    times: NDArray[np.int64]


def _parts(tracks: Tracks, known: Standing) -> list[_Part]:
    """Fixes of tracks that are not in the batch, those before it, and those of it."""
    heads = np.array(tracks.heads, dtype=np.int64).reshape(-1, 2)
    decided = np.maximum(tracks.links["decided_at"], tracks.fixes["at"])
    before = np.flatnonzero(tracks.before["mmsi"] != 0)
    own = _codes(known.fixes["mmsi"], known.tracks)
    other = np.flatnonzero(~np.isin(own, _codes(heads[:, 0], heads[:, 1])))
    other = other[np.lexsort([known.fixes["at"][other], own[other]])]
    those = Standing(
        rows_at(known.fixes, other), known.tracks[other],
        np.maximum(known.decided_at[other], known.fixes["at"][other]),
    )  # fmt: skip
    last = np.append(tracks.starts[1:], len(tracks.fixes)) - 1
    until = np.append(decided[1:], 0)
    until[last] = FOREVER
    return [
        _Part(those, _until(those)),
        _Part(
            Standing(rows_at(tracks.before, before), heads[before, 1], tracks.before["at"][before]),
            decided[tracks.starts[before]],
        ),
        _Part(Standing(tracks.fixes, tracks.links["track"], decided), until),
    ]


def _until(known: Standing) -> NDArray[np.int64]:
    """When the next fix of the same track was believed, of fixes that are sorted by track."""
    codes = _codes(known.fixes["mmsi"], known.tracks)
    until = np.full(len(codes), FOREVER)
    follows = np.flatnonzero(codes[1:] == codes[:-1])
    until[follows] = known.decided_at[follows + 1]
    return until


def _counting(part: _Part, since: int, passed: int) -> _Counting:
    """Those of a part that count at an instant."""
    fixes, tracks, decided = part.standing
    until = np.minimum(np.minimum(part.until, passed - 1), fixes["at"] + FRESH_US)
    first = decided // SLOT_US + 1  # strictly behind it
    if since != NO_TIME:
        first = np.maximum(first, (since - 1) // SLOT_US + 1)
    count = (until // SLOT_US - first + 1).clip(0)
    rows = np.flatnonzero(count)
    speed, course = fixes["sog_kn"][rows], fixes["cog_deg"][rows]
    with np.errstate(invalid="ignore"):
        rows = rows[(speed <= FASTEST_KN) & ~((speed >= MAKES_WAY_KN) & np.isnan(course))]
    standing = Standing(rows_at(fixes, rows), tracks[rows], decided[rows])
    return _Counting(standing, first[rows], count[rows])


def _codes(mmsi: NDArray[Any], track: NDArray[Any]) -> NDArray[np.int64]:
    """One number a track."""
    codes: NDArray[np.int64] = mmsi.astype(np.int64) * 256 + track
    return codes


def _carried_on(
    fixes: Any, rows: NDArray[np.int64], at: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where ships are at instants, by what they said last."""
    speed = fixes["sog_kn"][rows].astype(np.float64)
    elapsed_s = (at - fixes["at"][rows]) / SECOND_US
    way_deg = np.where(speed >= MAKES_WAY_KN, speed, 0.0) * KNOT_MPS * elapsed_s / DEGREE_M
    course = np.radians(np.nan_to_num(fixes["cog_deg"][rows].astype(np.float64)))
    lon, lat = fixes["lon"][rows], fixes["lat"][rows]
    wide = np.maximum(np.cos(np.radians(lat)), 0.01)
    there = lon + way_deg * np.sin(course) / wide
    still = way_deg == 0.0  # as it was said, to the last digit
    there = np.where(still, lon, (there + 180.0) % 360.0 - 180.0)
    return there, (lat + way_deg * np.cos(course)).clip(-90, 90)


def _in_port(
    fences: FenceSet, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    found = np.zeros(len(lon), dtype=np.bool_)
    near = np.flatnonzero(fences.near_any(lon, lat))
    for waters in fences.waters if len(near) else ():
        found[near] |= shapely.intersects_xy(waters, lon[near], lat[near])
    return found
