"""What the pages say that officers are told is what they are told, of each rule that ships."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.alert.message import Message
from monitor.rulefile import rules_of
from tests.messages import EVENTS, OTHERS, PAGE, README, SHOWN, block, message, met, page, readme

RULES = [rule.name for rule in rules_of(None)]


def test_each_rule_that_ships_has_its_event() -> None:
    """A new rule asks for a row in EVENTS."""
    assert list(EVENTS) == RULES


@pytest.mark.parametrize("name", RULES)
def test_the_event_of_a_rule_meets_it(name: str) -> None:
    """What stands on the page is raised by the rule above it."""
    assert name in [rule.name for rule in met(name)[1]]
    assert f"  Rule {name}: " in message(name).text


def test_the_pages_have_them_as_they_are() -> None:
    """`make docs` writes them."""
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"
    text = README.read_text("utf-8")
    assert readme(text) == text, "run `make docs`"
    assert block(SHOWN) in text


@pytest.mark.parametrize("name", RULES)
def test_a_message_is_read_on_a_small_screen_at_night(name: str) -> None:
    """The headline is one short line; the head says what, when, where and how sure."""
    found = message(name)
    assert len(found.headline) <= 60
    words = [line.partition(":")[0] for line in found.text.splitlines()[:4]]
    assert words == ["What", "When", "Feed" if name == "feed-down" else "Where", "How sure"]
    assert len(found.text.splitlines()) <= 20


@pytest.mark.parametrize("told", [told for _, _, told in OTHERS])
def test_what_is_told_besides_is_read_at_night_as_well(told: Callable[[], Message]) -> None:
    """Short, and what is new comes first."""
    found = told()
    assert len(found.headline) <= 60
    assert found.text.startswith("What:      ")
    assert len(found.text.splitlines()) <= 20
