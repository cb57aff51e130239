"""One number, positions that cannot all be one ship's: which are believed, and as whose."""

from __future__ import annotations

from itertools import pairwise

import pytest

from monitor.engine.candidate import Became, Taken, Way
from monitor.engine.odd import MOST_CANDIDATES, MOST_HELD, Odd, Sorting
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at

FAR = 1_000_000.0
"""Metres: 540 NM, nine hours at 60 kn."""

HOUR, DAY = 60, 24 * 60
"""In minutes."""


def at(minutes: range | tuple[float, ...], east_m: float = 0.0, **fields: float) -> list[Fix]:
    """Fixes at one place, at rest."""
    return [fix_at(minute, east_m, **{"sog_kn": 0.0, **fields}) for minute in minutes]


HERE = at(range(0, 31, 5))
"""A track that is half an hour old: no longer young."""


def sort(*parts: list[Fix], ended: float | None = None) -> Sorting:
    """Sort fixes, in order of time; at minute ``ended`` it is known that nothing more comes."""
    sorting = Sorting(MMSI, Odd())
    fixes = sorted((fix for part in parts for fix in part), key=lambda fix: fix.at)
    for fix in fixes:
        sorting.take(fix)
    held = sum(len(one.fixes) for one in sorting.odd.held)
    assert _out(sorting) + held == len(fixes)
    if ended is not None:
        sorting.give_up(START + round(ended * MINUTE_US))
        assert sorting.odd.held == []
        assert _out(sorting) == len(fixes)
    for one, next_ in pairwise(sorting.taken):
        assert one.decided_at <= next_.decided_at
    return sorting


def _out(sorting: Sorting) -> int:
    kinds = (sorting.taken, sorting.refused, sorting.frozen, sorting.repeated)
    return sum(len(kind) for kind in kinds)


def minute(at_us: int) -> float:
    return (at_us - START) / MINUTE_US


def of(sorting: Sorting, number: int) -> list[Taken]:
    return [taken for taken in sorting.taken if taken.number == number]


def became(sorting: Sorting) -> list[tuple[Became, int | None, int, float]]:
    """What came of candidates: became what, of which number, how many fixes, decided when."""
    return [
        (came.became, came.number, came.fixes, minute(came.decided_at)) for came in sorting.came
    ]


# -- the track goes on -----------------------------------------------------------------------------


def test_a_leap_never_continues_a_track() -> None:
    """However many fixes agree: she goes on where she was, and they are refused."""
    there = at(range(31, 331, 5), FAR)
    sorting = sort(HERE, there, at(range(340, 400, 5)), ended=400)
    assert {taken.number for taken in sorting.taken} == {0}
    assert {taken.way for taken in sorting.taken} == {Way.FROM_BEFORE}
    assert {fix.seq for fix in sorting.refused} == {fix.seq for fix in there}
    assert became(sorting) == [(Became.REFUSED, None, len(there), 400)]


def test_a_ship_that_is_spoofed_when_she_is_first_heard_is_where_she_is_heard_for_longer() -> None:
    """Five minutes here, twenty there, and here again: neither is known for being the first."""
    here, there = at(range(6)), at(range(6, 27), FAR)
    back = at(range(27, 90, 2))
    sorting = sort(here, there, back, ended=90)
    assert [(one.became, one.number, minute(one.decided_at)) for one in sorting.came] == [
        (Became.LEAPT, 0, 16), (Became.LEAPT, 0, 43),  # there for 20 minutes, and here for 5
    ]  # fmt: skip
    assert sorting.taken[-1].fix == back[-1]
    assert {taken.number for taken in sorting.taken} == {0}


def test_that_she_was_elsewhere_when_she_was_first_heard_is_forgotten() -> None:
    """A track that was heard for six hours is known, whatever came before it."""
    here, there = at(range(6)), at(range(6, 400, 3), FAR)
    back = at(range(400, 460, 2))
    sorting = sort(here, there, back, at(range(462, 500), FAR), ended=500)
    assert [one.became for one in sorting.came] == [Became.LEAPT, Became.REFUSED]


