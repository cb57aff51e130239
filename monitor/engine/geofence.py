"""Geofences: polygons with a port and a kind, and columnar tests of many positions at once.

The files are read in ``fencefile.py``; here are only shapes. Distances are on a local plane
(longitude scaled by the cosine of the latitude): within 50 km the error is below 0.5 %.
"""

from __future__ import annotations

import enum
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from monitor.destinations import Destinations, Watched
from monitor.engine.grid import grid_of, near
from monitor.units import DEGREE_M, EARTH_RADIUS_M, NAUTICAL_MILE_M


class FenceKind(enum.StrEnum):
    """What a polygon stands for. ``approach`` holds all others; ``harbour`` holds the berths."""

    APPROACH = "approach"
    ANCHORAGE = "anchorage"
    ROADS = "roads"
    HARBOUR = "harbour"
    BERTH = "berth"


DEPTH = (
    FenceKind.BERTH, FenceKind.HARBOUR, FenceKind.ANCHORAGE, FenceKind.ROADS, FenceKind.APPROACH,
)  # fmt: skip
"""Kinds of fences, the innermost first."""

EXIT_MARGIN_M = {
    FenceKind.APPROACH: 500.0,
    FenceKind.ANCHORAGE: 300.0,
    FenceKind.ROADS: 300.0,
    FenceKind.HARBOUR: 200.0,
    FenceKind.BERTH: 100.0,
}
"""How far outside a fence a vessel must be to have left it: GPS noise (some 10 m), a ship's
length around her antenna (up to 300 m), and the coarseness of the polygon itself."""

AREA_KIND = "area"
"""The kind of a fence that somebody drew for himself: it is of no port."""

AREA_MARGIN_M = 300.0
"""As of an anchorage: areas are drawn on the open sea, and ships swing and drift in them."""

WATERS_M = 10_000.0
"""Ships that are as near to a port lie side by side for its sake, and meet nobody at sea: Global
Fishing Watch leaves out encounters within 10 km of an anchorage."""

IMPLIED_APPROACH_M = 2 * NAUTICAL_MILE_M
"""Width of the approach made for a port whose file has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One polygon of a port."""

    id: str
    kind: FenceKind
    name: str
    shape: BaseGeometry  # Polygon or MultiPolygon, lon/lat degrees, split at the antimeridian
    use: str | None = None  # naval, commercial, …; None: not said


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port: its fences, approach first. Bit i of a membership mask is ``fences[i]``."""

    id: str
    name: str
    fences: tuple[Fence, ...]
    hash: str  # SHA-256 of the file, hex: which drawing an event was decided on
    content: str = field(default="", repr=False)  # the file itself
    country: str | None = None
    unlocode: str | None = None

    @cached_property
    def bit_of(self) -> dict[str, int]:
        """Fence id -> its bit in a mask."""
        return {fence.id: 1 << i for i, fence in enumerate(self.fences)}

    def bits(self, *kinds: FenceKind) -> int:
        """Mask of the fences of these kinds."""
        return sum(1 << i for i, fence in enumerate(self.fences) if fence.kind in kinds)

    @cached_property
    def approach_bits(self) -> int:
        """Mask of the approach fences."""
        return self.bits(FenceKind.APPROACH)

    @cached_property
    def harbour_bits(self) -> int:
        """Mask of the harbour and its berths: being there is being in port."""
        return self.bits(FenceKind.HARBOUR, FenceKind.BERTH)

    @cached_property
    def waiting_bits(self) -> int:
        """Mask of anchorages and roads: ships that lie there have anchored, not drifted."""
        return self.bits(FenceKind.ANCHORAGE, FenceKind.ROADS)

    @cached_property
    def limit_bits(self) -> int:
        """Mask of the fences whose border is the port's limit: the harbour, else the berths."""
        return self.bits(FenceKind.HARBOUR) or self.bits(FenceKind.BERTH)

    @cached_property
    def berth_bits(self) -> int:
        """Mask of the berths."""
        return self.bits(FenceKind.BERTH)

    @cached_property
    def stop_bits(self) -> int:
        """Mask of the fences in which a stop is a call: all but the approach, if there are any."""
        return self.waiting_bits | self.harbour_bits or self.approach_bits

    @cached_property
    def stops(self) -> BaseGeometry:
        """Where ships stop: the union of those."""
        shapes = [f.shape for i, f in enumerate(self.fences) if self.stop_bits >> i & 1]
        return shapely.union_all(shapes)

    @cached_property
    def drawing(self) -> str:
        """What the fences are: a digest of their ids, kinds and polygons, hex."""
        parts = [f"{f.id} {f.kind} {shapely.to_wkb(f.shape, hex=True)}" for f in self.fences]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Middle of the harbour (else of everything), lon and lat: distances are told from it."""
        limits = [f.shape for i, f in enumerate(self.fences) if self.limit_bits >> i & 1]
        point = shapely.union_all(limits or list(self.shapes)).representative_point()
        return point.x, point.y

    @cached_property
    def shapes(self) -> NDArray[Any]:
        """The polygons, prepared."""
        shapes = np.array([fence.shape for fence in self.fences], dtype=object)
        shapely.prepare(shapes)
        return shapes

    @cached_property
    def margins(self) -> NDArray[Any]:
        """The polygons widened by their exit margin, prepared."""
        wide = np.array(
            [widen(fence.shape, EXIT_MARGIN_M[fence.kind]) for fence in self.fences], dtype=object
        )
        shapely.prepare(wide)
        return wide

    @cached_property
    def area(self) -> BaseGeometry:
        """All that is near the port: the union of the widened polygons, prepared."""
        union = shapely.union_all(list(self.margins))
        shapely.prepare(union)
        return union

    def masks(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (inside, near): masks of the fences that hold each position, drawn and widened."""
        inside = np.zeros(len(lon), dtype=np.int64)
        near = np.zeros(len(lon), dtype=np.int64)
        for index, (shape, wide) in enumerate(zip(self.shapes, self.margins, strict=True)):
            west, south, east, north = wide.bounds
            pick = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            if not len(pick):
                continue
            x, y = lon[pick], lat[pick]
            near[pick[shapely.intersects_xy(wide, x, y)]] |= 1 << index
            inside[pick[shapely.intersects_xy(shape, x, y)]] |= 1 << index
        return inside, near


