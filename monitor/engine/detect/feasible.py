"""What a ship can have done while nobody heard her: bounds that hold, and what is likely.

A port can have been called at within a silence if there is time to go there, stay, and go to where
she is heard again. Earliest: as fast as she can be, on the shortest line (the geodesic, which no
way at sea is shorter than). Likely: at her usual speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import shapely

from monitor.engine.geofence import Port, distance_m
from monitor.model import Fix
from monitor.units import HOUR_US, KNOT_MPS, SECOND_US, to_iso

DARK = "dark"
"""How a silence is called that is no accident of an hour."""

DELIBERATE = " So long, so far off and so well heard before: likely deliberate, not proved."
"""What is said of the longest; not of one that reception explains."""

UNHEARD = "out of reception"
"""How a silence is called that reception explains, however long it is."""

MARGIN_SHARE = 1.6
"""Above the greatest speed that she was seen to make: ships that save fuel steam at a quarter of
their power, and power goes with the cube of speed, so that all of it is 1.6 times the speed."""

TRADE_KN = 16.0
"""Ships of trade are built for 12 to 16 kn, however slowly they were seen to go."""

FASTEST_KN = 30.0
"""Of a ship that is hardly known: frigates and fast ferries make as much, tankers half."""

KNOWN_HOURS = 24
"""Heard under way in so many hours, a ship's own speeds say what she can do."""

LEAST_STAY_US = 2 * HOUR_US
"""A call that leaves less is none (Windward's feasible calls, after research)."""

LEAST_SPARE_S = 6 * 3600
"""Hours that the way does not explain are told from here on: weather and a detour cost less."""


class Known(NamedTuple):
    """How fast a ship is, as far as she was seen."""

    greatest_kn: float
    usual_kn: float | None  # under way; None: she was not seen under way
    hours: int  # in which she was heard under way

    @property
    def fastest_kn(self) -> float:
        """She can be as fast, and no faster."""
        own = max(self.greatest_kn * MARGIN_SHARE, TRADE_KN)
        return own if self.hours >= KNOWN_HOURS else max(own, FASTEST_KN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasible:
    """A call that fits into a silence."""

    port: str
    since: int  # us; not earlier
    until: int  # us; not later

    @property
    def hours(self) -> float:
        """How long it can have lasted, at most."""
        return (self.until - self.since) / HOUR_US

    @property
    def figures(self) -> dict[str, Any]:
        """It, as evidence."""
        return {"port": self.port, "since": to_iso(self.since), "until": to_iso(self.until)}


def least_m(port: Port, lon: float, lat: float) -> float:
    """Metres to the waters of a port, at least; 0: it is in them."""
    reach = max(
        float(distance_m(*port.centre, east, north))
        for east, north in shapely.get_coordinates(shapely.envelope(port.area)).tolist()
    )
    return max(0.0, float(distance_m(*port.centre, lon, lat)) - reach)


def sailing_us(way_m: float, knots: float) -> int:
    """How long a way takes."""
    return round(way_m / (knots * KNOT_MPS) * SECOND_US)


def feasible(ports: Iterable[Port], last: Fix, fix: Fix, known: Known) -> list[Feasible]:
    """Calls that fit between two fixes, in the order of their ports' ids."""
    found = []
    for port in sorted(ports, key=lambda one: one.id):
        since = last.at + sailing_us(least_m(port, last.lon, last.lat), known.fastest_kn)
        until = fix.at - sailing_us(least_m(port, fix.lon, fix.lat), known.fastest_kn)
        if until - since >= LEAST_STAY_US:
            found.append(Feasible(port=port.id, since=since, until=until))
    return found


def unexplained_s(last: Fix, fix: Fix, known: Known) -> int | None:
    """Seconds of a silence that the way at her usual speed leaves; None: too few, or not known."""
    if not known.usual_kn:
        return None
    away = float(distance_m(last.lon, last.lat, fix.lon, fix.lat))
    spare = (fix.at - last.at - sailing_us(away, known.usual_kn)) // SECOND_US
    return spare if spare >= LEAST_SPARE_S else None