def test_two_false_fixes_behind_a_long_silence_lock_nobody_out() -> None:
    """Where she could have gone in 21 hours, and where she is: heard for longer."""
    before = at(range(0, 60, 5))
    false = at((21 * HOUR, 21 * HOUR + 1), FAR)
    true = at(range(21 * HOUR + 3, 22 * HOUR, 3), 20_000)
    sorting = sort(before, false, true, ended=22 * HOUR)
    (came,) = sorting.came
    assert (came.became, came.number) == (Became.LEAPT, 0)
    assert minute(came.decided_at) == 21 * HOUR + 15
    assert sorting.taken[-1].fix == true[-1]


def test_behind_a_short_silence_who_leaps_is_held_as_ever() -> None:
    before, true = at(range(0, 60, 5)), at(range(5 * HOUR, 6 * HOUR, 3))
    sorting = sort(before, true, at(range(6 * HOUR, 7 * HOUR, 3), FAR), ended=7 * HOUR)
    assert [one.became for one in sorting.came] == [Became.REFUSED]


@pytest.mark.parametrize(("hours", "needed_min"), [(16, 100), (24, 200)])
def test_behind_a_long_silence_she_is_where_she_is_heard_for_longer(
    hours: int, needed_min: int
) -> None:
    """As long, if hardly any ship can have gone to the first place; else twice as long."""
    first = at(range(hours * HOUR, hours * HOUR + 101, 5), FAR)
    begin = hours * HOUR + 101
    there = at(range(begin, begin + needed_min, 5), -FAR)
    assert {taken.fix.lon for taken in sort(HERE, first, there).taken} == {
        HERE[0].lon, first[0].lon,
    }  # fmt: skip
    longer = at(range(begin, begin + needed_min + 5, 5), -FAR)
    assert became(sort(HERE, first, longer)) == [(Became.LEAPT, 1, len(longer), begin + needed_min)]


def test_what_was_refused_is_told_with_where_the_track_was() -> None:
    """So that somebody can look at it."""
    sorting = sort(HERE, at((31, 32), FAR), ended=60)
    (came,) = sorting.came
    assert (came.mmsi, came.first.seq, came.last.seq) == (MMSI, 31 * 60, 32 * 60)
    assert (came.track, came.origin) == (HERE[-1], 0)
    assert came.away_m == pytest.approx(FAR, rel=0.01)


def test_a_jump_that_nothing_follows_is_refused_after_half_a_day() -> None:
    """As soon as she is heard after that."""
    sorting = sort(HERE, at((31,), FAR), at(range(35, 15 * HOUR, 10)))
    assert became(sorting) == [(Became.REFUSED, None, 1, 755)]


def test_bad_fixes_do_not_confirm_each_other_over_days() -> None:
    """One a day, each somewhere else: given days, any two places are within reach."""
    bad = [fix for day in range(3) for fix in at((1 + day * DAY,), FAR + day * 100_000)]
    sorting = sort(at(range(0, 4 * DAY, 30)), bad, ended=4 * DAY)
    assert {taken.number for taken in sorting.taken} == {0}
    assert [fix.seq for fix in sorting.refused] == [fix.seq for fix in bad]


def test_a_fix_after_one_that_only_strayed_goes_on_from_before() -> None:
    """Four kilometres off in two minutes is possible; back in ten seconds is not."""
    stray = at((32,), 4000)
    sorting = sort(HERE, stray, at((32 + 10 / 60, 34, 36)))
    assert len(sorting.taken) == len(HERE) + 4
    assert sorting.odd.held == []


def test_what_was_heard_there_for_a_minute_did_not_stray() -> None:
    """Then it is the fix back here that no ship can have made."""
    there = at((32, 32.5, 33, 33.1), 4000)
    sorting = sort(HERE, there, at((33.2,)))
    assert sorting.taken[-1].fix == there[-1]
    assert [one.fixes[0].seq for one in sorting.odd.held] == [fix_at(33.2).seq]


def test_a_frozen_position_is_refused_and_the_track_waits_for_the_next() -> None:
    """She made 9 kn, says that she does, and is where she was to the last digit."""
    way = [fix_at(m, 300 * m) for m in range(5)]
    frozen = [fix_at(m, 1200) for m in range(5, 9)]
    sorting = sort(way, frozen, [fix_at(9, 2700)])
    assert sorting.frozen == frozen
    assert len(sorting.taken) == 6
    assert sorting.odd.tracks[0] == fix_at(9, 2700)


