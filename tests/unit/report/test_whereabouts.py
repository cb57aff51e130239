"""Where ships were: certain and possible stays, and what a silence allows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.whereabouts import (
    FAR_AHEAD,
    LONG_AGO,
    Interval,
    as_of,
    certain,
    holds,
    joined,
    meets,
    mixed_at,
    place_of,
    possible,
    silent,
    without,
)
from monitor.units import HOUR_US
from tests.unit.report.sailed import (
    FENCES,
    TO_AWAY,
    TO_HOME,
    at_home,
    at_sea,
    away,
    call,
    hour,
    ship,
    silence,
    span,
)

END = hour(100)


def hours(intervals: list[Interval]) -> list[tuple[float, float]]:
    """In hours of the day; bounds that there are none of as they are."""
    zero = hour(0)
    return [
        tuple(at if at in {LONG_AGO, FAR_AHEAD} else (at - zero) / HOUR_US for at in one)  # type: ignore[misc]
        for one in intervals
    ]


def test_a_stay_is_certain_between_its_inner_bounds() -> None:
    vessel = ship(call("home", span(1, 2, 3), span(9, 10, 11)), last=at_sea(50))
    assert hours(certain(vessel, "home", END)) == [(3, 9)]
    assert certain(vessel, "away", END) == []


def test_a_stay_is_possible_between_its_outer_bounds() -> None:
    vessel = ship(call("home", span(1, 3), span(9, 11)), last=at_sea(99))
    assert hours(possible(vessel, TO_HOME, END)) == [(1, 11)]
    assert possible(vessel, TO_AWAY, END) == []


def test_what_is_not_bounded_is_possible_from_ever_on() -> None:
    vessel = ship(call("home", span(None, 3), span(9, 11)), last=at_sea(99))
    assert hours(possible(vessel, TO_HOME, END)) == [(LONG_AGO, 11)]
    assert hours(certain(vessel, "home", END)) == [(3, 9)]


def test_a_call_without_a_stop_is_only_possible() -> None:
    """Confidence 1 is a doubt."""
    vessel = ship(call("home", span(1, 3), span(9, 11), confidence=1), last=at_sea(99))
    assert certain(vessel, "home", END) == []
    assert hours(possible(vessel, TO_HOME, END)) == [(1, 11)]


def test_in_a_silence_nothing_is_certain_though_she_is_there_again() -> None:
    vessel = ship(
        call("home", span(1, 3), span(80, 81)), last=at_sea(99),
        silences=(silence(at_home(20), at_home(50)),),
    )  # fmt: skip
    assert hours(certain(vessel, "home", END)) == [(3, 20), (50, 80)]
    assert hours(possible(vessel, TO_HOME, END)) == [(1, 81)]


def test_an_open_stay_is_certain_up_to_the_last_fix() -> None:
    """Within four hours of the end it counts as lasting."""
    dark = ship(call("home", span(1, 3)), last=at_home(90))
    assert hours(certain(dark, "home", END)) == [(3, 90)]
    assert hours(possible(dark, TO_HOME, END)) == [(1, 100)]
    heard = ship(call("home", span(1, 3)), last=at_home(97))
    assert hours(certain(heard, "home", END)) == [(3, 100)]


def test_an_open_stay_of_who_was_heard_elsewhere_since_is_not_certain() -> None:
    """But for the instant of her arrival: a departure may not be told yet."""
    vessel = ship(call("home", span(1, 3)), last=at_sea(98))
    assert hours(certain(vessel, "home", END)) == [(3, 3)]


@pytest.mark.parametrize(
    ("ship_type", "gap", "found"),
    [
        (70, 34, [(16.4, 17.6)]),  # there and back at 30 kn
        (70, 32, []),
        (35, 32, [(8.2, 23.8)]),  # a naval ship: 60 kn
        (None, 16, []),
        (None, 17, [(8.2, 8.8)]),
    ],
)
def test_a_silence_allows_what_she_is_fast_enough_for(
    ship_type: int | None, gap: float, found: list[tuple[float, float]]
) -> None:
    """498 NM each way, less the breadth of the approach and the slack of positions."""
    vessel = ship(
        last=at_sea(99), ship_type=ship_type, silences=(silence(at_home(0), at_home(gap)),)
    )
    there = hours(possible(vessel, TO_AWAY, END))
    assert len(there) == len(found)
    for told, expected in zip(there, found, strict=True):
        assert told == pytest.approx(expected, abs=0.4)


def test_after_her_last_fix_she_may_be_wherever_she_can_have_come() -> None:
    vessel = ship(last=at_home(50))
    ((begin, end),) = hours(possible(vessel, TO_AWAY, END))
    assert begin == pytest.approx(66.4, abs=0.3)
    assert end == 100
    assert possible(ship(last=at_home(90)), TO_AWAY, END) == []


def test_a_shared_number_is_of_no_known_class() -> None:
    """So she may be a fast one."""
    assert ship(is_shared=True).kind == "unknown"
    assert ship(is_shared=True).fastest_kn == 60
    assert ship(is_shared=True, track=1).title == "273999410 #1, a shared number"
    assert ship().title == "SEVERNYY VETER (273999410)"
    assert ship(name=None).title == "273999410"


def test_tracks_of_a_number_are_mixed_where_one_went_on_elsewhere() -> None:
    here = [silence(at_home(1), at_home(9)), silence(at_home(10), None)]
    moved = [silence(at_home(20), away(60)), silence(at_home(70), away(99))]
    assert mixed_at([here, here]) is None
    assert mixed_at([here, moved]) == hour(20)
    vessel = ship(call("home", span(1, 3)), last=at_home(99), is_shared=True, mixed_at=hour(20))
    assert hours(certain(vessel, "home", END)) == [(3, 20)]
    assert hours(possible(vessel, TO_AWAY, END)) == [(20, 100)]


def test_calls_as_of_an_instant() -> None:
    """What began later is left out, and what ended later had not ended."""
    early = call("home", span(1, 2), span(5, 6))
    long = call("home", span(7, 8), span(90, 91))
    later = call("away", span(110, 111))
    found = as_of([later, long, early], hour(50))
    assert [(one.port, one.arrived) for one in found] == [
        ("home", early.arrived), ("home", long.arrived),
    ]  # fmt: skip
    assert found[0].departed == early.departed
    assert found[1].departed is None


def test_in_whose_approach_a_place_is() -> None:
    assert place_of(FENCES.ports, 35.05, 34.05) == "home"
    assert place_of(FENCES.ports, 25.0, 34.0) == "away"
    assert place_of(FENCES.ports, 30.0, 34.0) is None


def test_when_nothing_was_heard() -> None:
    buckets = [(10, 20), (20, 30), (50, 60), (15, 25)]
    assert silent(buckets, 0, 100, 15) == [(30, 50), (60, 100)]
    assert silent([], 0, 100, 15) == [(0, 100)]
    assert silent([(0, 100)], 0, 100, 15) == []
    assert silent([(-50, 5), (95, 150)], 0, 100, 15) == [(5, 95)]


def test_one_pass_of_a_satellite_does_not_part_a_silence() -> None:
    """Between times that are silences both; where satellites come by and by, each counts."""

    def told(*heard: tuple[float, float]) -> list[tuple[float, float]]:
        buckets = [(hour(begin), hour(end)) for begin, end in heard]
        return hours(silent(buckets, hour(0), hour(24), HOUR_US))

    ends = ((0.0, 2.0), (20.0, 24.0))
    assert told(*ends, (10, 10.2)) == [(2, 20)]
    assert told(*ends, (10, 10.5)) == [(2, 10), (10.5, 20)]
    assert told(*ends, (5, 5.2)) == [(2, 5), (5.2, 20)]


INTERVALS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20)).map(lambda one: (one[0], sum(one))),
    max_size=6,
)


@given(INTERVALS, INTERVALS)
def test_without_takes_the_inside_of_gaps_and_nothing_else(
    intervals: list[Interval], gaps: list[Interval]
) -> None:
    left = without(intervals, gaps)
    for at in range(72):
        inside = any(begin < at < end for begin, end in gaps)
        assert holds(left, at) == (holds(intervals, at) and not inside)


@given(INTERVALS)
def test_joined_holds_the_same_and_in_order(intervals: list[Interval]) -> None:
    found = joined(intervals)
    assert all(one[1] < two[0] for one, two in pairwise(found))
    assert [holds(found, at) for at in range(72)] == [holds(intervals, at) for at in range(72)]


def test_meeting_a_time() -> None:
    assert meets([(5, 10)], 10, 20)
    assert not meets([(5, 10)], 11, 20)
    assert not meets([(20, 30)], 10, 20)


def test_away_is_far_from_home() -> None:
    """What the tests above count on."""
    assert TO_AWAY.least_us(at_home(0), 30.0) / HOUR_US == pytest.approx(16.4, abs=0.3)
    assert TO_AWAY.least_us(away(0), 30.0) == 0
