"""What is false is told as false, lies where it is said to be, and is counted; poor is true."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.simulator.draw import moored, way, ways_out
from monitor.simulator.radio import Sent, Thinning, transmit
from monitor.simulator.sea import OPEN_SEA, TARTUS, Floats, Place, metres_east
from monitor.simulator.ship import Habits, Particulars, Ship, Spoof
from monitor.simulator.voyage import Voyage
from monitor.units import DEGREE_M

HOUR_S = 3600.0
ALONGSIDE_S = 10 * HOUR_S
WHO = Particulars(
    mmsi=273_990_001, name="AMBER TIDE", callsign="X01", imo=9_900_007, ship_type=70,
    length_m=120, beam_m=16, draught_m=6.0, destination="TOBRUK",
)  # fmt: skip
AIRPORT = Place(lon=35.4884, lat=33.8209)


def _motion() -> Ship:
    """Ten hours alongside at Tartus, then out."""
    berth = TARTUS.berths[0]
    voyage = Voyage(at_s=0.0, place=Place(lon=berth.lon, lat=berth.lat))
    moored(voyage, TARTUS, berth, for_s=ALONGSIDE_S)
    ways = [*ways_out(TARTUS, berth), way(OPEN_SEA[0], 12.0)]
    return Ship(particulars=WHO, motion=voyage.sail(ways, onward=True).motion())


SHIP = _motion()


def _sent(habits: Habits) -> Sent:
    ship = Ship(particulars=WHO, motion=SHIP.motion, habits=habits)
    return transmit(
        ship, window=(0.0, 13 * HOUR_S), thinning=Thinning(), rng=np.random.default_rng(7)
    )


def _off_m(sent: Sent, place: Place | None = None) -> Floats:
    """Distance of each position from a place; by default from where she truly was."""
    motion, at = SHIP.motion, sent.at_s.astype(float)
    lon = motion.value(motion.lon, at) if place is None else np.full(at.size, place.lon)
    lat = motion.value(motion.lat, at) if place is None else np.full(at.size, place.lat)
    east = metres_east(sent.columns["lon"] / 600_000 - lon, lat)
    return np.hypot(east, (sent.columns["lat"] / 600_000 - lat) * DEGREE_M)


def _during(sent: Sent, span: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (sent.at_s >= span[0]) & (sent.at_s < span[1])


def test_spoofed_to_a_point() -> None:
    """At the airport, at rest, as long as it lasts; then as before."""
    span = (2 * HOUR_S, 4 * HOUR_S)
    sent = _sent(Habits(spoofed=(Spoof(window=span, place=AIRPORT),)))
    rows = _during(sent, span)
    assert rows.sum() == sent.faults["spoofed"] > 5
    assert np.array_equal(sent.is_false, rows)
    assert _off_m(sent, AIRPORT)[rows].max() < 20
    assert _off_m(sent)[~rows].max() < 30
    assert set(sent.columns["sog"][rows].tolist()) == {0}


def test_spoofed_onto_a_circle() -> None:
    """On the rim, with the speed that brings her round, and the course along it."""
    span = (10.5 * HOUR_S, 12.5 * HOUR_S)
    spoof = Spoof(window=span, place=AIRPORT, radius_m=1_500.0, speed_kn=15.0)
    sent = _sent(Habits(spoofed=(spoof,)))
    rows = _during(sent, span)
    assert np.abs(_off_m(sent, AIRPORT)[rows] - 1_500).max() < 20
    assert set(sent.columns["sog"][rows].tolist()) == {150}
    at, lon, lat = sent.at_s[rows], sent.columns["lon"][rows], sent.columns["lat"][rows]
    gone = np.hypot(metres_east(np.diff(lon) / 600_000, 33.8), np.diff(lat) / 600_000 * DEGREE_M)
    assert np.median(gone / np.diff(at)) == pytest.approx(15 * 1852 / 3600, rel=0.05)
    ahead = np.degrees(np.arctan2(metres_east(np.diff(lon), 33.8), np.diff(lat) * DEGREE_M))
    turned = (sent.columns["cog"][rows][:-1] / 10 - ahead + 180) % 360 - 180
    assert np.median(np.abs(turned)) < 15


def test_swapped_and_latitude_zero() -> None:
    """35 north 36 east becomes 36 north 35 east; or she lies on the equator."""
    swapped, zero = (1 * HOUR_S, 2 * HOUR_S), (4 * HOUR_S, 5 * HOUR_S)
    sent = _sent(Habits(swapped=(swapped,), zero_latitude=(zero,)))
    one, two = _during(sent, swapped), _during(sent, zero)
    assert _off_m(sent, Place(lon=TARTUS.lat, lat=TARTUS.lon))[one].max() < 2_000
    assert set(sent.columns["lat"][two].tolist()) == {0}
    assert np.array_equal(sent.is_false, one | two)
    assert (sent.faults["swapped"], sent.faults["zero_latitude"]) == (one.sum(), two.sum())


def test_frozen_stays_bit_for_bit_while_the_speed_goes_on() -> None:
    """The first of them is true, the others are not."""
    span = (10.6 * HOUR_S, 11.6 * HOUR_S)
    sent = _sent(Habits(frozen=(span,)))
    rows = _during(sent, span)
    assert np.ptp(sent.columns["lon"][rows]) == np.ptp(sent.columns["lat"][rows]) == 0
    assert sent.columns["sog"][rows].min() > 30
    assert sent.is_false.sum() == rows.sum() - 1 == sent.faults["frozen"]
    assert not sent.is_false[np.flatnonzero(rows)[0]]


def test_a_bad_fix_comes_twice_with_other_rounding() -> None:
    """Two seconds apart, 0.8 to 2 km off, and true ones before and after."""
    sent = _sent(Habits(bad_fixes=2, at_rest_every_s=180.0))
    rows = np.flatnonzero(sent.is_false)
    assert rows.size == 4
    assert np.diff(sent.at_s[rows])[::2].tolist() == [2, 2]
    assert 790 < _off_m(sent)[rows].min() < _off_m(sent)[rows].max() < 2_030
    assert not (sent.columns["lat"][rows[1::2]] % 60).any()
    assert (sent.columns["lat"][rows[::2]] != sent.columns["lat"][rows[1::2]]).all()
    assert np.diff(sent.at_s).min() >= 0


def test_strangers_use_her_number_all_over_the_world() -> None:
    """Three fixes at each place, none of them near the ports."""
    sent = _sent(Habits(strangers=140))
    rows = sent.is_false
    assert rows.sum() == 420
    assert len(set((sent.columns["lon"][rows] // 6_000).tolist())) > 100
    assert _off_m(sent)[rows].min() > 300_000
    assert np.array_equal(sent.columns["second"], sent.at_s % 60)


@pytest.mark.parametrize(("rounding", "grain"), [("tenth_minute", 1_000), ("three_decimals", 600)])
def test_coarse_positions_are_true(rounding: str, grain: int) -> None:
    """Off by the half of what they are rounded to, and the noise."""
    sent = _sent(Habits(rounding=rounding))  # type: ignore[arg-type]
    assert not (sent.columns["lon"] % grain).any()
    assert not sent.is_false.any()
    assert _off_m(sent).max() < grain / 600_000 * DEGREE_M


def test_noise_antennas_and_intervals() -> None:
    """Eleven metres each 20 s; or 120 m from hour to hour."""
    noisy = _sent(Habits(noise_m=11.0, at_rest_every_s=20.0))
    at_rest = noisy.at_s < ALONGSIDE_S
    assert np.median(np.diff(noisy.at_s[at_rest])) == pytest.approx(20, abs=1)
    assert 12 < _off_m(noisy)[at_rest].mean() < 16
    two = _sent(Habits(antennas_m=120.0))
    aft = two.at_s // 3600 % 2 == 1
    assert np.abs(_off_m(two)[aft] - 120).max() < 20
    assert _off_m(two)[~aft].max() < 20
    assert not two.is_false.any()


def test_heard_in_bursts_by_satellite() -> None:
    """Then only, by satellites only, and within a burst all that is sent."""
    spans = ((2 * HOUR_S, 2.1 * HOUR_S), (7 * HOUR_S, 7.1 * HOUR_S))
    sent = _sent(Habits(heard=spans, by_satellite=True, at_rest_every_s=30.0))
    assert 18 < sent.at_s.size <= 24
    assert all(any(a <= at < b for a, b in spans) for at in sent.at_s.tolist())
    assert len(set(sent.group.tolist())) == 1
