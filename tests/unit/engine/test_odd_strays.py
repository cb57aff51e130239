"""Positions that are not believed and are no bit errors, as others are told of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from monitor.engine.candidate import Astray
from monitor.engine.odd import Odd, Sorting
from monitor.engine.track import Tracker
from monitor.model import FIX, Fix
from monitor.units import HOUR_US
from tests.scenario.sea import MMSI, fix_at

FAR = 1_000_000.0


def at(minutes: range, east_m: float = 0.0) -> list[Fix]:
    return [fix_at(minute, east_m, sog_kn=0.0) for minute in minutes]


def strays(*parts: list[Fix]) -> list[tuple[str, int, int, bool]]:
    """Why, number of the fix and of the first of them, and whether the track was silent."""
    sorting = Sorting(MMSI, Odd())
    for fix in sorted((fix for part in parts for fix in part), key=lambda fix: fix.at):
        sorting.take(fix)
    return [(one.why.value, one.fix.seq // 60, one.first.seq // 60, one.alone)
            for one in sorting.strays]  # fmt: skip


HERE = at(range(0, 31, 5))


def test_the_third_fix_that_agrees_is_one_and_that_she_is_back() -> None:
    found = strays(HERE, at(range(35, 55, 5), FAR), at(range(55, 65, 5)))
    assert found == [("leapt", 45, 35, True), ("leapt", 50, 35, True), ("back", 55, 35, True)]


def test_heard_there_again_she_leapt_when_her_track_was_heard_last() -> None:
    """Not when her number was said to be there first, half an hour before."""
    found = strays(HERE, at(range(35, 50, 5), FAR), at(range(50, 65, 5)), at(range(65, 75, 5), FAR))
    assert found[-2:] == [("leapt", 65, 65, True), ("leapt", 70, 65, True)]


def test_in_turn_with_the_track_they_are_another_ship() -> None:
    """The third is told as not alone already; after twenty minutes they are believed."""
    found = strays(at(range(0, 61, 5)), at(range(33, 60, 5), FAR))
    assert [alone for why, _, _, alone in found if why == "leapt"] == [False] * 3


def test_of_a_young_track_nobody_knows_which_of_two_places_is_false() -> None:
    assert strays(at(range(0, 6, 5)), at(range(10, 20, 2), FAR)) == []


def test_a_place_of_which_a_track_is_known_is_no_leap_however_late() -> None:
    """Six hours away, and then back: the track that was silent may be hers."""
    found = strays(HERE, at(range(35, 415, 10), FAR), at(range(415, 500, 10)))
    assert {(first, why) for why, _, first, _ in found} == {(35, "leapt")}


def test_where_she_was_heard_is_known_however_batches_are_cut() -> None:
    """From one instant to another, of this batch or of the last."""
    fixes = [*HERE, *at(range(35, 60, 5), FAR), *at(range(60, 70, 5))]
    rows = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    there = {45: 45, 57: 55, 64: 55}
    for cuts in ((), (9,), (11,), range(1, len(rows))):
        tracker, found = Tracker(), {}
        for begin, end in pairwise((0, *cuts, len(rows))):
            strayed = tracker.follow(rows[begin:end]).strays
            assert all(one.why in set(Astray) for one in strayed)
            for minute in there:
                until = fix_at(minute).at
                if rows["at"][begin] <= until and (end == len(rows) or until < rows["at"][end]):
                    fix = tracker.astray(MMSI, until - HOUR_US, until)
                    found[minute] = None if fix is None else fix.seq // 60
        assert found == there
        assert tracker.astray(MMSI, fix_at(55).at, fix_at(69).at) is None
        assert tracker.astray(MMSI + 1, 0, fix_at(69).at) is None