@dataclass(frozen=True, kw_only=True)
class Area:
    """A fence that somebody drew for himself: of no port, and in force for a time."""

    id: str  # hex: a pure function of what follows
    owner: str
    name: str  # no two of an owner that are in force have the same
    shared: bool  # others see it; else its owner alone
    tells: bool  # the owner wants to be told who enters
    shape: BaseGeometry  # as that of a Fence
    since: int  # us; what was true before does not concern it
    until: int | None = None  # us; neither does what was true then or later; None: it stands

    @cached_property
    def drawing(self) -> str:
        """A digest of the polygon, hex."""
        return hashlib.sha256(shapely.to_wkb(self.shape)).hexdigest()

    @cached_property
    def prepared(self) -> BaseGeometry:
        """The polygon, for many questions."""
        shapely.prepare(self.shape)
        return self.shape

    @cached_property
    def wide(self) -> BaseGeometry:
        """The polygon widened by its exit margin, prepared."""
        found = widen(self.shape, AREA_MARGIN_M)
        shapely.prepare(found)
        return found

    def in_force(self, at: int) -> bool:
        """Whether what is true at an instant (us) concerns it."""
        return self.since <= at and not self.is_over(at)

    def is_over(self, at: int) -> bool:
        """Whether it was removed by an instant (us)."""
        return self.until is not None and at >= self.until


def area_id(owner: str, name: str, since: int, shape: BaseGeometry) -> str:
    """The id of an area: two that differ in anything that matters have two."""
    text = f"area|{owner}|{name}|{since}|{shapely.to_wkb(shape, hex=True)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Corner(NamedTuple):
    """A place, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A line that ships pass; to its left is in. What two fixes say of it: ``gate.py``."""

    id: str
    name: str
    line: tuple[Corner, ...]
    in_words: str  # where in leads: into the Black Sea
    out_words: str
    hash: str  # SHA-256 of its file, hex
    waters: BaseGeometry | None = None  # all where in leads, coarsely; None: not drawn

    def holds(self, lon: Any, lat: Any) -> Any:
        """Whether places are in its waters; it must have some."""
        shapely.prepare(self.waters)
        return shapely.intersects_xy(self.waters, lon, lat)


BySea = Callable[[float, float, float, float], float | None]
"""How far it is from lon, lat to lon, lat (degrees) by sea at least, metres; None: no way."""


