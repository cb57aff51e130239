"""When she may have been at rest: however short, seen or not, and how she came there."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine.detect.port.pause import Pause
from monitor.engine.detect.port.trail import COARSE_US, Trail, mark_of
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port, steps_of

PORT = square_port()
"""Ships stop in its harbour, 1 km to each side, and in its anchorage; from 4 km on is its sea."""
FAST_M = 150.0
"""Metres a minute: 5 kn."""


def paused(*fixes: Fix, before: Fix | None = None) -> Pause:
    pause, trail = Pause(), Trail()
    for step in steps_of(PORT, list(fixes), before):
        trail.add(mark_of(step.fix, step.prev), keep_us=COARSE_US, moving_kn=0.5)
        pause.step(step, trail)
    return pause


def way(begin: int, end: int, begin_m: float, metres: float = 0, **fields: Any) -> list[Fix]:
    """Fixes of each minute from ``begin`` to ``end``, going so many metres east in each."""
    return [fix_at(m, begin_m + (m - begin) * metres, 20, **fields) for m in range(begin, end + 1)]


def last(pause: Pause) -> tuple[float, float | None] | None:
    """Since when and until when, minutes."""
    if pause.last is None:
        return None
    begin, end = pause.last
    return (begin - START) / MINUTE_US, None if end is None else (end - START) / MINUTE_US


def test_under_way_past_where_ships_stop_she_did_not_pause() -> None:
    """From the third fix on it is known: until then she may have been at rest."""
    pause = paused(*way(0, 8, -900, FAST_M), before=fix_at(-1, -1050))
    assert last(pause) == (0, 2)
    assert not pause.pausing


def test_slow_she_pauses_until_she_makes_way() -> None:
    """At rest from minute 5 to 10: as far as it can be told by two minutes of way made good."""
    fixes = *way(0, 5, -900, FAST_M), *way(6, 10, -150), *way(11, 15, 0, FAST_M)
    pause = paused(*fixes, before=fix_at(-1, -1050))
    assert last(pause) == (7, 11)
    assert last(paused(*fixes[:10], before=fix_at(-1, -1050))) == (7, None)


def test_the_last_pause_counts() -> None:
    """A tug that works here and there."""
    fixes = *way(0, 6, -900), *way(7, 10, -600, FAST_M), *way(11, 16, 0), *way(17, 20, 300, FAST_M)
    assert last(paused(*fixes)) == (13, 17)


def test_where_ships_do_not_stop_she_did_not_pause() -> None:
    """Slow in the approach; and out of the harbour a pause has ended."""
    assert last(paused(*way(0, 9, 2000))) is None
    pause = paused(*way(0, 9, 900), fix_at(10, 1300), *way(11, 20, 1300))
    assert (last(pause), pause.pausing, pause.in_waters) == ((0, 10), False, False)


def test_a_gap_as_long_as_a_stop_may_hide_one() -> None:
    """She was last heard under way, and fifteen minutes later again: from the one to the other."""
    fixes = *way(0, 5, -900, FAST_M), *way(20, 25, -100, FAST_M)
    pause = paused(*fixes, before=fix_at(-1, -1050))
    assert last(pause) == (5, 21)
    shorter = *way(0, 5, -900, FAST_M), *way(19, 25, -100 - FAST_M + 2000)
    assert last(paused(*shorter, before=fix_at(-1, -1050))) == (0, 2)


def test_a_gap_behind_a_way_that_was_seen_may_hide_the_first_rest_as_well() -> None:
    """She came in under way, and is heard again on her way out: any time between."""
    came = way(0, 15, 3000, -FAST_M)
    assert last(paused(*came)) is None
    assert last(paused(*came, *way(40, 45, 100, FAST_M))) == (15, 41)


def test_a_silence_after_a_rest_leaves_open_which_of_them_was_the_last() -> None:
    """At rest for ten minutes, under way for four, and twenty minutes unheard."""
    fixes = *way(0, 10, -900), *way(11, 14, -750, FAST_M), *way(34, 39, 300, FAST_M)
    pause = paused(*fixes, before=fix_at(-1, -1050))
    assert last(pause) == (0, 35)


def test_who_is_first_heard_moving_off_behind_a_gap_may_have_rested_in_it() -> None:
    """From when the fastest ship can have been there, and no more than half an hour before."""
    pause = paused(*way(0, 6, -900, FAST_M), before=fix_at(-120, -20_000))
    assert last(pause) == (-30, 2)
    begin, end = last(paused(*way(0, 6, -900, FAST_M), before=fix_at(-25, -20_000))) or (0, 0)
    assert -17 < begin < -10
    assert end == 2


# -- how she came --------------------------------------------------------------------------------


def test_whoever_came_in_sight_was_not_found_at_rest() -> None:
    """Her fix before is where she came from, and less than a stop ago."""
    off = fix_at(-14, -1300)
    pause = paused(*way(0, 9, -900), before=off)
    assert (pause.found_at_rest, pause.came_from) == (False, off)


@pytest.mark.parametrize(("metres", "at_rest"), [(0, True), (FAST_M, False)])
@pytest.mark.parametrize("before", [None, fix_at(-15, -20_000)])
def test_behind_a_gap_she_was_found_at_rest_or_under_way(
    metres: float, before: Fix | None, *, at_rest: bool
) -> None:
    """As soon as way made good can be told."""
    fixes = way(0, 4, -900, metres)
    assert paused(*fixes[:2], before=before).found_at_rest is None
    pause = paused(*fixes, before=before)
    assert (pause.found_at_rest, pause.came_from) == (at_rest, before)


def test_what_she_made_good_in_the_gap_does_not_say_how_she_was_found() -> None:
    """Two fixes at rest, and not heard again for hours: a way made good is that of the gap."""
    before = fix_at(-220, -20_000)
    there = [fix_at(0, -900, 20, sog_kn=1.5), fix_at(0.9, -900, 20, sog_kn=1.5)]
    pause = paused(*there, fix_at(270, 50, 20, sog_kn=0.0), before=before)
    assert (pause.found_at_rest, pause.came_from) == (True, before)


def test_who_says_that_she_is_at_rest_when_she_is_first_heard_is() -> None:
    """A minute later she moves off, as her way made good shows: she had come before."""
    before = fix_at(-300, -20_000)
    moves = [fix_at(m, -900 + 40 * m * m, 20, sog_kn=0.1 + m) for m in range(6)]
    assert paused(*moves, before=before).found_at_rest is True
    moves[0] = moves[0]._replace(sog_kn=0.4)
    assert paused(*moves, before=before).found_at_rest is False


def test_who_says_less_than_when_she_was_first_heard_came_to_rest_since() -> None:
    """Within a ship's length: 1.4 kn, and at rest two minutes later."""
    came = [fix_at(m, 50 + 20 * min(m, 1), 20, sog_kn=max(0.0, 1.4 - 1.4 * m)) for m in range(4)]
    assert paused(*came).found_at_rest is False
    assert paused(*(fix._replace(sog_kn=1.4) for fix in came)).found_at_rest is True


