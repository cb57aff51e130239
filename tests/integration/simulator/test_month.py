"""A month holds all that it promises, and its ships are never lost by accident."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from monitor.simulator.draw import DAY_S, Draw
from monitor.simulator.month import TRIPS, month
from monitor.simulator.sea import PORTS, default_fences
from monitor.simulator.ship import Ship
from monitor.simulator.simulation import Simulation, simulate
from monitor.simulator.together import together
from monitor.units import HOUR_US

SEEDS = range(3)


@cache
def sea(seed: int) -> Simulation:
    return simulate("month", seed=seed)


@cache
def drawn(seed: int) -> tuple[Ship, ...]:
    draw = Draw(
        rng=np.random.default_rng(seed), from_s=0.0, until_s=30 * DAY_S, fences=default_fences()
    )
    return tuple(month(draw))


@pytest.mark.parametrize("seed", SEEDS)
def test_time_never_goes_back_and_ships_end_alongside(seed: int) -> None:
    for ship in drawn(seed):
        assert (np.diff(ship.motion.at_s) > 0).all()
        assert ship.motion.stays[0].from_s == 0.0
        assert ship.motion.stays[-1].kind == "berthed"
        assert ship.motion.stays[-1].until_s >= 30 * DAY_S
        assert {stay.port for stay in ship.motion.stays} <= {port.name for port in PORTS}
        said = [one.at_s for one in ship.sayings]
        assert said == sorted(said)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_pairs_meet_and_two_do_not(seed: int) -> None:
    found = together(sea(seed).truth, within_m=500, least_s=1500.0, fastest_kn=2.0)
    long = [one for one in found if one.ended_at - one.began_at >= 2 * HOUR_US]
    at_sea = {(one.mmsi, one.other_mmsi) for one in long if one.nearest_m > 100.0}
    assert len(at_sea) >= 2
    assert len(found) > len(long)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_convoy_is_of_two_that_say_so_of_each_other(seed: int) -> None:
    pair = [vessel for vessel in sea(seed).truth.vessels if vessel.consort is not None]
    assert len(pair) == 2
    assert (pair[0].consort, pair[1].consort) == (pair[1].mmsi, pair[0].mmsi)


def test_one_imo_number_goes_from_one_mmsi_to_another() -> None:
    old, new = drawn(0)[-2:]
    assert old.particulars.imo == new.particulars.imo
    assert old.particulars.mmsi != new.particulars.mmsi
    assert old.habits.dark[0][0] < new.habits.dark[0][1] < old.habits.dark[0][1]


def test_all_of_it_is_there() -> None:
    """Switched off and not heard, in holes and in outages; words of each kind, that hold or not."""
    vessels = [vessel for seed in SEEDS for vessel in sea(seed).truth.vessels]
    assert {one.why for vessel in vessels for one in vessel.unheard} == {"hole", "outage"}
    assert sum(dark.where == "sea" for vessel in vessels for dark in vessel.dark) > 40
    said = {(one.what, one.holds) for vessel in vessels for one in vessel.said}
    assert said >= {
        ("name", True), ("name", False), ("imo", True), ("callsign", True), ("draught_m", True),
        ("draught_m", False), ("destination", True), ("destination", False),
    }  # fmt: skip
    assert len(TRIPS) == len({trip for _, trip in TRIPS})
