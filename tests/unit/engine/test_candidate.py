"""Candidates by themselves."""

from __future__ import annotations

import pytest

from monitor.engine.candidate import MEANWHILE, Candidate
from monitor.units import MINUTE_US
from tests.scenario.sea import fix_at


def of(*minutes: float) -> Candidate:
    return Candidate([fix_at(minute) for minute in minutes], None, alone_at=fix_at(5).at)


@pytest.mark.parametrize(
    ("minutes", "wanted"), [((0,), 0.0), ((0, 3), 3.0), ((0, 1, 3, 30), 2.0), ((0, 10, 20), 10.0)]
)
def test_meanwhile_is_twice_the_usual_interval(minutes: tuple[float, ...], wanted: float) -> None:
    assert of(*minutes).meanwhile_us == MEANWHILE * wanted * MINUTE_US


def test_those_since_a_track_was_heard_are_alone() -> None:
    assert of(0, 4, 5, 9).alone == [fix_at(5), fix_at(9)]
    nobody = Candidate([fix_at(0)], None)
    assert nobody.alone == []