def test_of_one_instant_only_the_first_is_taken() -> None:
    """Also where the first was frozen, or is only held."""
    twice = [fix_at(31, FAR), fix_at(31, FAR, seq=1), fix_at(30, seq=2)]
    sorting = sort(HERE, twice)
    assert {fix.seq for fix in sorting.repeated} == {1, 2}


# -- a leap ----------------------------------------------------------------------------------------


def test_who_is_heard_alone_for_six_hours_is_a_track_of_its_own() -> None:
    """After a leap: whether it is the same ship is not known."""
    there = at(range(40, 10 * HOUR, 10), FAR)
    sorting = sort(HERE, there)
    assert became(sorting) == [(Became.LEAPT, 1, 37, 40 + 6 * HOUR)]
    leapt = of(sorting, 1)
    assert [taken.fix.seq for taken in leapt] == [fix.seq for fix in there]
    assert [taken.way for taken in leapt[:2]] == [Way.LEAP, Way.FROM_BEFORE]
    assert sorting.odd.tracks == {0: HERE[-1], 1: there[-1]}


def test_the_old_track_goes_on_where_it_was_when_it_is_heard_again() -> None:
    """The spoofing is over."""
    sorting = sort(HERE, at(range(35, 8 * HOUR, 5), FAR), at(range(8 * HOUR, 9 * HOUR, 5)))
    assert len(of(sorting, 0)) == len(HERE) + 12
    assert {taken.way for taken in of(sorting, 0)} == {Way.FROM_BEFORE}


def test_once_heard_in_between_and_the_six_hours_begin_anew() -> None:
    """What was before is of no weight, and refused when the leap is believed."""
    there = at(range(40, 4 * HOUR + 1, 10), FAR)
    more = at(range(5 * HOUR, 12 * HOUR, 10), FAR)
    sorting = sort(HERE, there, at((4 * HOUR + 30,)), more)
    assert became(sorting) == [(Became.LEAPT, 1, 21 + 37, 11 * HOUR)]
    assert of(sorting, 1)[0].fix == more[0]
    assert len(sorting.refused) == len(there)


def test_a_place_that_one_of_her_tracks_can_have_gone_to_is_hers_after_three_hours() -> None:
    """Two tracks; days later she is heard 100 km from one of them."""
    leapt = at(range(40, 8 * HOUR, 10), FAR)
    later = at(range(2 * DAY, 2 * DAY + 5 * HOUR, 10), FAR + 100_000)
    sorting = sort(HERE, leapt, later)
    assert became(sorting)[1:] == [(Became.LEAPT, 1, 19, 2 * DAY + 3 * HOUR)]
    gone_on = of(sorting, 1)[len(leapt) :]
    assert [taken.fix.seq for taken in gone_on] == [fix.seq for fix in later]
    assert {taken.way for taken in gone_on} == {Way.FROM_BEFORE}


def test_a_candidate_keeps_its_fixes_when_the_track_could_have_reached_them_by_now() -> None:
    """A hundred miles off; after two hours a ship could be there, but nobody went."""
    there = at(range(35, 5 * HOUR, 5), 185_200)
    sorting = sort(HERE, there)
    assert of(sorting, 0)[-1].fix == HERE[-1]
    assert [one.count for one in sorting.odd.held] == [len(there)]


@pytest.mark.parametrize(("sog_kn", "goes_on"), [(0.0, False), (12.0, True)])
def test_who_lay_at_rest_while_her_number_leapt_has_not_sailed_to_the_next_false_place(
    sog_kn: float, *, goes_on: bool
) -> None:
    """An hour at a far place, then 30 NM off for twenty minutes: in an hour a ship can be there."""
    east = sog_kn * 30.8667
    lies = [fix_at(m, east * m, sog_kn=sog_kn) for m in range(0, 31, 5)]
    spoofed = [*at(range(35, 95, 5), FAR), *at(range(95, 120, 5), 55_000)]
    sorting = sort(lies, spoofed, at(range(120, 240, 5), 30 * east))
    there = [minute(taken.fix.at) for taken in of(sorting, 0) if taken.fix in spoofed]
    assert there == ([95, 100, 105, 110, 115] if goes_on else [])
    assert goes_on or of(sorting, 0)[len(lies)].fix.at == fix_at(120).at


