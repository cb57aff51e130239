"""How a watch is doing, on a screen: what is wrong, then a row for each feed and each port."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from monitor.report.status import ALL_WELL, watch_view
from tests.unit.report.watch import watch_record


def shown(
    width: int = 120, trouble: str | None = None, rates: dict[str, float] | None = None,
    **changes: Any,
) -> str:  # fmt: skip
    """What stands on a screen of so many columns."""
    view = watch_view(
        watch_record(**changes), rates or {}, where="127.0.0.1:8080", width=width, trouble=trouble
    )
    with io.StringIO() as text:
        Console(file=text, width=width).print(view)
        return text.getvalue()


def row(text: str, name: str) -> list[str]:
    """The cells of the row that begins with a name."""
    (found,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return re.split(r"  +", found.strip())


def test_the_first_line_says_which_watch_and_since_when() -> None:
    first = shown().splitlines()[0]
    assert first.rstrip() == "Watch at 127.0.0.1:8080, up 3 h, 2026-01-01 12:00:00 UTC"


def test_when_all_is_well_one_sentence_says_so() -> None:
    assert ALL_WELL in shown()
    assert "!" not in shown()


def test_what_is_wrong_stands_above_the_tables() -> None:
    text = shown(feeds=[{"state": "down", "why": "no route"}])
    assert ALL_WELL not in text
    assert text.index("!! Feed harbour has been down for 3 min: no route.") < text.index("per s")


def test_an_old_look_is_called_one_before_anything_else() -> None:
    lines = shown(trouble="NO ANSWER for 12 s, what follows is as it was then.").splitlines()
    assert lines[1].rstrip() == "!! NO ANSWER for 12 s, what follows is as it was then."


def test_a_feed_is_a_row() -> None:
    text = shown(rates={"harbour": 1234.56})
    assert row(text, "feed") == [
        "feed", "state", "for", "last heard", "messages", "per s", "dropped", "refused", "where",
    ]  # fmt: skip
    assert row(text, "harbour") == [
        "harbour", "live", "3 min", "4 s ago", "1,000", "1,234.6", "0", "3 %", "192.0.2.7:10110",
    ]  # fmt: skip


def test_a_feed_that_was_never_heard_and_whose_rate_is_not_known_yet() -> None:
    budget = {"blank": 99, "too_many_lines": 1000}
    feed = {"last_message_at": None, "state": "starting", "dropped": 234, "left_out": budget}
    text = shown(feeds=[feed])
    assert row(text, "harbour")[1:7] == ["starting", "3 min", "not yet", "1,000", "?", "1,234"]
    assert row(shown(rates={"harbour": 0.0}), "harbour")[5] == "0.0"


@pytest.mark.parametrize(
    ("lines", "refused", "share"),
    [
        (1000, {}, "0"),
        (1000, {"garbled": 9}, "< 1 %"),
        (1000, {"garbled": 9, "not_ais": 1}, "1 %"),
        (1000, {"garbled": 1000}, "100 %"),
        (0, {"encoding": 5}, "100 %"),
    ],
)
def test_how_much_of_what_came_was_refused(lines: int, refused: dict[str, int], share: str) -> None:
    """A body that is refused at the door is no line: it is never more than all."""
    assert row(shown(feeds=[{"lines": lines, "refused": refused}]), "harbour")[7] == share


def test_the_worst_feed_is_the_first_row() -> None:
    feeds = [
        {"name": "fine"},
        {"name": "gone", "state": "down"},
        {"name": "mute", "state": "silent"},
    ]
    text = shown(feeds=feeds)
    found = re.findall(r"^(fine|gone|mute) ", text, re.MULTILINE)
    assert found == ["gone", "mute", "fine"]


def test_a_port_is_a_row() -> None:
    text = shown(ports=[{"feeds": ["harbour", "roof"]}])
    assert row(text, "port") == [
        "port", "last hour", "vessels", "usual", "last heard", "feeds",
    ]  # fmt: skip
    assert row(text, "tartus") == ["tartus", "heard", "12", "10", "4 s ago", "harbour, roof"]


def test_a_port_that_is_not_heard_has_no_number_of_vessels() -> None:
    """0 would read as nobody there."""
    ports = [
        {},
        {"port": "banias", "words": "hardly heard", "vessels": 1},
        {"port": "tobruk", "words": "not heard", "vessels": 0, "heard_at": None, "usual": None},
    ]
    text = shown(ports=ports)
    assert row(text, "tobruk")[:5] == ["tobruk", "not heard", "unknown", "?", "not yet"]
    assert re.findall(r"^(tartus|banias|tobruk) ", text, re.MULTILINE) == [
        "tobruk", "banias", "tartus",
    ]  # fmt: skip


def test_words_of_another_release_are_not_taken_for_good_ones() -> None:
    assert row(shown(ports=[{"words": "crowded"}]), "tartus")[1] == "not heard"


def test_without_a_database_ports_are_called_as_old_as_they_are() -> None:
    away = {"ready": False, "committed_to": "2026-01-01T11:58:00Z", "why": "gone"}
    text = shown(store=away)
    assert "As it was at 11:58, when the database went away:" in text
    assert text.index("As it was at") < text.index("last hour")
    assert "AWAY for 3 h" in row(text, "database")[1]
    assert "As it was at" not in shown(store={**away, "committed_to": None})


def test_what_a_narrow_screen_leaves_out() -> None:
    """Where rows come from; never a state, and nothing is cut inside a word."""
    assert "192.0.2.7" in shown(110)
    narrow = shown(109)
    assert "192.0.2.7" not in narrow
    assert "feeds" not in narrow
    for width in (80, 109, 120):
        text = shown(
            width, feeds=[{"name": "a-receiver-with-a-rather-long-name", "messages": 10**9}]
        )
        assert max(map(len, text.splitlines())) <= width
        assert "1,000,000,000" in text
        assert "…" not in text


def test_the_rest_is_a_line_each() -> None:
    text = shown(waiting_reports=1234, events={"PortArrived": 1500, "Berthed": 2})
    assert row(text, "database")[1:] == [
        "up for 3 h; 1,234 commits; half of all lines stored within 0.05 s, 99 % within 0.25 s",
    ]
    assert row(text, "spool")[1:] == ["0 of 1,024 MB wait; 0 lines lost; in /spool"]
    assert row(text, "vessels")[1:] == [
        "7 tracked; 2 near a port; 1 silence falls due, the next in 32 min, at 12:32",
    ]
    assert row(text, "reports")[1:] == ["1,234 wait, in case earlier ones come late"]
    assert row(text, "events")[1:] == ["since the start: 1,500 PortArrived, 2 Berthed"]


def test_lines_that_have_nothing_to_say_are_left_out() -> None:
    text = shown(events={}, feeds=[], ports=[])
    assert not re.search(r"^(reports|events|feed|port) ", text, re.MULTILINE)


def test_a_journal_that_is_recorded_is_kept() -> None:
    assert row(shown(spool={"recorded": True}), "spool")[1].endswith("in /spool, which is kept")


@pytest.mark.parametrize(
    ("half", "most", "words"),
    [
        (None, None, "nothing stored yet"),
        (1.0, 60.0, "half of all lines stored within 1 s, 99 % within 60 s"),
        (0.5, None, "half of all lines stored within 0.5 s, 99 % after an hour"),
    ],
)
def test_how_long_lines_take_to_be_stored(
    half: float | None, most: float | None, words: str
) -> None:
    assert shown(store={"lag_p50_s": half, "lag_p99_s": most}).count(words) == 1


@pytest.mark.parametrize(
    ("deadlines", "at", "words"),
    [
        (0, None, "no silence falls due"),
        (2, "2026-01-01T12:00:09Z", "2 silences fall due, the next in 9 s, at 12:00"),
        (1, "2026-01-02T13:00:00Z", "1 silence falls due, the next in 25 h, at 2026-01-02 13:00"),
        (1, "2026-01-01T11:59:59Z", "1 silence falls due, the next now"),
    ],
)
def test_when_the_next_silence_falls_due(deadlines: int, at: str | None, words: str) -> None:
    assert row(shown(deadlines=deadlines, next_deadline_at=at), "vessels")[1].endswith(words)


def test_what_others_say_is_no_markup() -> None:
    """On a console that knows markup, and makes pictures of words between colons."""
    text = shown(feeds=[{"name": "[red]", "state": "down", "why": "[/red] :ship:"}])
    assert "Feed [red] has been down for 3 min: [/red] :ship:." in text


def test_alerts_that_stand_and_messages_that_wait_are_a_line() -> None:
    """The gravest first; nothing where it is not known."""
    tally = {
        "raised": 9, "open": {"info": 0, "warning": 1, "critical": 2}, "acknowledged": 1,
        "muted": 1, "waiting": {"mail": 3, "log": 1}, "dead": {},
    }  # fmt: skip
    (_, words) = row(shown(alerts=tally), "alerts")
    assert words == (
        "3 open (2 critical, 1 warning, 0 info); 1 acknowledged; 1 muted; 4 messages wait, 0 given"
        " up"
    )
    assert "alerts" not in shown()


CLUSTER = {
    "role": "engine", "name": "", "stream": "sea", "where": "nats://a:4222", "connected": True,
    "why": "messages come", "since": "2026-01-01T11:00:00Z", "leads": True, "leader": None,
    "sequence": 1234, "waiting": 5, "stray": 0,
    "edges": [{"name": "north", "received_at": "2026-01-01T11:59:00Z", "journal_bytes": 7}],
}  # fmt: skip


def test_an_engine_says_whether_it_leads_and_what_its_edges_brought() -> None:
    text = shown(cluster=CLUSTER, feeds=[])
    assert row(text, "engine") == ["engine", "leads for 60 min"]
    assert row(text, "stream") == ["stream", "sea at nats://a:4222; message 1,234, 5 wait"]
    assert row(text, "edges") == ["edges", "north 60 s ago"]
    by = shown(cluster={**CLUSTER, "leads": False, "waiting": None}, feeds=[])
    assert row(by, "engine") == ["engine", "stands by for 60 min"]
    assert row(by, "database")[1].startswith("not used for ")


def test_an_edge_sends_to_the_broker_and_stores_nothing() -> None:
    edge = {**CLUSTER, "role": "edge", "name": "north", "edges": [], "waiting": None}
    text = shown(cluster=edge)
    assert row(text, "edge") == ["edge", "north for 60 min"]
    assert re.search(r"^broker +up for .* messages; .* lines", text, re.MULTILINE)
    assert "database" not in text
    assert "All is well: every feed is live, and the broker has what they bring." in text
