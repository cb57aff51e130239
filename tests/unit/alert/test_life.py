"""The life of an alert: each row of the table, and what is not in it is refused in a sentence."""

from __future__ import annotations

import itertools

import pytest

from monitor.alert import life
from monitor.alert.life import TABLE, Act, State, after
from monitor.errors import UsageError

ROWS = {(row.was, row.act): row.becomes for row in TABLE}


def test_the_table_names_each_step_once() -> None:
    assert len(ROWS) == len(TABLE)


@pytest.mark.parametrize(("was", "act"), list(itertools.product(State, Act)))
def test_what_an_alert_becomes(was: State, act: Act) -> None:
    if (was, act) in ROWS:
        assert after(was, act) is ROWS[was, act]
        return
    with pytest.raises(UsageError, match=rf"^This alert is {was.value} and cannot be .*\.$"):
        after(was, act)


def test_what_may_be_done_instead_is_said() -> None:
    with pytest.raises(UsageError) as caught:
        after(State.ACKNOWLEDGED, Act.ACK)
    assert str(caught.value) == (
        "This alert is acknowledged and cannot be acknowledged: it can be assigned or closed."
    )
    with pytest.raises(UsageError) as caught:
        after(State.CLOSED, Act.CLOSE)
    assert str(caught.value) == (
        "This alert is closed and cannot be closed: there is nothing left to do."
    )


def test_what_the_watch_finds_is_never_refused() -> None:
    """Whatever officers did: an event that comes must have its way."""
    for was in State:
        for act in (Act.AMEND, Act.REOPEN, Act.WITHDRAW):
            assert after(was, act) in State


def test_a_verdict_stays_whatever_is_withdrawn_after_it() -> None:
    assert after(State.CLOSED, Act.WITHDRAW) is State.CLOSED


def test_the_picture_names_each_state() -> None:
    assert life.__doc__ is not None
    assert all(state.value in life.__doc__ for state in State)
