"""True motion: legs along way points with a ship's inertia, and stays alongside or at anchor.

A ship gathers and loses way at ACCELERATION_MPS2, rounds her corners, and is never anywhere
without having gone there. Time is in seconds since the epoch, exact to a fraction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from monitor.simulator.sea import Floats, Place, Way, bearing_deg, metres_east
from monitor.units import DEGREE_M, KNOT_MPS

ACCELERATION_MPS2 = 0.012  # a loaded coaster takes four minutes and 300 m from 5 kn to rest
CORNER_M_PER_KN = 45.0  # a corner is cut this far before the way point, for each knot
CORNER_POINTS = 9  # points of the curve that replaces a corner
FINE_M, FINE_RUN_M, COARSE_M = 25.0, 4000.0, 100.0  # sampling of a leg: near its ends, elsewhere
CREEP_M = (0.3, 1.0, 2.5, 5.0, 10.0, 16.0)  # and the first and last metres, the slowest
SWING_STEP_S = 120.0  # sampling of a swing round the anchor
RIDE_STEP_S = 20.0  # and of a ship that sheers: a period has 36 knots and more
SWING_SPEED_MPS = 0.09  # 0.17 kn: a ship at anchor stays below the 0.2 kn of "stopped"
SWING_PERIODS_S = (44_700.0, 15_000.0, 2_700.0)  # tide, wind shift, yaw
SWING_ANGLES_RAD = (1.1, 0.5, 0.08)

StayKind = Literal["berthed", "anchored", "waiting"]
"""Waiting: stopped in the open approach, in no harbour, anchorage or roads. It is no port call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stop; at anchor, the place is the anchor's and not the ship's."""

    kind: StayKind
    port: str
    from_s: float
    until_s: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """Where a ship truly is: knots in time, straight between them. Angles are unwrapped."""

    at_s: Floats
    lon: Floats
    lat: Floats
    sog_kn: Floats
    course_deg: Floats
    heading_deg: Floats
    stays: tuple[Stay, ...]

    def value(self, column: Floats, at_s: Floats) -> Floats:
        """Interpolate one of the columns."""
        return np.interp(at_s, self.at_s, column)

    def is_moving(self, at_s: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Tell which instants lie outside every stay."""
        moving = np.ones(at_s.shape, dtype=np.bool_)
        for stay in self.stays:
            moving &= (at_s <= stay.from_s) | (at_s >= stay.until_s)
        return moving


class Voyage:
    """Puts a motion together, one leg or stay after the other."""

    def __init__(self, *, at_s: float, place: Place) -> None:
        """Begin at an instant and a place."""
        self.at_s = at_s
        self.place = place
        self._parts: list[Floats] = []
        self._stays: list[Stay] = []

    def sail(self, ways: Sequence[Way], *, under_way: bool = False, onward: bool = False) -> Self:
        """Sail along the way points; from rest unless ``under_way``, to rest unless ``onward``."""
        lon, lat, limit_kn = _rounded(self.place, ways)
        part = _leg(lon, lat, limit_kn, under_way=under_way, onward=onward)
        part[0] += self.at_s
        self._add(part)
        return self

    def lie(
        self, *, port: str, heading_deg: float, for_s: float, kind: StayKind = "berthed"
    ) -> Self:
        """Lie alongside, here; or lie still in the open approach, waiting."""
        here = self.place
        self._stay(kind, port, here, for_s)
        part = np.empty((6, 2))
        part[0] = self.at_s + 1.0, self.at_s + for_s
        part[1], part[2], part[3] = here.lon, here.lat, 0.0
        part[4] = part[5] = heading_deg
        self._add(part)
        return self

    def swing(self, *, port: str, for_s: float, radius_m: float, rng: np.random.Generator) -> Self:
        """Lie at anchor, here on the swinging circle, and swing with wind and tide."""
        angle = rng.uniform(0.0, 2 * math.pi)
        phases = rng.uniform(0.0, 2 * math.pi, size=len(SWING_PERIODS_S))
        rates = np.array(SWING_ANGLES_RAD) * 2 * math.pi / np.array(SWING_PERIODS_S)
        share = min(1.0, SWING_SPEED_MPS / (radius_m * float(rates.sum())))
        since = np.append(np.arange(1.0, for_s, SWING_STEP_S), for_s)
        theta = np.full(since.shape, angle)
        rate = np.zeros(since.shape)
        for k, period in enumerate(SWING_PERIODS_S):
            turn = 2 * math.pi * since / period + phases[k]
            theta += share * SWING_ANGLES_RAD[k] * (np.sin(turn) - math.sin(phases[k]))
            rate += share * rates[k] * np.cos(turn)
        return self._turn(since, theta, rate, port=port, radius_m=radius_m, angle=angle)

    def ride(
        self, *, port: str, for_s: float, radius_m: float, bearing: Callable[[Floats], Floats]
    ) -> Self:
        """Lie at anchor, here, and be seen from the anchor on bearings (radians) in time (s)."""
        since = np.append(np.arange(1.0, for_s, RIDE_STEP_S), for_s)
        theta, angle = bearing(since), float(bearing(np.zeros(1))[0])
        rate = np.gradient(theta, since)
        return self._turn(since, theta, rate, port=port, radius_m=radius_m, angle=angle)

    def _turn(
        self,
        since: Floats,
        theta: Floats,
        rate: Floats,
        *,
        port: str,
        radius_m: float,
        angle: float,
    ) -> Self:
        """Add a stay at anchor: bearings from the anchor and their rates, the first of them."""
        for_s = float(since[-1])
        per_degree = DEGREE_M * math.cos(math.radians(self.place.lat))
        centre = Place(
            lon=self.place.lon - radius_m * math.sin(angle) / per_degree,
            lat=self.place.lat - radius_m * math.cos(angle) / DEGREE_M,
        )
        self._stay("anchored", port, centre, for_s)
        part = np.empty((6, since.size))
        part[0] = self.at_s + since
        part[1] = centre.lon + radius_m * np.sin(theta) / per_degree
        part[2] = centre.lat + radius_m * np.cos(theta) / DEGREE_M
        part[3] = radius_m * np.abs(rate) / KNOT_MPS
        part[4] = np.degrees(theta + np.where(rate >= 0, math.pi / 2, -math.pi / 2))
        part[5] = np.degrees(theta + math.pi)  # a ship at anchor looks to her anchor
        self._add(part)
        return self

    def motion(self) -> Motion:
        """Return the whole motion."""
        whole = np.concatenate(self._parts, axis=1)
        keep = np.append(True, np.diff(whole[0]) > 0)
        whole = whole[:, keep]
        whole[4:] = np.unwrap(whole[4:], period=360.0)
        return Motion(
            at_s=whole[0],
            lon=whole[1],
            lat=whole[2],
            sog_kn=whole[3],
            course_deg=whole[4],
            heading_deg=whole[5],
            stays=tuple(self._stays),
        )

    def _stay(self, kind: StayKind, port: str, place: Place, for_s: float) -> None:
        self._stays.append(
            Stay(
                kind=kind,
                port=port,
                from_s=self.at_s,
                until_s=self.at_s + for_s,
                lon=place.lon,
                lat=place.lat,
            )
        )

    def _add(self, part: Floats) -> None:
        self._parts.append(part)
        self.at_s = float(part[0, -1])
        self.place = Place(lon=float(part[1, -1]), lat=float(part[2, -1]))


