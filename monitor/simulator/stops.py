"""Stops that are hard to see: restless ones, short ones, and those that are no port call.

Each function draws the ships of one behaviour. All positions are true; what is hard is that a ship
at rest seems to move, that one that moves seems at rest, or that she stops where no port is.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from monitor.simulator.draw import (
    HOUR_S,
    MINUTE_S,
    Draw,
    moored,
    way,
    ways_in,
    ways_out,
)
from monitor.simulator.itinerary import ANCHORING_KN, SEA_KN, call_voyage, swing
from monitor.simulator.sea import (
    TARTUS,
    TOBRUK,
    Berth,
    Floats,
    Haven,
    Place,
    destination,
)
from monitor.simulator.ship import Habits, Ship
from monitor.simulator.voyage import Voyage
from monitor.units import NAUTICAL_MILE_M

SHEER_M, SHEER_S = (40.0, 85.0), (12 * MINUTE_S, 20 * MINUTE_S)  # to either side; a whole period
SHEER_CHAIN_M = (130.0, 220.0)  # from the anchor to the antenna of a ship that sheers
SHEER_GROWS_S = 1_200.0  # she comes to rest first
WIND_CHAIN_M, WIND_TURN_S = (300.0, 450.0), (35 * MINUTE_S, 60 * MINUTE_S)
ROOMY = 3  # the first anchorages of a port have half a mile of water on all sides
WARP_KN = 0.4
WARPS: tuple[tuple[Haven, int, float, tuple[float, float]], ...] = (
    (TARTUS, 5, 0.0, (110.0, 145.0)),  # from the logistics point into the naval basin
    (TARTUS, 0, 180.0, (200.0, 400.0)),
    (TARTUS, 1, 180.0, (200.0, 400.0)),
    (TOBRUK, 0, 180.0, (200.0, 400.0)),
    (TOBRUK, 2, 0.0, (200.0, 400.0)),
)
"""Port, berth, ahead (0) or astern (180 degrees), and how far the quay goes on (m)."""
WAIT_NM = (8.0, 9.7)  # beyond anchorage and roads, within the approach


def _anchored(draw: Draw, chain_m: float, sheer_m: float, turns: int) -> list[Ship]:
    """Come to anchor, lie there sheering or swinging with the wind, and leave."""
    port, speed = draw.port(), draw.between(*SEA_KN)
    anchor = port.anchorages[int(draw.rng.integers(ROOMY))]
    began = draw.from_s + draw.between(0.0, 0.3) * (draw.until_s - draw.from_s)
    seaward = draw.between(*port.offing_deg)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    here = destination(anchor, bearing=seaward, distance_m=chain_m)
    voyage.sail([way(here, speed)], under_way=True)
    for_s = draw.between(4.0, 20.0) * HOUR_S
    period, turn_s = draw.between(*SHEER_S), draw.between(*WIND_TURN_S)
    starts = np.sort(draw.rng.uniform(0.1 * for_s, 0.8 * for_s, turns))
    ways = draw.rng.choice([-1.0, 1.0], turns)

    def bearing(since: Floats) -> Floats:
        grown = 1.0 - np.exp(-since / SHEER_GROWS_S)
        sheer = sheer_m / chain_m * grown * np.sin(2 * np.pi * since / period)
        theta = math.radians(seaward) + sheer
        for start, side in zip(starts.tolist(), ways.tolist(), strict=True):
            share = np.clip((since - start) / turn_s, 0.0, 1.0)
            theta += side * np.pi * share**2 * (3.0 - 2.0 * share)
        return theta

    voyage.ride(port=port.name, for_s=for_s, radius_m=chain_m, bearing=bearing)
    voyage.sail([way(draw.offing(port), speed)], onward=True)
    habits = Habits(at_rest_every_s=draw.between(60.0, 180.0))
    return [Ship(particulars=draw.particulars(), motion=voyage.motion(), habits=habits)]


def sheering(draw: Draw) -> list[Ship]:
    """At anchor in wind she sheers 40 to 85 m to either side, with a period of 12 to 20 min."""
    return _anchored(draw, draw.between(*SHEER_CHAIN_M), draw.between(*SHEER_M), turns=0)


def wind_swung(draw: Draw) -> list[Ship]:
    """At anchor on a long chain: the wind shifts and she swings half round within the hour."""
    turns = int(draw.rng.integers(1, 4))
    return _anchored(draw, draw.between(*WIND_CHAIN_M), 0.0, turns)


def noisy_alongside(draw: Draw) -> list[Ship]:
    """Alongside with noise of 5 to 11 m and a report each 20 to 30 s: speeds that are none."""
    voyage = call_voyage(draw, draw.port(), anchors=False, stay_s=draw.between(2.0, 6.0) * HOUR_S)
    habits = Habits(noise_m=draw.between(5.0, 11.0), at_rest_every_s=draw.between(20.0, 30.0))
    return [Ship(particulars=draw.particulars(), motion=voyage.motion(), habits=habits)]


def two_antennas(draw: Draw) -> list[Ship]:
    """Great ship with an antenna at the bow and one aft: each hour she takes the other."""
    voyage = call_voyage(draw, draw.port(), stay_s=draw.between(8.0, 24.0) * HOUR_S)
    who = replace(draw.particulars(), length_m=183, beam_m=32)
    return [Ship(particulars=who, motion=voyage.motion(), habits=Habits(antennas_m=120.0))]


def quick_ferry(draw: Draw) -> list[Ship]:
    """Fifteen minutes alongside, and off again."""
    port, speed = draw.port(), draw.between(*SEA_KN)
    berth = draw.berth(port)
    began = draw.from_s + draw.between(0.0, 0.6) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    voyage.sail(ways_in(port, berth), under_way=True)
    moored(voyage, port, berth, for_s=draw.between(15.0, 20.0) * MINUTE_S)
    voyage.sail([*ways_out(port, berth), way(draw.offing(port), speed)], onward=True)
    who = replace(draw.particulars(), ship_type=60)
    habits = Habits(at_rest_every_s=draw.between(10.0, 150.0))
    return [Ship(particulars=who, motion=voyage.motion(), habits=habits)]


def warped(draw: Draw) -> list[Ship]:
    """Shifts along the quay to the next berth at 0.4 kn, on her lines, and sails from there."""
    port, which, turn_deg, (low, high) = WARPS[int(draw.rng.integers(len(WARPS)))]
    old = port.berths[which]
    quay, along = Place(lon=old.lon, lat=old.lat), old.heading_deg + turn_deg
    end = destination(quay, bearing=along, distance_m=draw.between(low, high))
    new = Berth(lon=end.lon, lat=end.lat, heading_deg=old.heading_deg, way=old.way)
    began = draw.from_s + draw.between(0.0, 0.3) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    voyage.sail(ways_in(port, old), under_way=True)
    moored(voyage, port, old, for_s=draw.between(1.0, 8.0) * HOUR_S)
    voyage.sail([way(Place(lon=new.lon, lat=new.lat), WARP_KN)])
    moored(voyage, port, new, for_s=draw.between(3.0, 15.0) * HOUR_S)
    sea = way(draw.offing(port), draw.between(*SEA_KN))
    voyage.sail([*ways_out(port, new), sea], onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def berth_then_anchorage(draw: Draw) -> list[Ship]:
    """First heard at her berth; goes out to the anchorage, lies there, and sails: one call."""
    port = draw.port()
    berth = draw.berth(port)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    moored(voyage, port, berth, for_s=draw.between(1.0, 10.0) * HOUR_S)
    anchorage = way(draw.anchorage(port), ANCHORING_KN)
    voyage.sail([*ways_out(port, berth)[:-1], anchorage])
    swing(draw, voyage, port, hours=draw.between(4.0, 14.0))
    voyage.sail([way(draw.offing(port), draw.between(*SEA_KN))], onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def ship_to_ship(draw: Draw) -> list[Ship]:
    """Two ships side by side for some eight hours in the open approach: no call of either."""
    port = draw.port()
    centre = Place(lon=port.lon, lat=port.lat)
    middle, off = draw.between(*port.offing_deg), draw.between(*WAIT_NM) * NAUTICAL_MILE_M
    place = destination(centre, bearing=middle, distance_m=off)
    heading = draw.between(0.0, 360.0)
    beside = destination(place, bearing=heading + 90.0, distance_m=draw.between(25.0, 45.0))
    began = draw.from_s + draw.between(0.0, 0.4) * (draw.until_s - draw.from_s)
    hours = draw.between(7.0, 9.0)
    return [
        _waiting(draw, port, place, heading, began, hours + 2.5),
        _waiting(draw, port, beside, heading, began + HOUR_S, hours),
    ]


def _waiting(
    draw: Draw, port: Haven, place: Place, heading_deg: float, began: float, hours: float
) -> Ship:
    speed = draw.between(*SEA_KN)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    voyage.sail([way(place, speed)], under_way=True)
    voyage.lie(port=port.name, heading_deg=heading_deg, for_s=hours * HOUR_S, kind="waiting")
    voyage.sail([way(draw.offing(port), speed)], onward=True)
    habits = Habits(status="always_zero" if draw.rng.random() < 0.5 else "right")
    return Ship(particulars=draw.particulars(), motion=voyage.motion(), habits=habits)
