"""A feed's budget: lines a second with what it did not use, and its part of the spool."""

from __future__ import annotations

import pytest

from monitor.service.budget import BURST_S, LINE_BYTES, Pace, Shares

LIMIT = 1 << 20


class Time:
    """A steady clock that a test tells."""

    def __init__(self) -> None:
        """It begins."""
        self.s = 0.0

    def __call__(self) -> float:
        """Tell it."""
        return self.s


def test_so_many_lines_a_second_and_two_seconds_at_once() -> None:
    """Then as many as time brings, whatever was tried meanwhile."""
    time = Time()
    pace, taken = Pace(100, steady=time), 0
    for tenth in range(101):
        time.s = tenth / 10
        while pace.pause_s() == 0:
            pace.take(b"line\n")
            taken += 1
    assert taken == pytest.approx(BURST_S * 100 + 10 * 100, abs=2)


def test_much_at_once_is_taken_and_paid_for() -> None:
    """A minute's reports of a service in one answer."""
    time = Time()
    pace = Pace(100, steady=time)
    pace.take(b"line\n" * 1200)
    assert pace.pause_s() == pytest.approx(10, abs=0.1)
    time.s = 9.9
    assert pace.pause_s() > 0
    time.s = 10.1
    assert pace.pause_s() == 0


def test_long_lines_and_blank_ones_count() -> None:
    """Or a flood of either would cost nothing."""
    time = Time()
    long, blank = Pace(100, steady=time), Pace(100, steady=time)
    long.take(b"x" * (LINE_BYTES * 300) + b"\n")
    blank.take(b"\n" * 300)
    assert long.pause_s() == blank.pause_s() == pytest.approx(1.0, abs=0.02)


def fill(shares: Shares, name: str, begin: int = 0) -> int:
    """Add for a feed until it has no room; how much that was."""
    added = 0
    while shares.has_room(name, LIMIT) and added < 2 * LIMIT:
        shares.add(name, begin + added, 1000, LIMIT)
        added += 1000
    return added


def test_a_flood_leaves_each_other_feed_its_part() -> None:
    """Of four, an eighth each: half of the spool is dealt out evenly."""
    shares = Shares(["a", "b", "c", "flood"])
    flood = fill(shares, "flood")
    assert flood == pytest.approx(LIMIT * 5 / 8, abs=2000)
    assert fill(shares, "a", flood) == pytest.approx(LIMIT / 8, abs=2000)
    assert not shares.has_room("flood", LIMIT)
    assert shares.has_room("b", LIMIT)


def test_where_there_is_but_one_all_is_its_own() -> None:
    """And beyond it the oldest makes room, as ever."""
    assert fill(Shares(["alone"]), "alone") >= 2 * LIMIT


def test_what_is_stored_makes_room() -> None:
    """To a grain: what came together goes together."""
    shares = Shares(["good", "flood"])
    added = fill(shares, "flood")
    shares.add("good", added, 500, LIMIT)
    shares.release(added // 2)
    assert shares.waiting("flood") == pytest.approx(added / 2, abs=LIMIT / 500)
    assert shares.has_room("flood", LIMIT)
    shares.release(added + 500)
    assert (shares.waiting("flood"), shares.waiting("good")) == (0, 0)


def test_three_floods_leave_the_fourth_its_part() -> None:
    shares = Shares(["good", "x", "y", "z"])
    begin = 0
    for _ in range(3):
        for name in ("x", "y", "z"):
            begin += fill(shares, name, begin)
    assert begin == pytest.approx(LIMIT * 7 / 8, abs=4000)
    assert fill(shares, "good", begin) == pytest.approx(LIMIT / 8, abs=2000)


def test_what_an_earlier_run_left_is_not_pushed_out_by_a_flood() -> None:
    """Each feed may still add its own part."""
    shares = Shares(["good", "flood"])
    assert shares.has_room("flood", LIMIT, LIMIT)
    shares.add("flood", 0, LIMIT // 4, LIMIT)
    assert shares.has_room("flood", LIMIT, LIMIT // 2)
    assert not shares.has_room("flood", LIMIT, LIMIT)
    assert shares.has_room("good", LIMIT, LIMIT)
