"""Every scenario, and many fleets: the same seed gives the same bytes, each line is a sentence."""

from __future__ import annotations

import re
import time
from functools import reduce
from operator import xor

import pyais
import pytest

from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.simulation import Simulation, simulate
from monitor.units import SECOND_US

LINE = re.compile(rb"^\\s:([A-Z0-9-]{1,15}),c:(\d{10})\*[0-9A-F]{2}\\(!AIVDM,.*\*[0-9A-F]{2})$")
FLEET_BUDGET_S = 1.5
NAMES = [row.name for row in SCENARIOS]
DIRTY = [row.name for row in SCENARIOS if row.is_dirty]


def _checksum_fits(sentence: bytes) -> bool:
    body, _, told = sentence[1:].partition(b"*")
    return reduce(xor, body) == int(told, 16)


def _count(simulation: Simulation, fault: str) -> int:
    return sum(vessel.faults.get(fault, 0) for vessel in simulation.truth.vessels)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_a_sentence_that_pyais_reads(name: str) -> None:
    """But the damaged ones, and there are as many of them as the truth says."""
    simulation = simulate(name)
    assert len(simulation.lines) > 300
    bad, known = 0, {vessel.mmsi for vessel in simulation.truth.vessels}
    halves: dict[tuple[bytes, ...], bytes] = {}
    for line in simulation.lines:
        match = LINE.match(line)
        assert match, line
        station, _, sentence = match.groups()
        if not _checksum_fits(sentence):
            bad += 1
            continue
        fields = sentence.split(b",")
        if fields[1] == b"1":
            assert pyais.decode(sentence).mmsi in known
            continue
        key = (station, fields[3], fields[4])
        if fields[2] == b"1":
            halves[key] = sentence
        else:
            message = pyais.decode(halves.pop(key), sentence)
            assert message.msg_type == 5
            assert message.mmsi in known
    assert bad == _count(simulation, "bad_checksums")
    assert not halves


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_bytes(name: str) -> None:
    """And another seed, other bytes."""
    one, two = simulate(name, seed=5), simulate(name, seed=5)
    assert one.lines == two.lines
    assert one.truth.to_json() == two.truth.to_json()
    assert simulate(name, seed=6).lines != one.lines


def test_fleets_are_drawn_within_budget() -> None:
    """Twenty-one seas; 6 to 15 entries (a clone makes two), thousands of lines, quickly."""
    for seed in range(21):
        began = time.process_time()
        simulation = simulate("fleet", seed=seed)
        assert time.process_time() - began < FLEET_BUDGET_S
        assert 6 <= len(simulation.truth.vessels) <= 15
        assert 2_000 < len(simulation.lines) < 20_000


def test_dirty_fleets_are_drawn_within_budget() -> None:
    """Each with false positions or reports in bursts; ships that are heard more often say more."""
    for seed in range(21):
        began = time.process_time()
        simulation = simulate("dirty-fleet", seed=seed)
        assert time.process_time() - began < FLEET_BUDGET_S
        assert 6 <= len(simulation.truth.vessels) <= 15
        assert 2_000 < len(simulation.lines) < 40_000


@pytest.mark.parametrize("name", DIRTY)
def test_good_positions_are_true(name: str) -> None:
    """Counted in a call are fixes heard while she was in the approach, and no more than those."""
    for seed in range(3):
        truth = simulate(name, seed=seed).truth
        for vessel in truth.vessels:
            for call in vessel.calls:
                assert 0 <= call.fixes_at_rest <= call.fixes
                assert call.observed.entry <= (call.fixes > 0)
                stops = [at for one in call.stages for at in (one.at, one.until) if at is not None]
                assert stops == sorted(stops)
                lasts = (call.departed_at or truth.until_at) - (call.arrived_at or truth.from_at)
                assert call.seen_at_rest_s * SECOND_US <= lasts
            for wait in vessel.waits:
                assert wait.stops
                assert {stop.kind for stop in wait.stops} == {"waiting"}
