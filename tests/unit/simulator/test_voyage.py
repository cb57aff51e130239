"""A ship is never anywhere without having gone there."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.simulator.sea import Place, Way, metres_east
from monitor.simulator.voyage import ACCELERATION_MPS2, Motion, Voyage
from monitor.units import DEGREE_M, KNOT_MPS

START = Place(lon=35.0, lat=34.0)


def _steps_m(motion: Motion, every_s: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    at = np.arange(motion.at_s[0], motion.at_s[-1], every_s)
    lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
    return np.hypot(metres_east(np.diff(lon), lat[1:]), np.diff(lat) * DEGREE_M)


def test_leg_begins_and_ends_at_rest_and_keeps_its_speed() -> None:
    """Six miles at 12 kn: never faster, gathering way as a ship does."""
    motion = Voyage(at_s=1000.0, place=START).sail([Way(lon=35.0, lat=34.1, speed_kn=12)]).motion()
    assert motion.at_s[0] == 1000.0
    assert motion.sog_kn[0] == motion.sog_kn[-1] == 0.0
    assert motion.sog_kn.max() == pytest.approx(12.0)
    gain = np.abs(np.diff(motion.sog_kn)) * KNOT_MPS / np.diff(motion.at_s)
    assert gain.max() <= ACCELERATION_MPS2 * 1.001
    assert motion.course_deg % 360 == pytest.approx(0.0)


def test_speed_over_ground_is_that_of_the_positions() -> None:
    """Around a corner and through a change of speed."""
    ways = [Way(lon=35.1, lat=34.0, speed_kn=10), Way(lon=35.1, lat=34.1, speed_kn=5)]
    motion = Voyage(at_s=0.0, place=START).sail(ways).motion()
    steps = _steps_m(motion, 10.0) / 10.0 / KNOT_MPS
    told = motion.value(motion.sog_kn, np.arange(0.0, motion.at_s[-1], 10.0))
    assert np.abs(steps - (told[1:] + told[:-1]) / 2).max() < 0.5
    turn = np.abs(np.diff(motion.heading_deg))
    assert turn.max() < 30.0  # the corner is round


def test_stays_join_legs_without_a_jump() -> None:
    """Sail, anchor, sail, berth: no step is longer than the speed allows."""
    rng = np.random.default_rng(1)
    voyage = Voyage(at_s=0.0, place=START)
    voyage.sail([Way(lon=35.05, lat=34.0, speed_kn=8)], under_way=True)
    voyage.swing(port="tartus", for_s=20_000.0, radius_m=200.0, rng=rng)
    voyage.sail([Way(lon=35.06, lat=34.01, speed_kn=6)])
    voyage.lie(port="tartus", heading_deg=73.0, for_s=5000.0)
    motion = voyage.sail([Way(lon=35.0, lat=34.0, speed_kn=9)], onward=True).motion()
    assert np.all(np.diff(motion.at_s) > 0)
    assert _steps_m(motion, 20.0).max() < 9.1 * KNOT_MPS * 20.0
    assert [stay.kind for stay in motion.stays] == ["anchored", "berthed"]
    assert motion.sog_kn[-1] == pytest.approx(9.0)


def test_swing_stays_on_its_circle_and_below_the_speed_of_stopped() -> None:
    """A day at anchor: a circle of 250 m, never 0.2 kn."""
    rng = np.random.default_rng(2)
    voyage = Voyage(at_s=0.0, place=START)
    motion = voyage.swing(port="tobruk", for_s=86_400.0, radius_m=250.0, rng=rng).motion()
    (stay,) = motion.stays
    away = np.hypot(
        metres_east(motion.lon - stay.lon, stay.lat), (motion.lat - stay.lat) * DEGREE_M
    )
    assert away == pytest.approx(250.0, abs=0.5)
    assert motion.sog_kn.max() < 0.2
    assert np.ptp(motion.heading_deg) > 30.0


def test_is_moving_outside_stays_only() -> None:
    """The quay is not the sea."""
    voyage = Voyage(at_s=0.0, place=START).lie(port="tartus", heading_deg=0.0, for_s=100.0)
    motion = voyage.sail([Way(lon=35.0, lat=34.01, speed_kn=5)]).motion()
    assert motion.is_moving(np.array([50.0, 150.0])).tolist() == [False, True]
