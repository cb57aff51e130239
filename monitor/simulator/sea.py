"""The sea of the simulator: two ports, the way between them, and plane geometry.

Coastlines: OpenStreetMap of about September 2024, simplified to some 55 m. Berths, entrance
channels and anchorages are placed by eye on that water; they are plausible, not surveyed, and not
for navigation. The default fences are rough on purpose: a test that needs the real ones passes
them in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from monitor.units import DEGREE_M, NAUTICAL_MILE_M

Floats = NDArray[np.float64]
Fences = Mapping[str, Mapping[str, BaseGeometry]]
"""Port -> kind (``approach``, ``harbour``) -> polygon in degrees, lon first."""

APPROACH_NM = 12.0  # the breadth of a territorial sea (UNCLOS article 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on the sea, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way point and the speed on the leg that leads to it."""

    lon: float
    lat: float
    speed_kn: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Berth:
    """Where a ship lies alongside: her antenna, her heading, and the way there from the basin."""

    lon: float
    lat: float
    heading_deg: float
    way: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Haven:
    """A port with its own simple geometry.

    ``channel`` runs from the sea to the basin. Bearings are true, seen from the port: between
    ``offing_deg`` there is open water for 30 NM; a ship passing by crosses ``abeam_deg`` at a
    right angle.
    """

    name: str
    lon: float
    lat: float
    channel: tuple[Way, ...]
    berths: tuple[Berth, ...]
    anchorages: tuple[Place, ...]
    harbour: tuple[Place, ...]
    offing_deg: tuple[float, float]
    abeam_deg: float


def _places(*pairs: tuple[float, float]) -> tuple[Place, ...]:
    return tuple(Place(lon=lon, lat=lat) for lon, lat in pairs)


def _channel(*rows: tuple[float, float, float]) -> tuple[Way, ...]:
    return tuple(Way(lon=lon, lat=lat, speed_kn=speed) for lon, lat, speed in rows)


def _berth(heading_deg: float, at: tuple[float, float], *way: tuple[float, float]) -> Berth:
    return Berth(lon=at[0], lat=at[1], heading_deg=heading_deg, way=_places(*way))


# Tartus: the outer mole and the piers as OpenStreetMap draws them; the entrance opens north-west.
TARTUS = Haven(
    name="tartus",
    lon=35.8600,
    lat=34.9060,
    channel=_channel(
        (35.8380, 34.9235, 7.0),
        (35.8525, 34.9142, 5.5),
        (35.8567, 34.9099, 4.5),
        (35.8602, 34.9070, 4.0),
    ),
    berths=(
        _berth(73.0, (35.8690, 34.90668), (35.8612, 34.9050), (35.8635, 34.9048)),
        _berth(73.0, (35.8665, 34.90960), (35.8628, 34.9080)),
        _berth(80.0, (35.8700, 34.89915), (35.8610, 34.9040), (35.8630, 34.9017)),
        _berth(253.0, (35.8690, 34.90568), (35.8612, 34.9050), (35.8635, 34.9048)),
        _berth(253.0, (35.8665, 34.90865), (35.8628, 34.9080)),
        _berth(73.0, (35.8660, 34.91130), (35.8618, 34.9099), (35.8636, 34.9109)),
    ),
    anchorages=_places(
        (35.8100, 34.9180), (35.8000, 34.9050), (35.7850, 34.9200), (35.8000, 34.9500)
    ),
    harbour=_places(
        (35.8540, 34.9104),
        (35.8593, 34.9100),
        (35.8640, 34.9136),
        (35.8750, 34.9160),
        (35.8750, 34.8975),
        (35.8600, 34.8995),
        (35.8560, 34.9025),
    ),
    offing_deg=(238.0, 300.0),
    abeam_deg=270.0,
)

# Tobruk: a bay five kilometres deep; quays on its north shore, the oil jetty on its south shore.
TOBRUK = Haven(
    name="tobruk",
    lon=23.9900,
    lat=32.0700,
    channel=_channel(
        (24.0750, 32.0640, 9.0),
        (24.0400, 32.0590, 7.0),
        (24.0160, 32.0600, 5.5),
        (24.0060, 32.0645, 5.0),
        (23.9930, 32.0690, 4.0),
    ),
    berths=(
        _berth(91.0, (23.9812, 32.07645), (23.9815, 32.0728)),
        _berth(100.0, (23.9900, 32.07530), (23.9903, 32.0722)),
        _berth(110.0, (23.9980, 32.06180), (23.9985, 32.0650)),
        _berth(274.0, (23.9772, 32.07715), (23.9778, 32.0735)),
    ),
    anchorages=_places(
        (24.0415, 32.0680), (24.0415, 32.0755), (24.0415, 32.0830), (24.0455, 32.0870)
    ),
    harbour=_places(
        (24.0078, 32.0720),
        (24.0138, 32.0535),
        (23.9900, 32.0550),
        (23.9600, 32.0660),
        (23.9600, 32.0820),
        (24.0000, 32.0800),
    ),
    offing_deg=(10.0, 75.0),
    abeam_deg=20.0,
)

PORTS = (TARTUS, TOBRUK)

# Tartus to Tobruk: clear of Cyprus (Cape Gata) by 15 NM, south of Crete; some 617 NM in all.
OPEN_SEA = _places((35.6000, 34.8800), (33.2000, 34.3000), (26.0000, 32.6000), (24.2000, 32.1500))

FAR_ROUTE = _places((19.0, 34.8), (17.6, 35.2), (16.6, 35.9), (17.4, 36.6), (19.2, 36.2))
"""A triangle of the Ionian Sea, 300 NM and more from either port."""


def metres_east(degrees: float | Floats, lat: float | Floats) -> Floats:
    """Metres of a small difference in longitude at a latitude."""
    return np.asarray(degrees) * DEGREE_M * np.cos(np.radians(lat))


def bearing_deg(east_m: Floats, north_m: Floats) -> Floats:
    """Return the true bearing, 0..360, of a displacement."""
    return np.degrees(np.arctan2(east_m, north_m)) % 360.0


def destination(place: Place, *, bearing: float, distance_m: float) -> Place:
    """Where a run of ``distance_m`` on a bearing ends; plane, so for some tens of miles."""
    north = distance_m * math.cos(math.radians(bearing))
    east = distance_m * math.sin(math.radians(bearing))
    lat = place.lat + north / DEGREE_M
    middle = math.radians((place.lat + lat) / 2)
    return Place(lon=place.lon + east / (DEGREE_M * math.cos(middle)), lat=lat)


def default_fences() -> dict[str, dict[str, BaseGeometry]]:
    """Return the rough fences of the built-in ports: a 12 NM circle and the basin."""
    return {
        port.name: {
            "approach": _circle(port, APPROACH_NM * NAUTICAL_MILE_M),
            "harbour": Polygon([(corner.lon, corner.lat) for corner in port.harbour]),
        }
        for port in PORTS
    }


def _circle(port: Haven, radius_m: float) -> Polygon:
    centre = Place(lon=port.lon, lat=port.lat)
    ring = [destination(centre, bearing=b, distance_m=radius_m) for b in range(0, 360, 3)]
    return Polygon([(place.lon, place.lat) for place in ring])


def metric(shape: BaseGeometry, lat: float) -> BaseGeometry:
    """Return the shape in metres on the plane that is true at a latitude."""
    scale = np.array([DEGREE_M * math.cos(math.radians(lat)), DEGREE_M])
    return shapely.transform(shape, lambda xy: xy * scale)
