"""Stops that are hard to see are still drawn as they are told."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.simulator import stops
from monitor.simulator.draw import Draw
from monitor.simulator.sea import Floats, default_fences, metres_east
from monitor.simulator.ship import Ship
from monitor.simulator.truth import VesselTruth, vessel_truth
from monitor.simulator.voyage import Stay
from monitor.units import DEGREE_M, NAUTICAL_MILE_M

FENCES = default_fences()
WINDOW = (0.0, 3 * 86_400.0)


def _draw(seed: int = 0) -> Draw:
    rng = np.random.default_rng(seed)
    return Draw(rng=rng, from_s=WINDOW[0], until_s=WINDOW[1], fences=FENCES)


def _truth(ship: Ship) -> VesselTruth:
    heard = np.arange(*WINDOW, 60.0).astype(np.int64)
    return vessel_truth(ship, window=WINDOW, fences=FENCES, good_s=heard, faults={})


def _off_m(ship: Ship, stay: Stay) -> tuple[Floats, Floats]:
    """East and north of the stay's place, from its first hour on."""
    at = np.arange(stay.from_s + 3_600, stay.until_s, 20.0)
    motion = ship.motion
    east = metres_east(motion.value(motion.lon, at) - stay.lon, stay.lat)
    return east, (motion.value(motion.lat, at) - stay.lat) * DEGREE_M


@pytest.mark.parametrize("seed", range(3))
def test_sheering_is_40_to_85_m_to_either_side(seed: int) -> None:
    """On the chain, about the wind, and slow enough for an anchor."""
    (ship,) = stops.sheering(_draw(seed))
    (stay,) = ship.motion.stays
    east, north = _off_m(ship, stay)
    chain = np.hypot(east, north)
    assert np.ptp(chain) < 2.0
    theta = np.unwrap(np.arctan2(east, north))
    assert 38 < np.ptp(theta) / 2 * chain.mean() < 87
    turns = np.flatnonzero(np.diff(np.sign(np.diff(theta)))).size
    assert 2 * 3 < turns * 3_600 / (theta.size * 20) + 2 < 2 * 6  # half periods an hour


def test_the_wind_swings_her_half_round_within_the_hour() -> None:
    """300 to 450 m from the anchor."""
    (ship,) = stops.wind_swung(_draw(4))
    (stay,) = ship.motion.stays
    east, north = _off_m(ship, stay)
    assert 295 < np.hypot(east, north).min() < np.hypot(east, north).max() < 455
    assert np.hypot(np.ptp(east), np.ptp(north)) > 580
    assert [call.stages[0].kind for call in _truth(ship).calls] == ["anchored"]


def test_a_ferry_lies_for_fifteen_minutes() -> None:
    """And is called a call."""
    (ship,) = stops.quick_ferry(_draw())
    (stay,) = ship.motion.stays
    assert 15 * 60 <= stay.until_s - stay.from_s <= 20 * 60
    (call,) = _truth(ship).calls
    assert call.seen_at_rest_s > 13 * 60


def test_warped_at_less_than_half_a_knot() -> None:
    """Two berths, one call; she sails from the second."""
    (ship,) = stops.warped(_draw(1))
    first, second = ship.motion.stays
    at = np.arange(first.until_s, second.from_s)
    assert ship.motion.value(ship.motion.sog_kn, at).max() < 0.41
    (call,) = _truth(ship).calls
    assert [stage.kind for stage in call.stages] == ["berthed", "berthed"]
    assert call.departed_at == round(second.until_s) * 1_000_000


def test_berth_then_anchorage_is_one_call() -> None:
    """First heard inside: nobody knows when she arrived."""
    (ship,) = stops.berth_then_anchorage(_draw(2))
    (call,) = _truth(ship).calls
    assert [stage.kind for stage in call.stages] == ["berthed", "anchored"]
    assert call.arrived_at is None


def test_side_by_side_in_the_approach_is_no_call() -> None:
    """Seven hours and more within 50 m of each other, 8 NM off: they waited."""
    one, two = stops.ship_to_ship(_draw(3))
    begin, end = two.motion.stays[0].from_s, min(s.motion.stays[0].until_s for s in (one, two))
    assert end - begin > 5 * 3_600
    for ship in (one, two):
        truth = _truth(ship)
        assert (truth.calls, truth.passes) == ((), ())
        (wait,) = truth.waits
        assert [stop.kind for stop in wait.stops] == ["waiting"]
    stays = [ship.motion.stays[0] for ship in (one, two)]
    apart = np.hypot(
        metres_east(stays[0].lon - stays[1].lon, stays[0].lat),
        (stays[0].lat - stays[1].lat) * DEGREE_M,
    )
    assert 20 < apart < 50
    assert apart < NAUTICAL_MILE_M


def test_noise_and_antennas_are_habits() -> None:
    """The ships themselves lie still."""
    (noisy,) = stops.noisy_alongside(_draw())
    assert 5 <= noisy.habits.noise_m <= 11
    assert 20 <= (noisy.habits.at_rest_every_s or 0) <= 30
    (great,) = stops.two_antennas(_draw())
    assert great.habits.antennas_m == 120
    assert great.particulars.length_m > great.habits.antennas_m
