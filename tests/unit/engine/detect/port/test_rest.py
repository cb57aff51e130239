"""Bounds of coming to rest and of moving off: they hold the truth, and no more than they must."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest

from monitor.engine.detect.port.rest import Bounded, rested, started, swung
from monitor.engine.detect.port.stay import CREEP_KN
from monitor.engine.detect.port.trail import MINUTE_GRID_M, Mark
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

KNOT_M = 30.8667
"""Metres a minute."""


def marks(minutes: Iterable[float], east_m: float, kn: float = 0, **fields: Any) -> list[Mark]:
    """Fine marks on a way to the east, ``east_m`` at the first."""
    times = list(minutes)
    return [
        Mark(fix_at(m, east_m + (m - times[0]) * kn * KNOT_M, 20, **fields), 0.0) for m in times
    ]


def coarse(found: list[Mark]) -> list[Mark]:
    return [Mark(mark.fix, MINUTE_GRID_M) for mark in found]


def minutes(bounded: Bounded) -> tuple[float | None, float | None, float | None]:
    span = bounded.span
    earliest, at, latest = (
        None if instant is None else round((instant - START) / MINUTE_US, 2)
        for instant in (span.earliest, span.at, span.latest)
    )
    return earliest, at, latest


def at_berth(
    window: list[Mark], before: Fix | None = None, under_way: Fix | None = None
) -> Bounded:
    return rested(window, before, under_way, radius_m=100, still_kn=CREEP_KN)


# -- coming to rest ------------------------------------------------------------------------------

OFF = fix_at(-3, 700)


def test_she_came_to_rest_after_the_last_fix_apart() -> None:
    """And no later than two minutes after the first that is where she lies; best is that one."""
    assert minutes(at_berth(marks(range(0, 12, 3), 50), OFF)) == (-3, 0, 2)


def test_a_coarse_mark_and_a_fine_one_soon_after_show_no_rest() -> None:
    """A ship that still makes two knots is within her cell for minutes."""
    (cell,) = coarse(marks((0,), 400))
    window = [cell, *marks((1, 2, 3.4), 400, 2), *marks((4, 9), 600)]
    assert minutes(at_berth(window, OFF))[2] == 9
    fine = [Mark(mark.fix, 0.0) for mark in marks((0, 3.4), 400)]
    assert minutes(at_berth([*fine, *window[4:]], OFF))[2] == 3.4


def test_without_a_fix_before_there_is_no_earliest() -> None:
    """It is not known where she came from."""
    bounded = at_berth(marks(range(0, 12, 3), 50))
    assert minutes(bounded) == (None, None, 2)
    assert bounded.fixes == (fix_at(0, 50, 20), fix_at(3, 50, 20))


def test_across_a_silence_there_is_no_best() -> None:
    """She may have come to rest at any time in it."""
    window = marks(range(0, 12, 3), 50)
    assert minutes(at_berth(window, fix_at(-240, 9000))) == (-240, 0, 2)
    assert minutes(at_berth(window, fix_at(-241, 9000))) == (-241, None, 2)


def test_while_she_comes_in_slowly_she_is_not_at_rest() -> None:
    """At 0.5 kn for six minutes within the radius, and then still."""
    window = marks(range(6), -40, 0.5) + marks(range(6, 15), -40 + 6 * 0.5 * KNOT_M)
    earliest, at, latest = minutes(at_berth(window, OFF))
    assert earliest is not None
    assert latest is not None
    assert earliest <= 6 <= latest
    assert at is not None
    assert latest - earliest <= 15


def test_who_said_that_she_was_at_rest_was() -> None:
    """Speeds that are too high were seen at rest, none that is too low on the way."""
    window = marks([0], -40, sog_kn=0.3) + marks((5, 10, 15), 0)
    assert minutes(at_berth(window, OFF)) == (-3, 2, 2)
    window = marks([0], -40, sog_kn=0.4) + marks((5, 10, 15), 0)
    assert minutes(at_berth(window, OFF))[2] == 10


def test_coarse_positions_widen_the_bounds() -> None:
    """Where in its cell she was, nobody knows: at 0.2 kn it takes her an hour."""
    window = coarse(marks(range(0, 42, 6), 50))
    earliest, _, latest = minutes(at_berth(window, OFF))
    assert (earliest, latest) == (-3, 18)  # first still over fourteen minutes
    bounded = at_berth(coarse(marks((0, 12), 50)), OFF)
    assert minutes(bounded)[2] == 12


def test_she_surely_was_under_way_before_she_came_to_rest() -> None:
    """A window that began late is bounded by that; one that began early is not."""
    window = marks(range(0, 12, 3), 50)
    assert minutes(at_berth(window, OFF, fix_at(-20, 3000)))[0] == -20
    assert minutes(at_berth(window, OFF, fix_at(-1, 3000)))[0] == -3


def test_its_evidence_is_in_order_of_time() -> None:
    bounded = at_berth(marks(range(0, 12, 3), 50), OFF)
    assert bounded.fixes == (OFF, fix_at(0, 50, 20), fix_at(3, 50, 20))


def test_an_antenna_at_her_other_end_is_no_place_where_she_came_to_rest() -> None:
    """She comes by at two knots; from her berth the other antenna is back where she was before."""
    comes = [Mark(fix_at(m, 2 * KNOT_M * m, 20, sog_kn=2.0), 0.0) for m in range(4)]
    window = [*comes, *marks((10, 14, 18, 22), 0, sog_kn=0.0)]
    assert minutes(at_berth(window, OFF))[2] == 10


# -- moving off ----------------------------------------------------------------------------------


def off(stay: list[Mark], way: list[Mark], radius_m: float = 200, since: float = -600) -> Bounded:
    """She lay at the marks of ``stay``; the last of ``way`` is the first beyond the radius."""
    inside = [*stay, *way[:-1]]
    return started(inside, inside[-1].fix, way[-1].fix, radius_m, START + round(since * MINUTE_US))


def test_she_moved_off_after_the_last_fix_where_she_lay() -> None:
    """Still until minute 60, then 5 kn: three minutes before at least, for ships creep off."""
    bounded = off(marks(range(61), 50), marks(range(61, 64), 50 + 5 * KNOT_M, 5))
    assert minutes(bounded) == (57, 60.5, 61)
    assert [(fix.at - START) / MINUTE_US for fix in bounded.fixes] == [60, 61, 63]


def test_an_antenna_at_her_other_end_is_no_start() -> None:
    """As far off as another antenna is, and still at rest as she says: she moves off later."""
    stay = marks(range(0, 61, 5), 50, sog_kn=0.0)
    other = marks([66], -75, sog_kn=0.0)
    goes = marks(range(80, 83), 170, 4, sog_kn=3.0)
    assert minutes(off(stay, [*other, *goes]))[2] == 80
    said = [Mark(mark.fix._replace(sog_kn=1.0), 0.0) for mark in other]
    assert minutes(off(stay, [*said, *goes]))[2] == 66


def test_noise_of_eleven_metres_hides_her_first_minutes() -> None:
    """The bounds hold the truth, and are not wider than a quarter of an hour."""
    noise = [Mark(fix_at(m, 50 + 11 * math.sin(7.0 * m), 20 + 11 * math.cos(5.0 * m)), 0.0)
             for m in range(61)]  # fmt: skip
    earliest, at, latest = minutes(off(noise, marks(range(61, 64), 50 + 3 * KNOT_M, 3)))
    assert None not in {earliest, at, latest}
    assert (earliest or 0) <= 60 <= (latest or 0)
    assert (latest or 0) - (earliest or 0) <= 15


def test_sheering_widens_the_bounds() -> None:
    """85 m to either side every fifteen minutes, and she weighs at minute 120."""
    sheer = [Mark(fix_at(m, -2500, 85 * math.sin(m / 15 * 2 * math.pi)), 0.0)
             for m in range(0, 121, 3)]  # fmt: skip
    way = [Mark(fix_at(m, -2500, (m - 120) * 5 * KNOT_M), 0.0) for m in (123, 126)]
    earliest, _, latest = minutes(off(sheer, way, 500))
    assert (earliest or 0) <= 120 <= (latest or 0)
    assert (latest or 0) - (earliest or 0) <= 30


def test_across_a_silence_a_start_has_no_best() -> None:
    """Between the last fix before it and the first after it."""
    last, first = fix_at(0, 50), fix_at(241, 900)
    bounded = started([Mark(last, 0.0)], last, first, 200, START - MINUTE_US)
    assert minutes(bounded) == (0, None, 241)
    assert bounded.fixes == (last, first)


def test_a_start_is_not_before_the_stay_began() -> None:
    """Two fixes alongside and away: no earlier than the first."""
    bounded = off(marks((0, 1, 2), 50), marks((3, 4), 250, 8), since=0)
    earliest, _, latest = minutes(bounded)
    assert (earliest, latest) == (0, 3)


def test_creeping_at_her_berth_she_has_not_begun_yet() -> None:
    """One mark beyond the spread that is not followed by way made good is no begin."""
    stay = marks(range(50), 50) + marks((50,), 150) + marks(range(51, 61), 100)
    earliest, _, latest = minutes(off(stay, marks(range(61, 64), 100 + 5 * KNOT_M, 5)))
    assert (earliest or 0) <= 60 <= (latest or 0)
    assert latest == 61


def test_who_shifted_within_her_lines_has_not_begun_yet() -> None:
    """40 m along the quay three minutes before she leaves: no way was made from there on."""
    stay = marks(range(58), 50) + marks(range(58, 61), 90)
    earliest, _, latest = minutes(off(stay, marks(range(61, 64), 90 + 5 * KNOT_M, 5)))
    assert (earliest or 0) <= 60 <= (latest or 0)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_stay_of_few_marks_has_bounds_as_well(count: int) -> None:
    """Even one of which the trail holds nothing any more."""
    inside = marks(range(count), 50)
    last, first = fix_at(3, 50, 20), fix_at(6, 900, 20)
    bounded = started(inside, last, first, 200, START)
    earliest, at, latest = minutes(bounded)
    assert (earliest, at, latest) == (0, 4.5, 6)


def test_coarse_positions_widen_a_start_as_well() -> None:
    """She may have gone a cell before it showed: at half a knot that is a quarter of an hour."""
    lay = marks(range(0, 61, 6), 50, sog_kn=0.0)
    stay = coarse(lay)
    fine = minutes(off(lay, marks((66,), 900)))
    wide = minutes(off(stay, coarse(marks((66,), 900))))
    assert fine == (57, 63, 66)
    assert wide[1:] == (63, 66)
    assert (wide[0] or 0) <= 60 - MINUTE_GRID_M / 0.25 / 60


@pytest.mark.parametrize(("said_kn", "earliest"), [(0.3, 57), (0.6, 54)])
def test_who_says_that_she_moves_may_have_moved_off_before(said_kn: float, earliest: float) -> None:
    """However near to her place she is still: her other antenna was heard, or she gathers way."""
    lay = [*marks(range(0, 60, 6), 50, sog_kn=0.0), *marks((60,), 50, sog_kn=said_kn)]
    assert minutes(off(lay, marks((66,), 900)))[0] == earliest


# -- a swing, and then under way ------------------------------------------------------------------


def test_marks_of_a_wider_swing_are_of_the_stay() -> None:
    """Beyond the radius for half an hour at rest, and then she weighs."""
    lay, sails = marks(range(0, 30, 3), 520, sog_kn=0.4), marks(range(30, 34), 540, 4)
    assert swung([*lay, *sails]) == 11
    assert swung(sails) == 0


def test_a_coarse_mark_on_her_way_out_is_no_swing() -> None:
    """Of a cell and the fix a minute behind it no way can be told, but she says that she sails."""
    (cell,) = coarse(marks((0,), 3000, sog_kn=9.0))
    out = [cell, *marks((0.7, 1.3), 3100, 10, sog_kn=10.3)]
    assert swung(out) == 0
    silent = [Mark(mark.fix._replace(sog_kn=math.nan), mark.grain_m) for mark in out]
    assert swung(silent) == 2


def test_who_is_at_rest_at_the_end_has_moved_before() -> None:
    """A shift between two fixes: what lies beyond is another stay."""
    assert swung(marks(range(5), 700)) == 0
    assert swung(marks((0,), 700)) == 0


def test_who_comes_by_the_middle_once_more_had_left_it_before() -> None:
    """An antenna at the bow and one at the stern: the last mark near the middle is no place."""
    stay = marks(range(0, 40, 5), 0)
    off, back = marks((45,), 200), marks((46, 47), 60, -2)
    way = [*stay, *off, *back]
    bounded = started(way, back[-1].fix, marks((49,), -300)[0].fix, 200, START)
    assert bounded.span.earliest is not None
    assert bounded.span.earliest <= stay[-1].fix.at
