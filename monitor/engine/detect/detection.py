"""Detection: tracked fixes in, events and port calls out. Pure; knows only the fixes' times.

``Detector`` sends each vessel's fixes near a port to her ``Watch``, which runs the detectors one
after the other: silence, first seen, stay, membership, call (the list is ``Watch.step``). A new
detector is a file here that makes ``Fact``s, and a line there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import split

from monitor.engine.detect.detector import SILENCE_US, Fact, Step
from monitor.engine.detect.port.visit import Watch
from monitor.engine.geofence import EXIT_MARGIN_M, FenceKind, FenceSet, Port, near_distance_m
from monitor.engine.reception import Reception
from monitor.engine.track import Tracker, Tracks
from monitor.model import Event, EventKind, Fix, PortCall, Span
from monitor.units import NO_TIME

Finding = Event | PortCall

GAPS = frozenset(
    {EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE, EventKind.REAPPEARED_ELSEWHERE}
)

GRAZE_SHARE = 0.05
"""A leg along the border that cuts off less of the fence only grazes it."""

LONG_LEG_DEG = 0.5
"""Legs of sparse reception that may cross a port far from both ends: tested against all ports."""


@dataclass(slots=True)
class _PortRows:
    port: Port
    inside: NDArray[np.int64]
    near: NDArray[np.int64]


class Detector:
    """All watches of all ports."""

    def __init__(self, fences: FenceSet, sources: list[str], reception: Reception) -> None:
        """``sources`` names the fixes' source numbers; it may grow."""
        self.reception = reception
        self.fences = fences
        self.sources = sources
        self.watches: dict[tuple[int, int, str], Watch] = {}
        self.changed: set[tuple[int, int, str]] = set()  # since the last ``take_changed``

    def take(self, tracks: Tracks, tracker: Tracker, until: int) -> list[Finding]:
        """Take a batch; ``until`` is the watermark: no earlier fix will come any more.

        Returns findings sorted by (decided_at, vessel); those of the next call are not earlier.
        """
        out: list[Finding] = []
        fixes, links = tracks.fixes, tracks.links
        if len(fixes):
            lon, lat = fixes["lon"], fixes["lat"]
            prev_lon, prev_lat = links["prev_lon"], links["prev_lat"]
            long_leg = (np.abs(lon - prev_lon) > LONG_LEG_DEG) | (
                np.abs(lat - prev_lat) > LONG_LEG_DEG
            )
            near_rows = np.flatnonzero(
                self.fences.near_any(lon, lat)
                | (
                    (links["prev_at"] != NO_TIME)
                    & (self.fences.near_any(prev_lon, prev_lat) | long_leg)
                )
            )
            starts = np.flatnonzero(
                (np.diff(fixes["mmsi"], prepend=-1) != 0)
                | (np.diff(links["track"], prepend=-1) != 0)
            )
            for port in self.fences.ports:
                rows = _masks(port, near_rows, lon, lat)
                out += self._port(rows, tracks, tracker, starts)
                out += self._passed_unseen(rows, tracks, near_rows)
        for key, watch in list(self.watches.items()):
            deadline = watch.deadline()
            if deadline is not None and deadline < until:
                out += watch.expire(self.fences.port(key[2]), until, self.sources)
                self.changed.add(key)
        out.sort(
            key=lambda finding: (finding.decided_at, finding.mmsi, finding.track, finding.port)
        )
        return [self._explained(finding) for finding in out]

    def _explained(self, finding: Finding) -> Finding:
        """A silence says why, where it can be told."""
        if not isinstance(finding, Event) or finding.kind not in GAPS:
            return finding
        begin, end = finding.span.earliest, finding.span.at or finding.span.latest
        if begin is None or end is None:
            return finding
        cause = self.reception.cause(finding.port, finding.mmsi, begin, end, finding.decided_at)
        figures = {**finding.evidence["figures"], "cause": cause.word, **cause.figures}
        return replace(
            finding,
            why=f"{finding.why} {cause.why}".rstrip(),
            evidence={**finding.evidence, "figures": figures},
        )

    def take_changed(self) -> dict[tuple[int, int, str], Watch | None]:
        """Watches changed since the last call; None: it is over."""
        changed = {key: self.watches.get(key) for key in sorted(self.changed)}
        self.changed.clear()
        return changed

    def _port(
        self, rows: _PortRows, tracks: Tracks, tracker: Tracker, starts: NDArray[np.int64]
    ) -> list[Finding]:
        """Step the vessels that are near this port, or are watched there."""
        fixes, links = tracks.fixes, tracks.links
        active = np.flatnonzero(rows.near)
        groups = set((np.searchsorted(starts, active, side="right") - 1).tolist())
        heads = list(
            zip(fixes["mmsi"][starts].tolist(), links["track"][starts].tolist(), strict=True)
        )
        if self.watches:
            groups.update(
                i for i, (m, t) in enumerate(heads) if (m, t, rows.port.id) in self.watches
            )
        out: list[Finding] = []
        ends = np.append(starts[1:], len(fixes))
        for group in sorted(groups):
            begin, end = int(starts[group]), int(ends[group])
            out += self._vessel(heads[group], begin, end, rows, tracks, tracker)
        return out

    def _vessel(
        self,
        head: tuple[int, int],
        begin: int,
        end: int,
        rows: _PortRows,
        tracks: Tracks,
        tracker: Tracker,
    ) -> list[Finding]:
        key = (*head, rows.port.id)
        watch = self.watches.get(key)
        inside, near = rows.inside[begin:end].tolist(), rows.near[begin:end].tolist()
        decided = tracks.links["decided_at"][begin:end].tolist()
        prev = tracker.last_fix(*head)
        if begin < end and tracks.links["prev_at"][begin] == NO_TIME:
            prev = None
        out: list[Finding] = []
        previous_row = -1
        for row in range(end - begin):
            if watch is None and not near[row]:
                continue
            if row and previous_row != row - 1:
                prev = Fix._make(tracks.fixes[begin + row - 1].item())
            fix = Fix._make(tracks.fixes[begin + row].item())
            if watch is None:
                watch = Watch(mmsi=head[0], track=head[1], port=rows.port.id)
                self.watches[key] = watch
            step = Step(rows.port, fix, prev, inside[row], near[row], decided[row])
            out += watch.step(step, self.sources)
            self.changed.add(key)
            if watch.over():
                del self.watches[key]
                watch = None
            prev, previous_row = fix, row
        return out

    def _passed_unseen(
        self, rows: _PortRows, tracks: Tracks, near_rows: NDArray[np.int64]
    ) -> list[Finding]:
        """Ways that cross the approach between two fixes, both outside it: sparse reception."""
        fixes, links = tracks.fixes, tracks.links
        port = rows.port
        outside = rows.inside[near_rows] & port.approach_bits == 0
        pick = near_rows[outside & (links["prev_at"][near_rows] != NO_TIME)]
        pick = pick[fixes["at"][pick] - links["prev_at"][pick] <= SILENCE_US]
        lon_a, lat_a = links["prev_lon"][pick], links["prev_lat"][pick]
        lon_b, lat_b = fixes["lon"][pick], fixes["lat"][pick]
        lon_b = lon_b - 360.0 * np.round((lon_b - lon_a) / 360.0)  # the short way, across 180 too
        out: list[Finding] = []
        for turn in (0.0, -360.0, 360.0):
            west, south, east, north = port.area.bounds
            cross = (np.minimum(lon_a, lon_b) + turn <= east) & (
                np.maximum(lon_a, lon_b) + turn >= west
            )
            cross &= (np.minimum(lat_a, lat_b) <= north) & (np.maximum(lat_a, lat_b) >= south)
            cross &= (lon_a != lon_b) | (lat_a != lat_b)
            hit = np.flatnonzero(cross)
            if not len(hit):
                continue
            ends = np.stack([lon_a[hit] + turn, lat_a[hit], lon_b[hit] + turn, lat_b[hit]], axis=1)
            lines = shapely.linestrings(ends.reshape(-1, 2, 2))
            for index, fence in enumerate(port.fences):
                if not port.approach_bits >> index & 1:
                    continue
                meets = shapely.intersects(port.shapes[index], lines)
                for row, line in zip(pick[hit[meets]].tolist(), lines[meets].tolist(), strict=True):
                    if _really_crosses(line, fence.shape, port.margins[index]):
                        out.append(self._through(port, index, tracks, row, line))
        return out

    def _through(self, port: Port, index: int, tracks: Tracks, row: int, line: Any) -> Finding:
        fix = Fix._make(tracks.fixes[row].item())
        link = tracks.links[row]
        chord = shapely.intersection(line, port.fences[index].shape)
        middle = (
            shapely.line_interpolate_point(chord, 0.5, normalized=True)
            if chord.geom_type == "LineString"
            else chord.centroid
        )
        share = shapely.line_locate_point(line, middle, normalized=True)
        prev_at = int(link["prev_at"])
        watch = Watch(mmsi=fix.mmsi, track=int(link["track"]), port=port.id)
        fact = Fact(
            kind=EventKind.PASSED_THROUGH,
            span=Span(
                earliest=prev_at, at=prev_at + round(float(share) * (fix.at - prev_at)),
                latest=fix.at,
            ),
            decided_at=int(link["decided_at"]),
            fence=index,
            place=fix._replace(lon=round(middle.x, 6), lat=round(middle.y, 6)),
            fixes=(fix,),
            why="The straight way between two fixes outside crosses the approach.",
            figures={
                "before_lon": float(link["prev_lon"]), "before_lat": float(link["prev_lat"]),
            },
            key_at=fix.at,
        )  # fmt: skip
        return watch.event(port, fact, self.sources)


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


def _masks(
    port: Port, near_rows: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> _PortRows:
    inside = np.zeros(len(lon), dtype=np.int64)
    near = np.zeros(len(lon), dtype=np.int64)
    inside[near_rows], near[near_rows] = port.masks(lon[near_rows], lat[near_rows])
    return _PortRows(port, inside, near)
