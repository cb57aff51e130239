"""What needs attention, in sentences: the worst first, none when all is well."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.report.notes import Clock, Note, by_state, duration, megabytes, notes
from tests.unit.report.watch import watch_record

NOON = Clock("2026-01-01T12:00:00Z")
HELD = "What comes waits in memory, and is lost when that is full."


def told(**changes: Any) -> list[Note]:
    return notes(watch_record(**changes), NOON)


def test_all_is_well() -> None:
    assert told() == []


def test_a_feed_that_is_not_live() -> None:
    """How long, why, and when it is tried again: each sentence ends once."""
    feed = {"state": "down", "why": "no route.", "next_try_at": "2026-01-01T12:00:42Z"}
    assert told(feeds=[feed]) == [
        ("!!", "Feed harbour has been down for 3 min: no route. Next try in 42 s."),
    ]


@pytest.mark.parametrize(
    ("state", "mark"),
    [("down", "!!"), ("silent", "!!"), ("degraded", "!"), ("starting", "-"), ("sunk", "!")],
)
def test_how_bad_a_state_is(state: str, mark: str) -> None:
    """One that this release does not know is told, too."""
    assert told(feeds=[{"state": state, "why": "no words"}]) == [
        (mark, f"Feed harbour has been {state} for 3 min: no words."),
    ]


def test_a_next_try_that_is_overdue_is_now() -> None:
    (note,) = told(feeds=[{"state": "down", "next_try_at": "2026-01-01T11:59:58Z"}])
    assert note[1].endswith(" Next try in 0 s.")


def test_no_feeds_are_the_first_thing_to_say() -> None:
    assert told(feeds=[]) == [
        ("!!", "No feeds are configured: nothing is heard. `monitor feeds list` shows how."),
    ]


@pytest.mark.parametrize(
    ("port", "note"),
    [
        (
            {"vessels": 0, "heard_at": "2026-01-01T10:30:00Z"},
            "Port tartus: not heard since 10:30 (90 min). Ships there are unknown.",
        ),
        (
            {"vessels": 0, "heard_at": "2025-12-30T10:30:00Z"},
            "Port tartus: not heard since 2025-12-30 10:30 (2 d). Ships there are unknown.",
        ),
        (
            {"vessels": 0, "heard_at": None},
            "Port tartus: not heard so far. Ships there are unknown.",
        ),
        (
            {"vessels": 1, "words": "hardly heard"},
            (
                "Port tartus: hardly heard, 1 vessel in the last hour where 10 are usual."
                " Others there are unknown."
            ),
        ),
        (
            {"vessels": 1200, "words": "hardly heard", "usual": 5000.4},
            (
                "Port tartus: hardly heard, 1,200 vessels in the last hour where 5000 are usual."
                " Others there are unknown."
            ),
        ),
    ],
)
def test_a_port_that_is_not_heard_as_usual(port: dict[str, Any], note: str) -> None:
    """Nothing heard is not nobody there: no sentence says that a port is empty."""
    assert told(ports=[port]) == [("!", note)]


def test_before_the_first_line_nothing_can_be_said_of_ports() -> None:
    assert told(ports=[]) == [
        ("-", "Ports: nothing can be said yet; no line was read since the start."),
    ]


def test_without_a_database_nothing_is_said_of_ports() -> None:
    """Nothing is read, so whatever was known of them is old; what comes is kept."""
    away = {"ready": False, "since": "2026-01-01T11:58:00Z", "why": "it went away."}
    ((mark, words),) = told(store=away, spool={"waiting_bytes": 3 << 20}, ports=[{"vessels": 0}])
    assert mark == "!!"
    assert words == (
        "No database for 2 min: it went away. What comes is kept on disk (3 of 1,024 MB) and stored"
        " later; nothing is detected now."
    )


@pytest.mark.parametrize(
    ("waiting_mb", "says"),
    [(512, []), (513, [("!", "The spool is filling: 513 of 1,024 MB wait to be stored.")])],
)
def test_a_spool_is_told_of_before_it_overflows(waiting_mb: int, says: list[Note]) -> None:
    assert told(spool={"waiting_bytes": waiting_mb << 20}) == says


def test_what_is_lost_and_what_will_be() -> None:
    assert told(
        spool={
            "trouble": "it is full",
            "dropped_lines": 12_345,
            "lost_lines": 1234,
            "unrecorded_lines": 7,
        }
    ) == [
        ("!!", f"The disk takes nothing: it is full. {HELD}"),
        (
            "!!",
            "12,345 lines were lost since the start, the oldest first: there was no room on disk.",
        ),
        ("!!", "1,234 lines were lost on disk: its journal is damaged, or was cut."),
        ("!", "7 lines were stored, but not recorded."),
    ]


@pytest.mark.parametrize(("count", "rows"), [(1, "1 row"), (1234, "1,234 rows")])
def test_what_the_database_refused(count: int, rows: str) -> None:
    """The rest is stored; where to look is said."""
    ((mark, words),) = told(store={"refused": count, "refused_why": "no such ship"})
    assert mark == "!"
    assert words == (
        f"The database refused {rows} since the start; its table refused_row has them."
        " The last: no such ship."
    )


def test_the_store_comes_before_the_feeds_and_they_before_the_ports() -> None:
    feeds = [
        {"name": "thin", "state": "degraded"},
        {"name": "b-gone", "state": "down"},
        {"name": "fine"},
        {"name": "a-gone", "state": "down"},
    ]
    said = told(feeds=feeds, ports=[{"vessels": 0}], spool={"dropped_lines": 1})
    assert [words.split()[:2] for _, words in said] == [
        ["1", "lines"], ["Feed", "a-gone"], ["Feed", "b-gone"], ["Feed", "thin"],
        ["Port", "tartus:"],
    ]  # fmt: skip


def test_feeds_stand_the_worst_first_and_then_by_name() -> None:
    """A state that is not known stands where it cannot be overlooked."""
    states = ["live", "starting", "degraded", "silent", "down", "sunk"]
    feeds = [{"name": name, "state": state} for state in states for name in ("b", "a")]
    assert [(feed["state"], feed["name"]) for feed in by_state(feeds)] == [
        ("down", "a"), ("sunk", "a"), ("down", "b"), ("sunk", "b"), ("silent", "a"),
        ("silent", "b"), ("degraded", "a"), ("degraded", "b"), ("starting", "a"),
        ("starting", "b"), ("live", "a"), ("live", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"), (0, "0 s"), (0.9, "0 s"), (99.9, "99 s"), (100, "1 min"), (119, "1 min"),
        (5999, "99 min"), (6000, "1 h"), (48 * 3600 - 1, "47 h"), (48 * 3600, "2 d"),
        (9.7 * 86_400, "9 d"),
    ],
)  # fmt: skip
def test_a_duration_in_one_unit(seconds: float, words: str) -> None:
    """Whole units that have passed: 119 s are not two minutes yet."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0"), (1, "under 1"), ((1 << 20) - 1, "under 1"), (1 << 20, "1"), (3 << 30, "3,072")],
)
def test_a_size_in_megabytes(size: int, words: str) -> None:
    assert megabytes(size) == words


