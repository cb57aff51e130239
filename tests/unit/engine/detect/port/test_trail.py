"""The trail: what is kept of her way, how coarse it is, and what she made good."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from monitor.engine.detect.port.trail import (
    COARSE_US,
    DECIMAL_GRID_M,
    LONG_US,
    MINUTE_GRID_M,
    SHORT_US,
    Mark,
    Trail,
    away_m,
    made_good_kn,
    mark_of,
    middle,
    together,
)
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

KNOT_M = 30.8667
"""Metres a minute."""
OFF_M = 60.0
"""Metres east: on no grid."""


def way(minutes: Iterable[float], kn: float, begin_m: float = OFF_M, **fields: Any) -> list[Fix]:
    """Return fixes on a way to the east, ``begin_m`` at the first."""
    times = list(minutes)
    return [fix_at(m, begin_m + (m - times[0]) * kn * KNOT_M, **fields) for m in times]


def laid(*parts: list[Fix], keep_us: int = SHORT_US) -> Trail:
    trail, prev = Trail(), None
    for fix in (fix for part in parts for fix in part):
        trail.add(mark_of(fix, prev), keep_us=keep_us, moving_kn=0.5)
        prev = fix
    return trail


def fine(fix: Fix) -> Mark:
    return Mark(fix, 0.0)


def minute(fix: Fix | None) -> float | None:
    return None if fix is None else (fix.at - START) / MINUTE_US


# -- way made good -------------------------------------------------------------------------------


def test_before_two_minutes_have_passed_nothing_is_known() -> None:
    """However fast she seems to be."""
    assert laid(way((0, 1, 1.9), 10)).way_kn is None
    assert laid(way((0, 1, 2), 10)).way_kn == pytest.approx(10, abs=0.1)
    assert laid(way((0, 1, 2), 0)).way_kn == 0


@pytest.mark.parametrize(
    ("kn", "slow"), [(0, True), (0.49, True), (0.51, False), (12, False), (-12, False)]
)
def test_above_half_a_knot_she_is_not_slow(kn: float, *, slow: bool) -> None:
    """31 m in two minutes, to whatever side."""
    assert laid(way(range(3), kn)).slow is slow


def test_a_window_is_as_long_as_the_fixes_are_apart() -> None:
    """200 m in twenty minutes are a third of a knot, in ten minutes two thirds."""
    assert laid([fix_at(0, OFF_M), fix_at(20, OFF_M + 200)]).slow
    assert not laid([fix_at(0, OFF_M), fix_at(10, OFF_M + 200)]).slow


def test_what_she_says_of_her_speed_is_no_matter() -> None:
    """A moored ship was recorded with 6.8 kn for 90 minutes."""
    assert laid(way(range(5), 0, sog_kn=6.8)).slow
    assert not laid(way(range(5), 3, sog_kn=0.0)).slow


def test_180_degrees_are_no_way() -> None:
    """Ten metres to the other side are ten metres."""
    sides = (179.99996, -179.99996)
    assert laid([fix_at(m, 0, 20, lon=sides[m % 2]) for m in range(6)]).slow


def test_from_two_knots_on_she_surely_is_under_way() -> None:
    """The last fix at which she was; an antenna on a swing makes 1.8 kn at most."""
    assert laid(way(range(9), 1.9)).under_way is None
    parts = way(range(7), 5), way(range(7, 12), 0, OFF_M + 6 * 5 * KNOT_M)
    assert minute(laid(*parts).under_way) == 7


# -- coarse positions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "grain_m"),
    [
        (10.00167, 5.00333, MINUTE_GRID_M),  # 1/600 and 2/600 of a degree, to five decimals
        (10.0, 5.00333, MINUTE_GRID_M),
        (10.00167, 5.00334, 0.0),
        (10.00169, 5.00333, 0.0),
        (10.001, 5.003, DECIMAL_GRID_M),
        (10.001, 5.00301, 0.0),
        (10.12345, 5.54321, 0.0),
        (-10.00167, -5.00333, MINUTE_GRID_M),
    ],
)
def test_how_coarse_a_position_is_shows_in_its_values(
    lon: float, lat: float, grain_m: float
) -> None:
    """Tenths of a minute, or three decimals, in both coordinates: no message type says so."""
    fix = fix_at(3, lon=lon, lat=lat)
    assert mark_of(fix, fix_at(0, lon=lon, lat=lat)) == Mark(fix, grain_m)


def test_one_position_with_three_decimals_may_be_chance() -> None:
    """Two in a row are not."""
    fix, before = fix_at(3, lon=10.001, lat=5.003), fix_at(0, lon=10.00123, lat=5.003)
    assert mark_of(fix, None).grain_m == 0
    assert mark_of(fix, before).grain_m == 0
    assert mark_of(fix, fix._replace(lon=10.002)).grain_m == DECIMAL_GRID_M


def test_type_27_is_coarse_by_definition() -> None:
    """Whatever decimals somebody gave it."""
    assert mark_of(fix_at(0, OFF_M, 20, type=27), None).grain_m == MINUTE_GRID_M


def test_a_coarse_position_needs_a_longer_way() -> None:
    """Type 27: a quarter of an hour, and 262 m more before she moved."""
    coarse = [fix_at(0, OFF_M, type=27), fix_at(13, 5000, type=27)]
    assert laid(coarse).way_kn is None
    assert laid([*coarse, fix_at(14, OFF_M + 470, type=27)]).slow
    assert not laid([*coarse, fix_at(14, OFF_M + 490, type=27)]).slow
    for first, second in ((27, 1), (1, 27)):
        trail = laid([fix_at(0, OFF_M, type=first), fix_at(14, OFF_M + 470, type=second)])
        assert (trail.slow, trail.coarse) == (True, True)
    trail = laid([fix_at(0, OFF_M), fix_at(14, OFF_M + 470)])
    assert (trail.slow, trail.coarse) == (False, False)


# -- distances -----------------------------------------------------------------------------------


def test_two_marks_are_apart_for_certain_by_less_than_they_are_coarse() -> None:
    """By the coarser of both, and never by less than nothing."""
    a, b = fix_at(0, 0), fix_at(1, 300)
    assert away_m(fine(a), fine(b)) == pytest.approx(300, abs=0.1)
    assert away_m(Mark(a, 157), fine(b)) == pytest.approx(143, abs=0.1)
    assert away_m(Mark(a, 157), Mark(b, 262)) == pytest.approx(38, abs=0.1)
    assert away_m(Mark(a, 400), fine(b)) == 0


def test_way_made_good_is_distance_by_time() -> None:
    assert made_good_kn(fine(fix_at(0)), fine(fix_at(10, 10 * 5 * KNOT_M))) == pytest.approx(
        5, abs=0.01
    )


def test_bad_positions_do_not_move_a_middle() -> None:
    """Two of five a mile off; across 180 degrees as well, and as fine as the finest."""
    marks = [fine(fix_at(m, east)) for m, east in enumerate((0, 10, 20, 1850, 1850))]
    assert away_m(middle(marks), fine(fix_at(0, 20))) < 0.1
    for lon in (179.9999, -179.9999):
        sides = [fine(fix_at(m, lon=lon * (1, -1, 1)[m % 3])) for m in range(3)]
        assert abs(abs(middle(sides).fix.lon) - 179.9999) < 1e-6
    assert middle([Mark(fix_at(0), 262), fine(fix_at(1))]).grain_m == 0


@pytest.mark.parametrize(
    ("places", "since"),
    [((0, 50, 99), 0), ((0, 50, 101), 1), ((0, 300, 50), 2), ((0,), 0), ((500, 0, 400), 2)],
)
def test_marks_are_together_from_the_last_that_is_not(
    places: tuple[float, ...], since: int
) -> None:
    """Within 100 m of the last one."""
    assert together([fine(fix_at(m, east)) for m, east in enumerate(places)], 100) == since


def test_coarse_marks_are_together_that_may_be() -> None:
    """A ship at rest jumps by a cell."""
    marks = [Mark(fix_at(m, 185 * (m % 2)), MINUTE_GRID_M) for m in range(6)]
    assert together(marks, 100) == 0


# -- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("keep_us", [SHORT_US, COARSE_US, LONG_US])
def test_the_trail_is_thinned_and_ends(keep_us: int) -> None:
    """A mark each minute of the last six, one in three before; and one older than is kept."""
    trail = laid(way([m / 6 for m in range(600)], 5), keep_us=keep_us)
    times = [minute(mark.fix) for mark in trail.marks]
    assert times[-7:] == list(range(93, 100))
    older = [later - earlier for earlier, later in pairwise(times[:-7])]
    assert all(3 <= gap <= 5 for gap in older)
    kept_minutes = keep_us // MINUTE_US
    assert times[0] <= 100 - kept_minutes <= times[0] + 6


def test_of_a_ship_heard_rarely_two_marks_are_kept() -> None:
    """However old they are."""
    assert [minute(m.fix) for m in laid(way((0, 300, 600), 0)).marks] == [300, 600]


def test_the_newest_mark_not_later_than_an_instant() -> None:
    """None where all are later."""
    trail = laid(way(range(4), 5))
    found = [trail.before(fix_at(m).at) for m in (-1, 0, 1.5, 3, 9)]
    assert [mark and minute(mark.fix) for mark in found] == [None, 0, 1, 3, 3]


def test_who_says_that_she_is_at_rest_was_under_way_before() -> None:
    """Four minutes unheard, and two knots made good until then: she may have stopped at once."""
    comes = way((0, 2), 3.0)
    there = [fix_at(6, OFF_M + 600, sog_kn=0.0)]
    assert minute(laid(comes, there).under_way) == 2
    assert minute(laid(comes, [there[0]._replace(sog_kn=3.0)]).under_way) == 6