def test_who_sailed_while_her_number_leapt_says_how_fast_she_is() -> None:
    """She lay at rest, was spoofed for an hour, and is heard 18 NM off at 16 kn: she went there."""
    sails = [fix_at(95 + m, 34_000 + 400 * m, sog_kn=16.0) for m in range(0, 60, 5)]
    assert len(of(sort(HERE, at(range(35, 95, 5), FAR), sails), 0)) == len(HERE) + len(sails)
    slow = [fix._replace(sog_kn=14.0) for fix in sails]
    assert len(of(sort(HERE, at(range(35, 95, 5), FAR), slow), 0)) == len(HERE)


def test_a_single_false_place_keeps_nobody_from_going_on() -> None:
    """Fewer fixes than confirm a candidate say nothing: she may have sailed."""
    sorting = sort(HERE, at((40, 45), FAR), at(range(95, 120, 5), 55_000))
    assert len(of(sorting, 0)) == len(HERE) + 5


# -- a young track ---------------------------------------------------------------------------------


def test_a_track_that_was_hardly_heard_goes_on_where_it_is_heard_longer() -> None:
    """One bad fix came first: she is not locked out by it, and nothing leads from there."""
    there = at(range(1, 20), FAR)
    sorting = sort(at((0,)), there)
    assert became(sorting) == [(Became.LEAPT, 0, 11, 11)]
    assert [taken.number for taken in sorting.taken] == [0] * 20
    assert [taken.way for taken in sorting.taken[:3]] == [
        Way.FROM_BEFORE,
        Way.LEAP,
        Way.FROM_BEFORE,
    ]
    assert not sorting.plain  # where she was first may be where she is, for six hours
    sorting.take(at((6 * HOUR + 1,), FAR)[0])
    assert sorting.plain


def test_ten_minutes_make_a_track_old() -> None:
    """One that was heard for nine gives way, one that was heard for ten does not."""
    for heard, number in ((9, 0), (10, None)):
        sorting = sort(at(range(heard + 1)), at(range(11, 40), FAR))
        assert [came.number for came in sorting.came] == ([] if number is None else [number])


def test_since_a_leap_she_is_young_again() -> None:
    """Only what was heard after it counts: ten minutes, and she is not."""
    sorting = sort(at((0,)), at(range(1, 12), FAR))
    assert minute(sorting.odd.since_at) == 1


@pytest.mark.parametrize(("heard", "number"), [(20, 1), (40, None)])
def test_at_the_end_the_one_that_was_heard_longer_is_believed(
    heard: int, number: int | None
) -> None:
    """Half an hour there, after less or more here."""
    sorting = sort(at(range(heard + 1)), at(range(50, 81), FAR), ended=100)
    (came,) = sorting.came
    assert (came.number, minute(came.decided_at)) == (number, 100)
    assert came.became is (Became.REFUSED if number is None else Became.LEAPT)


# -- bounds ----------------------------------------------------------------------------------------


def test_of_more_candidates_than_are_kept_the_one_not_heard_for_longest_is_refused() -> None:
    """Eight; a position broken at random opens one each time."""
    places = [at((31 + n,), (n + 1) * FAR) for n in range(MOST_CANDIDATES + 2)]
    sorting = sort(HERE, *places)
    assert len(sorting.odd.held) == MOST_CANDIDATES
    assert [fix.seq for fix in sorting.refused] == [places[0][0].seq, places[1][0].seq]
    assert became(sorting) == [(Became.REFUSED, None, 1, 39), (Became.REFUSED, None, 1, 40)]


def test_of_a_candidate_at_most_an_hours_fixes_are_kept() -> None:
    """One every ten seconds for six hours: each other is refused, and all are counted."""
    there = at(tuple(31 + n / 6 for n in range(6 * 6 * HOUR + 1)), FAR)
    sorting = sort(HERE, there[:-1])
    (one,) = sorting.odd.held
    assert len(one.fixes) <= MOST_HELD
    assert (one.count, len(sorting.refused)) == (len(there) - 1, len(there) - 1 - len(one.fixes))
    assert (one.fixes[0], one.fixes[-1]) == (there[0], there[-2])
    sorting = sort(HERE, there)
    assert became(sorting) == [(Became.LEAPT, 1, len(there), 31 + 6 * HOUR)]
    assert len(of(sorting, 1)) <= MOST_HELD
