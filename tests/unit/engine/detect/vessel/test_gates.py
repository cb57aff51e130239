"""Ships at gates, step by step: what is remembered, and what of a batch is looked at at all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact, Seen
from monitor.engine.detect.vessel.gates import CLEAR_M, AtGate, AtGates, Gates, Leg
from monitor.engine.gate import beside, crossed, far_m
from monitor.engine.geofence import Corner, FenceSet, Gate
from monitor.engine.track import Tracker
from monitor.model import FIX, Fix, Ship
from tests.scenario.sea import MMSI, at_m, fix_at

GATE = Gate(
    id="narrows", name="the narrows", line=(Corner(*at_m(0, -2000)), Corner(*at_m(0, 2000))),
    in_words="into the west", out_words="into the east", hash="f" * 64,
)  # fmt: skip
DETECTOR = Gates(FenceSet(ports=(), gates=(GATE,)))
"""A line to the north at the origin: who goes west goes in."""


def walk(*fixes: Fix) -> tuple[AtGates | None, list[Fact]]:
    """What comes of a ship's fixes."""
    prev, state, told = None, None, []
    for fix in fixes:
        state, found = DETECTOR.step(state, Leg(fix, prev, ("narrows",), fix.at))
        told += [fact for fact in found if isinstance(fact, Fact)]
        prev = fix
    return state, told


def test_states_by_the_table() -> None:
    """Each line of the module, one after the other."""
    clear, past = fix_at(0, -900), fix_at(2, 900)
    assert walk(clear, fix_at(1, -800)) == (None, [])
    assert [fact.figures["direction"] for fact in walk(clear, past)[1]] == ["out"]
    near = [clear, fix_at(1, -100), fix_at(2, 100)]
    state, told = walk(*near)
    assert state is not None
    assert (state.gates["narrows"].went, told) == (-1, [])
    assert walk(*near, fix_at(3, -100), fix_at(4, -900)) == (None, [])
    state, told = walk(*near, fix_at(4, 900))
    assert (state, told[0].key_at) == (None, near[2].at)


def test_what_is_remembered_can_be_kept() -> None:
    """With all that it may hold."""
    state, _ = walk(fix_at(0, -900), fix_at(1, -100), fix_at(2, 100))
    assert state is not None
    assert state.gates["narrows"].before is not None
    assert kept.load(AtGates, kept.dump(state)) == state


def test_a_ship_that_is_first_heard_at_a_gate_passes_it_when_she_crosses_it() -> None:
    _, told = walk(fix_at(0, -100), fix_at(1, 100), fix_at(2, 900))
    assert [fact.figures["direction"] for fact in told] == ["out"]
    assert walk(fix_at(0, 100), fix_at(2, 900)) == (None, [])


def test_a_leap_forgets_where_she_was() -> None:
    state, _ = walk(fix_at(0, -900), fix_at(1, -100))
    after, told = DETECTOR.step(state, Leg(fix_at(2, 900), None, (), fix_at(2).at))
    assert (after, told) == (None, [])


def seen(fixes: list[Fix]) -> Seen:
    """A batch of them."""
    rows = np.array(fixes, dtype=FIX)
    return Seen(tracks=Tracker().follow(rows), until=int(rows["at"].max()))


def test_only_what_can_matter_is_looked_at() -> None:
    """Far fixes, and those of others, cost no step."""
    way = [-9000, -6000, -3000, -400, 400, 3000, 6000]
    fixes = [fix_at(2 * i, east_m) for i, east_m in enumerate(way)]
    found = list(DETECTOR.rows(seen(fixes), {}))
    assert [leg.fix.at for _, leg in found] == [fix.at for fix in fixes[3:6]]
    assert {ship for ship, _ in found} == {Ship(MMSI, 0)}
    assert found[0][1].prev == fixes[2]
    assert list(DETECTOR.rows(seen(fixes[:3]), {})) == []
    assert list(Gates(FenceSet(ports=())).rows(seen(fixes), {})) == []


def test_who_is_watched_there_is_told_of_a_leap() -> None:
    """The first fix behind it is a step, wherever it is."""
    begun = [fix_at(0, 50_000)]
    state = AtGates({"narrows": AtGate(GATE.hash, fix_at(-9))})
    found = list(DETECTOR.rows(seen(begun), {Ship(MMSI, 0): state}))
    assert [(leg.prev, leg.gates) for _, leg in found] == [(None, ())]
    assert list(DETECTOR.rows(seen(begun), {})) == []


@pytest.mark.parametrize("lon", [10.0, 179.99, -179.99])
@pytest.mark.parametrize("lat", [5.0, 60.0, -75.0])
def test_a_box_misses_no_way_that_is_near_or_across(lon: float, lat: float) -> None:
    """Drawn ways around a line: each that the distance or the crossing finds, the box found too."""
    turned = (lon + 0.05 + 180) % 360 - 180
    gate = replace(GATE, line=(Corner(lon, lat), Corner(turned, lat + 0.02)))
    rng = np.random.default_rng(3)
    ends: list[Any] = []
    for _ in range(2):
        east = rng.uniform(-0.1, 0.15, 2000) / math.cos(math.radians(lat)) * 0.5
        ends += [(lon + east + 180) % 360 - 180, lat + rng.uniform(-0.05, 0.07, 2000)]
    went, share = crossed(gate, *ends)
    near = (far_m(gate, *ends[:2]) <= CLEAR_M) | (far_m(gate, *ends[2:]) <= CLEAR_M)
    found = beside(gate, CLEAR_M, *ends)
    assert (went != 0).any()
    assert np.isfinite(share[went != 0]).all()
    assert not (((went != 0) | near) & ~found).any()
    assert not found.all()
