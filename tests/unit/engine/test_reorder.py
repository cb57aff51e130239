"""The buffer that puts reports in order: what waits, what is late, and what is a copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.engine.reorder import Reorder
from monitor.units import MINUTE_US, NO_TIME
from tests.scenario.sea import MMSI, fix_at
from tests.unit.engine.arrivals import TWO, at, heard, minutes, rows, waiting_at

# -- the watermark -------------------------------------------------------------------------------


def test_before_anything_came_there_is_no_watermark() -> None:
    """Nothing is due; a report that is too old when it comes is late all the same."""
    order = Reorder(TWO)
    assert order.watermark == NO_TIME
    assert minutes(order.put(rows(heard(0, 0), heard(1, 3.5)))) == [1]
    assert len(order.due(order.passed).fixes) == 0
    assert order.watermark == NO_TIME


def test_the_watermark_is_the_newest_reception_less_the_lateness() -> None:
    """And time never goes back."""
    order = Reorder(TWO)
    order.advance(at(10))
    order.advance(at(5))
    assert (order.newest, order.watermark) == (at(10), at(8))
    assert order.mark(at(11)) == at(9)


def test_a_longer_lateness_does_not_take_the_watermark_back() -> None:
    """It stays where it is until it is due again by the new one."""
    order = waiting_at(10)
    order.wait_for(5 * MINUTE_US)
    assert order.watermark == at(8)
    order.advance(at(12))
    assert order.watermark == at(8)
    assert minutes(order.put(rows(heard(7.9, 12), heard(8, 12)))) == [7.9]
    order.advance(at(14))
    assert order.watermark == at(9)


def test_a_shorter_lateness_holds_at_once() -> None:
    """What is older than it is late from now on."""
    order = waiting_at(10)
    order.wait_for(MINUTE_US)
    assert order.watermark == at(9)


def test_how_far_a_batch_takes_the_watermark_is_known_before() -> None:
    """So that who has a deadline by then can be recalled; it never goes farther."""
    order = Reorder(TWO)
    assert order.watermark_with(None, None) == order.watermark
    assert order.watermark_with(clock(10), None) == at(8)
    order.advance(at(10))
    assert order.watermark_with(clock(3, 9), None) == order.watermark_with(clock(), None) == at(8)
    assert order.watermark_with(clock(9, 12), None) == at(10)
    assert order.watermark_with(clock(12), MINUTE_US) == at(11)
    assert order.watermark_with(clock(12), 30 * MINUTE_US) == at(10)
    order.wait_for(60 * MINUTE_US)
    assert order.watermark_with(clock(12), None) == order.watermark == at(8)
    again = Reorder(MINUTE_US)  # it waits for that as soon as something comes
    again.restore(order.take_waiting(full=True), order.clock)
    assert again.watermark_with(clock(12), None) == at(11)
    assert again.watermark == at(8)


def clock(*minute: float) -> Any:
    """When lines were received."""
    return np.array([at(each) for each in minute], dtype=np.int64)


def test_the_same_lateness_changes_nothing() -> None:
    """Merged input says it with every batch."""
    order = waiting_at(10)
    order.wait_for(TWO)
    assert order.floor == NO_TIME


def restored(order: Reorder, lateness_us: int) -> Reorder:
    again = Reorder(lateness_us)
    again.restore(order.take_waiting(full=True), order.clock)
    return again


def test_a_restart_with_a_shorter_lateness_lets_nothing_go_before_something_comes() -> None:
    """What waits is not let go yet: who keeps it, or asks how far all is known, must not think so.

    Killed twice before a line came, a watch lost what had waited.
    """
    order = waiting_at(10)
    order.put(rows(heard(8.5, 10), heard(9.5, 10)))
    again = restored(order, 0)
    assert (again.watermark, again.passed) == (order.watermark, order.passed)
    kept = again.take_waiting(full=False)
    assert kept.outlived < at(8.5)
    third = restored(again, 0)
    assert minutes(third.due(third.passed).fixes) == []
    assert minutes(third.put(rows(heard(9, 10)))) == [9]
    third.advance(at(10))
    assert minutes(third.due(third.passed).fixes) == [8.5, 9.5]


def test_a_restart_that_is_told_the_lateness_of_before_goes_on_as_before() -> None:
    """Merged input says it with every batch: nothing of it is late for a restart."""
    order = waiting_at(10)
    again = restored(order, 0)
    again.wait_for(TWO)
    assert (again.watermark, again.floor) == (order.watermark, NO_TIME)
    assert minutes(again.put(rows(heard(8, 10)))) == []
    assert again.watermark == at(8)


# -- what waits, and what is late ----------------------------------------------------------------


def test_what_is_older_than_the_watermark_is_late() -> None:
    """At the watermark itself it is in time."""
    order = waiting_at(10)
    late = order.put(rows(heard(7.99, 9), heard(8, 9), heard(9, 10)))
    assert minutes(late) == [7.99]
    assert minutes(order.pending) == [8, 9]


def test_the_lines_before_in_a_batch_make_a_report_late() -> None:
    """Those behind it do not; and the buffer is told the time by others."""
    order = Reorder(TWO)
    late = order.put(rows(heard(0, 0), heard(9, 9), heard(6.9, 8), heard(7, 8), heard(20, 20)))
    assert minutes(late) == [6.9]
    assert minutes(order.pending) == [0, 9, 7, 20]
    assert order.newest == NO_TIME


def test_what_is_due_leaves_by_vessel_and_time() -> None:
    """At one instant in the order of their lines; what is later waits on."""
    order = waiting_at(
        5, fix_at(2, seq=0), fix_at(1, seq=2, content=7, line=3),
        fix_at(1, seq=1, content=8, line=2),
        fix_at(4, seq=3), fix_at(3, seq=4, mmsi=MMSI - 1),
    )  # fmt: skip
    due = order.due(order.passed)
    assert due.fixes["seq"].tolist() == [4, 1, 2, 0]
    assert minutes(order.pending) == [4]
    assert minutes(order.due(at(4) + 1).fixes) == [4]


def test_no_reports_are_no_trouble() -> None:
    """An empty batch, and nothing due."""
    order = Reorder(TWO)
    assert len(order.put(rows())) == 0
    due = order.due(at(5) + 1)
    assert (len(due.fixes), due.copies.tolist()) == (0, [])


def test_a_copy_is_left_out_and_its_source_is_told() -> None:
    """The same content of the same vessel within half a minute, whenever the first left."""
    copies = [
        fix_at(1 + s / 60, content=61, source=s, seq=100 + s, mmsi=MMSI + (s == 3))
        for s in (1, 2, 3, 31)
    ]
    order = waiting_at(3, fix_at(1), copies[0])
    due = order.due(at(1.02) + 1)
    assert (due.fixes["source"].tolist(), due.copies.tolist()) == ([0], [1])
    order.put(rows(*copies[1:]))
    due = order.due(at(5) + 1)
    assert (due.fixes["source"].tolist(), due.copies.tolist()) == ([31, 3], [2])


def test_what_is_as_old_as_what_was_let_go_at_the_end_is_late() -> None:
    """Another log begins where the one before ended; after a restart, too."""
    order = waiting_at(10)
    order.advance(order.newest, settled=True)
    order.go_on()
    again = Reorder(TWO)
    again.restore(order.take_waiting(full=True), order.clock)
    for one in (order, again):
        late = one.put(rows(heard(8, 10), heard(8.01, 10)))
        assert minutes(late) == [8]
    fresh = Reorder(TWO)
    fresh.go_on()
    assert len(fresh.put(rows(heard(0, 0)))) == 0
