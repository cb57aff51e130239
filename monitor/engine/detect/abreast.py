"""Which ships are near one another in a picture: by cells, so that the cost grows with ships.

The sea is cut into rows as high as the distance that counts. Within a row ships are sorted by
longitude: who is near a ship stands behind her in her own row, or around her in the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.picture import Picture
from monitor.engine.geofence import distance_m
from monitor.model import Fix, ShipPair
from monitor.units import DEGREE_M, SECOND_US

SLACK = 1.01
"""A row is as much higher, and a stretch of it as much longer: the plane is not the globe."""

CROWD = 50
"""Ships that have more others around them are left out: away from all watched ports it is a port
that nobody watches, or numbers that somebody makes up. So no flood of ships costs more than so many
pairs each. Only where it is so crowded does a third ship change what is told of two."""

_TURN = 1100.0
"""Degrees from a row to the next where all rows stand behind one another: three times around."""


class Abreast(NamedTuple):
    """Two ships at one instant."""

    at: int  # us
    away_m: float
    places: tuple[int, int]  # rows of the picture, the lower MMSI first
    picture: Picture

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return self.at

    @property
    def fixes(self) -> tuple[Fix, Fix]:
        """By which they are known."""
        return self.picture.fix(self.places[0]), self.picture.fix(self.places[1])

    @property
    def speeds_kn(self) -> tuple[float, float]:
        """Of each."""
        speed = self.picture.sog_kn
        return float(speed[self.places[0]]), float(speed[self.places[1]])

    @property
    def courses_deg(self) -> tuple[float, float]:
        """Of each; NaN: it makes no way."""
        course = self.picture.cog_deg
        return float(course[self.places[0]]), float(course[self.places[1]])

    @property
    def at_sea(self) -> bool:
        """Whether both are away from all ports."""
        return not self.picture.in_port[list(self.places)].any()


Steps = Iterator[tuple[ShipPair, Abreast]]


def abreast(
    picture: Picture, states: Mapping[ShipPair, Any], near: tuple[Any, Any], every_us: int
) -> Steps:
    """Pairs that are near, and those that are watched wherever they are, instant by instant.

    ``near``: their rows, as of ``near_pairs``. Instants that are no multiple of ``every_us`` are
    left out. ``states`` is what is watched at that moment.
    """
    instants, begins = np.unique(picture.at, return_index=True)
    ends = np.append(begins[1:], len(picture))
    order = np.lexsort([near[1], near[0]])
    one, two = near[0][order], near[1][order]
    cuts = np.searchsorted(one, np.append(begins, len(picture)))
    for place, (at, begin, end) in enumerate(
        zip(instants.tolist(), begins.tolist(), ends.tolist(), strict=True)
    ):
        if at % every_us or not (states or cuts[place] < cuts[place + 1]):
            continue
        here = slice(cuts[place], cuts[place + 1])
        pairs = set(zip(one[here].tolist(), two[here].tolist(), strict=True))
        if states:
            pairs |= _watched(picture, states, begin, end)
        if not pairs:
            continue
        rows = np.array(sorted(pairs))
        away = distance_m(*(c[rows[:, i]] for i in (0, 1) for c in (picture.lon, picture.lat)))
        for (a, b), metres in zip(rows.tolist(), away.tolist(), strict=True):
            key = ShipPair(
                int(picture.mmsi[a]), int(picture.track[a]),
                int(picture.mmsi[b]), int(picture.track[b]),
            )  # fmt: skip
            yield key, Abreast(at, metres, (a, b), picture)


def _watched(
    picture: Picture, states: Mapping[ShipPair, Any], begin: int, end: int
) -> set[tuple[int, int]]:
    """Rows of pairs that are watched, of which both are in the picture at an instant."""
    heads = picture.mmsi[begin:end] * 256 + picture.track[begin:end]
    flat = chain.from_iterable(states)  # thrice as fast as an array of tuples
    keys = np.fromiter(flat, dtype=np.int64, count=4 * len(states)).reshape(-1, 4)
    found = []
    for number, track in ((keys[:, 0], keys[:, 1]), (keys[:, 2], keys[:, 3])):
        wanted = number * 256 + track
        rows = np.minimum(np.searchsorted(heads, wanted), len(heads) - 1)
        found.append(np.where(heads[rows] == wanted, rows + begin, -1))
    both = (found[0] >= 0) & (found[1] >= 0)
    return set(zip(found[0][both].tolist(), found[1][both].tolist(), strict=True))


def near_pairs(picture: Picture, pick: NDArray[np.bool_], range_m: float) -> tuple[Any, Any]:
    """Rows of two ships that are within ``range_m`` at one instant, the lower MMSI first.

    ``pick``: who takes part. Two ships on one number are no pair.
    """
    rows = np.flatnonzero(pick)
    if len(rows) < 2:
        return rows[:0], rows[:0]
    high = SLACK * range_m / DEGREE_M
    band = np.floor((picture.lat[rows] + 90.0) / high).astype(np.int64)
    slot = (picture.at[rows] - picture.at[0]) // SECOND_US
    lines, number = np.unique(slot * (int(180.0 / high) + 3) + band, return_inverse=True)
    along = number * _TURN + picture.lon[rows] + 180.0
    order = np.argsort(along, kind="stable")
    rows, number, along = rows[order], number[order], along[order]
    pole = np.minimum(np.abs(picture.lat[rows]) + 2 * high, 89.0)
    wide = high / np.cos(np.radians(pole))
    turns = (0.0,) if np.abs(picture.lon[rows]).max() < 180.0 - wide.max() else (0.0, -360.0, 360.0)
    here, stretches = np.arange(len(rows)), []
    for step in (-1, 0, 1):  # of the row before, her own, and the next
        line = np.searchsorted(lines, lines[number] + step).clip(max=len(lines) - 1)
        is_there = lines[line] == lines[number] + step
        for turn in turns:  # and over the antimeridian
            there = along + (line - number) * _TURN + turn
            begin = np.searchsorted(along, there - wide, side="left")
            end = np.searchsorted(along, there + wide, side="right")
            stretches.append((step, turn, begin, np.where(is_there, end, begin)))
    crowded = np.sum([end - begin for _, _, begin, end in stretches], axis=0) > CROWD + 1
    pairs = [
        _ranges(here + 1 if step == turn == 0 else begin, np.where(crowded, 0, end))
        for step, turn, begin, end in stretches
        if step == 1 or (step == 0 and turn >= 0)  # each pair once
    ]
    one, two = (np.concatenate(part) for part in zip(*pairs, strict=True))
    calm = ~crowded[two]
    one, two = rows[one[calm]], rows[two[calm]]
    fits = picture.mmsi[one] != picture.mmsi[two]
    if picture.about is not None:
        about = np.array(sorted(picture.about), dtype=np.int64)
        fits &= np.isin(picture.mmsi[one], about) | np.isin(picture.mmsi[two], about)
    one, two = one[fits], two[fits]
    away = distance_m(picture.lon[one], picture.lat[one], picture.lon[two], picture.lat[two])
    one, two = one[away <= range_m], two[away <= range_m]
    return np.minimum(one, two), np.maximum(one, two)


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[Any, Any]:
    """Each place with all of those from ``begin`` to before ``end``."""
    count = (end - begin).clip(0)
    one = np.repeat(np.arange(len(begin)), count)
    return one, begin[one] + np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