def test_ages_are_counted_by_the_watchs_own_clock() -> None:
    """Not by that of the machine it is looked at from, whatever its zone."""
    clock = Clock("2026-01-01T14:00:00+02:00")
    assert clock.since("2026-01-01T11:58:30Z") == "90 s"
    assert clock.seconds_since("2026-01-01T12:00:10Z") == -10
    assert clock.since(None) == "?"
    assert clock.of_day("2026-01-01T09:05:59+02:00") == "07:05"


def test_the_date_is_told_where_it_is_another_days() -> None:
    assert NOON.of_day("2026-01-01T00:00:00Z") == "00:00"
    assert NOON.of_day("2025-12-31T23:59:00Z") == "2025-12-31 23:59"


def test_a_channel_that_does_not_work_and_what_was_given_up() -> None:
    """Nobody is told: that is as bad as a feed that is down."""
    works = {"name": "log", "works": True, "since": "2026-01-01T09:00:00Z", "why": "taken"}
    broken = {**works, "name": "mail", "works": False, "since": "2026-01-01T11:57:00Z",
              "why": "no route."}  # fmt: skip
    tally = {"dead": {"mail": 1, "pager": 2000}}
    assert told(channels=[works, broken], alerts=tally) == [
        ("!!", "Channel mail has not worked for 3 min: no route. Messages to it wait."),
        ("!", "1 message was given up for mail: `monitor channels dead` shows which."),
        ("!", "2,000 messages were given up for pager: `monitor channels dead` shows which."),
    ]


def test_a_watch_of_an_earlier_release_has_no_channels() -> None:
    record = watch_record()
    del record["channels"], record["alerts"]
    assert notes(record, NOON) == []


CLUSTER = {
    "role": "engine", "name": "", "stream": "sea", "where": "nats://a:4222", "connected": True,
    "why": "messages come", "since": "2026-01-01T11:00:00Z", "leads": True, "leader": None,
    "sequence": 9, "waiting": 0, "stray": 0,
    "edges": [{"name": "north", "received_at": "2026-01-01T11:59:00Z", "journal_bytes": 7}],
}  # fmt: skip
AWAY = {"connected": False, "why": "no answer"}


def test_an_engine_that_leads_has_no_feeds_and_all_is_well() -> None:
    assert told(cluster=CLUSTER, feeds=[]) == []


def test_an_engine_that_stands_by_says_that_alone() -> None:
    """What else it knows is of the time when it led; whether it could take over, it does know."""
    by = {**CLUSTER, "leads": False, "leader": "process 7 on north"}
    stands = (
        "-", "This engine stands by, process 7 on north leads: it takes over when that one is gone."
    )  # fmt: skip
    assert told(cluster=by, feeds=[], store={"ready": False}) == [stands]
    assert told(cluster={**by, **AWAY}, feeds=[]) == [
        ("!!", "No broker at nats://a:4222: no answer. It could not take over."), stands,
    ]  # fmt: skip
    (words,) = told(cluster={**by, "leader": None}, feeds=[])
    assert "no engine that can be named leads" in words[1]


def test_an_engine_without_its_broker_and_what_it_left_out() -> None:
    assert told(cluster={**CLUSTER, **AWAY, "stray": 3}, feeds=[]) == [
        ("!!", "No broker at nats://a:4222: no answer. Nothing new comes; edges keep it."),
        ("!", "3 messages of the stream were none of an edge's, and left out."),
    ]


def test_an_edge_without_its_broker_keeps_what_comes() -> None:
    """Of ports it knows nothing, and says nothing."""
    edge = {**CLUSTER, "role": "edge", "name": "north", "edges": []}
    store = {"ready": False, "since": "2026-01-01T11:58:00Z", "why": "no answer"}
    ((mark, words),) = told(cluster=edge, store=store)
    assert mark == "!!"
    assert words.startswith("No broker for 2 min: no answer. What comes is kept on disk (")
    assert words.endswith(" MB) and sent later.")
