"""What fits into a silence."""

from __future__ import annotations

from monitor.engine.detect.feasible import (
    FASTEST_KN,
    LEAST_STAY_US,
    MARGIN_SHARE,
    TRADE_KN,
    Known,
    feasible,
    least_m,
    sailing_us,
    unexplained_s,
)
from monitor.units import HOUR_US, NAUTICAL_MILE_M
from tests.scenario.sailing import FENCES, sailing

(PORT,) = FENCES.ports
SLOW = Known(10.0, 9.0, 48)


def test_who_is_in_the_waters_of_a_port_has_no_way_to_it() -> None:
    assert least_m(PORT, *PORT.centre) == 0.0


def test_a_way_is_never_longer_than_it_is() -> None:
    fix = sailing(0, 0, off_nm=100)[0]
    assert 80 * NAUTICAL_MILE_M < least_m(PORT, fix.lon, fix.lat) < 100 * NAUTICAL_MILE_M


def test_a_mile_an_hour_is_a_knot() -> None:
    assert sailing_us(12 * NAUTICAL_MILE_M, 12.0) == HOUR_US


def test_hardly_known_she_may_be_as_fast_as_ships_are() -> None:
    assert Known(10.0, None, 5).fastest_kn == FASTEST_KN
    assert SLOW.fastest_kn == 10.0 * MARGIN_SHARE
    assert SLOW._replace(greatest_kn=6.0).fastest_kn == TRADE_KN


def test_a_call_needs_the_way_there_a_stay_and_the_way_back() -> None:
    last = sailing(0, 0, off_nm=60)[0]
    way = sailing_us(least_m(PORT, last.lon, last.lat), SLOW.fastest_kn)
    enough = last._replace(at=last.at + 2 * way + LEAST_STAY_US)
    (call,) = feasible((PORT,), last, enough, SLOW)
    assert (call.port, call.since, call.until) == ("home", last.at + way, enough.at - way)
    assert feasible((PORT,), last, enough._replace(at=enough.at - 1), SLOW) == []


def test_time_that_the_way_leaves() -> None:
    last, fix = sailing(0, 0)[0], sailing(10, 10, knots=9.0)[0]
    assert unexplained_s(last, fix, SLOW) is None
    later = fix._replace(at=fix.at + 6 * HOUR_US + HOUR_US // 60)
    found = unexplained_s(last, later, SLOW)
    assert found is not None
    assert 6 * 3600 <= found < 6.5 * 3600
    assert unexplained_s(last, later, Known(10.0, None, 48)) is None
