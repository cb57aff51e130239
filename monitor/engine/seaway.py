"""The shortest way at sea between two places: its length is a lower bound, and it can be drawn.

The land is smaller than it is, so the shortest way around it is never longer than the shortest
way over water. Such a way is straight (a great circle) from corner to corner of the land
(``shore.py``), so all that is needed of the world is how far its corners are from each other. That
is kept as labels: each node knows its distance to a few nodes that many ways pass (capes, straits:
its hubs), so chosen that of any two nodes some hub of both lies on a shortest way between them
(Akiba, Iwata, Yoshida: "Fast exact shortest-path distance queries on large networks by pruned
landmark labeling", SIGMOD 2013). A question costs two views and a few thousand additions.

Canals that ships go are open, ice and depth are not looked at, and rivers end where the coastline
does. What is told as ``least_m`` is never less than the geodesic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import distance_m
from monitor.engine.shore import Shore, View, runs
from monitor.engine.sphere import Floats, geodesic_m, least_m, vectors
from monitor.units import POLE_M

Ints = NDArray[np.int64]

MOST_ASHORE_M = 20_000.0
"""A place on land is taken to the nearest water if it is so far at most: the points of ports lie on
quays, and the coast that ships are kept off is drawn coarsely."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Of each node its hubs, with distance and the next node on the way there."""

    begins: Ints  # where the hubs of each node begin, and the end of the last
    hub: Ints  # node; in rising order for each node
    far_m: Floats  # whole metres, never more than it is
    toward: Ints  # node; itself where it is the hub


class Place(NamedTuple):
    """A place, degrees."""

    lon: float
    lat: float


class Step(NamedTuple):
    """A corner of the land that a shortest way turns at."""

    corner: int  # of the shore
    far_m: float  # by sea, at least
    before: Floats  # where the way comes from: a corner, or the place; a vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The shortest way between two places at sea."""

    least_m: float  # no ship goes less; never less than the geodesic
    drawn_m: float  # length of the line that is drawn, on WGS 84
    geodesic_m: float
    line: tuple[Place, ...]  # from place to place; straight between (great circles)
    moved_m: tuple[float, float]  # how far each end was put from land to water; 0: not


class Ashore(NamedTuple):
    """A place that is on land, too far from water."""

    place: Place


