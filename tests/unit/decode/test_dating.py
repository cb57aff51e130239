"""The clock of a log: a running maximum that one bad stamp cannot pull away."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from monitor.decode.dating import HOLD_LINES, LogClock
from monitor.units import NO_TIME, SECOND_US

BEGIN = 1_700_000_000 * SECOND_US
NONE = None
DAY = 86_400


def dated(
    stamps: list[int | None], clock: LogClock | None = None, *, final: bool = True
) -> tuple[list[int | None], list[int], int]:
    """Date lines with these stamps (s after BEGIN): their times, the nonsense, how many taken."""
    clock = LogClock() if clock is None else clock
    values = [NO_TIME if s is None else BEGIN + s * SECOND_US for s in stamps]
    result = clock.date(np.array(values, dtype=np.int64), final=final)
    times = [
        None if t == NO_TIME else (t - BEGIN) // SECOND_US for t in result.received_at.tolist()
    ]
    return times, np.flatnonzero(result.nonsense).tolist(), result.taken


def test_time_is_that_of_the_newest_stamp_so_far() -> None:
    """Stations were merged: a stamp that goes back moves nothing."""
    assert dated([0, 5, 3, 7, 7, 6]) == ([0, 5, 5, 7, 7, 7], [], 6)


def test_lines_without_a_stamp_have_the_time_of_the_line_before() -> None:
    """Those before the first stamp have that of the first."""
    assert dated([NONE, NONE, 4, NONE, 9, NONE]) == ([4, 4, 4, 4, 9, 9], [], 6)


def test_a_day_forward_is_believed_at_once() -> None:
    """The feed was down; exactly a day needs no witness."""
    assert dated([0, DAY, 5]) == ([0, DAY, DAY], [], 3)


def test_more_than_a_day_needs_a_second_witness() -> None:
    """A lone stamp of next year is nonsense; two in a row are a pause."""
    year = 365 * DAY
    assert dated([0, year, 1, 2]) == ([0, 0, 1, 2], [1], 4)
    assert dated([0, year, year + 1, year + 2]) == ([0, year, year + 1, year + 2], [], 4)


def test_the_witness_may_lie_an_hour_behind() -> None:
    """Clocks of stations differ; more than an hour is no agreement."""
    step = 3 * DAY
    assert dated([0, step, step - 3600])[1] == []
    assert dated([0, step, step - 3601])[1] == [1]


def test_the_last_stamp_waits_for_its_witness() -> None:
    """A step at the end of a batch is given back, to be looked at with what follows."""
    clock = LogClock()
    assert dated([0, 1, NONE, 5 * DAY, NONE], clock, final=False) == ([0, 1, 1], [], 3)
    assert dated([5 * DAY, NONE, 5 * DAY + 1], clock) == ([5 * DAY, 5 * DAY, 5 * DAY + 1], [], 3)


def test_at_the_end_of_the_log_a_last_step_is_believed() -> None:
    """Nobody can contradict it any more."""
    assert dated([0, 5 * DAY]) == ([0, 5 * DAY], [], 2)


def test_without_any_stamp_nothing_is_decided_until_the_end() -> None:
    """The first time may come in the next batch; at the end all are undated."""
    clock = LogClock()
    assert dated([NONE, NONE], clock, final=False) == ([], [], 0)
    assert dated([NONE, NONE, 3], clock, final=False) == ([], [], 0)  # 3 has no witness yet
    assert dated([NONE, NONE, 3, 4], clock, final=False) == ([3, 3, 3, 4], [], 4)
    assert dated([NONE, NONE]) == ([NONE, NONE], [], 2)


def test_lines_without_a_time_are_not_held_without_end() -> None:
    """A million lines and no stamp: they are given up as undated."""
    stamps = np.full(HOLD_LINES + 1, NO_TIME, dtype=np.int64)
    result = LogClock().date(stamps)
    assert result.taken == HOLD_LINES + 1
    assert (result.received_at == NO_TIME).all()


def test_a_clock_that_was_set_begins_there() -> None:
    """Lines without a stamp have that time; older stamps do not move it back."""
    clock = LogClock(BEGIN + 10 * SECOND_US)
    assert dated([NONE, 3, NONE, 12], clock) == ([10, 10, 10, 12], [], 4)
    assert clock.at == BEGIN + 12 * SECOND_US


def test_an_empty_batch_is_nothing() -> None:
    """Neither lines nor time."""
    assert dated([]) == ([], [], 0)


@pytest.mark.parametrize("seed", range(25))
def test_times_are_the_same_however_the_batches_are_cut(seed: int) -> None:
    """With steps, nonsense and gaps: what is given back is given again with more behind it."""
    chance = random.Random(seed)
    stamps: list[int | None] = []
    now = 0
    for _ in range(60):
        now += chance.choice((1, 1, 1, 60, 4 * DAY))
        stamps.append(
            chance.choice((now, now, now - 30, NONE, now + chance.choice((-1, 9)) * 9 * DAY))
        )
    if all(stamp is NONE for stamp in stamps[:1]):
        stamps[0] = 0
    whole = dated(stamps)
    clock, times, nonsense, done, end = LogClock(), [], [], 0, 0
    while done < len(stamps):
        end = min(len(stamps), end + chance.randrange(1, 9))
        part, wrong, taken = dated(stamps[done:end], clock, final=end == len(stamps))
        times += part
        nonsense += [done + line for line in wrong]
        done += taken
    assert (times, nonsense) == whole[:2]
    assert all(a is None or b is None or a <= b for a, b in pairwise(times))
