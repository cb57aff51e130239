"""Alerts for people: the queue, the page of a shift, mutes, rules, and how good rules are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.alert.noise import Noise
from monitor.report.alerted import (
    alert_record,
    done_words,
    mute_words,
    often,
    queue_table,
    rule_records,
    rules_table,
    shift_page,
    verdict_records,
    verdict_table,
    would_words,
)
from monitor.store.alerts import Shift, Stored
from tests.findings import after
from tests.unit.alert.stories import EPISODE, alert_of, berthed, rule

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NAVAL = rule()


def stored(verdict: str | None = None, note: str | None = None, **fields: Any) -> Stored:
    return Stored(alert_of([(berthed(), [NAVAL])], **fields), verdict, note)


def test_a_record_has_the_flag_and_what_officers_said() -> None:
    record = alert_record(stored("false", "a ferry"))
    assert (record["id"], record["flag"], record["flag_text"]) == (EPISODE, "RU", "Russia")
    assert (record["verdict"], record["note"]) == ("false", "a ferry")


def test_the_queue_says_what_is_to_be_done_by_whom() -> None:
    """Rules go first where there is no room, then the flag; never who takes care of it."""
    one = alert_record(stored(assignee="Bea", muted_by=3, state=State.ACKNOWLEDGED))
    sheet = queue_table([one])
    assert sheet.rows() == [
        ["abababab", "warning", "acknowledged, muted", "2024-12-13 12:20",
         "SEVERNYY VETER berthed at Tartus", "Russia", "Bea", "naval-berth"],
    ]  # fmt: skip
    ranks = {column.heading: column.rank for column in sheet.columns}
    assert ranks["rules"] > ranks["flag"] > ranks["for"] > ranks["what"]


def row(**words: Any) -> dict[str, Any]:
    """A row of ``mutes``."""
    known = {
        "id": 3, "mmsi": None, "place": None, "rule": None, "alert": None, "until": NOON,
        "for_episode": False, "reason": "a drill", "author": "ann", "swallowed": 0,
        "ended_at": None, "ended_by": None,
    }  # fmt: skip
    return known | words


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"mmsi": 7, "place": "tobruk"},
         "3: MMSI 7, port tobruk until 2026-11-26 12:00 UTC: a drill (ann; nothing swallowed)"),
        ({"rule": "naval-berth", "swallowed": 12},
         "3: rule naval-berth until 2026-11-26 12:00 UTC: a drill (ann; 12 swallowed)"),
        ({"mmsi": 7, "ended_at": NOON, "ended_by": "bob"},
         ("3: MMSI 7 until 2026-11-26 12:00 UTC: a drill (ann; nothing swallowed; taken back by"
         " bob)")),
        ({"alert": UUID(EPISODE), "for_episode": True},
         "3: alert abababab until its episode ends: a drill (ann; nothing swallowed)"),
    ],
)  # fmt: skip
def test_a_mute_is_one_line(words: dict[str, Any], line: str) -> None:
    assert mute_words(row(**words)) == line


def test_20_a_shift_in_which_nothing_happened() -> None:
    """It says so, for a page that is missing says nothing."""
    begin = datetime(2026, 11, 26, 4, tzinfo=UTC)
    assert shift_page(begin, NOON, [], Shift([], []), []) == (
        "Shift from 2026-11-26 04:00 to 2026-11-26 12:00 UTC\n\n"
        "Raised: none.\n\nOpen: none\n\nAcknowledged: none\n\nClosed: none\n\n"
        "Told:\n  nothing\n\nMuted: none\n\nMutes that hold: none\n"
    )


def test_a_shift_in_which_much_happened() -> None:
    standing = [stored(), stored(state=State.ACKNOWLEDGED, assignee="Bea")]
    done = [
        {"what": "ack", "times": 2, "alerts": 1}, {"what": "raise", "times": 3, "alerts": 3},
        {"what": "amend", "times": 80, "alerts": 3},
    ]  # fmt: skip
    told = [{"channel": "mail", "state": "sent", "messages": 4}]
    page = shift_page(NOON, NOON, standing, Shift(done, told), [row(mmsi=7)])
    for line in (
        "Raised: 3.\nDone: 2 acknowledged, 80 amended.\n",
        "Open: 1\n  abababab  warning: SEVERNYY VETER berthed at Tartus\n",
        "Acknowledged: 1\n  abababab  warning: SEVERNYY VETER berthed at Tartus, for Bea\n",
        "Told:\n  mail: 4 sent\n", "Mutes that hold: 1\n  3: MMSI 7 until ",
    ):  # fmt: skip
        assert line in page


def test_the_gravest_is_handed_over_first() -> None:
    page = shift_page(NOON, NOON, [stored(), stored(severity=Severity.CRITICAL)], Shift([], []), [])
    lines = page.splitlines()
    begin = lines.index("Open: 2")
    assert [line.split()[1] for line in lines[begin + 1 : begin + 3]] == ["critical:", "warning:"]


def test_what_was_closed_in_a_shift_is_named_and_what_was_muted_is_counted() -> None:
    """With the verdict, by whom and the note; by which mute."""
    closed = {
        "alert": UUID(EPISODE), "made_at": NOON, "actor": "ann", "severity": "critical",
        "headline": "SEVERNYY VETER left Tartus", "state": "closed", "verdict": "false",
        "note": "a ferry",
    }  # fmt: skip
    again = closed | {"state": "open", "note": None}
    muted = [row(mmsi=7, swallowed=9) | {"alerts": 2}, row(rule="naval-berth") | {"alerts": 1}]
    page = shift_page(NOON, NOON, [], Shift([], [], [closed, again], muted), [])
    head = "  abababab  critical: SEVERNYY VETER left Tartus; verdict false, by ann at 12:00"
    assert f"\nClosed: 2\n{head}: a ferry\n{head}; open again since\n\n" in page
    assert (
        "\nMuted:\n  2 alerts by mute 3: MMSI 7 until 2026-11-26 12:00 UTC: a drill\n"
        "  1 alert by mute 3: rule naval-berth until 2026-11-26 12:00 UTC: a drill\n"
    ) in page


def test_what_came_of_a_deed() -> None:
    alert = stored(state=State.ACKNOWLEDGED, assignee="Bea").alert
    head = "SEVERNYY VETER berthed at Tartus: acknowledged, for Bea."
    assert done_words(alert, changed=True) == head
    assert done_words(alert, changed=False) == f"{head} It was so before."


@pytest.mark.parametrize(
    ("count", "days", "words"),
    [
        (0, 30, "no alert"), (1, 30, "1 alert"), (3, 30, "3 alerts, one in 10 days"),
        (30, 30, "30 alerts, 1.0 a day"), (1900, 1, "1,900 alerts, 1900.0 a day"),
    ],
)  # fmt: skip
def test_how_often_in_words(count: int, days: float, words: str) -> None:
    """Of rare ones 0.03 a day would say nothing."""
    assert often(count, days) == words


def test_what_rules_would_have_raised() -> None:
    """By ship and by port, and the last of them; a ship without a name by her number."""
    each = [alert_of([(berthed(), [NAVAL])]), alert_of([(berthed(), [NAVAL])], name=None)]
    text = would_words(each, 30, NAVAL)
    assert text.startswith(f"{NAVAL.sentence}\n\nIn 30 days 2 alerts, one in 15 days.\n")
    assert "By ship\n      1  SEVERNYY VETER\n      1  273999410\n" in text
    assert "By port\n      2  tartus\n" in text
    assert text.endswith("  2024-12-13 12:20  abababab  SEVERNYY VETER berthed at Tartus\n")
    assert would_words([], 30, None) == "Nothing in 30 days.\n"


def test_how_good_a_rule_is_from_twenty_verdicts_on() -> None:
    """Nineteen say nothing of it."""
    rows = [
        {"rule": "b", "verdict": "true", "alerts": 15},
        {"rule": "b", "verdict": "false", "alerts": 4},
        {"rule": "b", "verdict": "not-relevant", "alerts": 1},
        {"rule": "a", "verdict": "true", "alerts": 19},
    ]
    found = verdict_records(rows)
    assert [(each["rule"], each["verdicts"], each["precision"]) for each in found] == [
        ("a", 19, None), ("b", 20, 0.75),
    ]  # fmt: skip
    assert [cells[-1] for cells in verdict_table(found).rows()] == ["not before 20", "0.75"]


def test_rules_and_who_switched_them() -> None:
    each = [NAVAL, rule("own", severity=Severity.INFO, channels=["mail"], max_per_day=2)]
    found = rule_records(each, {"own": {"author": "ann", "tested_per_day": 0.4}})
    assert [one["switched_by"] for one in found] == [None, "ann"]
    assert [one["tested_per_day"] for one in found] == [None, 0.4]
    assert found[0]["sentence"] == NAVAL.sentence
    assert rules_table(found).rows()[1] == [
        "own", "on", "info", "A ship lies at a naval berth", "2", "", "mail",
    ]  # fmt: skip


def test_11_a_rule_that_is_noisy_says_since_when() -> None:
    """Behaviour 11: its own state, in the list and for programs; one that is off makes no noise."""
    off = rule("off").model_copy(update={"enabled": False})
    noise = Noise(since=after(0), at=after(60))
    found = rule_records([NAVAL, off], {}, {NAVAL.name: noise, "off": noise})
    assert [one["noisy_since"] for one in found] == ["2024-12-13T12:00:00Z", None]
    assert [cells[1] for cells in rules_table(found).rows()] == [
        "on, noisy since 2024-12-13 12:00", "off",
    ]  # fmt: skip
