"""Ships that cross an approach between two fixes, both outside it: sparse reception.

Nothing is remembered: a leg between two fixes says it all. She is told only where there was no time
for a stop on it: not heard to stop is not "did not stop".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import split

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.near import PortRows
from monitor.engine.detect.port.bounds import could_have_stopped
from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import EXIT_MARGIN_M, Fence, FenceKind, near_distance_m
from monitor.model import EventKind, Fix, ShipAtPort, Span
from monitor.units import NO_TIME

GRAZE_SHARE = 0.05
"""A leg along the border that cuts off less of the fence only grazes it."""


class Leg(NamedTuple):
    """The way between two fixes that crosses a fence."""

    fence: Fence
    line: Any  # shapely LineString, from the earlier fix to the later
    fix: Fix  # the later
    before: Fix  # where she was at the earlier; the rest is the later's
    decided_at: int  # us

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)


class UnseenCrossings(Detector[ShipAtPort, None, Leg]):
    """The detector of approaches crossed unseen: ways through one between two fixes outside."""

    NAME: ClassVar[str] = "unseen_crossing"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = type(None)

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, None]
    ) -> Iterator[tuple[ShipAtPort, Leg]]:
        """Legs that go through an approach."""
        del states  # nothing is remembered
        for rows in seen.near:
            yield from _legs(rows, seen)

    def step(self, state: None, moment: Leg) -> tuple[None, list[Found]]:
        """Tell of a leg; see Detector."""
        return state, [_through(moment)]


def _legs(rows: PortRows, seen: Seen) -> Iterator[tuple[ShipAtPort, Leg]]:
    """Legs through this port's approach, between fixes that both lie outside it."""
    fixes, links, port = seen.tracks.fixes, seen.tracks.links, rows.port
    told: set[int] = set()  # once, of however many pieces the approach has
    for_stops = port.waiting_bits | port.harbour_bits  # without any, nobody calls there
    outside = rows.inside[rows.candidates] & port.approach_bits == 0
    pick = rows.candidates[outside & (links["prev_at"][rows.candidates] != NO_TIME)]
    pick = pick[fixes["at"][pick] - links["prev_at"][pick] <= SILENCE_US]
    for picked, lines in _lines(port.area.bounds, seen, pick):
        for index, fence in enumerate(port.fences):
            if not port.approach_bits >> index & 1:
                continue
            meets = shapely.intersects(port.shapes[index], lines)
            for row, line in zip(picked[meets].tolist(), lines[meets].tolist(), strict=True):
                if row in told or not _really_crosses(line, fence.shape, port.margins[index]):
                    continue
                fix, link = seen.fix(row), links[row]
                before = fix._replace(
                    at=int(link["prev_at"]),
                    lon=float(link["prev_lon"]),
                    lat=float(link["prev_lat"]),
                )
                if not (for_stops and could_have_stopped(port, before, fix)):
                    told.add(row)
                    leg = Leg(fence, line, fix, before, int(link["decided_at"]))
                    yield ShipAtPort(fix.mmsi, int(link["track"]), port.id), leg


def _lines(
    bounds: tuple[float, ...], seen: Seen, pick: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], Any]]:
    """Rows whose legs meet a box, with the legs as lines: once for each turn around the globe."""
    fixes, links = seen.tracks.fixes, seen.tracks.links
    lon_a, lat_a = links["prev_lon"][pick], links["prev_lat"][pick]
    lon_b, lat_b = fixes["lon"][pick], fixes["lat"][pick]
    lon_b = lon_b - 360.0 * np.round((lon_b - lon_a) / 360.0)  # the short way, across 180 too
    west, south, east, north = bounds
    for turn in (0.0, -360.0, 360.0):
        cross = (np.minimum(lon_a, lon_b) + turn <= east) & (
            np.maximum(lon_a, lon_b) + turn >= west
        )
        cross &= (np.minimum(lat_a, lat_b) <= north) & (np.maximum(lat_a, lat_b) >= south)
        cross &= (lon_a != lon_b) | (lat_a != lat_b)
        hit = np.flatnonzero(cross)
        if len(hit):
            ends = np.stack([lon_a[hit] + turn, lat_a[hit], lon_b[hit] + turn, lat_b[hit]], axis=1)
            yield pick[hit], shapely.linestrings(ends.reshape(-1, 2, 2))


def _through(leg: Leg) -> Fact:
    chord = shapely.intersection(leg.line, leg.fence.shape)
    middle = (
        shapely.line_interpolate_point(chord, 0.5, normalized=True)
        if chord.geom_type == "LineString"
        else chord.centroid
    )
    share = shapely.line_locate_point(leg.line, middle, normalized=True)
    fix, prev_at = leg.fix, leg.before.at
    return Fact(
        kind=EventKind.PASSED_THROUGH,
        span=Span(
            earliest=prev_at, at=prev_at + round(float(share) * (fix.at - prev_at)), latest=fix.at
        ),
        decided_at=leg.decided_at,
        geofence=leg.fence.id,
        place=fix._replace(lon=round(middle.x, 6), lat=round(middle.y, 6)),
        fixes=(fix,),
        why="The straight way between two fixes outside crosses the approach.",
        figures={"before_lon": leg.before.lon, "before_lat": leg.before.lat},
        key_at=fix.at,
    )


def _really_crosses(line: Any, shape: Any, wide: Any) -> bool:
    """Whether a leg that meets a fence goes through it, and does not graze it from the margin.

    With an end inside the exit margin it must be inside the fence for twice the margin's width, or
    cut off a good piece of it.
    """
    begin, end = shapely.get_coordinates(line)
    if shapely.intersects_xy(shape, *begin):
        return False
    if not (shapely.intersects_xy(wide, *begin) or shapely.intersects_xy(wide, *end)):
        return True
    chord = shapely.get_coordinates(shapely.intersection(line, shape))
    (lon_a, lat_a), (lon_b, lat_b) = chord[0], chord[-1]
    if near_distance_m(lon_a, lat_a, lon_b, lat_b) >= 2 * EXIT_MARGIN_M[FenceKind.APPROACH]:
        return True
    pieces = sorted(piece.area for piece in split(shape, line).geoms)
    return bool(sum(pieces[:-1]) >= GRAZE_SHARE * shape.area)