@dataclass(frozen=True, kw_only=True)
class Seaway:
    """All ways at sea."""

    shore: Shore
    labels: Labels

    def way(self, start: Place, end: Place) -> Way | Ashore | None:
        """The shortest way; None: no water joins the two. Ashore: the first place on land."""
        afloat, views = [], []
        for place in (start, end):
            found = self.afloat(place)
            if found is None:
                return Ashore(place)
            afloat.append(found[0])
            views.append(found[1])
        corners = self._corners(*views)
        if corners is None:
            return None
        least, between = corners
        shore = self.shore
        at = shore.nodes[between]
        line = (
            afloat[0],
            *(Place(float(shore.lon[i]), float(shore.lat[i])) for i in at),
            afloat[1],
        )
        direct = float(geodesic_m(*afloat[0], *afloat[1]))
        lon, lat = np.transpose(line)
        drawn = float(np.sum(geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:])))
        moved = tuple(float(distance_m(*a, *b)) for a, b in zip((start, end), afloat, strict=True))
        return Way(
            least_m=max(least, direct), drawn_m=max(drawn, least, direct), geodesic_m=direct,
            line=line, moved_m=(moved[0], moved[1]),
        )  # fmt: skip

    def steps(self, view: View, most_m: float) -> Iterator[Step]:
        """Corners that one comes to within ``most_m`` by the shortest way, the nearest first."""
        near, shore, labels = self._ends(view), self.shore, self.labels
        if not len(near[0]):
            return
        rows, nodes, total = self._labels(near)
        order = np.lexsort((total, labels.hub[rows]))
        hubs, first = np.unique(labels.hub[rows][order], return_index=True)
        best = np.full(len(shore.nodes), np.inf)
        best[hubs] = total[order][first]
        by_way_of = np.full(len(shore.nodes), -1)
        by_way_of[hubs] = nodes[order][first]
        all_m = best[labels.hub] + labels.far_m
        far_m = np.minimum.reduceat(all_m, labels.begins[:-1])
        for node in np.argsort(far_m, kind="stable"):
            if not far_m[node] <= most_m:
                break
            begin, end = labels.begins[node], labels.begins[node + 1]
            row = begin + int(np.argmin(all_m[begin:end]))
            before = int(labels.toward[row])
            if before == node:  # it is a hub itself: the way to it comes from the place
                before = self._last(int(by_way_of[node]), int(node))
            at = view.at if before < 0 else shore.at[shore.nodes[before]]
            yield Step(int(shore.nodes[node]), float(far_m[node]), at)

    def _last(self, node: int, hub: int) -> int:
        """The node before a hub, on the way from another; -1: that is the hub itself."""
        before = -1
        while node != hub:
            begin, end = self.labels.begins[node], self.labels.begins[node + 1]
            row = begin + int(np.searchsorted(self.labels.hub[begin:end], hub))
            before, node = node, int(self.labels.toward[row])
        return before

    def afloat(self, place: Place) -> tuple[Place, View] | None:
        """The place, or the nearest on water, and what is seen from it; None: too far inland."""
        view = View(self.shore, vectors(*place))
        if view.is_land:
            found = self.shore.off_shore(*place, MOST_ASHORE_M)
            if found is None:
                return None
            place = Place(*found)
            view = View(self.shore, vectors(*place))
        return place, view

    def _corners(self, one: View, two: View) -> tuple[float, list[int]] | None:
        """The least length, metres, and the nodes between."""
        if one.sees(two.at):
            return float(least_m(one.at, two.at)), []
        near, far = self._ends(one), self._ends(two)
        size = len(self.shore.nodes)
        total = self._to_hubs(near, size) + self._to_hubs(far, size)
        if not size or not np.isfinite(total).any():
            return None
        hub = int(np.argmin(total))
        there = self._chain(near, hub)
        back = self._chain(far, hub)[::-1]
        return float(total[hub]), [*there, *back[1:]]

    def _ends(self, view: View) -> tuple[Ints, Floats]:
        """Nodes in sight of a place, and how far they are, metres."""
        nodes = view.nodes()
        return nodes, view.far(self.shore.at[self.shore.nodes[nodes]]) * POLE_M

    def _labels(self, ends: tuple[Ints, Floats]) -> tuple[Ints, Ints, Floats]:
        """Rows of the labels of these nodes, which of them each is of, and the sum of lengths."""
        nodes, far = ends
        begin = self.labels.begins[nodes]
        count = self.labels.begins[nodes + 1] - begin
        rows = runs(begin, count)
        return rows, np.repeat(nodes, count), np.repeat(far, count) + self.labels.far_m[rows]

    def _to_hubs(self, ends: tuple[Ints, Floats], size: int) -> Floats:
        """How far each hub is, by way of these nodes."""
        rows, _, total = self._labels(ends)
        best = np.full(size, np.inf)
        np.minimum.at(best, self.labels.hub[rows], total)
        return best

    def _chain(self, ends: tuple[Ints, Floats], hub: int) -> list[int]:
        """Nodes from the one in sight that is best for this hub, to the hub."""
        rows, nodes, total = self._labels(ends)
        pick = np.flatnonzero(self.labels.hub[rows] == hub)
        node = int(nodes[pick[np.argmin(total[pick])]])
        chain = [node]
        while node != hub:
            begin, end = self.labels.begins[node], self.labels.begins[node + 1]
            row = begin + int(np.searchsorted(self.labels.hub[begin:end], hub))
            node = int(self.labels.toward[row])
            chain.append(node)
        return chain


def graph(shore: Shore) -> Any:
    """Of each node, the nodes that it sees and touches, and how far they are, metres."""
    nodes = shore.nodes
    found = []
    for corner in nodes:
        at = shore.at[corner]
        seen = View(shore, at, corner=int(corner)).nodes()
        there = shore.at[nodes[seen]]
        sides = [
            there @ np.cross(at, shore.at[beside])
            for beside in (shore.next[corner], shore.before[corner])
        ]
        seen = seen[sides[0] * sides[1] >= -1e-18]
        found.append((seen, least_m(at, shore.at[nodes[seen]])))
    return found
