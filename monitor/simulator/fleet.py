"""Who sails in the mixed seas: behaviours with their weights, and how a fleet is drawn of them."""

from __future__ import annotations

import numpy as np

from monitor.simulator import behaviour, dirty, stops
from monitor.simulator.cast import Behaviour, each
from monitor.simulator.draw import Draw
from monitor.simulator.ship import Ship

Weighted = tuple[tuple[float, Behaviour], ...]

FLEET: Weighted = (
    (5.0, behaviour.call),
    (1.5, behaviour.class_b_call),
    (1.5, behaviour.first_seen_inside),
    (0.7, behaviour.inside_throughout),
    (1.5, behaviour.last_seen_inside),
    (2.0, behaviour.transit),
    (2.0, behaviour.anchoring),
    (1.0, behaviour.approach_jitter),
    (0.8, behaviour.harbour_jitter),
    (1.0, behaviour.missing_sog),
    (1.5, behaviour.wrong_status),
    (1.0, behaviour.false_sog),
    (1.0, behaviour.dark_alongside),
    (1.5, behaviour.teleport),
    (1.0, behaviour.clone),
    (1.0, behaviour.long_range),
)
"""Weight and behaviour; ``dark_transfer`` joins where the log is long enough for it."""

FLEET_SIZE = (6, 14)
DARK_TRANSFER_DAYS = 4.0
DARK_TRANSFER_SHARE = 0.8


def fleet(draw: Draw) -> list[Ship]:
    """Six ships and more, of all behaviours of an honest sea that is badly heard."""
    wanted = int(draw.rng.integers(FLEET_SIZE[0], FLEET_SIZE[1] + 1))
    ships: list[Ship] = []
    if draw.until_s - draw.from_s >= DARK_TRANSFER_DAYS * 86_400 and (
        draw.rng.random() < DARK_TRANSFER_SHARE
    ):
        ships += behaviour.dark_transfer(draw)
    while len(ships) < wanted - 1:
        ships += _drawn(draw, FLEET)
    return ships if len(ships) >= wanted else ships + behaviour.call(draw)


DIRTY: Weighted = (
    (4.0, dirty.spoofed),
    (0.4, dirty.spoofed_throughout),
    (1.0, dirty.misplaced),
    (1.5, dirty.shared_number),
    (1.0, dirty.strangers),
    (1.5, dirty.coarse),
    (0.7, dirty.long_range_first),
    (1.5, dirty.satellite_only),
    (0.7, dirty.dark_until_casting_off),
    (0.7, dirty.dark_until_alongside),
    (1.5, dirty.frozen),
    (1.5, dirty.bad_fix),
    (1.5, stops.sheering),
    (1.5, stops.wind_swung),
    (1.0, stops.noisy_alongside),
    (1.0, stops.two_antennas),
    (1.5, stops.quick_ferry),
    (1.0, stops.warped),
    (1.0, stops.berth_then_anchorage),
    (1.0, stops.ship_to_ship),
)
"""Weight and behaviour; ``left_dark_back`` joins where the log is long enough for it."""

DIRTY_SHARE = 0.65  # of the ships of a dirty fleet; the others are honest, or as in a fleet
JAMMED_SHARE = 0.35  # of dirty fleets in which all ships off one port are spoofed at once
LEFT_DARK_BACK_DAYS = 4.5
LEFT_DARK_BACK_SHARE = 0.6


def dirty_fleet(draw: Draw) -> list[Ship]:
    """Mix dirty ships with honest ones, and sometimes jam all of them off one port."""
    wanted = int(draw.rng.integers(FLEET_SIZE[0], FLEET_SIZE[1] + 1))
    ships: list[Ship] = []
    if draw.until_s - draw.from_s >= LEFT_DARK_BACK_DAYS * 86_400 and (
        draw.rng.random() < LEFT_DARK_BACK_SHARE
    ):
        ships += dirty.left_dark_back(draw)
    while len(ships) < wanted:
        ships += _drawn(draw, DIRTY if draw.rng.random() < DIRTY_SHARE else FLEET)
    return dirty.jammed(draw, ships) if draw.rng.random() < JAMMED_SHARE else ships


def jammed_calls(draw: Draw) -> list[Ship]:
    """Ships at both ports, and a jammer at one of them."""
    return dirty.jammed(draw, each([behaviour.call, behaviour.anchoring])(draw))


def jammed_harbour(draw: Draw) -> list[Ship]:
    """A dozen ships alongside at both ports, heard often, and a jammer at one of them."""
    ships = each([behaviour.inside_throughout], times=12)(draw)
    often = [draw.between(*dirty.OFTEN_AT_REST_S) for _ in ships]
    heard = [dirty.with_habits(s, at_rest_every_s=t) for s, t in zip(ships, often, strict=True)]
    return dirty.jammed(draw, heard)


def _drawn(draw: Draw, acts: Weighted) -> list[Ship]:
    """The ships of one behaviour, drawn by its weight."""
    weights = np.array([weight for weight, _ in acts])
    return acts[int(draw.rng.choice(len(acts), p=weights / weights.sum()))][1](draw)
