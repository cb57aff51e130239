"""What an officer's keys do: one state and one key after the other, without a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.report.night_keys import (
    GONE,
    LONGEST,
    NONE_SELECTED,
    PAGE,
    Deed,
    Night,
    follow,
    keys_of,
    pressed,
)

IDS = ("aa", "bb", "cc")
FIRST = follow(Night(), IDS)


def after(
    *keys: str, night: Night = FIRST, ids: Sequence[str] = IDS, lines: int = 0
) -> tuple[Night, list[Deed]]:
    """The state after these keys, and what was to be done meanwhile."""
    deeds = []
    for key in keys:
        night, deed = pressed(night, key, ids, lines)
        deeds += [] if deed is None else [deed]
    return night, deeds


@pytest.mark.parametrize(
    ("text", "keys", "rest"),
    [
        ("jk", ["j", "k"], ""), ("\x1b[A\x1bOB", ["up", "down"], ""), ("\r\n", ["enter"] * 2, ""),
        ("\x1b", ["esc"], ""), ("é\x7f", ["é", "backspace"], ""),
        ("a\x1b[", ["a"], "\x1b["), ("\x1bO", [], "\x1bO"), ("\x1b[1;5", [], "\x1b[1;5"),
        ("\x1b[5~\x1b[6~\x1b[H\x1b[F", ["page-up", "page-down", "home", "end"], ""),
        ("\x1b[Z\x1b[200~\x01\t", [], ""), ("", [], ""),
    ],
)  # fmt: skip
def test_what_a_terminal_sends_becomes_keys(text: str, keys: list[str], rest: str) -> None:
    """What means nothing here is left out; a key that has not come whole is waited for."""
    assert keys_of(text) == (keys, rest)


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        ([], "aa"), (["j"], "bb"), (["down", "down", "down"], "cc"), (["j", "k"], "aa"),
        (["up"], "aa"), (["G"], "cc"), (["end", "g"], "aa"), (["page-down"], "cc"),
        (["x", "esc"], "aa"),
    ],
)  # fmt: skip
def test_up_and_down(keys: list[str], selected: str) -> None:
    assert after(*keys)[0].selected == selected


def test_the_selection_stays_at_its_alert_when_others_come() -> None:
    """Who was about to press a key means the alert that he saw."""
    night = follow(after("j")[0], ("new", *IDS), ["new"])
    assert (night.selected, night.place, night.new) == ("bb", 2, {"new"})
    night = after("k", "k", night=night, ids=("new", *IDS))[0]
    assert (night.selected, night.new) == ("new", frozenset())


def test_an_alert_that_is_gone_leaves_none_selected() -> None:
    """Nobody acknowledges the next one by the key that he meant for the last."""
    night = follow(after("j")[0], ("aa", "cc"))
    assert (night.selected, night.said) == (None, GONE)
    for key in ("a", "s", "c", "m", "enter"):
        then, deeds = after(key, night=night, ids=("aa", "cc"))
        assert (then.said, deeds) == (NONE_SELECTED, [])
    assert after("j", night=night, ids=("aa", "cc"))[0].selected == "cc"
    assert after("k", night=night, ids=("aa", "cc"))[0].selected == "aa"


def test_what_was_said_is_not_lost_with_the_alert() -> None:
    night = follow(replace(FIRST, said="Closed."), ("bb", "cc"))
    assert (night.selected, night.said) == (None, "Closed.")


def test_an_empty_queue_and_the_first_that_comes() -> None:
    night = follow(FIRST, ())
    assert (night.selected, night.place) == (None, None)
    assert after("j", "G", "page-up", night=night, ids=())[0].selected is None
    assert follow(night, ("dd",)).selected == "dd"


def test_enter_reads_and_keys_act_there_as_well() -> None:
    night, deeds = after("j", "enter")
    assert (night.why, deeds) == ("bb", [Deed("read", "bb")])
    down, _ = after(" ", "j", night=night, lines=30)
    assert down.scroll == PAGE + 1
    assert after("G", "j", night=night, lines=30)[0].scroll == 29
    assert after("k", night=night, lines=30)[0].scroll == 0
    assert after("a", night=down)[1] == [Deed("ack", "bb")]
    for key in ("q", "esc", "enter"):
        back, deeds = after(key, night=down)
        assert (back.why, back.scroll, back.over, deeds) == (None, 0, False, [])


def test_acknowledged_by_one_key_and_over_by_another() -> None:
    assert after("j", "a")[1] == [Deed("ack", "bb")]
    assert after("q")[0].over


@pytest.mark.parametrize(
    ("typed", "deed"),
    [
        (["s", "enter"], Deed("assign", "aa", ("",))),
        (["s", *"Bea", "enter"], Deed("assign", "aa", ("Bea",))),
        (["s", *"Bob", "clear", *"Be", "x", "backspace", "a", "enter"],
         Deed("assign", "aa", ("Bea",))),
        (["c", "t", "enter"], Deed("close", "aa", ("true", ""))),
        (["c", "f", *" a ferry ", "enter"], Deed("close", "aa", ("false", "a ferry"))),
        (["c", "n", *"q", "enter"], Deed("close", "aa", ("not-relevant", "q"))),
        (["m", *"a drill", "enter", "enter"], Deed("mute", "aa", ("a drill", ""))),
        (["m", *"a drill", "enter", *"1.5 h", "enter"], Deed("mute", "aa", ("a drill", "1.5"))),
    ],
)  # fmt: skip
def test_questions_are_answered_one_after_the_other(typed: list[str], deed: Deed) -> None:
    night, deeds = after(*typed)
    assert (night.asking, deeds) == (None, [deed])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["c", "enter"], "Press t, f or n."), (["c", "x"], ""),
        (["m", "enter"], "A mute needs a reason."), (["m", " ", "enter"], "A mute needs a reason."),
        (["m", "x", "enter", *"721", "enter"], "Write a number of hours, at most 720, or nothing."),
        (["m", "x", "enter", "0", "enter"], "Write a number of hours, at most 720, or nothing."),
        (["m", "x", "enter", *"nan", "enter"], "Write a number of hours, at most 720, or nothing."),
        (["m", "x", "enter", *"soon", "enter"],
         "Write a number of hours, at most 720, or nothing."),
    ],
)  # fmt: skip
def test_21_what_is_no_answer_is_asked_again(typed: list[str], said: str) -> None:
    """Behaviour 21: nothing is closed without a verdict, and nothing muted without a reason."""
    night, deeds = after(*typed)
    assert night.asking is not None
    assert (night.said, deeds) == (said, [])


def test_whoever_thinks_better_of_it_does_nothing() -> None:
    night, deeds = after("c", "t", *"no", "esc")
    assert (night.asking, night.said, deeds) == (None, "Nothing was done.", [])


def test_an_answer_is_of_the_alert_that_was_selected_when_it_was_asked() -> None:
    """However the list has moved meanwhile."""
    night = follow(after("c", "t")[0], ("zz", "bb"))
    assert after("enter", night=night)[1] == [Deed("close", "aa", ("true", ""))]


def test_an_answer_is_bounded() -> None:
    night, _ = after("c", "t", *("x" * (LONGEST + 5)))
    assert night.asking is not None
    assert len(night.asking.typed) == LONGEST