@dataclass(frozen=True, kw_only=True)
class FenceSet:
    """All ports, areas and gates that are watched, with coarse grids that find what is near any."""

    ports: tuple[Port, ...]
    areas: tuple[Area, ...] = ()  # also those that were removed: what is late may concern them
    gates: tuple[Gate, ...] = ()
    by_sea: BySea | None = None  # None: ways at sea are not known

    @cached_property
    def destinations(self) -> Destinations:
        """What ships mean that declare a destination, these ports among others."""
        return Destinations(Watched(port.id, port.name, port.unlocode) for port in self.ports)

    @cached_property
    def _grid(self) -> NDArray[np.bool_]:
        return grid_of([port.area for port in self.ports])

    @cached_property
    def _area_grid(self) -> NDArray[np.bool_]:
        return grid_of([area.shape for area in self.areas])

    @cached_property
    def _gate_grid(self) -> NDArray[np.bool_]:
        return grid_of([shapely.LineString(gate.line) for gate in self.gates])

    def near_any(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Mask of positions within a degree or so of some port: cheap, never misses."""
        return near(self._grid, lon, lat)

    def near_areas(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The same of areas."""
        return near(self._area_grid, lon, lat)

    def near_gates(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The same of gates."""
        return near(self._gate_grid, lon, lat)

    @cached_property
    def waters(self) -> tuple[BaseGeometry, ...]:
        """Of each port where ships lie and whatever is within WATERS_M of it, and its approach."""
        found = []
        for port in self.ports:
            lie = [f.shape for f in port.fences if f.kind is not FenceKind.APPROACH]
            wide = [widen(shape, WATERS_M) for shape in lie]
            found.append(shapely.union_all([*wide, port.area]))
        shapely.prepare(np.array(found, dtype=object))
        return tuple(found)

    @cached_property
    def by_id(self) -> dict[str, Port]:
        """Each port by its id."""
        return {port.id: port for port in self.ports}

    def name_of(self, port: str) -> str:
        """A port's name, by its id; the id where it is watched no more."""
        return self.by_id[port].name if port in self.by_id else port

    @cached_property
    def area_of(self) -> dict[str, Area]:
        """Each area by its id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def gate_of(self) -> dict[str, Gate]:
        """Each gate by its id."""
        return {gate.id: gate for gate in self.gates}

    def with_areas(self, areas: tuple[Area, ...]) -> FenceSet:
        """The same ports, and these areas."""
        return replace(self, areas=areas)


def widen(shape: BaseGeometry, margin_m: float) -> BaseGeometry:
    """Grow a lon/lat polygon by ``margin_m`` metres on every side."""
    latitude = (shape.bounds[1] + shape.bounds[3]) / 2
    scale = max(0.05, math.cos(math.radians(latitude)))
    plane = shapely.transform(shape, lambda xy: xy * [scale, 1.0])
    wide = shapely.buffer(plane, margin_m / DEGREE_M, quad_segs=8)
    return on_globe(shapely.transform(wide, lambda xy: xy / [scale, 1.0]))


def on_globe(shape: BaseGeometry) -> BaseGeometry:
    """Bring what lies beyond 180 degrees to the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    parts = [
        shapely.transform(
            shapely.intersection(shape, shapely.box(180 + turn, -90, 540 + turn, 90)),
            lambda xy, turn=turn: xy - [360 + turn, 0],
        )
        for turn in (-720, -360, 0)
    ]
    return shapely.union_all(parts)


def distance_m(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Any:
    """Great-circle distance in metres (haversine); scalars or columns, across 180 degrees too."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * (
        np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))


def near_distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Distance in metres of two near points, scalars: the plane will do below 50 km."""
    dlon = (lon_b - lon_a + 180.0) % 360.0 - 180.0
    dx = dlon * math.cos(math.radians((lat_a + lat_b) / 2))
    return math.hypot(dx, lat_b - lat_a) * DEGREE_M


def crossing_fraction(
    shape: BaseGeometry, lon_a: float, lat_a: float, lon_b: float, lat_b: float
) -> float:
    """Share of the way from a to b at which the border of ``shape`` is first met; 0.5: never."""
    dlon = (lon_b - lon_a + 180.0) % 360.0 - 180.0
    west, _, east, _ = shape.bounds
    if west <= -180 and east >= 180:  # one fence in two pieces: put them side by side
        parts = [
            part
            if part.bounds[0] >= 0
            else shapely.transform(part, lambda xy: np.add(xy, [360, 0]))
            for part in shapely.get_parts(shape)
        ]
        shape = shapely.union_all(parts, grid_size=1e-9)
        lon_a = lon_a if lon_a >= 0 else lon_a + 360
    line = shapely.LineString([(lon_a, lat_a), (lon_a + dlon, lat_b)])
    met = shapely.intersection(line, shapely.boundary(shape))
    if line.length == 0 or met.is_empty:
        return 0.5
    points = shapely.get_coordinates(met)
    along = [shapely.line_locate_point(line, shapely.Point(point)) for point in points]
    return float(min(along) / line.length)
