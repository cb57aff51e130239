"""What two ships do together at sea, and what only looks like it. All of it is away from ports.

Each function draws both ships. Nothing here is ambiguous: whoever meets lies within 300 m of the
other for three hours and more, whoever does not keeps 900 m off or goes on within the hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.simulator.draw import HOUR_S, MINUTE_S, Draw, way
from monitor.simulator.sea import OPEN_SEA, Place, destination
from monitor.simulator.ship import Habits, Ship
from monitor.simulator.voyage import Voyage
from monitor.units import NAUTICAL_MILE_M

OFFING, NORTH, SOUTH, WEST = (
    Place(lon=lon, lat=lat)
    for lon, lat in ((35.35, 34.80), (35.35, 35.10), (35.35, 34.50), (34.95, 34.80))
)
"""Some 25 NM and more off Tartus: no two pairs are at one place."""
MIDDLE = Place(lon=31.0, lat=33.4)
"""Between Egypt and Cyprus, 200 NM from either port."""

COMES_M, SPEED_KN = 25 * NAUTICAL_MILE_M, (9.5, 13.0)
BESIDE_M, APART_M = (120.0, 260.0), (1000.0, 1600.0)
MEETS_H, LIES_H = (3.0, 7.0), 12.0
BRIEF_S = 40 * MINUTE_S
TOW_M, TOW_KN = 250.0, 6.0
ASTERN_M = (0.8 * NAUTICAL_MILE_M, 2.0 * NAUTICAL_MILE_M)
ASIDE_M = (1.0 * NAUTICAL_MILE_M, 2.5 * NAUTICAL_MILE_M)
CARGO, TANKER = 70, 80


def meeting(draw: Draw) -> list[Ship]:
    """One lies and waits, the other comes alongside for hours, and both go their ways."""
    return _calls_on(draw, OFFING, draw.between(*BESIDE_M), draw.between(*MEETS_H) * HOUR_S)


def brief(draw: Draw) -> list[Ship]:
    """The same, but the other is gone within the hour: no meeting."""
    return _calls_on(draw, NORTH, draw.between(*BESIDE_M), BRIEF_S)


def neighbours(draw: Draw) -> list[Ship]:
    """Two that lie and wait for hours, a mile from each other or less: no meeting."""
    return _calls_on(draw, WEST, draw.between(*APART_M), draw.between(*MEETS_H) * HOUR_S)


def tow(draw: Draw) -> list[Ship]:
    """Two that go on together for hours, a cable from each other: no meeting."""
    return _together(draw, _straight(draw, TOW_KN * 8 * NAUTICAL_MILE_M), TOW_KN, TOW_M)


def convoy(draw: Draw) -> list[Ship]:
    """Two that leave the waters off Tartus, one behind the other, and go on so for a day."""
    behind = draw.between(*ASTERN_M)
    ways = [_near(draw, place) for place in OPEN_SEA[1:3]]
    return _together(draw, [_near(draw, OPEN_SEA[0]), *ways], draw.between(*SPEED_KN), behind)


def lane(draw: Draw) -> list[Ship]:
    """Two that happen to go the same straight way, for half a day: no convoy."""
    aside = draw.between(*ASIDE_M)
    return _together(draw, _straight(draw, 100 * NAUTICAL_MILE_M), draw.between(*SPEED_KN), aside)


def crossing(draw: Draw) -> list[Ship]:
    """Two that pass each other at speed, a cable or so apart: neither."""
    bearing, began = draw.between(0.0, 360.0), draw.from_s + draw.between(0.5, 6.0) * HOUR_S
    where = _near(draw, SOUTH)
    speed = draw.between(*SPEED_KN)
    ships = []
    for course in (bearing, bearing + 170.0):
        begin = destination(where, bearing=course + 180.0, distance_m=COMES_M)
        end = destination(where, bearing=course, distance_m=COMES_M)
        voyage = Voyage(at_s=began, place=begin)
        ships.append(_ship(draw, voyage.sail([way(end, speed)], under_way=True, onward=True)))
    return ships


def _calls_on(draw: Draw, place: Place, off_m: float, for_s: float) -> list[Ship]:
    where, bearing = _near(draw, place), draw.between(0.0, 360.0)
    began = draw.from_s + draw.between(0.5, 4.0) * HOUR_S
    voyages = []
    for turn, here, late_s, lies_s in (
        (0.0, where, 0.0, LIES_H * HOUR_S),
        (140.0, destination(where, bearing=bearing, distance_m=off_m), 2 * HOUR_S, for_s),
    ):
        speed = draw.between(*SPEED_KN)
        begin = destination(here, bearing=bearing + turn, distance_m=COMES_M)
        end = destination(here, bearing=bearing + turn + 60.0, distance_m=COMES_M)
        voyage = Voyage(at_s=began + late_s, place=begin).sail([way(here, speed)], under_way=True)
        voyage.lie(port="sea", heading_deg=bearing % 360.0, for_s=lies_s, kind="waiting")
        voyages.append(voyage.sail([way(end, speed)], onward=True))
    return [_ship(draw, voyage, TANKER) for voyage in voyages]


def _together(draw: Draw, ways: Sequence[Place], speed: float, apart_m: float) -> list[Ship]:
    """Two on one way, so far from each other at its begin, and at the same time."""
    began = draw.from_s + draw.between(0.5, 3.0) * HOUR_S
    ships = []
    for aside_m in (0.0, apart_m):
        moved = [destination(place, bearing=35.0, distance_m=aside_m) for place in ways]
        voyage = Voyage(at_s=began, place=moved[0])
        steps = [way(place, speed) for place in moved[1:]]
        ships.append(_ship(draw, voyage.sail(steps, under_way=True, onward=True)))
    return ships


def _straight(draw: Draw, way_m: float) -> list[Place]:
    begin, bearing = _near(draw, MIDDLE), draw.between(250.0, 300.0)
    return [begin, destination(begin, bearing=bearing, distance_m=way_m)]


def _near(draw: Draw, place: Place) -> Place:
    """Somewhere within some miles."""
    off = draw.between(0.0, 3.0) * NAUTICAL_MILE_M
    return destination(place, bearing=draw.between(0.0, 360.0), distance_m=off)


def _ship(draw: Draw, voyage: Voyage, ship_type: int = CARGO) -> Ship:
    """Heard all the way: by a ship in company that passes on what she hears."""
    who, motion = replace(draw.particulars(), ship_type=ship_type), voyage.motion()
    heard = ((float(motion.at_s[0]), float(motion.at_s[-1])),)
    return Ship(particulars=who, motion=motion, habits=Habits(heard=heard))
