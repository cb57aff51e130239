"""Has the fleet moved: how each ship stands, and numbers that hold what is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.report.relocation import Answer, Member, Range, Standing, relocation
from monitor.report.whereabouts import Vessel
from tests.unit.report.sailed import (
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

LEFT = call("home", span(None, 1), span(9, 10, 11))
STAYS = call("home", span(None, 1))
ARRIVED = call("away", span(50, 51, 52))


def answer(*vessels: Vessel, since: float = 0, until: float = 100) -> Answer:
    return relocation(vessels, TO_HOME, TO_AWAY, since=hour(since), until=hour(until))


def member(vessel: Vessel, until: float = 100) -> Member:
    (found,) = answer(vessel, until=until).members
    return found


def test_a_ship_that_moved() -> None:
    found = member(ship(LEFT, ARRIVED, last=away(99)))
    assert found.standing is Standing.MOVED
    assert found.left is not None
    assert found.left.span == LEFT.departed
    assert found.reached is not None
    assert found.reached.span == ARRIVED.arrived
    assert found.may_be == ("away",)


def test_a_ship_that_stayed() -> None:
    found = member(ship(STAYS, last=at_home(99)))
    assert (found.standing, found.left, found.reached) == (Standing.STAYED, None, None)
    assert not found.may_have_reached


def test_a_ship_that_left_and_came_back() -> None:
    """By way of the other port, or not."""
    again = call("home", span(70, 71))
    there = call("away", span(30, 31), span(40, 41))
    turned = member(ship(LEFT, again, last=at_home(99)))
    assert turned.standing is Standing.BACK
    assert turned.reached is None
    been = member(ship(LEFT, there, again, last=at_home(99)))
    assert been.standing is Standing.BACK
    assert been.reached is not None


def test_one_that_left_and_came_back_before_the_time_has_stayed() -> None:
    again = call("home", span(30, 31))
    (found,) = answer(ship(LEFT, again, last=at_home(99)), since=40).members
    assert found.standing is Standing.STAYED


def test_a_ship_that_went_dark_at_home_may_be_anywhere() -> None:
    """She is not still there, and not gone."""
    found = member(ship(STAYS, last=at_home(50)))
    assert found.standing is Standing.UNKNOWN
    assert found.may_be == ("home", "away")
    assert found.may_have_reached
    soon = member(ship(STAYS, last=at_home(90)))  # ten hours: too far at 30 kn
    assert soon.standing is Standing.UNKNOWN
    assert soon.may_be == ("home",)
    assert not soon.may_have_reached


def test_a_ship_that_is_heard_at_sea_is_elsewhere_and_may_have_come_since() -> None:
    found = member(ship(LEFT, last=at_sea(98)))
    assert (found.standing, found.may_be) == (Standing.ELSEWHERE, ())
    near = member(ship(LEFT, last=at_sea(98, 25.2)))
    assert (near.standing, near.may_be) == (Standing.ELSEWHERE, ("away",))


def test_a_ship_too_far_away_is_elsewhere_however_long_she_is_silent() -> None:
    far = replace(at_sea(50), lon=-60.0)
    assert member(ship(LEFT, last=far)).standing is Standing.ELSEWHERE
    assert member(ship(LEFT, last=replace(far, at=hour(-2_000)))).standing is Standing.UNKNOWN


def test_in_the_approach_without_a_known_stop_she_is_neither_there_nor_elsewhere() -> None:
    found = member(ship(LEFT, last=away(99)))
    assert found.standing is Standing.UNKNOWN
    assert (found.reached, found.may_be) == (None, ("away",))
    doubt = member(ship(LEFT, replace(ARRIVED, confidence=1), last=away(99)))
    assert doubt.standing is Standing.UNKNOWN
    assert doubt.may_have_reached


def test_who_was_there_before_she_was_at_the_first_has_not_moved_there() -> None:
    before = call("away", span(-90, -89), span(-80, -79))
    found = member(ship(before, call("home", span(-10, -9)), last=at_home(99)))
    assert found.reached is None
    assert found.standing is Standing.STAYED


def test_a_silence_may_hide_a_call() -> None:
    """Home to Away and back takes a cargo ship 33 hours."""
    gap = silence(at_home(20), at_home(60))
    found = member(ship(STAYS, last=at_home(99), silences=(gap,)))
    assert found.standing is Standing.STAYED
    assert found.may_have_reached
    short = silence(at_home(20), at_home(50))
    assert not member(ship(STAYS, last=at_home(99), silences=(short,))).may_have_reached


def test_who_never_was_at_the_first_is_not_of_the_fleet() -> None:
    found = answer(ship(ARRIVED, last=away(99)), ship(mmsi=1, last=at_sea(99)))
    assert found.members == ()
    assert [one.mmsi for one in found.others] == [273_999_410]


def test_who_left_before_the_time_is_not_of_the_fleet() -> None:
    assert answer(ship(LEFT, ARRIVED, last=away(99)), since=20).members == ()


def test_who_may_have_been_there_counts_as_most_only() -> None:
    """Dark at home since before the time, or a call without a stop."""
    dark = ship(STAYS, last=at_home(10))
    doubt = ship(call("home", span(60, 61), span(62, 63), confidence=1), last=at_sea(99), mmsi=2)
    found = answer(dark, doubt, since=50)
    assert [one.is_sure for one in found.members] == [False, False]
    assert found.fleet == Range(least=0, most=2)
    assert found.elsewhere == Range(least=0, most=2)


def test_numbers_hold_what_silence_hides() -> None:
    found = answer(
        ship(LEFT, ARRIVED, last=away(99), mmsi=1),
        ship(STAYS, last=at_home(99), mmsi=2),
        ship(STAYS, last=at_home(40), mmsi=3),
        ship(LEFT, last=replace(at_sea(50), lon=-60.0), mmsi=4),
    )
    assert found.fleet == Range(least=4, most=4)
    assert found.moved == Range(least=1, most=2)
    assert found.stayed == Range(least=1, most=2)
    assert found.elsewhere == Range(least=1, most=2)
    assert found.reached == Range(least=1, most=2)
    assert [one.standing for one in found.members] == [
        Standing.STAYED, Standing.MOVED, Standing.ELSEWHERE, Standing.UNKNOWN,
    ]  # fmt: skip


def test_where_two_use_her_number_nothing_is_told_after_they_were_mixed() -> None:
    """Heard at the other port after a silence, and then, by a leap, at the first again."""
    mixed = {"is_shared": True, "mixed_at": hour(30)}
    found = member(ship(LEFT, ARRIVED, last=away(99), **mixed))
    assert found.standing is Standing.UNKNOWN
    assert found.left is not None  # before it
    assert found.reached is None
    assert found.may_have_reached
    assert found.may_be == ("home", "away")
    late = member(ship(STAYS, last=at_home(99), is_shared=True, mixed_at=hour(5)))
    assert (late.is_sure, late.standing) == (True, Standing.UNKNOWN)
    assert member(ship(STAYS, last=at_home(99), is_shared=True)).standing is Standing.STAYED


def test_what_came_after_the_end_is_not_told() -> None:
    """As of an instant: a call that began later is no arrival yet."""
    found = member(ship(LEFT, last=at_sea(30)), until=33)
    assert (found.standing, found.reached) == (Standing.ELSEWHERE, None)
    assert found.unheard_us == hour(33) - hour(30)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(3, 3, "3"), (3, 5, "at least 3 and at most 5"), (0, 0, "0"), (0, 2, "at most 2")],
)
def test_a_range_in_words(least: int, most: int, words: str) -> None:
    assert str(Range(least=least, most=most)) == words
