"""A second ship on one number, and who is none."""

from __future__ import annotations

from collections import Counter

import pytest

from monitor.engine.candidate import Became, Way
from monitor.engine.odd import MOST_SHIPS
from tests.unit.engine.test_odd import DAY, FAR, HOUR, at, became, minute, of, sort


def test_who_is_heard_meanwhile_for_twenty_minutes_is_a_second_ship() -> None:
    """From her first fix on, as is known with the last; nobody is refused."""
    ours, theirs = at(range(0, 60, 2)), at(range(1, 60, 2), FAR)
    sorting = sort(ours, theirs)
    assert became(sorting) == [(Became.SECOND_SHIP, 1, 11, 21)]
    second = of(sorting, 1)
    assert [taken.fix.seq for taken in second] == [fix.seq for fix in theirs]
    assert [taken.way for taken in second[:2]] == [Way.NEW, Way.FROM_BEFORE]
    assert [minute(taken.decided_at) for taken in second[9:13]] == [21, 21, 23, 25]
    assert sorting.refused == []
    assert not sorting.plain


@pytest.mark.parametrize(("since", "ships"), [(62, 3), (60, 2), (2, 2)])
def test_who_is_heard_when_another_of_the_ships_falls_silent_may_be_that_one(
    since: int, ships: int
) -> None:
    """Two ships on a number; one lies, and is said to be elsewhere, while the other is heard."""
    at_sea = at(range(0, 300, 2))
    lies = at(range(1, 100, 2), FAR)
    place = at(range(99 + since, 99 + since + 100, 2), 2 * FAR)
    sorting = sort(at_sea, lies, place)
    assert {taken.number for taken in sorting.taken} == set(range(ships))
    again = at(range(99 + since + 102, 300, 2), FAR)
    sorting = sort(at_sea, lies, place, again, ended=300)
    assert len(of(sorting, 1)) == len(lies) + len(again)
    if ships == 2:
        assert len(sorting.refused) == len(place)


def test_a_third_ship_that_came_when_the_second_fell_silent_is_told_apart_after_six_hours() -> None:
    """By then no spoofing lasts."""
    at_sea, lies = at(range(0, 600, 2)), at(range(1, 100, 2), FAR)
    sorting = sort(at_sea, lies, at(range(101, 600, 4), 2 * FAR))
    assert became(sorting)[-1][:2] == (Became.SECOND_SHIP, 2)
    assert became(sorting)[-1][3] == 101 + 360


def test_a_stranger_of_less_is_none() -> None:
    """Nineteen minutes, and nothing more of her."""
    sorting = sort(at(range(0, 120, 2)), at(range(1, 21, 2), FAR), ended=120)
    assert became(sorting) == [(Became.REFUSED, None, 10, 120)]


def test_who_leaps_to_and_fro_is_one_ship() -> None:
    """Half an hour here, half an hour there, all day: never at both places at once."""
    here = [m for m in range(12 * HOUR) if m // 30 % 2 == 0]
    there = [m for m in range(12 * HOUR) if m // 30 % 2 == 1]
    sorting = sort(at(tuple(here)), at(tuple(there), FAR), ended=12 * HOUR)
    assert {taken.number for taken in sorting.taken} == {0}
    assert len(sorting.refused) == len(there)


def test_as_many_ships_as_are_heard_are_told_apart() -> None:
    """Sixteen; the seventeenth is refused each time that she is known to be one."""
    ships = [at(tuple(m + s / 30 for m in range(30)), s * FAR) for s in range(MOST_SHIPS // 2)]
    sorting = sort(*ships)
    assert Counter(taken.number for taken in sorting.taken) == dict.fromkeys(range(8), 30)
    waves = [
        at(tuple(wave * 100 + m + s / 30 for m in range(30)), (wave * 6 + s) * FAR)
        for wave in range(3)
        for s in range(1, 7)
    ]
    sorting = sort(at(range(-10, 300)), *waves, ended=400)
    assert len(sorting.odd.tracks) == MOST_SHIPS
    assert len([came for came in sorting.came if came.became is Became.SECOND_SHIP]) == 15
    assert sum(came.fixes for came in sorting.came if came.became is Became.REFUSED) == 90


def test_a_second_ship_not_heard_for_a_week_is_forgotten_and_her_number_used_again() -> None:
    """Who comes then is new: nothing leads from the one to the other."""
    ours = at(range(0, 9 * DAY, 4))
    first = at(range(1, 30, 2), FAR)
    last = at(range(8 * DAY + 1, 8 * DAY + 30, 2), -FAR)
    sorting = sort(ours, first, last)
    second = of(sorting, 1)
    assert len(second) == len(first) + len(last)
    assert [taken.fix.seq for taken in second if taken.way is Way.NEW] == [
        first[0].seq,
        last[0].seq,
    ]


def test_within_a_week_she_is_known_again() -> None:
    """Heard once a day by a satellite, at the place where she lies."""
    daily = at(tuple(day * DAY + 1.0 for day in range(1, 7)), FAR)
    sorting = sort(at(range(0, 7 * DAY, 4)), at(range(1, 30, 2), FAR), daily)
    assert len(of(sorting, 1)) == 15 + len(daily)
    assert sorting.refused == []


def test_what_a_candidate_was_believed_from_leaves_out_what_was_refused() -> None:
    """Her track was heard behind its first fix: that is refused, what was heard then is hers."""
    sorting = sort(at((0, 1, 4, 5)), at((2, 8, 20, 31, 42), FAR))
    (came,) = sorting.came
    assert (came.became, came.number) == (Became.LEAPT, 0)
    assert (minute(came.first.at), came.believed_from) == (2, at((8,))[0].at)
    held = [taken for taken in sorting.taken if taken.decided_at == came.decided_at]
    assert min(taken.fix.at for taken in held) == came.believed_from
    assert [minute(fix.at) for fix in sorting.refused] == [2]


def test_who_was_refused_is_believed_from_nowhere() -> None:
    sorting = sort(at(range(0, 120, 2)), at(range(1, 21, 2), FAR), ended=120)
    assert [came.believed_from for came in sorting.came] == [None]


def test_a_second_ship_is_believed_from_the_first_fix_on() -> None:
    sorting = sort(at(range(0, 60, 2)), at(range(1, 60, 2), FAR))
    assert [came.believed_from for came in sorting.came] == [at((1,))[0].at]
