"""Dirty ships: what is false of them is false for a while, and the truth counts what is left."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from monitor.simulator import behaviour, dirty
from monitor.simulator.cast import Behaviour
from monitor.simulator.draw import Draw
from monitor.simulator.sea import PORTS, TARTUS, default_fences
from monitor.simulator.ship import Ship, Spoof
from monitor.simulator.simulation import simulate
from monitor.simulator.truth import VesselTruth

HOUR_S = 3600.0
UNTIL_S = 5 * 24 * HOUR_S


def _cast(act: Behaviour, seed: int = 0) -> list[Ship]:
    rng = np.random.default_rng(seed)
    return act(Draw(rng=rng, from_s=0.0, until_s=UNTIL_S, fences=default_fences()))


@cache
def _vessels(name: str) -> tuple[VesselTruth, ...]:
    return simulate(name, seed=1).truth.vessels


@pytest.mark.parametrize("seed", range(6))
def test_spoofs_are_up_to_six_a_day_and_never_the_first_or_the_last(seed: int) -> None:
    """With true reports before, between and after them."""
    (ship,) = _cast(dirty.spoofed, seed)
    windows = [spoof.window for spoof in ship.habits.spoofed]
    begin, end = float(ship.motion.at_s[0]), min(UNTIL_S, float(ship.motion.at_s[-1]))
    assert 1 <= len(windows) <= 1 + 6 * (end - begin) / (24 * HOUR_S)
    assert begin + HOUR_S / 2 < windows[0][0] < windows[-1][1] < end - HOUR_S / 2
    assert all(one[1] < two[0] for one, two in pairwise(windows))
    assert all(first < last <= first + 7_200 for first, last in windows)


def test_spoofed_throughout_leaves_no_fix() -> None:
    """The call is true, and nobody can know of it."""
    for vessel in _vessels("spoofed-throughout"):
        (call,) = vessel.calls
        assert (call.fixes, call.fixes_at_rest, call.seen_at_rest_s) == (0, 0, 0.0)
        assert not call.observed.entry


def test_a_jammer_takes_all_ships_of_its_port_and_no_other() -> None:
    """The same place at the same time, as long as they are within its reach."""
    ships = [ship for seed in range(8) for ship in _cast(behaviour.inside_throughout, seed)]
    rng = np.random.default_rng(5)
    draw = Draw(rng=rng, from_s=0.0, until_s=UNTIL_S, fences=default_fences())
    spoofs = {"tartus": set[tuple[Spoof, ...]](), "tobruk": set[tuple[Spoof, ...]]()}
    for ship in dirty.jammed(draw, ships, TARTUS):
        spoofs[ship.motion.stays[0].port].add(ship.habits.spoofed)
    assert spoofs["tobruk"] == {()}
    (theirs,) = spoofs["tartus"]
    assert 1 <= len(theirs) <= 4


def test_a_jammer_reaches_no_further_than_the_sea_off_the_port() -> None:
    """A ship that sails away is herself again."""
    (ship,) = _cast(dirty.left_dark_back, 2)
    port = next(port for port in PORTS if port.name == ship.motion.stays[0].port)
    rng = np.random.default_rng(5)
    draw = Draw(rng=rng, from_s=0.0, until_s=UNTIL_S, fences=default_fences())
    for jam in range(6):
        (hit,) = dirty.jammed(draw, [ship], port)
        for spoof in hit.habits.spoofed:
            at = np.linspace(*spoof.window, 9)[1:-1]
            off = np.hypot(
                ship.motion.value(ship.motion.lon, at) - port.lon,
                ship.motion.value(ship.motion.lat, at) - port.lat,
            )
            assert off.max() < 0.5, jam


def test_two_real_ships_share_a_number() -> None:
    """One at each port, both with calls; the second is heard for little of the time."""
    first, second, *_ = _vessels("shared-number")
    assert first.mmsi == second.mmsi
    assert (first.is_clone, second.is_clone) == (False, True)
    assert first.name != second.name
    assert {vessel.calls[0].port for vessel in (first, second)} == {"tartus", "tobruk"}
    assert 0 < second.calls[0].fixes < first.calls[0].fixes


def test_bursts_of_satellites_are_hours_apart() -> None:
    """Three to five, a minute to ten long."""
    (ship,) = _cast(dirty.satellite_only)
    gaps = [two[0] - one[0] for one, two in pairwise(ship.habits.heard)]
    assert 3 * HOUR_S <= min(gaps) <= max(gaps) <= 5 * HOUR_S
    assert all(60 <= last - first <= 600 for first, last in ship.habits.heard)


def test_dark_at_sea_until_alongside() -> None:
    """She arrives unseen; the last minutes or hours alongside are seen, and the departure."""
    casting_off, lying = _vessels("dark-until-seen")[0], _vessels("dark-until-seen")[-1]
    for vessel in (casting_off, lying):
        (call,), (dark,) = vessel.calls, vessel.dark
        assert dark.where == "sea"
        assert call.arrived_at is not None
        assert call.departed_at is not None
        assert dark.began_at < call.arrived_at < dark.until < call.departed_at
        assert (call.observed.entry, call.observed.exit) == (False, True)
        assert call.fixes_at_rest > 0
    assert casting_off.calls[0].seen_at_rest_s < 300 < lying.calls[0].seen_at_rest_s


def test_left_dark_back_is_two_calls() -> None:
    """Two or three days of silence between them, and the first departure was seen."""
    for vessel in _vessels("left-dark-back"):
        one, two = vessel.calls
        (dark,) = vessel.dark
        assert dark.where == one.port == two.port
        assert one.departed_at is not None
        assert two.arrived_at is not None
        assert one.departed_at < dark.began_at < dark.until < two.arrived_at
        assert dark.until - dark.began_at > 36 * HOUR_S * 1e6
        assert one.observed.exit
        assert not one.observed.approach_exit


def test_frozen_ends_before_she_stops() -> None:
    """Under way off the port, for half an hour and more."""
    for seed in range(4):
        (ship,) = _cast(dirty.frozen, seed)
        ((begin, end),) = ship.habits.frozen
        assert 25 * 60 <= end - begin <= 100 * 60
        assert ship.motion.is_moving(np.array([begin, end])).all()


def test_the_others_are_habits() -> None:
    """A few reports misplaced, coarse ones, long-range ones first, strangers, bad fixes."""
    (ship,) = _cast(dirty.misplaced)
    assert bool(ship.habits.swapped) != bool(ship.habits.zero_latitude)
    assert _cast(dirty.coarse)[0].habits.rounding != "none"
    ((begin, end),) = _cast(dirty.long_range_first)[0].habits.long_range
    assert begin == 0.0
    assert HOUR_S <= end <= 2.5 * HOUR_S
    assert _cast(dirty.strangers)[0].habits.strangers == 140
    assert 1 <= _cast(dirty.bad_fix)[0].habits.bad_fixes <= 3
