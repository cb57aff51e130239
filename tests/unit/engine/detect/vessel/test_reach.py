"""From when on a dark ship can be at a port: never later than she can."""

from __future__ import annotations

import pytest

from monitor.engine.geofence import distance_m
from monitor.model import EventKind
from monitor.units import HOUR_US, KNOT_MPS, NAUTICAL_MILE_M, SECOND_US
from tests.scenario.sailing import FENCES, sailing, told
from tests.scenario.sea import START

(PORT,) = FENCES.ports
REACHED = EventKind.MAY_HAVE_REACHED


def test_a_ship_that_is_well_known_can_be_there_by_her_own_greatest_speed() -> None:
    before = sailing(0, 30, off_nm=-50, knots=10.0)
    (event,) = [one for one in told(before, until_h=90) if one.kind is REACHED]
    last = before[-1]
    away = float(distance_m(*PORT.centre, last.lon, last.lat))
    assert event.span.earliest == event.decided_at
    hours = (event.decided_at - last.at) / HOUR_US
    assert hours < away / NAUTICAL_MILE_M / 16.0  # 10 kn, if that is what saves fuel
    assert hours > (away / NAUTICAL_MILE_M - 5) / 16.0
    assert event.span.at is not None
    assert (event.span.at - last.at) / HOUR_US == pytest.approx(
        away / NAUTICAL_MILE_M / 10, rel=0.02
    )
    assert event.span.latest is None
    assert event.confidence == 1
    assert event.port == "home"
    assert event.why.endswith("That she went there is not known.")


def test_she_is_heard_before_she_can_be_there() -> None:
    before = sailing(0, 30, off_nm=-50, knots=10.0)
    after = sailing(40, 41, off_nm=-50, knots=10.0)
    assert [one for one in told([*before, *after], until_h=90) if one.kind is REACHED] == []


def test_a_ship_that_can_be_there_when_she_is_called_dark_is_told_of_then() -> None:
    before = sailing(0, 8, off_nm=40, knots=6.0)
    (event,) = [one for one in told(before, until_h=60) if one.kind is REACHED]
    assert event.span.earliest is not None
    assert event.span.earliest < event.decided_at == before[-1].at + 6 * HOUR_US


def test_one_that_is_hardly_known_may_be_fast() -> None:
    (event,) = [one for one in told(sailing(0, 8), until_h=60) if one.kind is REACHED]
    assert event.evidence.figures["greatest_kn"] == 30.0


@pytest.mark.parametrize("knots", [6.0, 9.0, 14.0, 21.0])
@pytest.mark.parametrize("faster", [1.0, 1.1, 1.6])
def test_whoever_sails_there_is_never_there_before(knots: float, faster: float) -> None:
    """As fast as before, or with all the power that she saved until then: the bound holds."""
    before = sailing(0, 26, off_nm=-300, knots=knots)
    (event,) = [one for one in told(before, until_h=300) if one.kind is REACHED]
    last = before[-1]
    way = float(distance_m(*PORT.centre, last.lon, last.lat))
    reach = max(abs(PORT.area.bounds[0] - PORT.centre[0]), 0) * 111_000  # her side of its waters
    there = last.at + (way - reach) / (faster * knots * KNOT_MPS) * SECOND_US
    assert event.span.earliest is not None
    assert event.span.earliest <= there
    assert event.decided_at >= START


def test_who_steamed_slowly_and_runs_when_dark_is_not_there_before() -> None:
    """A day at 8 kn, and then 14: nobody had seen that she can."""
    (event,) = [
        one
        for one in told(sailing(0, 30, off_nm=-300, knots=8.0), until_h=300)
        if one.kind is REACHED
    ]
    assert event.span.earliest is not None
    way = event.evidence.figures["way_m"]
    last = START + 30 * HOUR_US
    assert event.span.earliest <= last + way / (14.0 * KNOT_MPS) * SECOND_US


def test_days_alongside_do_not_show_how_fast_she_is() -> None:
    """She lay for two days and was heard; out at 6 kn, and dark: she may be a fast one."""
    lay = sailing(0, 48, off_nm=100, knots=0.0, status=5)
    out = sailing(48.25, 50, off_nm=100 - 48 * 6, knots=6.0)
    (event,) = [one for one in told([*lay, *out], until_h=120) if one.kind is REACHED]
    assert event.evidence.figures["greatest_kn"] == 30.0
