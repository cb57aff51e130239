"""One detector at work: what it is stepped with, when it is woken, and what ends a state."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine.detect.lookout import Lookout
from monitor.engine.geofence import FenceSet
from monitor.model import Fix, Ship
from monitor.units import MINUTE_US
from tests.scenario.sea import START
from tests.unit.engine.detect.lamps import (
    DIM_US,
    MOORED,
    ONE,
    TWO,
    Lamp,
    Lamps,
    lines,
    of,
    seen,
)  # fmt: skip

NOWHERE = FenceSet(ports=())


def lookout(kind: type[Lamps] = Lamps) -> Lookout:
    return Lookout(kind(NOWHERE))


def test_rows_come_first_and_then_the_deadlines_that_have_passed() -> None:
    """Before the watermark, and each once."""
    on = lookout()
    assert lines(on.take(seen(10, of(ONE, 0), of(TWO, 5)))) == ["1 lit 0", "2 lit 5"]
    assert lines(on.take(seen(16))) == ["1 dim 10", "2 dim 15"]
    assert lines(on.take(seen(16))) == []
    assert on.states == {ONE: Lamp(START, dim=True), TWO: Lamp(START + 5 * MINUTE_US, dim=True)}
    assert lines(on.take(seen(26))) == ["1 out 20", "2 out 25"]


def test_several_deadlines_may_have_passed() -> None:
    """Each is told with its own instant, the earliest first, and then nothing is watched."""
    on = lookout()
    assert lines(on.take(seen(60, of(ONE, 0)))) == ["1 lit 0", "1 dim 10", "1 out 20"]
    assert (on.states, len(on.deadlines)) == ({}, 0)


def test_a_state_is_woken_before_it_is_stepped() -> None:
    """What its silence tells is told before she is back, in one batch as in two."""
    told = ["1 lit 0", "1 dim 10", "1 on 15", "1 dim 25", "1 out 35", "1 lit 50"]
    assert lines(lookout().take(seen(50, of(ONE, 0), of(ONE, 15), of(ONE, 50)))) == told
    on = lookout()
    apart = [on.take(seen(minute, of(ONE, minute))) for minute in (0, 15, 50)]
    assert [line for part in apart for line in lines(part)] == told


def test_exactly_at_its_deadline_a_state_is_not_woken() -> None:
    """The fix that comes then is in time."""
    assert lines(lookout().take(seen(10, of(ONE, 0), of(ONE, 10)))) == ["1 lit 0", "1 on 10"]


def test_a_fix_that_was_believed_later_comes_after_the_deadlines_until_then() -> None:
    """Hardly heard, she leapt: fixes from afar are believed with the third; the lamp had dimmed."""
    far = [of(ONE, minute, east_m=1_000_000) for minute in (8, 12, 18)]
    told = lines(lookout().take(seen(18, of(ONE, 0), *far)))
    assert told == ["1 lit 0", "1 dim 10", "1 on 18", "1 on 18", "1 on 18"]


def test_deadlines_move_on_with_the_fixes_of_a_batch() -> None:
    """Only the last of them is waited for."""
    on = lookout()
    on.take(seen(6, of(ONE, 0), of(ONE, 3), of(ONE, 6)))
    assert on.deadlines.next_at == START + 6 * MINUTE_US + DIM_US


def test_a_state_without_a_deadline_is_never_woken() -> None:
    """It waits for the next fix, however late."""

    class Lighthouse(Lamps):
        def deadline(self, state: Lamp) -> Any:
            del state

    told = lookout(Lighthouse).take(seen(99, of(ONE, 0), of(ONE, 50)))
    assert lines(told) == ["1 lit 0", "1 on 50"]


def test_a_state_of_none_ends_it() -> None:
    """Nothing is watched, nothing is waited for; nor is there anything to end before it began."""
    on = lookout()
    put_out = of(ONE, 1, status=MOORED)
    assert lines(on.take(seen(30, of(ONE, 0), put_out))) == ["1 lit 0", "1 put out 1"]
    assert (on.states, len(on.deadlines)) == ({}, 0)
    assert lines(on.take(seen(60, of(ONE, 31, status=MOORED)))) == []


@pytest.mark.parametrize("fixes", [[of(ONE, 0)], [of(ONE, 0), of(ONE, 30)]])
def test_a_detector_that_waits_for_what_has_passed_is_stopped(fixes: list[Fix]) -> None:
    """It would be woken for ever: found at the end of a batch, and before a step."""

    class Stuck(Lamps):
        def wake(self, key: Ship, state: Lamp, at: int) -> tuple[Lamp, list[Any]]:
            del key, at
            return state, []

    with pytest.raises(RuntimeError, match=f"^lamp was woken at {START + DIM_US} and waits for"):
        lookout(Stuck).take(seen(30, *fixes))
