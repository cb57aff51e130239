"""The shore as a ship sees it: which of its corners are in sight of a place at sea.

Land is rings of corners joined by great circles, the land to their left. From a place, each edge
covers a range of azimuths at some distance; a corner is in sight unless an edge covers its azimuth
and is nearer. A shortest way bends only at corners that stick out into the sea (nodes), and touches
the land there: both neighbours of the corner lie on one side of the line that comes.

All of a place is looked at together, in columns. Edges that are seen under a wide angle hide most:
what is behind those is left out first, and only the rest is looked at edge by edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.engine.sphere import Floats, vectors
from monitor.units import DEGREE_M

Ints = NDArray[np.int64]

SECTORS = 1024
"""Azimuths are looked at in so many ranges first."""

CHAIN = 8
"""Edges that are taken together first: in a row they hide what none of them hides alone."""

TRIED = 8
"""Shores that are tried for a place on land, the nearest first."""

NARROW_RAD = 0.02
"""Edges that are seen under less are found by their azimuth in order; few are wider."""

TOUCH = 1e-18
"""Products of sines below that are round-off: the line goes along the edge."""

NEARER_RAD = 1e-10
"""An edge that is nearer by less than a millimetre is the corner's own."""

OPEN_SEA = ((-40.0, 30.0), (-150.0, 10.0), (70.0, -40.0))
"""Places in the oceans: what an odd number of shores parts from one of them is land."""

STEP_OUT_M = 20.0
"""So far off the shore is a place put that was found on land."""


