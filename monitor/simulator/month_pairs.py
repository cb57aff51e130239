"""What two ships of a month do together, and what only looks like it, in the open sea.

Whoever meets lies within 300 m of the other for three hours and more; whoever does not keeps 900 m
off, or goes on within the hour. Each function sails both as far as the port behind the meeting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from monitor.simulator.draw import HOUR_S, Draw
from monitor.simulator.master import CARGO, LANE, PILOT, TANKER, TUG, Master
from monitor.simulator.sea import TARTUS, TOBRUK, Place, destination
from monitor.simulator.voyage import Voyage
from monitor.units import KNOT_MPS, NAUTICAL_MILE_M

BESIDE_M, APART_M = (120.0, 260.0), (1000.0, 1600.0)
MEETS_H, LIES_H, BRIEF_H = (3.2, 7.0), 14.0, 0.6
FIRST_D = (4.5, 10.0)
"""So many days more the first lies alongside: the other, wherever she is, can be there in time."""

LATER_H = 2.0
"""So much later than the first the second comes."""

DRIFT_KN = 0.3
ASTERN_M = (0.8 * NAUTICAL_MILE_M, 2.0 * NAUTICAL_MILE_M)

Pair = Callable[[Draw], list[Master]]


def meets(
    draw: Draw, *, types: tuple[int, int], off_m: tuple[float, float], hours: tuple[float, float]
) -> list[Master]:
    """One drifts and waits, the other comes beside her, and both go their ways."""
    one, two = Master.of(draw, TARTUS, types[0]), Master.of(draw, TOBRUK, types[1])
    one.lie(draw.between(*FIRST_D) * 24.0)
    place = Place(lon=draw.between(29.5, 31.5), lat=draw.between(32.6, 33.1))
    bearing = draw.between(0.0, 360.0)
    one.leave()
    one.sail([LANE[0], _aside(LANE[1], draw), place])
    came_s = one.at_s
    one.drift(LIES_H, DRIFT_KN, bearing)
    there = one.voyage.motion()
    beside_s = came_s + LATER_H * HOUR_S
    lon, lat = (float(there.value(c, np.array([beside_s]))[0]) for c in (there.lon, there.lat))
    beside = destination(
        Place(lon=lon, lat=lat), bearing=bearing + 90.0, distance_m=draw.between(*off_m)
    )
    ways = [LANE[-1], _aside(LANE[2], draw), beside]
    two.lie((beside_s - two.at_s - _sailed_s(two, ways)) / HOUR_S)
    two.leave()
    two.sail(ways)
    two.drift(draw.between(*hours), DRIFT_KN, bearing)
    one.sail([_aside(LANE[2], draw), LANE[-1]])
    one.enter(TOBRUK)
    two.sail([_aside(LANE[1], draw), LANE[0]])
    two.enter(TARTUS)
    for master in (one, two):
        master.lie(draw.between(14.0, 40.0))
    return [one, two]


def convoy(draw: Draw) -> list[Master]:
    """Two that leave a port one behind the other, and go on so to the next."""
    one, two = Master.of(draw, TARTUS), Master.of(draw, TARTUS)
    apart_m = draw.between(*ASTERN_M)
    ways = one.lane()
    two.speed_kn = one.speed_kn
    one.lie(draw.between(*FIRST_D) * 24.0)
    late_s = apart_m / (one.speed_kn * KNOT_MPS)
    begin_s = one.at_s + _sailed_s(one, ways[:1])
    two.lie((begin_s + late_s - two.at_s - _sailed_s(two, ways[:1])) / HOUR_S)
    for master in (one, two):
        master.leave()
        master.sail(ways)
        master.enter(TOBRUK)
        master.lie(draw.between(14.0, 40.0))
    return [one, two]


PAIRS: tuple[Pair, ...] = (
    partial(meets, types=(TANKER, CARGO), off_m=BESIDE_M, hours=MEETS_H),
    partial(meets, types=(CARGO, TUG), off_m=BESIDE_M, hours=MEETS_H),
    partial(meets, types=(CARGO, PILOT), off_m=BESIDE_M, hours=(BRIEF_H, BRIEF_H)),
    partial(meets, types=(CARGO, CARGO), off_m=APART_M, hours=MEETS_H),
    convoy,
)
"""The convoy is the last."""


def _aside(place: Place, draw: Draw) -> Place:
    return destination(place, bearing=0.0, distance_m=draw.between(-9.0, 9.0) * NAUTICAL_MILE_M)


def _sailed_s(master: Master, ways: Sequence[Place]) -> float:
    """How long she needs from her berth by these places."""
    trial = Master(
        draw=master.draw, who=master.who, port=master.port, berth=master.berth,
        voyage=Voyage(at_s=0.0, place=master.voyage.place), speed_kn=master.speed_kn,
    )  # fmt: skip
    trial.leave()
    trial.sail(ways)
    return trial.at_s
