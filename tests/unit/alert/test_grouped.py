"""Reasons that say the same again are one group: the first, the last, and how many."""

from __future__ import annotations

from dataclasses import replace

from monitor.alert.grouped import groups
from monitor.alert.story import CONFIRMED, WITHDRAWN, Reason
from tests.findings import after


def reason(number: int, kind: str = "Berthed", **words: object) -> Reason:
    made = Reason(
        rules=("naval-berth",), severity=None, event=f"{number:032x}", kind=kind, state=CONFIRMED,
        happened_at=after(number), decided_at=after(number + 20), why=f"Stay {number}.",
    )  # fmt: skip
    return replace(made, **words)  # type: ignore[arg-type]


def test_a_tug_that_berths_sixty_times_is_one_group() -> None:
    (found,) = groups(reason(number) for number in range(60))
    assert (found.times, found.first.why, found.last.why) == (60, "Stay 0.", "Stay 59.")
    assert [each.why for each in found.ends] == ["Stay 0.", "Stay 59."]


def test_one_alone_is_its_first_and_its_last() -> None:
    (found,) = groups([reason(1)])
    assert (found.times, found.ends) == (1, (reason(1),))


def test_the_first_is_what_was_decided_first_in_whatever_order_they_came() -> None:
    (found,) = groups([reason(3), reason(1), reason(2)])
    assert (found.first, found.last) == (reason(1), reason(3))


def test_other_rules_kinds_and_states_stand_apart_in_the_order_of_their_first() -> None:
    """What was withdrawn is not hidden among what holds, nor what no rule met."""
    each = [
        reason(1), reason(2, "Unberthed", rules=()), reason(3, rules=("watched",)),
        reason(4, state=WITHDRAWN), reason(5),
    ]  # fmt: skip
    assert [(one.first.event[-1], one.times) for one in groups(each)] == [
        ("1", 2), ("2", 1), ("3", 1), ("4", 1),
    ]  # fmt: skip
    assert groups([]) == []


def test_why_she_is_listed_is_said_once() -> None:
    (found,) = groups(
        [reason(1, lists=("a", "b"), possible=("c",)), reason(2, lists=("b", "d"), possible=("c",))]
    )
    assert (found.lists, found.possible) == (("a", "b", "d"), ("c",))