def test_fine_positions_between_coarse_ones_show_that_she_was_under_way() -> None:
    """Two knots at first, at rest three minutes later, and then hours unheard."""
    came = [fix_at(0, -60, 20, sog_kn=2.0), fix_at(0.7, -30, 20, sog_kn=1.9)]
    coarse = [fix_at(m, 60, 20, sog_kn=0.0, type=27) for m in (1.4, 3, 3.6)]
    pause = paused(*came, *coarse, fix_at(4.4, 50, 20, sog_kn=0.0), fix_at(200, 50, 20, sog_kn=0.0))
    assert pause.found_at_rest is False


def test_by_coarse_positions_that_cannot_be_told() -> None:
    """A cell is half a knot in fourteen minutes; what comes later does not say how it was."""
    pause = paused(*way(0, 40, -900, type=27))
    assert pause.found_at_rest is None


@pytest.mark.parametrize(
    ("fixes", "before", "lain"),
    [
        ([fix_at(0, 50)], None, True),  # one fix, and no more: who knows
        (way(0, 40, -900, type=27), None, True),
        (way(0, 40, -900, type=27), fix_at(-15, -20_000), False),  # she came from there
        (way(0, 9, -900, FAST_M), None, False),
        (way(0, 9, 3000), None, False),  # the approach is not where ships stop
    ],
)
def test_whoever_was_never_heard_before_may_have_lain_there(
    fixes: list[Fix], before: Fix | None, *, lain: bool
) -> None:
    """Unless it is seen that she did not."""
    assert paused(*fixes, before=before).may_have_lain is lain


