"""The table of a convoy, step by step; whole convoys are drawn in ``test_drawn_company``."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.pair.convoy import (
    BREAK_US,
    CONVOY_M,
    COURSE_DEG,
    EVERY_US,
    TOGETHER_US,
    TURN_DEG,
    UNDER_WAY_KN,
    Company,
    Convoys,
)
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import FenceSet
from monitor.model import EventKind
from tests.unit.engine.detect.pair.pairs import BEGIN, PAIR, abreast_at

STEP = EVERY_US // SLOT_US


def detector() -> Convoys:
    return Convoys(FenceSet(ports=()))


def sailing(courses: list[float], away_m: float = 3000.0, **words: Any) -> list[Any]:
    """Half an hour on each course; the first ship goes a tenth of a degree of longitude."""
    return [
        abreast_at(STEP * n, away_m, speeds=(12.0, 12.0), courses=(course, course),
                   lon=20.0 + n / 10, **words)
        for n, course in enumerate(courses)
    ]  # fmt: skip


def taken(*moments: Any) -> tuple[Company | None, list[EventKind]]:
    state, told = None, []
    for moment in moments:
        state, found = detector().step(state, moment)
        told += [fact.kind for fact in found]
    return state, told


def test_two_common_turns_in_a_hundred_miles_make_a_convoy() -> None:
    """A tenth of a degree is 6 NM: the 17th step is the hundredth mile and more."""
    bent = [90.0] * 5 + [120.0] * 5 + [80.0] * 8
    assert taken(*sailing(bent[:17]))[1] == []
    state, told = taken(*sailing(bent))
    assert told == [EventKind.CONVOY_FORMED]
    assert state is not None
    assert state.turns == 2


@pytest.mark.parametrize("courses", [[90.0] * 30, [90.0] * 10 + [90.0 + TURN_DEG] * 20])
def test_one_lane_is_no_convoy(courses: list[float]) -> None:
    assert taken(*sailing(courses))[1] == []


def test_courses_are_compared_across_north() -> None:
    """Of 355 and 5 degrees the middle is north."""
    state, _ = taken(abreast_at(0, 900.0, speeds=(9.0, 9.0), courses=(355.0, 5.0)))
    assert state is not None
    assert min(state.course_deg, 360.0 - state.course_deg) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "words",
    [{"away_m": CONVOY_M + 1}, {"speeds": (UNDER_WAY_KN, 12.0)}, {"in_port": True},
     {"courses": (90.0, 91.0 + COURSE_DEG)}],
)  # fmt: skip
def test_who_is_not_abreast_begins_nothing_and_ends_it(words: dict[str, Any]) -> None:
    given = {"away_m": 900.0, "speeds": (9.0, 9.0)} | words
    assert taken(abreast_at(STEP, **given))[0] is None
    state, _ = taken(*sailing([90.0]), abreast_at(STEP, **given))
    assert state is not None
    assert (state.last_at, state.gone_at) == (BEGIN, BEGIN + EVERY_US)


def test_the_end_is_told_when_the_break_is_over() -> None:
    state, _ = taken(*sailing([90.0] * 5 + [120.0] * 5 + [80.0] * 8))
    assert state is not None
    at = detector().deadline(state)
    assert at == BEGIN + 17 * EVERY_US + BREAK_US
    left, (fact,) = detector().wake(PAIR, state, at)
    assert (left, fact.kind, fact.span.latest) == (None, EventKind.CONVOY_PARTED, None)
    untold, _ = taken(*sailing([90.0] * 3))
    assert untold is not None
    assert detector().wake(PAIR, untold, at) == (None, [])


def test_times_are_whole_steps() -> None:
    """Or the four hours would be full between two of them."""
    assert TOGETHER_US % EVERY_US == BREAK_US % EVERY_US == 0


def test_a_state_comes_back_as_it_was() -> None:
    state, _ = taken(*sailing([90.0] * 3))
    assert kept.load(Company, kept.dump(state)) == state
