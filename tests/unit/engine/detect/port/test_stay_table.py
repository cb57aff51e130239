"""Stops and starts: each line of the table, and the sign of each fix."""

from __future__ import annotations

from itertools import product

import pytest

from monitor.engine import kept
from monitor.engine.detect.port.stay import TABLE, Stay, StayAct, StaySign, StayState
from monitor.engine.detect.port.trail import mark_of
from monitor.model import EventKind, Fix
from tests.scenario.sea import fix_at, step_of, steps_of
from tests.unit.engine.detect.port.stays import (
    PORT,
    QUAY,
    found,
    rest,
)


def stay_in(state: StayState) -> Stay:
    """A stay as it is in a state: tried for six minutes, or berthed for twenty."""
    stay = Stay()
    minutes = {StayState.NOWHERE: 0, StayState.TRYING: 7, StayState.LYING: 21}[state]
    found(rest(range(minutes), QUAY), on=stay)
    assert stay.state is state
    return stay


def coarse_stop() -> Stay:
    """A stop that was told of coarse positions, and two fine fixes since."""
    stay = Stay()
    fixes = [*rest(range(0, 41, 5), QUAY, type=27), *rest((45, 50), QUAY)]
    assert [fact.kind for fact in found(fixes, on=stay)] == [EventKind.BERTHED]
    return stay


def test_the_table_has_no_state_that_cannot_be_left_or_reached() -> None:
    """Each state but the first is the end of some row, and each is the begin of one."""
    assert {state for state, _ in TABLE} == set(StayState)
    assert {state for state, _ in TABLE.values()} == set(StayState) - {StayState.NOWHERE}


def test_every_sign_and_every_act_is_used() -> None:
    """No act without what it does, and none that no row names."""
    assert {sign for _, sign in TABLE} == set(StaySign)
    assert {act for _, act in TABLE.values()} == set(Stay.ACTS) == set(StayAct)


SIGNED: dict[tuple[str, str], tuple[str, str | None]] = {
    ("nowhere", "first fix"): ("trying", None),
    ("trying", "with the others"): ("trying", None),
    ("trying", "beyond, for now"): ("trying", None),
    ("trying", "beyond"): ("trying", None),
    ("trying", "with the others for long enough"): ("lying", "Berthed"),
    ("lying", "with the others"): ("lying", None),
    ("lying", "beyond, for now"): ("lying", None),
    ("lying", "with the others, and finely enough to name the berth"): ("lying", "Berthed"),
    ("lying", "beyond, but made no way"): ("lying", None),
    ("lying", "beyond, and made way"): ("trying", "Unberthed"),
}
"""(state, sign) -> the next state and what is told, by design."""


@pytest.mark.parametrize(("state", "sign"), list(product(StayState, StaySign)))
def test_each_pair_does_what_the_design_says_and_others_cannot_be(
    state: StayState, sign: StaySign
) -> None:
    """Whatever her fix was: the sign alone decides."""
    expected = SIGNED.get((state.value, sign.value))
    assert ((state, sign) in TABLE) is (expected is not None)
    if expected is None:
        return
    stay = coarse_stop() if sign is StaySign.NAMED else stay_in(state)
    step = step_of(PORT, fix_at(61, QUAY, 20), fix_at(60, QUAY, 20))
    if sign is StaySign.NAMED:
        stay.fine.append(mark_of(step.fix, step.prev))
    mark = mark_of(step.fix, step.prev)
    stay.state, act = TABLE[state, sign]
    fact = stay.ACTS[act](stay, step, mark)
    assert (stay.state.value, fact and str(fact.kind)) == expected
    assert stay == kept.load(Stay, kept.dump(stay))


@pytest.mark.parametrize(
    ("state", "fixes", "sign"),
    [
        (StayState.NOWHERE, rest((60,), QUAY), StaySign.FIRST),
        (StayState.TRYING, rest((7,), QUAY + 90), StaySign.HERE),
        (StayState.TRYING, rest((7,), QUAY + 110), StaySign.STRAY),
        (StayState.TRYING, rest((7, 8), QUAY + 110), StaySign.AWAY),
        (StayState.TRYING, rest((10,), QUAY + 10), StaySign.LONG_ENOUGH),
        (StayState.LYING, rest((21,), QUAY + 190), StaySign.HERE),
        (StayState.LYING, rest((21,), QUAY + 210), StaySign.STRAY),
        (StayState.LYING, rest((21, 22), QUAY + 210), StaySign.MOVED),
    ],
)
def test_the_sign_of_a_fix(
    state: StayState, fixes: list[Fix], sign: StaySign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the last one."""
    signs: list[StaySign] = []

    class Watched(dict[tuple[StayState, StaySign], tuple[StayState, StayAct]]):
        def __getitem__(self, pair: tuple[StayState, StaySign]) -> tuple[StayState, StayAct]:
            signs.append(pair[1])
            return super().__getitem__(pair)

    on = stay_in(state)
    monkeypatch.setattr("monitor.engine.detect.port.stay.TABLE", Watched(TABLE))
    for step in steps_of(PORT, fixes, on.last):
        on.step(step)
    assert signs[-1] is sign
