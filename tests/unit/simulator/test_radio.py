"""What is sent follows the true motion, at the intervals of the standard, thinned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monitor.simulator.draw import moored, way, ways_out
from monitor.simulator.radio import (
    SATELLITE,
    SOG_MISSING,
    Sent,
    Thinning,
    long_range_columns,
    transmit,
)
from monitor.simulator.sea import OPEN_SEA, TARTUS, Place, metres_east
from monitor.simulator.ship import Habits, Particulars, Ship
from monitor.simulator.voyage import Voyage
from monitor.units import DEGREE_M

HOUR_S = 3600.0
WINDOW = (0.0, 80 * HOUR_S)
WHO = Particulars(
    mmsi=273_990_001, name="AMBER TIDE", callsign="X01", imo=9_900_007, ship_type=70,
    length_m=120, beam_m=16, draught_m=6.0, destination="TOBRUK",
)  # fmt: skip


def _ship(habits: Habits | None = None) -> Ship:
    """Ten hours alongside at Tartus, then out to the open sea."""
    berth = TARTUS.berths[0]
    voyage = Voyage(at_s=0.0, place=Place(lon=berth.lon, lat=berth.lat))
    moored(voyage, TARTUS, berth, for_s=10 * HOUR_S)
    ways = [*ways_out(TARTUS, berth), *(way(place, 12.0) for place in OPEN_SEA[:3])]
    motion = voyage.sail(ways, onward=True).motion()
    return Ship(particulars=WHO, motion=motion, habits=habits or Habits())


def _sent(ship: Ship, thinning: Thinning | None = None) -> Sent:
    rng = np.random.default_rng(7)
    return transmit(ship, window=WINDOW, thinning=thinning or Thinning(), rng=rng)


def test_positions_are_true_but_for_metres() -> None:
    """GNSS noise and the resolution of the message, no more."""
    ship = _ship()
    sent, motion = _sent(ship), ship.motion
    fine = sent.columns["type"] != 27
    at = sent.at_s[fine].astype(float)
    lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
    east = metres_east(sent.columns["lon"][fine] / 600_000 - lon, lat)
    north = (sent.columns["lat"][fine] / 600_000 - lat) * DEGREE_M
    assert np.hypot(east, north).max() < 30.0
    assert np.array_equal(sent.columns["second"], sent.at_s % 60)


def test_intervals_alongside_under_way_and_at_sea() -> None:
    """12 minutes, one minute, and then what satellites hear."""
    sent = _sent(_ship())
    alongside = sent.at_s[sent.at_s < 10 * HOUR_S]
    leaving = sent.at_s[(sent.at_s > 10.1 * HOUR_S) & (sent.at_s < 12 * HOUR_S)]
    assert np.median(np.diff(alongside)) == pytest.approx(720, abs=60)
    assert np.median(np.diff(leaving)) == pytest.approx(60, abs=6)
    at_sea = sent.at_s[sent.group == SATELLITE]
    assert at_sea.size > 20
    assert HOUR_S < np.diff(at_sea).max() < 6 * HOUR_S


def test_thinning_by_one_is_the_standard() -> None:
    """10 s under way."""
    sent = _sent(_ship(), Thinning(moving=1.0, stationary=1.0))
    leaving = sent.at_s[(sent.at_s > 10.1 * HOUR_S) & (sent.at_s < 11 * HOUR_S)]
    assert np.median(np.diff(leaving)) == pytest.approx(10, abs=1)


def test_status_follows_the_motion_unless_it_never_does() -> None:
    """Moored then under way; or the same for ever."""
    sent = _sent(_ship())
    assert set(sent.columns["status"][sent.at_s < 9 * HOUR_S].tolist()) == {5}
    assert set(sent.columns["status"][sent.at_s > 10.1 * HOUR_S].tolist()) == {0}
    assert set(_sent(_ship(Habits(status="always_zero"))).columns["status"].tolist()) == {0}
    assert set(_sent(_ship(Habits(status="always_moored"))).columns["status"].tolist()) == {5}


def test_dark_sends_nothing_and_missing_sog_no_speed() -> None:
    """Silence is silence; 1023 is not a speed."""
    dark = (2 * HOUR_S, 11 * HOUR_S)
    sent = _sent(_ship(Habits(dark=(dark,), sog_missing=True)))
    assert not np.any((sent.at_s >= dark[0]) & (sent.at_s < dark[1]))
    assert set(sent.columns["sog"].tolist()) == {SOG_MISSING}
    coarse = long_range_columns(sent.columns)
    assert set(coarse["sog"].tolist()) == {63}


def test_false_speed_while_the_position_stands() -> None:
    """Up to 6.8 kn, alongside."""
    sent = _sent(_ship(Habits(false_sog=((2 * HOUR_S, 5 * HOUR_S),))))
    lie = (sent.at_s >= 2 * HOUR_S) & (sent.at_s < 5 * HOUR_S)
    assert 4 <= sent.columns["sog"][lie].min() <= sent.columns["sog"][lie].max() <= 68
    assert sent.columns["sog"][sent.at_s < 2 * HOUR_S].max() == 0
    assert np.ptp(sent.columns["lat"][lie]) / 600_000 * DEGREE_M < 40


def test_teleports_are_single_and_far() -> None:
    """Each one bit away, more than 100 km, with good neighbours."""
    ship = _ship(Habits(teleports=4))
    sent = _sent(ship)
    rows = np.flatnonzero(sent.is_false)
    assert rows.size == 4
    assert np.diff(rows).min() > 1
    at = sent.at_s[rows].astype(float)
    lon, lat = ship.motion.value(ship.motion.lon, at), ship.motion.value(ship.motion.lat, at)
    east = metres_east(sent.columns["lon"][rows] / 600_000 - lon, lat)
    north = (sent.columns["lat"][rows] / 600_000 - lat) * DEGREE_M
    assert np.hypot(east, north).min() > 100_000


def test_long_range_stretch_is_type_27_only() -> None:
    """And sparse, and coarse."""
    sent = _sent(_ship(Habits(long_range=((3 * HOUR_S, 11 * HOUR_S),))))
    stretch = (sent.at_s >= 3 * HOUR_S) & (sent.at_s < 11 * HOUR_S)
    assert set(sent.columns["type"][stretch].tolist()) == {27}
    assert np.diff(sent.at_s[stretch]).min() > 60
    coarse = long_range_columns(sent.columns)
    error = coarse["lat"] / 600 - sent.columns["lat"] / 600_000
    assert np.abs(error).max() * DEGREE_M < 100


def test_class_b_sends_type_18() -> None:
    """No status, 30 s thinned."""
    ship = replace(_ship(), particulars=replace(WHO, is_class_b=True))
    assert set(_sent(ship).columns["type"].tolist()) == {18}
