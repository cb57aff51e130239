"""The dice: unique ships, berths by turn, places outside the approach."""

from __future__ import annotations

import numpy as np
import shapely

from monitor.simulator.draw import (
    Draw,
    across_mouth,
    along_border,
    ways_in,
    ways_out,
    ways_shift,
)
from monitor.simulator.sea import PORTS, TARTUS, default_fences


def _draw(seed: int = 0) -> Draw:
    rng = np.random.default_rng(seed)
    return Draw(rng=rng, from_s=0.0, until_s=86_400.0, fences=default_fences())


def test_ships_are_unique_and_well_formed() -> None:
    """No two share an MMSI; every IMO number has its check digit."""
    draw = _draw()
    ships = [draw.particulars(is_class_b=k % 5 == 0) for k in range(60)]
    assert len({ship.mmsi for ship in ships}) == 60
    for ship in ships:
        assert 200_000_000 < ship.mmsi < 800_000_000
        digits = [int(digit) for digit in f"{ship.imo:07d}"]
        assert sum(d * w for d, w in zip(digits, range(7, 1, -1), strict=False)) % 10 == digits[6]


def test_neighbours_do_not_share_a_berth() -> None:
    """Berths are given out by turn."""
    draw = _draw()
    berths = [draw.berth(TARTUS) for _ in range(len(TARTUS.berths))]
    assert len({(berth.lon, berth.lat) for berth in berths}) == len(TARTUS.berths)


def test_offing_is_outside_the_approach() -> None:
    """Ships come from beyond the fence."""
    draw = _draw()
    for port in PORTS:
        for _ in range(50):
            place = draw.offing(port)
            approach = draw.fences[port.name]["approach"]
            assert not approach.contains(shapely.Point(place.lon, place.lat))


def test_ways_lead_to_the_berth_and_out_again() -> None:
    """In by the channel, shift by the basin, out by the channel."""
    for port in PORTS:
        one, two = port.berths[:2]
        assert (ways_in(port, one)[-1].lon, ways_in(port, one)[-1].lat) == (one.lon, one.lat)
        assert ways_out(port, one)[-1].lon == port.channel[0].lon
        assert ways_shift(port, one, two)[-1].lat == two.lat


def test_jitter_weaves_over_the_fence() -> None:
    """Way points lie inside and outside by turns."""
    draw = _draw(3)
    for port in PORTS:
        for kind, ways in (
            ("approach", along_border(draw, port)),
            ("harbour", across_mouth(draw, port, 4)),
        ):
            fence = draw.fences[port.name][kind]
            inside = [fence.contains(shapely.Point(w.lon, w.lat)) for w in ways]
            assert 3 <= sum(inside) < len(inside)
            assert min(w.speed_kn for w in ways) > 3.0