def test_a_second_gap_is_as_good_as_a_stop() -> None:
    """Heard each five hours, at one place; but who reports that she is under way is believed."""
    fixes = [fix_at(m, 50, 20, sog_kn=0.1) for m in (0, 300, 600)]
    assert paused(*fixes[:1], before=fix_at(-300, 90_000)).found_at_rest is None
    assert paused(*fixes[:2], before=fix_at(-300, 90_000)).found_at_rest is True
    sails = fix_at(0, 50, 20, sog_kn=6.0)
    assert paused(sails, *fixes[1:], before=fix_at(-300, 90_000)).found_at_rest is False


def test_two_fixes_that_are_apart_before_a_gap_show_that_she_was_under_way() -> None:
    """Within a minute, or fine ones with coarse ones between them."""
    came = fix_at(0, 50, 20), fix_at(0.75, 105, 20)
    assert paused(*came, fix_at(300, 900)).found_at_rest is False
    coarse = [fix_at(m, 500, 20, type=27) for m in (2, 3, 4)]
    assert paused(*came, *coarse, *way(5, 12, 600)).found_at_rest is False


def test_who_came_in_a_short_gap_did_not_pause_in_it() -> None:
    """Twenty minutes unheard, and five knots made good: she sailed."""
    assert last(paused(fix_at(-20, 3900, 20), *way(0, 3, 900, -FAST_M))) is None


def test_from_the_anchorage_to_the_berth_she_came_as_she_came_there() -> None:
    """Found at rest in other waters of this port: that goes on, as long as she is near it."""
    berth = [fix_at(20, -1200, 20), *way(40, 50, 900)]
    pause = paused(*way(0, 9, -2500), *berth)
    assert (pause.found_at_rest, pause.came_from) == (True, None)
    pause = paused(*way(0, 9, -2500), fix_at(40, 9000, 20), *way(760, 770, 900))
    assert (pause.found_at_rest, pause.came_from) == (True, fix_at(40, 9000, 20))


def test_when_her_call_is_over_it_is_forgotten() -> None:
    """How she came to it says nothing of the next."""
    pause = paused(*way(0, 9, 900))
    assert pause.found_at_rest
    pause.forget()
    assert pause.found_at_rest is False


@pytest.mark.parametrize(("minutes", "hidden"), [(59, False), (60, True), (600, True)])
def test_an_hour_unheard_in_the_ports_waters_may_hide_that_she_stopped(
    minutes: int, *, hidden: bool
) -> None:
    """A shorter gap is not worth a doubt; the first one counts, also if it began off the port."""
    off = fix_at(-1, -9000, 20)
    approach = fix_at(0, -3900, 20)
    pause = paused(approach, *way(minutes, minutes + 300, 900), before=off)
    assert pause.hidden == (approach if hidden else None)
    pause = paused(*way(minutes, minutes + 9, 900), before=off)
    assert pause.hidden == off
    pause = paused(approach, fix_at(70, 900, 20), fix_at(200, 900, 20), before=off)
    assert pause.hidden == approach
