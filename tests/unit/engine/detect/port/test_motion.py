"""Moving or at rest, by displacement alone, and between which fixes that changed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from monitor.engine.detect.port.motion import Motion
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port, steps_of

PORT = square_port()
KNOT_M = 30.8667
"""Metres a minute."""


def way(minutes: Iterable[float], kn: float, begin_m: float = 0, **fields: int) -> list[Fix]:
    """Return fixes on a way to the east, ``begin_m`` at the first."""
    times = list(minutes)
    return [fix_at(m, begin_m + (m - times[0]) * kn * KNOT_M, **fields) for m in times]


def seen(*parts: list[Fix], before: Fix | None = None, leaving: bool = False) -> Motion:
    motion = Motion()
    for step in steps_of(PORT, [fix for part in parts for fix in part], before):
        motion.step(step, leaving=leaving)
    return motion


def minute(fix: Fix | None) -> float | None:
    return None if fix is None else (fix.at - START) / MINUTE_US


# -- moving or not -------------------------------------------------------------------------------


def test_before_two_minutes_have_passed_nothing_is_known() -> None:
    """However fast she seems to be."""
    assert seen(way((0, 1, 1.9), 10)).moving is None
    assert seen(way((0, 1, 2), 10)).moving is True
    assert seen(way((0, 1, 2), 0)).moving is False


@pytest.mark.parametrize(
    ("kn", "moving"), [(0, False), (0.49, False), (0.51, True), (12, True), (-12, True)]
)
def test_above_half_a_knot_she_is_moving(kn: float, *, moving: bool) -> None:
    """31 m in two minutes, to whatever side."""
    motion = seen(way(range(3), kn))
    assert (motion.moving, motion.slow) == (moving, not moving)


def test_a_window_is_as_long_as_the_fixes_are_apart() -> None:
    """200 m in twenty minutes are a third of a knot, in ten minutes two thirds."""
    assert seen([fix_at(0), fix_at(20, 200)]).moving is False
    assert seen([fix_at(0), fix_at(10, 200)]).moving is True


def test_creeping_goes_on_as_she_was() -> None:
    """Between 0.2 and 0.5 kn: moving if she moved, at rest if she rested; slow it is anyhow."""
    motion = seen(way(range(5), 5), way(range(5, 10), 0.3, 4 * 5 * KNOT_M + 9))
    assert (motion.moving, motion.slow, motion.rested_by) == (True, True, None)
    motion = seen(way(range(5), 0), way(range(5, 10), 0.3))
    assert (motion.moving, motion.slow, motion.moved_by) == (False, True, None)
    motion = seen(way(range(5), 5), way(range(5, 10), 0.1, 4 * 5 * KNOT_M))
    assert (motion.moving, minute(motion.rested_by)) == (False, 6)


def test_180_degrees_are_no_way() -> None:
    """Ten metres to the other side are ten metres."""
    sides = (179.99996, -179.99996)
    assert seen([fix_at(m, lon=sides[m % 2]) for m in range(6)]).moving is False


def test_a_coarse_position_needs_a_longer_way() -> None:
    """Type 27: a quarter of an hour, and 200 m more before she moved."""
    coarse = [fix_at(0, type=27), fix_at(13, 5000, type=27)]
    assert seen(coarse).moving is None
    assert seen([*coarse, fix_at(14, 400, type=27)]).moving is False
    assert seen([*coarse, fix_at(14, 430, type=27)]).moving is True
    assert seen([fix_at(0, type=27), fix_at(14, 400)]).moving is False
    assert seen([fix_at(0), fix_at(14, 400, type=27)]).moving is False
    assert seen([fix_at(0), fix_at(14, 400)]).moving is True


# -- between which fixes -------------------------------------------------------------------------


def test_she_came_to_rest_between_the_last_window_that_moved_and_the_first_that_did_not() -> None:
    """5 kn until minute 6: the window from 5 to 7 moved, the one from 6 to 8 did not."""
    motion = seen(way(range(7), 5), way(range(7, 12), 0, 6 * 5 * KNOT_M))
    assert (minute(motion.rested_from), minute(motion.rested_by)) == (5, 8)


def test_she_began_to_move_up_to_a_window_before_the_first_that_moved() -> None:
    """At rest until minute 6: the window from 5 to 7 moved, and she may have crept since 3."""
    motion = seen(way(range(7), 0), way(range(7, 12), 5, 5 * KNOT_M))
    assert (minute(motion.moved_from), minute(motion.moved_by)) == (3, 7)


def test_the_last_change_counts() -> None:
    """Moved, rested, moved and rested again."""
    motion = seen(
        way(range(5), 0), way(range(5, 10), 5), way(range(10, 15), 0, 155 * 4),
        way(range(15, 20), 5, 155 * 5), way(range(20, 25), 0, 155 * 9),
    )  # fmt: skip
    assert (minute(motion.moved_from), minute(motion.moved_by)) == (11, 15)
    assert (minute(motion.rested_from), minute(motion.rested_by)) == (18, 21)


def test_under_way_when_first_seen_she_began_at_the_first_fix() -> None:
    """Nothing earlier is known."""
    motion = seen(way(range(5), 5))
    assert (minute(motion.moved_from), minute(motion.moved_by)) == (0, 2)


def test_after_a_silence_all_begins_anew() -> None:
    """Four hours; she began to move after the last fix before it."""
    last = fix_at(11, 4000)
    motion = seen(way(range(7), 5), way(range(7, 12), 0), [last], way((252, 253), 5))
    assert (motion.moving, motion.unheard, motion.rested_by) == (None, last, None)
    assert motion.trail == way((252, 253), 5)
    motion = seen([last], way((252, 253, 254), 5))
    assert (motion.moved_from, minute(motion.moved_by)) == (last, 254)
    assert seen([last], way((251, 252), 5)).unheard is None


# -- the trail -----------------------------------------------------------------------------------


def test_the_trail_is_thinned_and_ends() -> None:
    """A fix each half minute, of the last minutes; two of them are older than two windows."""
    motion = seen(way([m / 6 for m in range(600)], 5))
    times = [minute(fix) for fix in motion.trail]
    assert times == [95 + n / 2 for n in range(10)]


def test_what_bounds_a_start_stays_on_the_trail() -> None:
    """As long as she is leaving and it is not confirmed."""
    assert len(seen(way(range(30), 5), leaving=True).trail) == 30
    assert len(seen(way(range(30), 5)).trail) == 6


def test_the_newest_fix_not_later_than_an_instant() -> None:
    """None where all are later."""
    motion = seen(way(range(4), 5))
    at = [fix_at(m).at for m in (-1, 0, 1.5, 3, 9)]
    assert [minute(motion.newest_before(instant)) for instant in at] == [None, 0, 1, 3, 3]


# -- bounds of a start ---------------------------------------------------------------------------


def test_a_start_lies_where_she_began_to_move() -> None:
    """If that was seen by the first fix away from where she lay."""
    motion = seen(way(range(7), 0), way(range(7, 12), 5, 5 * KNOT_M))
    bounds = motion.start_bounds(fix_at(6), fix_at(10, 1000))
    assert [minute(fix) for fix in bounds] == [3, 7]


def test_a_start_lies_a_window_before_the_last_fix_at_rest() -> None:
    """Where she was not seen to move before she was away, or has not moved at all."""
    motion = seen(way(range(7), 0), way(range(7, 9), 5, 5 * KNOT_M))
    assert [minute(fix) for fix in motion.start_bounds(fix_at(6), fix_at(6.5, 1000))] == [4, 6.5]
    motion = seen(way(range(7), 0))
    assert [minute(fix) for fix in motion.start_bounds(fix_at(6), fix_at(9, 1000))] == [4, 9]
    motion = seen(way(range(3), 0), way(range(3, 6), 5, 5 * KNOT_M), way(range(6, 17), 0, 463))
    assert [minute(fix) for fix in motion.start_bounds(fix_at(16), fix_at(19, 1000))] == [14, 19]


def test_a_start_soon_after_a_silence_lies_behind_what_was_before_it() -> None:
    """Or, where nothing was, behind the last fix at rest."""
    last, first = fix_at(253), fix_at(254, 1000)
    before = fix_at(11, 4000)
    assert seen([before], way((252, 253), 0)).start_bounds(last, first) == (before, first)
    assert seen(way((252, 253), 0)).start_bounds(last, first) == (last, first)
