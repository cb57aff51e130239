"""Truth of two ships, of where they truly are; and what is told of them against it."""

from __future__ import annotations

from functools import cache

import pytest

from monitor.engine.geofence import FenceSet
from monitor.model import Event, EventKind, ShipPair
from monitor.simulator.simulation import Simulation, simulate
from monitor.simulator.together import together
from tests.pipe import findings
from tests.scenario.sea import square_port

SEEDS = range(4)
HOURS_S = 3600.0


@cache
def sea(seed: int) -> Simulation:
    return simulate("company", seed=seed)


@cache
def told(seed: int) -> list[Event]:
    """With a port elsewhere: what is told of ships does not depend on Tartus."""
    log = b"".join(line + b"\n" for line in sea(seed).lines)
    found = findings([log], FenceSet(ports=(square_port(),)))
    return [one for one in found if isinstance(one, Event) and isinstance(one.subject, ShipPair)]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_meeting_is_found_and_none_invented(seed: int) -> None:
    """Both ends are within the bounds that are told."""
    true = together(sea(seed).truth, within_m=500, least_s=2 * HOURS_S, fastest_kn=2.0)
    assert len(true) == 1
    for kind in (EventKind.SHIPS_MET, EventKind.SHIPS_PARTED):
        found = {
            (event.subject[0], event.subject[2]): event.span
            for event in told(seed)
            if event.kind is kind
        }
        assert found.keys() == {(one.mmsi, one.other_mmsi) for one in true}
        for one in true:
            span = found[one.mmsi, one.other_mmsi]
            at = one.began_at if kind is EventKind.SHIPS_MET else one.ended_at
            assert (span.earliest or 0) <= at
            assert span.latest is None or at <= span.latest


@pytest.mark.parametrize("seed", SEEDS)
def test_who_only_sails_one_lane_is_no_convoy(seed: int) -> None:
    """The one that leaves Tartus, which is not watched here, is told after a day in station."""
    true = together(sea(seed).truth, within_m=9260, least_s=4 * HOURS_S, slowest_kn=3.0)
    assert len(true) >= 3  # the convoy, the tow and the lane
    long = together(sea(seed).truth, within_m=9260, least_s=24 * HOURS_S, slowest_kn=3.0)
    assert len(long) < len(true)  # the lane is over by then
    formed = [event.subject for event in told(seed) if event.kind is EventKind.CONVOY_FORMED]
    assert {(one[0], one[2]) for one in formed} <= {(one.mmsi, one.other_mmsi) for one in long}


def test_nobody_is_together_with_herself_or_for_too_short() -> None:
    truth = sea(0).truth
    assert all(one.mmsi < one.other_mmsi for one in together(truth, within_m=10_000, least_s=60))
    assert together(truth, within_m=500, least_s=100 * HOURS_S) == []