@dataclass(frozen=True, kw_only=True)
class Shore:
    """All land."""

    lon: Floats  # of corners, degrees, ring by ring
    lat: Floats
    begins: Ints  # where each ring begins, and the end of the last
    at: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Put the corners on the sphere."""
        object.__setattr__(self, "at", vectors(self.lon, self.lat))

    @cached_property
    def next(self) -> Ints:
        """The corner behind each in its ring."""
        behind = np.arange(1, len(self.lon) + 1)
        behind[self.begins[1:] - 1] = self.begins[:-1]
        return behind

    @cached_property
    def before(self) -> Ints:
        """The corner before each in its ring."""
        found = np.empty_like(self.next)
        found[self.next] = np.arange(len(found))
        return found

    @cached_property
    def nodes(self) -> Ints:
        """Corners that stick out into the sea: the ring turns left there."""
        turn = np.einsum("ij,ij->i", self.at[self.before], np.cross(self.at, self.at[self.next]))
        return np.flatnonzero(turn > 0)

    @cached_property
    def planes(self) -> Floats:
        """Of each edge, the vector across its great circle."""
        return np.cross(self.at, self.at[self.next])

    @cached_property
    def chains(self) -> Ints:
        """Where chains of edges begin: each is of CHAIN edges, or the rest of a ring."""
        return np.concatenate([
            np.arange(begin, end, CHAIN)
            for begin, end in zip(self.begins[:-1], self.begins[1:], strict=True)
        ])  # fmt: skip

    @cached_property
    def _sides(self) -> tuple[Floats, Floats]:
        """Of each node, the planes to its two neighbours."""
        node = self.nodes
        return self.planes[node], np.cross(self.at[node], self.at[self.before[node]])

    def touched(self, at: Floats) -> NDArray[np.bool_]:
        """Of each node, whether a line from a place only touches the land there."""
        one, two = (side @ at for side in self._sides)
        return np.asarray(one * two >= -TOUCH)

    def off_shore(self, lon: float, lat: float, most_m: float) -> tuple[float, float] | None:
        """The nearest place on water that is ``most_m`` away at most; None: there is none."""
        scale = math.cos(math.radians(lat))
        x = ((self.lon - lon + 180) % 360 - 180) * scale * DEGREE_M
        y = (self.lat - lat) * DEGREE_M
        dx, dy = x[self.next] - x, y[self.next] - y
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.clip(-(x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        px, py = x + share * dx, y + share * dy
        away = np.hypot(px, py)
        for edge in np.argsort(away)[:TRIED]:
            if not away[edge] <= most_m:
                break
            long = math.hypot(dx[edge], dy[edge])
            east, north = dy[edge] / long, -dx[edge] / long
            found = (
                lon + (px[edge] + STEP_OUT_M * east) / scale / DEGREE_M,
                lat + (py[edge] + STEP_OUT_M * north) / DEGREE_M,
            )
            if not View(self, vectors(*found)).is_land:
                return found
        return None


class View:
    """What is to be seen from one place."""

    def __init__(self, shore: Shore, at: Floats, *, corner: int | None = None) -> None:
        """Turn everything about the place; ``corner``: it is this one."""
        self.shore, self.at, self.corner = shore, at, corner
        north = np.array([0.0, 0.0, 1.0]) if abs(at[2]) < 0.99999 else np.array([1.0, 0.0, 0.0])
        east = np.cross(north, at)
        self._east = east / np.linalg.norm(east)
        self._north = np.cross(at, self._east)
        self._azimuth = np.arctan2(shore.at @ self._east, shore.at @ self._north)
        self._near = shore.at @ at  # cosine of the distance
        self._turn = _turned(self._azimuth[shore.next] - self._azimuth)
        if corner is not None:
            self._turn[[corner, shore.before[corner]]] = 0.0
        self._begin = np.where(self._turn < 0, self._azimuth[shore.next], self._azimuth)
        self._width = np.abs(self._turn)

    @cached_property
    def is_land(self) -> bool:
        """Whether the place is on land: an odd number of shores parts it from the open sea."""
        sea = _OCEANS[int(np.argmax(_OCEANS @ self.at))]
        return self._before(sea) % 2 == 1

    def sees(self, at: Floats) -> bool:
        """Whether a place is in sight."""
        return self._before(at) == 0

    def far(self, at: Floats) -> Floats:
        """Distance of places (…, 3), radians."""
        found: Floats = np.arctan2(np.hypot(at @ self._east, at @ self._north), at @ self.at)
        return found

    def nodes(self) -> Ints:
        """Numbers of the nodes that are in sight and touched."""
        shore = self.shore
        depth = self._depth()
        within = self._near[shore.nodes] >= depth[_sector(self._azimuth[shore.nodes])]
        maybe = np.flatnonzero(within & shore.touched(self.at))
        near, edges = np.maximum(self._near, self._near[shore.next]), self._width > 0
        ends = [_sector(self._begin), _sector(self._begin + self._width)]
        wide = self._width >= NARROW_RAD
        edges &= wide | (near >= np.minimum(depth[ends[0]], depth[ends[1]]))
        corner = shore.nodes[maybe]
        azimuth, far = self._azimuth[corner], self.far(shore.at[corner])
        hidden = np.zeros(len(maybe), dtype=np.bool_)
        narrow = np.flatnonzero(edges & ~wide)
        narrow = narrow[np.argsort(self._begin[narrow])]
        begins = self._begin[narrow]
        for turn in (0.0, 2 * math.pi):  # a range that goes over due south is met from both sides
            low = np.searchsorted(begins, azimuth + turn - NARROW_RAD)
            count = np.searchsorted(begins, azimuth + turn) - low
            seen = np.repeat(np.arange(len(maybe)), count)
            hidden[self._pairs(seen, narrow[runs(low, count)], azimuth, far)] = True
        left, broad = np.flatnonzero(~hidden), np.flatnonzero(edges & wide)
        seen, edge = np.divmod(np.arange(len(left) * len(broad)), max(len(broad), 1))
        hidden[self._pairs(left[seen], broad[edge], azimuth, far)] = True
        found: Ints = maybe[~hidden & (corner != self.corner)]
        return found

    def _before(self, at: Floats) -> int:
        """How many shores stand before a place."""
        azimuth = np.arctan2(at @ self._east, at @ self._north)[None]
        edges = np.arange(len(self._width))
        return len(self._pairs(np.zeros_like(edges), edges, azimuth, self.far(at)[None]))

    def _depth(self) -> Floats:
        """How far one sees at most, by sector, as a cosine.

        A chain of edges covers all azimuths between its ends, no farther than its farthest corner.
        """
        shore, size = self.shore, 2 * math.pi / SECTORS
        chains = shore.chains
        swept = np.add.reduceat(self._turn, chains)
        near = np.minimum.reduceat(np.minimum(self._near, self._near[shore.next]), chains)
        if self.corner is not None:  # the line jumps where it goes through the place itself
            own = [self.corner, shore.before[self.corner]]
            near[np.searchsorted(chains, own, side="right") - 1] = -1.0
        first = self._azimuth[chains] + np.minimum(swept, 0.0) + math.pi
        begin = np.ceil(first / size).astype(np.int64)
        end = np.floor((first + np.abs(swept)) / size).astype(np.int64)
        count = np.where(near > 0, np.clip(end - begin, 0, SECTORS), 0)
        depth = np.full(SECTORS, -1.0)
        np.maximum.at(depth, runs(begin, count) % SECTORS, np.repeat(near, count))
        return depth

    def _pairs(self, seen: Ints, edge: Ints, azimuth: Floats, far: Floats) -> Ints:
        """Of pairs of places and edges, the places before which the edge stands."""
        inside = _turned(azimuth[seen] - self._begin[edge])
        pick = np.flatnonzero((inside > 0) & (inside < self._width[edge]))
        seen, edge = seen[pick], edge[pick]
        plane = self.shore.planes[edge]
        side = np.sin(azimuth[seen]) * (plane @ self._east)
        side += np.cos(azimuth[seen]) * (plane @ self._north)
        away = np.arctan2(-(plane @ self.at), side) % math.pi
        before: Ints = seen[away < far[seen] - NEARER_RAD]
        return before


_OCEANS = vectors(*np.transpose(OPEN_SEA))


def _turned(angle: Floats) -> Any:
    """An angle from -pi to pi."""
    return angle - 2 * math.pi * np.round(angle / (2 * math.pi))


def _sector(azimuth: Floats) -> Ints:
    sector: Ints = ((azimuth + math.pi) * (SECTORS / (2 * math.pi))).astype(np.int64) % SECTORS
    return sector


def runs(begin: Ints, count: Ints) -> Ints:
    """Whole numbers from each begin on, so many of each."""
    ends = np.cumsum(count)
    run: Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - (ends - count), count)
    return run
