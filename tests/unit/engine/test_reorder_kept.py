"""What of the buffer must survive a restart, and how it goes on."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from monitor.arrays import rows_at
from monitor.engine import reorder
from monitor.engine.reorder import Reorder
from monitor.model import Fix
from monitor.units import MINUTE_US, NO_TIME, SECOND_US
from tests.scenario.sea import MMSI, fix_at
from tests.unit.engine.arrivals import TWO, at, heard, minutes, rows, waiting_at


def test_what_came_is_kept_once_as_long_as_it_waits() -> None:
    """What has left already is not; nor is anything kept twice."""
    order = waiting_at(3, fix_at(1), fix_at(2.5))
    order.due(order.passed)
    kept = order.take_waiting(full=False)
    assert (minutes(kept.pending), kept.recent["at"].tolist()) == ([2.5], [at(1)])
    assert kept.newest_at == at(2.5)
    assert kept.outlived == at(1) - 30 * SECOND_US
    kept = order.take_waiting(full=False)
    assert (len(kept.pending), len(kept.recent), kept.newest_at) == (0, 0, NO_TIME)


def test_where_nobody_asks_for_it_what_left_is_not_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run that is not stored lets go as quickly at its end as at its begin."""
    looked = 0

    def counted(taken: Any, index: Any) -> Any:
        nonlocal looked
        looked += 1
        return rows_at(taken, index)

    monkeypatch.setattr(reorder, "rows_at", counted)
    order, found = Reorder(TWO), []
    for minute in range(50):
        order.put(rows(fix_at(minute)))
        order.advance(at(minute))
        looked = 0
        order.due(order.passed)
        found.append(looked)
    assert max(found[10:]) == max(found[:10])


def test_a_copy_cannot_come_so_late_any_more() -> None:
    """Hashes half a minute older than the watermark are not kept."""
    order = waiting_at(3, fix_at(1), fix_at(1.5))
    order.due(at(1) + 1)
    order.due(at(1.5) + 1)
    order.advance(at(4))
    kept = order.take_waiting(full=False)
    assert (kept.recent["at"].tolist(), kept.newest_at) == ([at(1.5)], at(1.5))


def test_everything_is_kept_where_all_is_asked_for() -> None:
    """Also what was given before."""
    order = waiting_at(3, fix_at(1), fix_at(2.5))
    order.due(order.passed)
    order.take_waiting(full=False)
    kept = order.take_waiting(full=True)
    assert (minutes(kept.pending), kept.recent["at"].tolist()) == ([2.5], [at(1)])
    assert len(order.take_waiting(full=False).pending) == 0


def test_before_the_time_is_known_all_that_came_is_kept() -> None:
    """But for what was late; and nothing may be forgotten."""
    order = Reorder(TWO)
    order.put(rows(heard(0, 0), heard(1, 3.5)))
    kept = order.take_waiting(full=False)
    assert (minutes(kept.pending), kept.outlived) == ([0], NO_TIME)


def test_a_restored_buffer_keeps_its_floor() -> None:
    """A longer lateness before the restart does not take the watermark back after it."""
    order = waiting_at(10)
    order.wait_for(5 * MINUTE_US)
    again = Reorder(5 * MINUTE_US)
    kept = order.take_waiting(full=True)
    again.restore(kept, order.clock)
    assert again.watermark == at(8)


def test_a_restored_buffer_knows_the_copies_of_what_has_left() -> None:
    """And does not let out again what had left, though it stands in what was kept."""
    order = waiting_at(3, fix_at(1), fix_at(2.5))
    first = order.take_waiting(full=False)
    order.due(order.passed)
    again = Reorder(TWO)
    kept = first._replace(recent=order.take_waiting(full=False).recent)
    again.restore(kept, order.clock)
    assert (again.watermark, minutes(again.pending)) == (at(1), [2.5])
    again.put(rows(heard(1.1, 3, content=61, source=4)))
    due = again.due(at(5) + 1)
    assert (minutes(due.fixes), due.copies.tolist()) == ([2.5], [4])


@pytest.mark.parametrize(("present", "then"), [(TWO, 9), (5 * MINUTE_US, 8), (MINUTE_US, 10)])
def test_a_restored_buffer_waits_as_it_does_now(present: int, then: float) -> None:
    """As soon as something comes; it begins at the watermark that was."""
    order = waiting_at(10)
    again = Reorder(present)
    again.restore(order.take_waiting(full=True), order.clock)
    assert again.watermark == at(8)
    again.advance(at(11))
    assert again.lateness_us == present
    assert again.watermark == at(then)


@pytest.mark.parametrize("seed", range(20))
def test_any_cuts_and_restarts_let_out_the_same(seed: int) -> None:
    """Line by line, reports up to three minutes late, copies, and perhaps a restart in between."""
    chance = random.Random(seed)
    fixes, received = [], 0.0
    for seq in range(120):
        received += chance.randrange(3) / 5
        minute = received - chance.randrange(13) / 4
        mmsi, content = MMSI + chance.randrange(3), chance.randrange(4)
        fixes.append(heard(minute, received, seq=seq, mmsi=mmsi, content=content, source=seq))
    whole = let_out(fixes, [len(fixes)], restart=False)
    cuts = [*sorted(chance.sample(range(1, len(fixes)), 20)), len(fixes)]
    assert let_out(fixes, cuts, restart=False) == whole
    assert let_out(fixes, cuts, restart=True) == whole
    assert sum(len(part) for part in whole) == len(fixes)
    assert all(whole)


def let_out(fixes: list[Fix], cuts: list[int], *, restart: bool) -> tuple[list[int], ...]:
    """Arrival numbers of what was let out (by time), of copies, and of what was late."""
    order = Reorder(TWO)
    out, copies, late = [], [], []
    kept: list[Any] = []
    for begin, end in zip([0, *cuts], [*cuts, None], strict=True):
        batch = rows(*fixes[begin:end])
        late += order.put(batch)["seq"].tolist()
        order.advance(fixes[-1].at + MINUTE_US * 9 if end is None else fixes[end - 1].received_at)
        due = order.due(order.passed)
        out += sorted(zip(due.fixes["at"].tolist(), due.fixes["seq"].tolist(), strict=True))
        copies += due.copies.tolist()
        kept.append(order.take_waiting(full=False))
        if restart:
            pieces = [np.concatenate([part[i] for part in kept]) for i in (0, 1)]
            clock = order.clock
            order = Reorder(TWO)
            waiting = kept[-1]._replace(pending=pieces[0], recent=pieces[1])
            order.restore(waiting, clock)
    assert [instant for instant, _ in out] == sorted(instant for instant, _ in out)
    return [seq for _, seq in sorted(out)], sorted(copies), sorted(late)
