"""The truth is that of the track: crossings where the fence is, stops where the ship stopped."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
import shapely

from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.sea import PORTS, default_fences, metres_east
from monitor.simulator.simulation import simulate
from monitor.simulator.truth import CallTruth, Truth, VesselTruth
from monitor.units import DEGREE_M, HOUR_US, MINUTE_US, SECOND_US

NAMES = [row.name for row in SCENARIOS if not row.is_dirty and row.name != "company"]
"""Of the honest ones, those about ports: whoever is in company stops at sea, which is no call."""

SLOW = frozenset({"waiting"})
"""Whose ships make no way off a port, which is no call."""

FENCES = default_fences()


@cache
def truth_of(name: str, seed: int = 0) -> Truth:
    """Of a scenario, drawn once for all that is asked of it."""
    return simulate(name, seed=seed).truth


def _is_inside(vessel: VesselTruth, port: str, kind: str, at: int) -> bool:
    motion, instant = vessel.motion, np.array([at / SECOND_US])
    lon, lat = motion.value(motion.lon, instant), motion.value(motion.lat, instant)
    return bool(shapely.contains_xy(FENCES[port][kind], lon, lat)[0])


def _check_order(call: CallTruth) -> None:
    known = [
        at
        for at in (
            call.entered_approach_at,
            call.arrived_at,
            call.departed_at,
            call.left_approach_at,
        )
        if at is not None
    ]
    assert known == sorted(known)
    stops = [at for stage in call.stages for at in (stage.at, stage.until) if at is not None]
    assert stops == sorted(stops)
    assert call.stages[0].at == call.arrived_at
    if call.departed_at is not None:
        assert call.stages[-1].until == call.departed_at


@pytest.mark.parametrize("name", NAMES)
def test_crossings_are_where_the_fence_is(name: str) -> None:
    """Two seconds before: one side; two seconds after: the other."""
    early, late = -2 * SECOND_US, 2 * SECOND_US
    for vessel in truth_of(name).vessels:
        for call in vessel.calls:
            _check_order(call)
            for kind, entered, left in (
                ("approach", call.entered_approach_at, call.left_approach_at),
                ("harbour", call.entered_harbour_at, call.left_harbour_at),
            ):
                if entered is not None:
                    assert not _is_inside(vessel, call.port, kind, entered + early)
                    assert _is_inside(vessel, call.port, kind, entered + late)
                if left is not None:
                    assert _is_inside(vessel, call.port, kind, left + early)
                    assert not _is_inside(vessel, call.port, kind, left + late)
        for run in vessel.passes:
            if run.entered_at is not None:
                assert _is_inside(vessel, run.port, "approach", run.entered_at + late)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SLOW])
def test_a_stop_is_a_stop_and_nothing_else_is(name: str) -> None:
    """Half an hour alongside or two at anchor, within 260 m; elsewhere the ship keeps her way."""
    for vessel in truth_of(name, 2).vessels:
        track = vessel.track()
        at, lon, lat, sog = track.T
        moving = np.ones(at.size, dtype=bool)
        for call in vessel.calls:
            for stage in call.stages:
                begin = stage.at or truth_of(name, 2).from_at
                until = stage.until or int(at[-1] + 60) * SECOND_US
                if stage.at is not None and stage.until is not None:
                    least = 30 * MINUTE_US if stage.kind == "berthed" else 2 * HOUR_US
                    assert until - begin >= least
                still = (at >= begin / SECOND_US) & (at <= until / SECOND_US)
                moving &= ~still
                assert sog[still].max(initial=0.0) < 0.2
                away = np.hypot(
                    metres_east(lon[still] - stage.lon, stage.lat),
                    (lat[still] - stage.lat) * DEGREE_M,
                )
                assert away.max(initial=0.0) < (260.0 if stage.kind == "anchored" else 1.0)
        slow = moving & (sog < 1.0)
        runs = np.diff(np.flatnonzero(np.append(True, ~slow)))
        assert runs.max(initial=1) <= 4  # three minutes at most to lose or gather way


def test_passes_are_not_calls() -> None:
    """Transit and border jitter: no call at all."""
    for name in ("transit", "border-jitter"):
        for vessel in truth_of(name).vessels:
            assert not vessel.calls
            assert vessel.passes
    closest = [run.closest_m for v in truth_of("transit").vessels for run in v.passes]
    assert 7_000 < min(closest) <= max(closest) < 20_000


def test_partial_calls_have_no_beginning_or_no_end() -> None:
    """First seen inside; inside throughout; still inside at the end."""
    calls = [call for v in truth_of("partial-call").vessels for call in v.calls]
    assert [call.arrived_at is None for call in calls] == [True, True, True, True, False, False]
    assert [call.departed_at is None for call in calls] == [False, False, True, True, True, True]


def test_anchoring_never_enters_the_harbour() -> None:
    """A call of one stage, at anchor; the entry seen is that of the approach."""
    for vessel in truth_of("anchoring").vessels:
        (call,) = vessel.calls
        assert [stage.kind for stage in call.stages] == ["anchored"]
        assert call.entered_harbour_at is None
        assert call.observed.entry == call.observed.approach_entry is True


def test_dark_transfer_is_two_calls_that_nobody_saw_begin_or_end() -> None:
    """Departure from Tartus and arrival at Tobruk are true, and unseen."""
    for vessel in truth_of("dark-transfer").vessels:
        first, second = vessel.calls
        assert (first.port, second.port) == ("tartus", "tobruk")
        assert first.departed_at is not None
        assert second.arrived_at is not None
        assert not first.observed.exit
        assert not second.observed.entry
        assert min(first.fixes, second.fixes) > 10
        (dark,) = vessel.dark
        assert dark.where == "tartus"
        assert dark.began_at < first.departed_at < second.arrived_at < dark.until


def test_dark_alongside_is_one_call() -> None:
    """Off for hours, back at the same berth."""
    for vessel in truth_of("dark-alongside").vessels:
        (call,) = vessel.calls
        assert vessel.dark[0].where == call.port
        assert vessel.dark[0].until - vessel.dark[0].began_at > 5 * HOUR_US


def test_clone_has_the_mmsi_and_no_call() -> None:
    """Two entries, one number."""
    vessels = truth_of("clone").vessels
    assert [vessel.is_clone for vessel in vessels] == [False, True, False, True]
    for real, twin in zip(vessels[::2], vessels[1::2], strict=True):
        assert real.mmsi == twin.mmsi
        assert not twin.calls
        assert min(abs(twin.motion.lon - port.lon).min() for port in PORTS) > 4.0


def test_other_fences_move_the_crossing_and_not_the_stop() -> None:
    """A harbour drawn twice as wide is entered earlier; the ship berths at the same instant."""
    wide = {
        port: {"approach": kinds["approach"], "harbour": kinds["harbour"].buffer(0.01)}
        for port, kinds in FENCES.items()
    }
    near = truth_of("berth-shift").vessels
    far = simulate("berth-shift", fences=wide).truth.vessels
    for one, two in zip(near, far, strict=True):
        assert one.calls[0].arrived_at == two.calls[0].arrived_at
        assert one.calls[0].entered_harbour_at is not None
        assert two.calls[0].entered_harbour_at is not None
        assert one.calls[0].entered_harbour_at > two.calls[0].entered_harbour_at


def test_json_has_instants_for_people_and_tracks_on_request() -> None:
    """ISO 8601, null where not known, a row a minute where asked for."""
    truth = truth_of("voyage")
    told = json.loads(truth.to_json())
    hero = told["vessels"][0]
    assert str(hero["mmsi"]).startswith("273")
    assert [call["port"] for call in hero["calls"]] == ["tartus", "tobruk"]
    assert hero["calls"][0]["arrived_at"] is None
    assert hero["calls"][0]["departed_at"].endswith("Z")
    assert set(hero["dark"][0]) == {"from", "until", "where"}
    assert "track" not in hero
    rows = json.loads(truth.to_json(tracks=True))["vessels"][0]["track"]
    assert rows[1][0] - rows[0][0] == 60
