"""Files of rules: those that ship, and an own one that joins or replaces them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.rulefile import DEFAULTS, rules_of

RULE = """
[[rule]]
name = "{name}"
title = "Mine"
severity = "info"
enabled = false
[rule.when]
kind = ["Berthed"]
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "rules.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_the_rules_that_ship_are_good_and_say_how_much_they_may_raise() -> None:
    """Quiet by design: each has a most a day, and what may be loud is off."""
    found = rules_of(None)
    assert len(found) == DEFAULTS.read_text().count("[[rule]]")
    assert all(rule.max_per_day for rule in found)
    off = {rule.name for rule in found if not rule.enabled}
    assert off == {"waits-off-port", "watched-dark-at-sea"}
    assert len({rule.name for rule in found}) == len(found)


def test_an_own_rule_stands_behind_those_that_ship(tmp_path: Path) -> None:
    found = rules_of(written(tmp_path, RULE.format(name="mine")))
    assert [rule.name for rule in found] == [*(rule.name for rule in rules_of(None)), "mine"]


def test_a_rule_of_the_same_name_replaces_one_in_its_place(tmp_path: Path) -> None:
    """So one that ships is switched off, or told otherwise."""
    before = rules_of(None)
    found = rules_of(written(tmp_path, RULE.format(name="naval-berth")))
    assert [rule.name for rule in found] == [rule.name for rule in before]
    (changed,) = [new for old, new in zip(before, found, strict=True) if new != old]
    assert (changed.name, changed.title, changed.enabled) == ("naval-berth", "Mine", False)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert rules_of(written(tmp_path, "")) == rules_of(None)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        rules_of(tmp_path / "none.toml")
    assert str(caught.value) == (
        f"The rules {tmp_path / 'none.toml'} cannot be read: No such file or directory."
        " See MONITOR_RULES."
    )
    with pytest.raises(UsageError, match=r"cannot be read: .*utf-8.* See MONITOR_RULES\."):
        rules_of(written(tmp_path, b"\xff\xfe"))


def test_a_file_of_which_one_rule_is_wrong_is_refused_whole(tmp_path: Path) -> None:
    text = RULE.format(name="mine") + RULE.format(name="Not A Name")
    with pytest.raises(UsageError, match="is no name of a rule"):
        rules_of(written(tmp_path, text))
