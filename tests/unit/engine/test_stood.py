"""Since when something is said, and when it was last: by the table of the module."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.identity import merged
from monitor.engine.stood import (
    AGAIN_US,
    MARK_US,
    NOTED,
    UNSTOOD,
    Stood,
    next_at,
    noted,
    stood_twice,
)
from monitor.model import Static
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US
from tests.scenario.sea import MMSI

NOON = 473_364 * HOUR_US
"""An hour begins."""


def named(name: str | None = "ALDA", **fields: object) -> Static:
    return Static(mmsi=MMSI, name=name, **fields)  # type: ignore[arg-type]


def told(*minutes: float) -> tuple[int, int]:
    """First and last, of a name that is said at some minutes."""
    stood, before = UNSTOOD, Static(mmsi=MMSI)
    for minute in minutes:
        stood = noted(stood, before, named(), NOON + round(minute * MINUTE_US))
        before = named()
    first, last = stood.of("name")
    return (first - NOON) // MINUTE_US, (last - NOON) // MINUTE_US


@pytest.mark.parametrize(
    ("minutes", "stands"),
    [
        ((0,), (0, 0)), ((0, 1), (0, 0)), ((0, 2), (0, 2)), ((0, 1, 2, 3), (0, 2)),
        ((0, 6, 59), (0, 6)), ((0, 6, 60, 66), (0, 60)), ((59, 60), (59, 59)),
        ((59, 60, 61, 62), (59, 61)), ((59, 61, 119, 120, 125), (59, 120)),
    ],
)  # fmt: skip
def test_it_is_noted_twice_and_then_by_the_hour(
    minutes: tuple[float, ...], stands: tuple[int, int]
) -> None:
    assert told(*minutes) == stands


def test_another_value_begins_anew_and_others_go_on() -> None:
    stood = noted(UNSTOOD, Static(mmsi=MMSI), named(callsign="ABC"), NOON)
    stood = noted(stood, named(callsign="ABC"), named("BERTA"), NOON + HOUR_US)
    assert stood.of("name") == (NOON + HOUR_US, NOON + HOUR_US)
    assert stood.of("callsign") == (NOON, NOON)
    assert stood.of("imo") == (NO_TIME, NO_TIME)


def test_of_a_size_any_side_counts() -> None:
    before = named(to_bow_m=100, to_stern_m=20, to_port_m=10, to_starboard_m=10)
    stood = noted(UNSTOOD, Static(mmsi=MMSI), before, NOON)
    later = noted(stood, before, named(None, to_bow_m=100, to_stern_m=30), NOON + 1)
    assert later.of("size") == (NOON + 1, NOON + 1)
    assert later.of("name") == (NOON, NOON)


def test_what_says_nothing_new_is_the_same() -> None:
    stood = noted(UNSTOOD, Static(mmsi=MMSI), named(), NOON)
    assert noted(stood, named(), named(), NOON + AGAIN_US - 1) is stood
    assert noted(stood, named(), Static(mmsi=MMSI), NOON + HOUR_US) is stood


@given(st.lists(st.sampled_from((1, 30, 100, 600, 3000)), min_size=1, max_size=20), st.randoms())
def test_it_is_known_until_when_it_need_not_be_said_again(pauses: list[int], chance: Any) -> None:
    """Of each report, with a name, with none, or with both: to the microsecond."""
    words = [named(), named("BERTA"), named(None, callsign="OJKA"), named(callsign="OJKA")]
    at, says, stood = NOON, Static(mmsi=MMSI), UNSTOOD
    for pause in pauses:
        at += pause * SECOND_US
        said = chance.choice(words)
        says, stood = merged(says, said), noted(stood, says, said, at)
        until = stood.next_of(said)
        assert noted(stood, says, said, until - 1) is stood
        assert noted(stood, says, said, until) is not stood


def test_who_says_nothing_says_nothing_again() -> None:
    assert UNSTOOD.next_of(Static(mmsi=MMSI)) == NO_TIME
    assert noted(UNSTOOD, Static(mmsi=MMSI), Static(mmsi=MMSI), NOON) is UNSTOOD


def test_what_stood_before_it_was_noted_counts_as_said_twice() -> None:
    assert stood_twice(NO_TIME, NO_TIME)
    assert stood_twice(NOON, NOON + AGAIN_US)
    assert not stood_twice(NOON, NOON + AGAIN_US - 1)
    assert len(Stood().since) == len(NOTED)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True), st.randoms())
def test_what_is_not_noted_may_be_left_out(minutes: list[int], chance: object) -> None:
    """Any of it, and nothing changes; the last time is never too late, and true to an hour."""
    minutes.sort()
    kept = minutes[:1]
    for minute in minutes[1:]:
        first, last = told(*kept)
        counts = minute * MINUTE_US >= next_at(first * MINUTE_US, last * MINUTE_US)
        if counts or chance.random() < 0.5:  # type: ignore[attr-defined]
            kept.append(minute)
    first, last = told(*minutes)
    assert told(*kept) == (first, last)
    assert first == minutes[0]
    assert last <= minutes[-1]
    assert minutes[-1] - last < MARK_US // MINUTE_US
