"""What a scenario is drawn with: one seeded generator, names, berths, ways in and out of port."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point

from monitor.simulator.sea import (
    TARTUS,
    TOBRUK,
    Berth,
    Fences,
    Haven,
    Place,
    Way,
    destination,
)
from monitor.simulator.ship import Particulars
from monitor.simulator.voyage import Voyage
from monitor.units import NAUTICAL_MILE_M
from monitor.words import imo_of_six

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86_400.0
BERTHING_KN = 2.0  # the last cable to the quay
BASIN_KN = 3.5  # between basin and berth
OFFING_NM = (17.0, 27.0)  # where ships come into the picture and leave it: outside the approach

_FIRST = ("AMBER", "BALTIC", "CORAL", "DELTA", "ESTRELLA", "FJORD", "GOLDEN", "HELIOS", "IVORY")
_LAST = ("BREEZE", "CREST", "DAWN", "GULL", "HARBINGER", "LANTERN", "MERIDIAN", "PEARL", "TIDE")
_MIDS = (273, 248, 636, 538, 271, 351, 622, 255)  # flags seen in these waters; numbers invented
_TYPES = (70, 71, 79, 80, 89, 60, 52)


@dataclass(slots=True, kw_only=True)
class Draw:
    """The dice of one scenario, and the window of time it may use (seconds since the epoch)."""

    rng: np.random.Generator
    from_s: float
    until_s: float
    fences: Fences
    _turns: dict[str, int] = field(default_factory=dict)

    def port(self) -> Haven:
        """One of the two ports."""
        return TARTUS if self.rng.random() < 0.5 else TOBRUK

    def between(self, low: float, high: float) -> float:
        """Return a number between two."""
        return float(self.rng.uniform(low, high))

    def berth(self, port: Haven) -> Berth:
        """Return the berth whose turn it is: neighbours do not share one while others are free."""
        turn = self._turn(f"berth {port.name}")
        return port.berths[turn % len(port.berths)]

    def anchorage(self, port: Haven) -> Place:
        """Return the anchorage whose turn it is, some 100 m about."""
        turn = self._turn(f"anchorage {port.name}")
        place = port.anchorages[turn % len(port.anchorages)]
        return destination(place, bearing=self.between(0, 360), distance_m=self.between(0, 100))

    def offing(self, port: Haven) -> Place:
        """Return a place at sea, outside the approach."""
        bearing = self.between(*port.offing_deg)
        distance = self.between(*OFFING_NM) * NAUTICAL_MILE_M
        return destination(Place(lon=port.lon, lat=port.lat), bearing=bearing, distance_m=distance)

    def particulars(self, *, is_class_b: bool = False, towards: str = "") -> Particulars:
        """Return an invented ship. Her number, name and callsign belong to nobody on purpose."""
        rng, k = self.rng, self._turns.setdefault("ship", 0)
        self._turns["ship"] += 1
        mid = int(rng.choice(_MIDS))
        length = int(rng.integers(9, 24) if is_class_b else rng.integers(80, 200))
        first, last = rng.integers(len(_FIRST)), rng.integers(len(_LAST))
        return Particulars(
            mmsi=mid * 1_000_000 + 990_000 + k * 100 + int(rng.integers(100)),
            name=f"{_FIRST[first]} {_LAST[last]}",
            callsign=f"X{k:02d}{int(rng.integers(1000)):03d}",
            imo=0 if is_class_b else imo_of_six(990_000 + k * 100 + int(rng.integers(100))),
            ship_type=36 if is_class_b else int(rng.choice(_TYPES)),
            length_m=length,
            beam_m=max(3, length // 6),
            draught_m=round(self.between(1.5, 2.5) if is_class_b else self.between(5, 9), 1),
            destination=towards or str(rng.choice(["TARTUS", "TOBRUK", "FOR ORDERS", "PORT SAID"])),
            is_class_b=is_class_b,
        )

    def _turn(self, key: str) -> int:
        start = int(self.rng.integers(6)) if key not in self._turns else self._turns[key]
        self._turns[key] = start + 1
        return start


def way(place: Place, speed_kn: float) -> Way:
    """Return a way point at a place."""
    return Way(lon=place.lon, lat=place.lat, speed_kn=speed_kn)


def ways_in(port: Haven, berth: Berth) -> list[Way]:
    """From the sea through the channel to the berth."""
    return [
        *port.channel,
        *(way(place, BASIN_KN) for place in berth.way),
        Way(lon=berth.lon, lat=berth.lat, speed_kn=BERTHING_KN),
    ]


def ways_out(port: Haven, berth: Berth) -> list[Way]:
    """From the berth to the seaward end of the channel."""
    return [
        *(way(place, BASIN_KN) for place in reversed(berth.way)),
        *(way(Place(lon=w.lon, lat=w.lat), w.speed_kn) for w in reversed(port.channel)),
    ]


def ways_shift(port: Haven, old: Berth, new: Berth) -> list[Way]:
    """From one berth to another, by the basin."""
    basin = port.channel[-1]
    return [
        *(way(place, BASIN_KN) for place in reversed(old.way)),
        basin,
        *(way(place, BASIN_KN) for place in new.way),
        Way(lon=new.lon, lat=new.lat, speed_kn=BERTHING_KN),
    ]


def moored(voyage: Voyage, port: Haven, berth: Berth, *, for_s: float) -> Voyage:
    """Lie at the berth for a while."""
    return voyage.lie(port=port.name, heading_deg=berth.heading_deg, for_s=for_s)


def along_border(draw: Draw, port: Haven) -> list[Way]:
    """Return way points that weave over the seaward border of the approach, 1.3 NM apart."""
    border = draw.fences[port.name]["approach"].boundary
    centre = Place(lon=port.lon, lat=port.lat)
    ways = []
    for k, bearing in enumerate(np.arange(port.offing_deg[0], port.offing_deg[1], 6.0)):
        end = destination(centre, bearing=float(bearing), distance_m=40 * NAUTICAL_MILE_M)
        ray = LineString([(centre.lon, centre.lat), (end.lon, end.lat)])
        crossings = shapely.get_coordinates(ray.intersection(border))
        if crossings.size == 0:
            continue
        reach = max(ray.project(Point(xy)) for xy in crossings)
        weave = draw.between(0.012, 0.03) * (1 if k % 2 else -1)
        at = ray.interpolate(reach * (1 + weave))
        ways.append(Way(lon=at.x, lat=at.y, speed_kn=draw.between(4.0, 6.5)))
    return ways


def across_mouth(draw: Draw, port: Haven, loops: int) -> list[Way]:
    """Return way points of loops in and out through the harbour fence, along the channel."""
    channel = LineString([(w.lon, w.lat) for w in port.channel])
    fence = draw.fences[port.name]["harbour"].boundary
    crossings = shapely.get_coordinates(channel.intersection(fence))
    mouth = min((channel.project(Point(xy)) for xy in crossings), default=channel.length / 2)
    ways = []
    for _ in range(loops):
        for ahead, aside in ((0.0025, 0.0), (-0.004, 0.0012), (-0.006, -0.0012)):
            at = channel.interpolate(mouth + ahead + draw.between(-0.0005, 0.0005))
            speed = draw.between(3.2, 4.5)
            ways.append(Way(lon=at.x + aside, lat=at.y + aside, speed_kn=speed))
    return ways
