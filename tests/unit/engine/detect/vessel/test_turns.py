"""Values by turns: which stand, which come back, and for how long that is remembered."""

from __future__ import annotations

import pytest

from monitor.engine import kept
from monitor.engine.detect.vessel.turns import KEEP_US, MOST, Turns, first_turn
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NO_TIME

NOON = 473_364 * HOUR_US


def is_same(one: str, other: str) -> bool:
    return one.upper() == other.upper()


def walk(values: str, minutes: float = 6) -> tuple[Turns, str]:
    """Say values, a letter each, some minutes apart after an A that stands; which stood anew."""
    turns, stood = first_turn("A", NOON - DAY_US, NOON - HOUR_US), ""
    for place, value in enumerate(values, start=1):
        if turns.say(value, NOON + round(place * minutes * MINUTE_US), is_same):
            stood += value
    return turns, stood


@pytest.mark.parametrize(
    ("values", "minutes", "stood", "back"),
    [
        ("AAAB", 6, "", 0), ("AAABB", 6, "B", 0), ("AABAA", 6, "A", 0), ("AABAB", 6, "", 0),
        ("AABBAB", 6, "B", 2), ("AABBAABB", 6, "BAB", 2), ("BABAB", 6, "", 2),
        ("ABACADA", 6, "", 0), ("ABCABC", 6, "", 0), ("ABCABCABC", 6, "", 3),
        ("AABACCDC", 6, "C", 0),
        ("aAaA", 6, "", 0), ("BB", 1, "", 0), ("BBB", 1, "B", 0), ("BABAB", 1, "", 2),
    ],
)  # fmt: skip
def test_by_the_table(values: str, minutes: float, stood: str, back: int) -> None:
    """Each line of the module, and copies of one report that are no second one."""
    turns, found = walk(values, minutes)
    assert found == stood
    assert turns.back(is_same) == back


def test_what_held_before_is_the_last_that_stood() -> None:
    """A slip between two values is neither."""
    turns, _ = walk("XBB")
    assert turns.held is not None
    assert turns.held.value == "A"
    assert turns.values(is_same) == ["A", "X", "B"]
    assert (turns.now.first, turns.now.last) == (NOON + 12 * MINUTE_US, NOON + 18 * MINUTE_US)


def test_what_was_said_once_at_first_never_held() -> None:
    turns = first_turn("A", NOON, NOON)
    assert not turns.say("B", NOON + HOUR_US, is_same)
    assert turns.say("B", NOON + 2 * HOUR_US, is_same)
    assert turns.held is None


def test_what_stood_before_it_was_noted_held() -> None:
    turns = first_turn("A", NO_TIME, NO_TIME)
    turns.say("B", NOON, is_same)
    assert turns.held is not None


def test_after_a_week_it_is_forgotten_but_for_what_holds() -> None:
    """B, C and A again more than a week later: A did not come back by turns."""
    turns, _ = walk("BBCC", 60)
    turns.say("B", NOON + KEEP_US + 5 * HOUR_US, is_same)
    assert [one.value for one in turns.turns] == ["C", "B"]
    assert turns.back(is_same) == 0
    assert turns.ends_at == NOON + 2 * KEEP_US + 5 * HOUR_US


def test_of_noise_no_more_than_so_much_is_remembered() -> None:
    turns = first_turn("A", NOON - DAY_US, NOON)
    for number in range(1, 200):
        turns.say(f"N{number}", NOON + number * MINUTE_US, is_same)
    assert len(turns.turns) <= MOST


def test_it_can_be_kept() -> None:
    turns, _ = walk("ABBA")
    assert kept.load(Turns, kept.dump(turns)) == turns
