"""The queue of the night as lines: in order, with a bell, and never wider than the terminal."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.model import EventKind
from monitor.report.night_keys import Night, follow, pressed
from monitor.report.night_queue import (
    TROUBLE_STYLE,
    Look,
    cut,
    in_order,
    rang,
    screen,
    what_of,
)
from monitor.store.alerts import Stored
from monitor.units import MINUTE_US, SECOND_US
from tests.findings import after
from tests.unit.alert.stories import alert_of, berthed, rule

NOW = after(60)
C, W, I = Severity.CRITICAL, Severity.WARNING, Severity.INFO  # noqa: E741 - as they are listed


def one(id_: str = "aa", **fields: Any) -> Stored:
    return Stored(alert_of([(berthed(), [rule()])], id=id_ * 16, **fields), None, None)


def text_of(look: Look, night: Night | None = None, width: int = 80, height: int = 24) -> str:
    """What stands on the screen."""
    ids = [each.alert.id for each in look.alerts]
    lines = screen(look, follow(Night(), ids) if night is None else night, width, height)
    assert len(lines) == height
    assert max(cell_len(line.text) for line in lines) <= width
    return "\n".join(line.text.rstrip() for line in lines)


def test_what_nobody_cares_for_comes_first_then_the_gravest_then_the_newest() -> None:
    found = [
        one("01", severity=W, changed_at=NOW - 2), one("02", severity=C, changed_at=NOW - 9),
        one("03", severity=C, changed_at=NOW, state=State.ACKNOWLEDGED),
        one("04", severity=W, changed_at=NOW - 1),
        one("05", severity=C, muted_by=3, changed_at=NOW),
        one("06", severity=C, state=State.CLOSED, changed_at=NOW), one("07", severity=I),
    ]  # fmt: skip
    order = [each.alert.id[:2] for each in in_order(found)]
    assert order == ["02", "04", "01", "07", "05", "03", "06"]


@pytest.mark.parametrize(
    ("before", "now", "rings"),
    [
        (None, {"severity": W}, True), (None, {"severity": I}, False),
        (None, {"severity": C, "muted_by": 3}, False),
        (None, {"severity": C, "state": State.ACKNOWLEDGED}, False),
        ({"severity": W}, {"severity": W}, False), ({"severity": W}, {"severity": C}, True),
        ({"severity": I}, {"severity": W}, True), ({"severity": C}, {"severity": W}, False),
        ({"severity": W, "state": State.ACKNOWLEDGED}, {"severity": W}, True),
        ({"severity": W, "state": State.CLOSED}, {"severity": W}, True),
        ({"severity": W, "muted_by": 3}, {"severity": W}, True),
    ],
)  # fmt: skip
def test_for_what_the_bell_rings(
    before: dict[str, Any] | None, now: dict[str, Any], *, rings: bool
) -> None:
    """Raised, reopened, grown graver, or no longer muted; never what somebody cares for."""
    known = {} if before is None else {"aa" * 16: one(**before).alert}
    assert rang(known, [one(**now)], W) == (["aa" * 16] if rings else [])
    assert rang(known, [one(**now)], None) == []


def test_what_stands_at_the_begin_does_not_ring() -> None:
    assert rang(None, [one(severity=C)], I) == []


def test_the_whole_screen() -> None:
    found = in_order(
        [
            one("aa", severity=C, changed_at=NOW - 3 * MINUTE_US, assignee="Bea"),
            one("bb", state=State.ACKNOWLEDGED, name=None, changed_at=NOW - 5 * SECOND_US),
        ]
    )
    look = Look(now=NOW, as_of=NOW - SECOND_US, alerts=found, officer="ann", bell="critical")
    lines = text_of(look, height=12).splitlines()
    assert lines[:5] == [
        "Alerts   2024-12-13 13:00:00 UTC   as of 1 s ago   ann",
        "1 open (1 critical), 1 acknowledged; bell: critical",
        "  severity state        age  ship               port      what",
        "> critical open       3 min  SEVERNYY VETER     tartus    berthed",
        "  warning  ack          5 s  273999410          tartus    berthed",
    ]
    assert lines[-4:-2] == [
        "aaaaaaaa  SEVERNYY VETER berthed at Tartus",
        "          since 2024-12-13 12:20 UTC; rule naval-berth; for Bea",
    ]
    assert lines[-1].startswith("up/down, Enter: why  a: acknowledge")


def test_a_queue_that_is_cut_says_so() -> None:
    text = text_of(Look(now=NOW, as_of=NOW, alerts=[one()], is_cut=True))
    assert "1 open (1 warning), of the 1 that changed last; no bell" in text


def test_an_empty_queue_says_so_and_a_queue_that_was_not_read_does_not() -> None:
    assert "No alerts are open." in text_of(Look(now=NOW, as_of=NOW))
    begin = text_of(Look(now=NOW))
    assert "nothing was read yet" in begin
    assert "No alerts" not in begin


def test_a_store_that_is_away_is_said_with_the_age_of_what_is_shown() -> None:
    """In words over all that is old, and never as if it were so now."""
    look = Look(
        now=NOW, as_of=NOW - 42 * SECOND_US, alerts=[one()],
        trouble="The database cannot be reached: no route to host. Check MONITOR_DATABASE_URL.",
    )  # fmt: skip
    text = text_of(look)
    assert "as of 42 s ago" in text
    assert "NO ANSWER for 42 s, what follows is as it was at 12:59:18 UTC: The database" in text
    assert "SEVERNYY VETER" in text
    assert "NO ANSWER: No." in text_of(Look(now=NOW, trouble="No."))


def test_what_is_old_without_a_word_is_marked() -> None:
    lines = screen(Look(now=NOW, as_of=NOW - 11 * SECOND_US), Night(), 80, 10)
    assert lines[1].style == TROUBLE_STYLE


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 12), (40, 9), (20, 5), (200, 50)])
def test_it_fits(width: int, height: int) -> None:
    """Also names of wide letters, notes of pages, and what would steer a terminal."""
    name = "\x1b[2J海上监视船只名称很长" * 3
    found = [
        one(f"{number:02x}", name=name, assignee="B" * 300, place="p" * 90) for number in range(90)
    ]
    look = Look(now=NOW, as_of=NOW, alerts=found, trouble="x " * 90, officer="ann" * 50)
    night = follow(Night(), [each.alert.id for each in found])
    text = text_of(look, night, width, height)
    assert "\x1b" not in text
    asked, _ = pressed(night, "s", [])
    for key in "y" * 300:
        asked, _ = pressed(asked, key, [])
    text_of(look, asked, width, height)


def test_the_selected_one_is_always_in_sight() -> None:
    found = [one(f"{number:02x}", changed_at=NOW - number) for number in range(90)]
    ids = [each.alert.id for each in found]
    look, night = Look(now=NOW, as_of=NOW, alerts=found), follow(Night(), ids)
    for key in ("G", "g", *["j"] * 40):
        night, _ = pressed(night, key, ids)
        assert any(line.startswith("> ") for line in text_of(look, night, 80, 14).splitlines())


def test_new_ones_are_marked_until_they_are_looked_at() -> None:
    found = [one("aa"), one("bb")]
    ids = [each.alert.id for each in found]
    night = follow(follow(Night(), ids[:1]), ids, [ids[1]])
    assert "\n* warning" in text_of(Look(now=NOW, as_of=NOW, alerts=found), night)
    night, _ = pressed(night, "j", ids)
    assert "\n* warning" not in text_of(Look(now=NOW, as_of=NOW, alerts=found), night)


def test_why_is_read_in_the_room_there_is() -> None:
    look = Look(now=NOW, as_of=NOW, alerts=[one()], why=[f"line {n}" for n in range(99)])
    text = text_of(look, Night(selected="aa" * 16, why="aa" * 16, scroll=40), height=12)
    assert [line for line in text.splitlines() if line.startswith("line")] == [
        f"line {n}" for n in range(40, 45)
    ]
    assert "q: back" in text


def test_a_question_is_asked_of_an_alert_that_is_named() -> None:
    look = Look(now=NOW, as_of=NOW, alerts=[one()])
    asked, _ = pressed(follow(Night(), ["aa" * 16]), "m", ["aa" * 16])
    for key in "a drill":
        asked, _ = pressed(asked, key, [])
    text = text_of(look, asked)
    assert "aaaaaaaa  SEVERNYY VETER berthed at Tartus" in text
    assert "\nWhy shall nobody be told? a drill_\n" in text
    gone = text_of(Look(now=NOW, as_of=NOW), asked)
    assert "Alert aaaaaaaa, which stands here no more" in gone


def test_what_happened_in_few_words() -> None:
    assert what_of(one().alert) == "berthed"
    first, then = berthed(), berthed(2, 30, kind=EventKind.PORT_ARRIVED)
    assert what_of(alert_of([(first, [rule()]), (then, [rule()])])) == "arrived (+1)"


def test_a_text_is_cut_by_its_width() -> None:
    assert [cut("abc", 3), cut("abcd", 3), cut("海上船", 4), cut("abc", 0)] == [
        "abc", "ab…", "海…", "",
    ]  # fmt: skip
