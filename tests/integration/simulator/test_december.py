"""The invented December: who truly moved, and that what is said of each part is true."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from monitor.simulator.december import BEGINS_S, DAYS
from monitor.simulator.radio import COVERAGE_NM
from monitor.simulator.sea import TARTUS, TOBRUK, Haven, metres_east
from monitor.simulator.simulation import Simulation, simulate
from monitor.simulator.truth import VesselTruth
from monitor.units import DEGREE_M, NAUTICAL_MILE_M, to_iso

SEEDS = (0, 1, 2)


@cache
def made(seed: int) -> Simulation:
    return simulate("december", seed=seed)


def away_nm(vessel: VesselTruth, port: Haven, at_s: float) -> float:
    """How far she truly is from a port."""
    lon = float(np.interp(at_s, vessel.motion.at_s, vessel.motion.lon))
    lat = float(np.interp(at_s, vessel.motion.at_s, vessel.motion.lat))
    east, north = float(metres_east(lon - port.lon, port.lat)), (lat - port.lat) * DEGREE_M
    return float(np.hypot(east, north)) / NAUTICAL_MILE_M


def ends(seed: int) -> list[tuple[str, VesselTruth]]:
    """Where each ship is when the log ends."""
    truth = made(seed).truth
    end_s = truth.until_at / 1e6
    found = []
    for vessel in truth.vessels:
        near = [port.name for port in (TARTUS, TOBRUK) if away_nm(vessel, port, end_s) < 12]
        found.append((near[0] if near else "elsewhere", vessel))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_december(seed: int) -> None:
    truth = made(seed).truth
    assert to_iso(truth.from_at) == "2024-12-01T00:00:00Z"
    assert "2024-12-31T12:00:00Z" <= to_iso(truth.until_at) <= "2025-01-01T00:00:00Z"
    assert truth.from_at == BEGINS_S * 1e6
    assert DAYS == 31


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_where_at_the_end(seed: int) -> None:
    """Five of the fleet at Tobruk, and two that were there always, one on a number of two."""
    where = [place for place, _ in ends(seed)]
    assert where.count("tobruk") == 5 + 2
    assert where.count("elsewhere") == 3 + 3  # two far away, one lost at sea; three traders
    assert where.count("tartus") == 9 + 2


@pytest.mark.parametrize("seed", SEEDS)
def test_those_that_sail_home_reach_the_baltic(seed: int) -> None:
    end_s = made(seed).truth.until_at / 1e6
    north = [
        vessel.name
        for _, vessel in ends(seed)
        if float(np.interp(end_s, vessel.motion.at_s, vessel.motion.lat)) > 54
    ]
    assert len(north) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_no_station_hears_anything_in_its_outage(seed: int) -> None:
    """36 hours at Tartus, 18 at Tobruk."""
    stamps: dict[bytes, list[float]] = {b"TARTUS": [], b"BANIAS": [], b"TOBRUK": []}
    for line in made(seed).lines:
        station, _, rest = line[3:].partition(b",c:")
        stamp = float(rest[:10]) - BEGINS_S
        stamps.setdefault(station.partition(b"-")[0], []).append(stamp / 86_400)
    for name, begin, end in (
        (b"TARTUS", 9.0, 10.5),
        (b"BANIAS", 9.0, 10.5),
        (b"TOBRUK", 20, 20.75),
    ):
        days = np.array(stamps[name])
        assert not ((days >= begin) & (days < end - 1e-3)).any()
    for name, begin in ((b"TARTUS", 9.0), (b"TOBRUK", 20.0)):
        days = np.array(stamps[name])
        assert (np.abs(days - begin) < 0.05).any()
    assert COVERAGE_NM > 12
