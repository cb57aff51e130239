"""Rules: read from TOML, refused in one sentence, read back, met or not."""

from __future__ import annotations

import pytest

from monitor.alert.message import Severity
from monitor.alert.rules import hits, read_rules
from monitor.errors import UsageError
from monitor.model import EventState
from tests.unit.alert.drawn import happened, rule, seen

RULE = """
[[rule]]
name = "night"
title = "A tanker at night"
severity = "warning"
channels = ["duty", "mail"]
text = "Call the harbour master."
max_per_day = 3
review_by = 2027-01-01
owner = "lea"
escalate = [{ after_min = 15, channels = ["boss"] }]
[rule.when]
kind = ["PortArrived"]
ship = ["tanker"]
not_flag = ["GR"]
"""


def test_a_rule_is_read_whole() -> None:
    (found,) = read_rules(RULE, "rules.toml")
    assert (found.name, found.severity, found.enabled) == ("night", Severity.WARNING, True)
    assert (found.channels, found.max_per_day, found.on_enable) == (["duty", "mail"], 3, "new")
    assert str(found.review_by) == "2027-01-01"
    assert (found.escalate[0].after_min, found.escalate[0].channels) == (15, ["boss"])


def test_a_rule_is_read_back_as_a_sentence() -> None:
    (found,) = read_rules(RULE, "rules.toml")
    assert found.sentence == (
        "Warning, to duty, mail, when a ship arrives, her flag is not GR, and her kind is tanker."
    )
    off = found.model_copy(update={"enabled": False, "channels": []})
    assert off.sentence.startswith("Warning, to all channels, when ")
    assert off.sentence.endswith(" It is switched off.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[[rule]]", "[[rule"), "rules.toml is no TOML: "),
        (("[[rule]]", "[[regel]]"), "rules.toml has 'regel', which is not known: write [[rule]]"),
        (("[[rule]]", "[rule]"), "rules.toml has [rule]: write [[rule]], for there may be several"),
        (('name = "night"\n', ""), "rules.toml: rule number 1: name is missing."),
        (('"night"', '"Night watch"'), "'Night watch' is no name of a rule: use small letters"),
        (('"warning"', '"loud"'), "rules.toml: rule night: severity: input should be 'info', "),
        (("max_per_day = 3", "max_per_day = 0"), "rule night: max_per_day: input should be "),
        (('owner = "lea"', 'oner = "lea"'), "rules.toml: rule night: oner is not known."),
        (("not_flag", "not_flags"), "rules.toml: rule night: when.not_flags is not known."),
        (("ship = [", "ship = [ 5, "), "rules.toml: rule night: when.ship.0: "),
        (("after_min = 15", "after_min = 0"), "rule night: escalate.0.after_min: "),
    ],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused_in_a_sentence(change: tuple[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_rules(RULE.replace(*change), "rules.toml")
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value).removeprefix("rules.toml is no TOML")


def test_11_a_rule_without_criteria_is_refused() -> None:
    """Behaviour 11: saved without criteria, such a one raised 1,900 alerts elsewhere."""
    head = RULE.partition("[rule.when]")[0]
    for text in (f"{head}[rule.when]\n", f"{head}when = {{}}\n"):
        with pytest.raises(UsageError, match="without a criterion would meet everything"):
            read_rules(text, "rules.toml")
    with pytest.raises(UsageError, match=r"rules.toml: rule night: when is missing\."):
        read_rules(head, "rules.toml")


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="two rules named night: name one of them otherwise"):
        read_rules(RULE + RULE, "rules.toml")


def test_a_file_without_rules_is_one() -> None:
    assert read_rules("", "rules.toml") == []


def test_a_rule_is_met_when_all_of_its_criteria_are() -> None:
    arrives, alda = rule(), rule("alda", kind=["PortArrived"], name=["ALDA"])
    other = rule("other", kind=["PortArrived"], name=["BERTA"])
    off = arrives.model_copy(update={"name": "off", "enabled": False})
    found = hits([arrives, alda, other, off], seen())
    assert [one.name for one in found] == ["arrives", "alda"]


def test_what_is_withdrawn_meets_no_rule() -> None:
    assert hits([rule()], seen(happened(state=EventState.WITHDRAWN))) == []


def test_severities_are_in_order() -> None:
    assert [one.rank for one in Severity] == [0, 1, 2]