def _rounded(start: Place, ways: Sequence[Way]) -> tuple[Floats, Floats, Floats]:
    """Way points with rounded corners, and the speed limit of each leg between them."""
    lon = np.array([start.lon, *(way.lon for way in ways)])
    lat = np.array([start.lat, *(way.lat for way in ways)])
    length = _lengths(lon, lat)
    points: list[tuple[float, float]] = [(start.lon, start.lat)]
    limits: list[float] = []
    fractions = np.linspace(0.0, 1.0, CORNER_POINTS)
    for k, way in enumerate(ways):
        if k + 1 == len(ways):
            points.append((way.lon, way.lat))
            limits.append(way.speed_kn)
            break
        slower = min(way.speed_kn, ways[k + 1].speed_kn)
        cut = min(CORNER_M_PER_KN * slower, 0.45 * length[k], 0.45 * length[k + 1])
        corner = np.array([lon[k + 1], lat[k + 1]])
        before = corner + (np.array([lon[k], lat[k]]) - corner) * cut / max(length[k], 1.0)
        after = corner + (np.array([lon[k + 2], lat[k + 2]]) - corner) * cut / max(
            length[k + 1], 1.0
        )
        for f in fractions:  # a quadratic Bezier curve from leg to leg
            x = (1 - f) ** 2 * before + 2 * f * (1 - f) * corner + f**2 * after
            points.append((float(x[0]), float(x[1])))
            limits.append(way.speed_kn if f == 0.0 else slower)
    xy = np.array(points)
    return xy[:, 0], xy[:, 1], np.array(limits)


def _lengths(lon: Floats, lat: Floats) -> Floats:
    middle = (lat[1:] + lat[:-1]) / 2
    return np.hypot(metres_east(np.diff(lon), middle), np.diff(lat) * DEGREE_M)


def _leg(lon: Floats, lat: Floats, limit_kn: Floats, *, under_way: bool, onward: bool) -> Floats:
    """Columns of a Motion along a line; the time begins at 0."""
    along = np.append(0.0, np.cumsum(_lengths(lon, lat)))
    total = float(along[-1])
    fine = np.append(CREEP_M, np.arange(0.0, min(FINE_RUN_M, total), FINE_M))
    fine = fine[fine < total]
    grid = np.unique(np.concatenate([along, fine, total - fine, np.arange(0, total, COARSE_M)]))
    grid = grid[np.append(True, np.diff(grid) > 0.01)]
    east = np.interp(grid, along, lon)
    north = np.interp(grid, along, lat)
    segment = np.clip(np.searchsorted(along, grid, side="right") - 1, 0, limit_kn.size - 1)
    square = (limit_kn[segment] * KNOT_MPS) ** 2
    if not under_way:
        square[0] = 0.0
    if not onward:
        square[-1] = 0.0
    gain = 2 * ACCELERATION_MPS2 * grid
    square = np.minimum.accumulate(square - gain) + gain
    square = (np.minimum.accumulate((square + gain)[::-1])[::-1]) - gain
    speed = np.sqrt(np.maximum(square, 0.0))
    elapsed = 2 * np.diff(grid) / (speed[1:] + speed[:-1])
    middle = (north[1:] + north[:-1]) / 2
    course = bearing_deg(metres_east(np.diff(east), middle), np.diff(north) * DEGREE_M)
    part = np.empty((6, grid.size))
    part[0] = np.append(0.0, np.cumsum(elapsed))
    part[1], part[2], part[3] = east, north, speed / KNOT_MPS
    part[4] = part[5] = np.append(course, course[-1])
    return part
