"""The table of a meeting, step by step; whole meetings are drawn in ``test_drawn_company``."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.pair.meeting import (
    HEARD_SLOTS,
    MEDIAN_KN,
    NEARING_M,
    PAUSE_US,
    SLOW_KN,
    TOGETHER_US,
    Meeting,
    Meetings,
    Stand,
)
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import FenceSet
from monitor.model import EventKind
from tests.unit.engine.detect.pair.pairs import BEGIN, PAIR, abreast_at

FULL = TOGETHER_US // SLOT_US


def detector() -> Meetings:
    return Meetings(FenceSet(ports=()))


def taken(*moments: Any) -> tuple[Meeting | None, list[EventKind]]:
    """The state after some moments, and what was told."""
    state, told = None, []
    for moment in moments:
        state, found = detector().step(state, moment)
        told += [fact.kind for fact in found]
    return state, told


def lying(count: int, first: int = 0, **words: Any) -> list[Any]:
    return [abreast_at(first + n, 200.0, **words) for n in range(count)]


def test_it_is_told_when_its_time_is_full_and_once() -> None:
    state, told = taken(*lying(FULL))
    assert (state is not None and state.state, told) == (Stand.TOGETHER, [])
    assert taken(*lying(FULL + 1))[1] == [EventKind.SHIPS_MET]
    assert taken(*lying(FULL + 9))[1] == [EventKind.SHIPS_MET]


@pytest.mark.parametrize(
    "words",
    [{"speeds": (SLOW_KN + 0.1, 0.0)}, {"in_port": True}, {"status": 5},
     {"speeds": (MEDIAN_KN, MEDIAN_KN)}],
)  # fmt: skip
def test_who_is_fast_or_in_port_or_moored_does_not_meet(words: dict[str, Any]) -> None:
    assert taken(*lying(FULL + 9, **words))[1] == []


def test_glimpses_are_no_meeting() -> None:
    """Heard together twice, half a day apart, they were not seen to lie together."""
    far = [abreast_at(70 * n, 200.0) for n in range(HEARD_SLOTS - 1)]
    assert taken(*far)[1] == []
    assert taken(*far, *lying(1, 70 * HEARD_SLOTS - 1))[1] == [EventKind.SHIPS_MET]


def test_how_they_came_is_remembered_while_they_near() -> None:
    state, _ = taken(abreast_at(0, NEARING_M - 1, speeds=(17.0, 0.1)))
    assert state is not None
    assert (state.state, state.apart_at) == (Stand.NEARING, BEGIN - 60_000_000)
    assert detector().deadline(state) == BEGIN + SLOT_US
    assert detector().wake(PAIR, state, BEGIN + SLOT_US) == (None, [])
    assert taken(abreast_at(0, NEARING_M - 1))[0] is None  # too slow
    assert taken(abreast_at(0, NEARING_M - 1, speeds=(17.0, 9.0)))[0] is None  # two pass
    assert taken(abreast_at(0, 900.0, speeds=(4.0, 0.1)), abreast_at(1, NEARING_M + 1))[0] is None


def test_a_passing_is_forgotten_and_a_parting_is_not() -> None:
    apart = abreast_at(FULL + 1, 3000.0)
    state, _ = taken(*lying(FULL), apart)
    assert state is None
    state, _ = taken(*lying(FULL + 1), apart)
    assert state is not None
    assert (state.state, state.gone_at) == (Stand.PARTED, apart.at)
    state, told = taken(*lying(FULL + 1), apart, *lying(2, FULL + 2))
    assert state is not None
    assert (state.state, state.gone_at, len(told)) == (Stand.TOGETHER, None, 1)


def test_the_end_is_told_when_the_pause_is_over() -> None:
    state, _ = taken(*lying(FULL + 1), abreast_at(FULL + 1, 3000.0))
    assert state is not None
    at = detector().deadline(state)
    assert at == BEGIN + FULL * SLOT_US + PAUSE_US
    left, (fact,) = detector().wake(PAIR, state, at)
    assert (left, fact.kind, fact.decided_at) == (None, EventKind.SHIPS_PARTED, at)
    span = fact.span
    assert (span.at, span.latest) == (BEGIN + FULL * SLOT_US, BEGIN + (FULL + 1) * SLOT_US)


def test_the_median_is_of_all_speeds() -> None:
    state = Meeting(Stand.TOGETHER, 0, speeds={1: 3, 15: 2, 40: 1})
    assert state.median_kn == 1.5
    assert Meeting(Stand.NEARING, 0).median_kn == 0.0


def test_a_state_comes_back_as_it_was() -> None:
    state, _ = taken(*lying(FULL + 1), abreast_at(FULL + 1, 3000.0))
    assert kept.load(Meeting, kept.dump(state)) == state
