"""How far a ship can have come by sea: all water to which the shortest way is no longer than that.

She goes straight (great circles) from where she was, and from corner to corner of the land where it
is in the way (``seaway.py``). So what she reaches is what she sees from her place, and behind each
corner that she turns at what comes into sight there, each as far as is left to her:

    place ──────────── corner ┐ land
      ╲    in sight     ╲  ╲  └───────
       ╲                 ╲  ╲  in sight from the corner

Rays are cast into it, and between two of them the farther counts; the land, which is smaller than
it is, is cut off. So it may be a little larger than it is, and is not smaller. All is reckoned in
the gnomonic projection about her place, in which great circles are straight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from monitor.engine.geofence import distance_m
from monitor.engine.seaway import Ashore, Place, Seaway, Step
from monitor.engine.shore import View
from monitor.engine.sphere import Floats, places, vectors
from monitor.units import NAUTICAL_MILE_M, POLE_M

MOST_M = 1_000 * NAUTICAL_MILE_M
"""Farther, an area says nothing."""

MOST_LAT = 80.0
"""No area is told of that goes beyond."""

STEP_RAD = math.radians(0.25)
"""Between two rays."""

ROUGH_SHARE = 1 / 400
"""Of the distance: how much larger the area may be at its rim, so that it has few corners. Of
corners that she reaches with less than that left, nothing more is asked."""

RAYS = 64
"""So many are cast at once."""

TOUCH = 1e-9
"""Of an edge: a ray that meets a corner goes past neither of its edges."""

HORIZON_RAD = math.radians(60)
"""Land so far off is taken to be there: only what is nearer is told of."""

EDGE_RAD = 0.01
"""Edges are broken where they are longer: on a map a great circle is not straight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Where a ship can have come to."""

    shape: Any  # shapely polygons, degrees; cut at 180 degrees
    area_m2: float  # on a sphere; true to 1 %
    place: Place  # where she was: on water
    moved_m: float  # how far it was put from land to water; 0: not


def reachable(sea: Seaway, place: Place, most_m: float) -> Reachable | Ashore | None:
    """All within ``most_m`` by sea of a place, metres; None: it is too far to be told of."""
    reach_deg = math.degrees(most_m / POLE_M)
    if not 0 < most_m <= MOST_M or abs(place.lat) + reach_deg > MOST_LAT:
        return None
    found = sea.afloat(place)
    if found is None:
        return Ashore(place)
    afloat, view = found
    moved_m = float(distance_m(*place, *afloat))
    most_m += moved_m
    plane = _Plane(sea, afloat, most_m / POLE_M)
    stars = [plane.star(vectors(*afloat), -1, plane.most, 0.0, 2 * math.pi)]
    for step in sea.steps(view, most_m):
        left = plane.most - step.far_m / POLE_M
        begin, turn = plane.behind(step)
        if left * turn > plane.rough:  # what is less lies beside what she sees anyhow
            stars.append(plane.star(sea.shore.at[step.corner], step.corner, left, begin, turn))
    seen = shapely.union_all(shapely.make_valid(np.array(stars)))
    few = shapely.simplify(seen, plane.rough / 4)
    wider = shapely.buffer(few, 1.5 * plane.rough, quad_segs=2)
    shape = plane.joined(shapely.difference(wider, plane.land), seen)
    return Reachable(
        shape=plane.degrees(shape), area_m2=plane.area_m2(shape), place=afloat,
        moved_m=moved_m,
    )  # fmt: skip


class _Plane:
    """The gnomonic projection about a place, in radii of the earth, and the land near by."""

    def __init__(self, sea: Seaway, place: Place, most: float) -> None:
        """``most``: how far one looks, radians."""
        self.most = most
        self.rough = 2 * most * ROUGH_SHARE / math.cos(most) ** 2
        self._shore = sea.shore
        self._lon = place.lon
        self._at = vectors(*place)
        self._east, self._north = _axes(self._at)
        self._corners = self.of(self._shore.at)
        self._near = near = math.tan(most) * 1.1  # what is farther away is not looked at
        ends = np.stack([self._corners, self._corners[self._shore.next]])
        low, high = ends.min(axis=0), ends.max(axis=0)
        self._edges = np.flatnonzero(((low < near) & (high > -near)).all(axis=1))
        self._low, self._high = low[self._edges], high[self._edges]
        self._begin, self._along = ends[0, self._edges], (ends[1] - ends[0])[self._edges]

    def of(self, at: Floats) -> Floats:
        """Places (…, 3) on the plane (…, 2); what is beyond the horizon is put there."""
        x, y, z = at @ self._east, at @ self._north, at @ self._at
        far = np.minimum(np.arctan2(np.hypot(x, y), z), HORIZON_RAD)
        turn = np.arctan2(x, y)
        return np.stack([np.tan(far) * np.sin(turn), np.tan(far) * np.cos(turn)], axis=-1)

    def behind(self, step: Step) -> tuple[float, float]:
        """What comes into sight at a corner: from which azimuth on, and how far around, radians.

        It lies between straight on and the land that she turns around.
        """
        shore, corner = self._shore, step.corner
        east, north = _axes(shore.at[corner])
        beside = np.stack(
            [step.before, shore.at[shore.next[corner]], shore.at[shore.before[corner]]]
        )
        back, *land = np.arctan2(beside @ east, beside @ north).tolist()
        on = back + math.pi
        turns = [(each - on + math.pi) % (2 * math.pi) - math.pi for each in land]
        right, left = [each for each in turns if each >= 0], [each for each in turns if each < 0]
        if right and left:  # she only touches it, or as good as
            low, high = max(left), min(right)
        else:
            low, high = (0.0, min(right)) if right else (max(left), 0.0)
        return on + low, high - low

    def star(self, at: Floats, corner: int, far: float, begin: float, turn: float) -> Any:
        """What is in sight from a place within ``far`` radians: in these azimuths.

        ``corner``: of the shore, that it is; -1: it is none. Between two rays the farther counts.
        """
        azimuth = begin + np.linspace(0, turn, max(2, math.ceil(turn / STEP_RAD) + 1))
        east, north = _axes(at)
        aim = np.sin(azimuth)[:, None] * east + np.cos(azimuth)[:, None] * north
        out = far / math.cos(STEP_RAD / 2)
        rim = self.of(math.cos(out) * at + math.sin(out) * aim)
        here = self.of(at)
        legs = rim - here
        share = np.concatenate([
            self._shares(here, legs[first : first + RAYS], corner)
            for first in range(0, len(legs), RAYS)
        ])  # fmt: skip
        share = np.repeat(np.maximum(share[1:], share[:-1]), 2)
        ends = here + share[:, None] * np.repeat(legs, 2, axis=0)[1:-1]
        ring = ends if corner < 0 else np.concatenate([here[None], ends])
        return shapely.Polygon(ring)

    def _shares(self, here: Floats, legs: Floats, corner: int) -> Floats:
        """Which share of each leg is over water: 1 all of it."""
        low = np.minimum(here, here + legs.min(axis=0))
        high = np.maximum(here, here + legs.max(axis=0))
        near = ((self._low <= high) & (self._high >= low)).all(axis=1)
        if corner >= 0:
            near &= (self._edges != corner) & (self._edges != self._shore.before[corner])
        away, along = self._begin[near] - here, self._along[near]
        cross = legs[:, :1] * along[:, 1] - legs[:, 1:] * along[:, 0]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (away[:, 0] * along[:, 1] - away[:, 1] * along[:, 0]) / cross
            where = (away[:, 0] * legs[:, 1:] - away[:, 1] * legs[:, :1]) / cross
        hit = (where >= -TOUCH) & (where <= 1 + TOUCH) & (share > 0)
        found: Floats = np.where(hit, share, 1.0).min(axis=1, initial=1.0)
        return found

    @cached_property
    def land(self) -> Any:
        """Land that is near."""
        shore = self._shore
        box = shapely.box(-self._near, -self._near, self._near, self._near)
        found = box if View(shore, -self._at).is_land else shapely.Polygon()
        rings = [
            _without_far(self._corners[begin:end])
            for begin, end in zip(shore.begins[:-1], shore.begins[1:], strict=True)
        ]
        filled = [(_turns_left(ring), shapely.make_valid(shapely.Polygon(ring))) for ring in rings]
        for is_land, each in sorted(filled, key=lambda row: -float(row[1].area)):
            part = shapely.intersection(each, box)
            if not part.is_empty:
                found = found.union(part) if is_land else found.difference(part)
        return found

    def joined(self, shape: Any, seen: Any) -> Any:
        """The parts of a shape of which something was seen: others lie behind a neck of land."""
        parts = shapely.get_parts(shape)
        water = shapely.difference(seen, self.land)
        shapely.prepare(water)
        return shapely.union_all(parts[shapely.intersects(water, parts)])

    def degrees(self, shape: Any) -> Any:
        """A shape of the plane on the globe; beyond 180 degrees it goes on at the other side."""
        broken = shapely.segmentize(shape, EDGE_RAD)
        turned = shapely.transform(broken, self._unfolded)
        parts = [
            shapely.transform(shapely.intersection(turned, shapely.box(west, -90, west + 360, 90)),
                              lambda corners, west=west: corners - [west + 180, 0])
            for west in (-540, -180, 180)
        ]  # fmt: skip
        return shapely.union_all([part for part in parts if not part.is_empty])

    def _unfolded(self, corners: Floats) -> Floats:
        x, y = corners[:, :1], corners[:, 1:]
        at = self._at + x * self._east + y * self._north
        lon, lat = places(at / np.linalg.norm(at, axis=1, keepdims=True))
        return np.stack([self._lon + (lon - self._lon + 180) % 360 - 180, lat], axis=1)

    def area_m2(self, shape: Any) -> float:
        """Of a shape of the plane, on the sphere."""

        def even(corners: Floats) -> Floats:
            """Lambert's projection, which keeps areas."""
            far = np.arctan(np.hypot(corners[:, 0], corners[:, 1]))
            with np.errstate(invalid="ignore", divide="ignore"):
                scale = np.where(far > 0, 2 * np.sin(far / 2) / np.tan(far), 1.0)
            return corners * scale[:, None]

        return float(shapely.area(shapely.transform(shape, even))) * POLE_M**2


def _without_far(ring: Floats) -> Floats:
    """A ring without corners that lie at the horizon in a row, but for one in each direction."""
    far = np.hypot(ring[:, 0], ring[:, 1]) > math.tan(HORIZON_RAD) - 1e-6
    way = np.floor(np.arctan2(ring[:, 1], ring[:, 0]) * 4)
    before = np.roll(far, 1) & (np.roll(way, 1) == way)
    kept = ring[~(far & before & np.roll(far, -1))]
    return kept if len(kept) > 2 else ring


def _turns_left(ring: Floats) -> bool:
    """Whether a ring, which may touch itself at the horizon, has the land within it."""
    x, y = ring.T
    return bool(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) > 0)


def _axes(at: Floats) -> tuple[Floats, Floats]:
    """East and north at a place that is no pole."""
    east = np.cross(np.array([0.0, 0.0, 1.0]), at)
    east /= np.linalg.norm(east)
    return east, np.cross(at, east)
