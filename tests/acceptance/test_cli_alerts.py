"""``monitor alerts``: an officer at night reads the queue, asks why, and takes care of it."""

from __future__ import annotations

import asyncio
import csv
import json
import time
from datetime import timedelta

from monitor.clock import now_us
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.sql import query
from monitor.units import to_datetime
from tests.acceptance.alerted import (
    HERO,
    TUG,
    VISITOR,
    fits,
    good,
    id_of,
    listed,
    refused,
)
from tests.acceptance.desk import Desk, in_terminal
from tests.unit.alert.stories import alert_of, berthed, rule


def ago(**words: float) -> str:
    """A time of the wall clock with its zone; positive: to come."""
    return (to_datetime(now_us()) + timedelta(**words)).isoformat()


def test_the_queue_is_one_alert_a_story(desk: Desk, env: dict[str, str]) -> None:
    """The voyage, and a ship that berthed nine times: each once, the newest first."""
    out = good(desk, env, "alerts", "list")
    assert fits(out)
    assert [line.split()[0] for line in out.splitlines()[3:6]] == [
        id_of(desk, env, mmsi) for mmsi in (TUG, VISITOR, HERO)
    ]
    assert "critical  open" in out
    assert "SEVERNYY VETER ended a voyage at Tobruk" in out


def test_filters_of_the_queue(desk: Desk, env: dict[str, str]) -> None:
    for words, ships in (
        (["--severity", "critical"], {HERO}), (["--mmsi", str(TUG)], {TUG}),
        (["--port", "tobruk"], {HERO, VISITOR}), (["--since", "2025-01-19"], {TUG}),
        (["--port", "nowhere"], set()),
    ):  # fmt: skip
        assert {row["mmsi"] for row in listed(desk, env, "alerts", "list", *words)} == ships
    out = good(desk, env, "alerts", "list", "--port", "nowhere")
    assert out == "No alerts are open.\n"


def test_the_queue_for_programs(desk: Desk, env: dict[str, str]) -> None:
    rows = list(csv.DictReader(good(desk, env, "alerts", "list", "--format", "csv").splitlines()))
    assert {row["flag"] for row in rows} == {"RU", "TR"}
    shapes = json.loads(good(desk, env, "alerts", "list", "--format", "geojson"))
    assert len(shapes["features"]) == 3


def test_why_it_fired(desk: Desk, env: dict[str, str]) -> None:
    """Rules in sentences, events with figures and sentences of AIS, and what is not proved."""
    out = good(desk, env, "alerts", "show", id_of(desk, env, HERO))
    assert fits(out)
    for words in (
        "SEVERNYY VETER ended a voyage at Tobruk\nAlert ", "\ncritical, open\n",
        "\n  tartus-to-tobruk: Critical, to all channels, when a ship ends a voyage,",
        "ended a voyage (VoyageMade): From Tartus to Tobruk; not heard for 14 h",
        "      figures: arrived_at 2025-01-17T17:37:13Z,", "        !AIVDM,1,1,,",
        "\nAlso of this story\n", "  Where she was in the parts that were not heard is not known",
        "\nTold\n  nobody\n", "raised by the watch (new to open)\n",
    ):  # fmt: skip
        assert words in out, words


def test_a_ship_that_berths_again_and_again_fills_no_pages(desk: Desk, env: dict[str, str]) -> None:
    """The first and the last with their evidence, and how many there were."""
    out = good(desk, env, "alerts", "show", id_of(desk, env, TUG))
    assert fits(out)
    assert "berthed (Berthed), 9 times\n    The first: Stayed within 100 m for 23 min" in out
    assert out.count("!AIVDM") == 8
    assert "amended by the watch, 68 times until " in out
    assert len(out.splitlines()) < 75


def test_all_of_it_for_programs(desk: Desk, env: dict[str, str]) -> None:
    out = good(desk, env, "alerts", "show", id_of(desk, env, TUG), "--format", "json")
    found = json.loads(out)
    assert len(found["reasons"]) == 69
    assert {reason["event"] for reason in found["reasons"]} < {e["id"] for e in found["events"]}
    assert [rule["name"] for rule in found["rules"]] == ["naval-berth"]


def test_it_fits_the_terminal_that_there_is(desk: Desk, env: dict[str, str]) -> None:
    words = ["alerts", "show", id_of(desk, env, HERO)]
    code, out = in_terminal(words, {**desk.env, **env}, columns=60)
    assert code == 0
    assert fits(out, 60)


def test_acknowledged_assigned_and_closed(desk: Desk, env: dict[str, str]) -> None:
    """Each is said, kept with who did it, and done once."""
    id_ = id_of(desk, env, HERO)
    head = "SEVERNYY VETER ended a voyage at Tobruk: "
    assert good(desk, env, "alerts", "ack", id_) == f"{head}acknowledged.\n"
    assert good(desk, env, "alerts", "ack", id_) == f"{head}acknowledged. It was so before.\n"
    out = good(desk, env, "alerts", "assign", id_, "Bea", "--by", "bob")
    assert out == f"{head}acknowledged, for Bea.\n"
    assert "for" in good(desk, env, "alerts", "list").splitlines()[1]
    out = good(desk, env, "alerts", "close", id_, "true", "--note", "seen by a pilot")
    assert out == f"{head}closed, for Bea.\n"
    assert id_ not in good(desk, env, "alerts", "list")
    assert id_ in good(desk, env, "alerts", "list", "--all")
    shown = good(desk, env, "alerts", "show", id_)
    assert "\ncritical, closed; for Bea; verdict true; seen by a pilot\n" in shown
    for step in (
        "acknowledged by ann (open to acknowledged)", "assigned by bob: Bea",
        "closed by ann (acknowledged to closed): true; seen by a pilot",
    ):  # fmt: skip
        assert step in shown


def test_what_cannot_be_done_is_one_sentence(desk: Desk, env: dict[str, str]) -> None:
    id_ = id_of(desk, env, HERO)
    see = "see monitor alerts list."
    assert refused(desk, env, "alerts", "show", "77777777") == (
        f"There is no alert whose id begins with 77777777: {see}"
    )
    assert refused(desk, env, "alerts", "ack", "zz") == f"'zz' is no id of an alert: {see}"
    good(desk, env, "alerts", "close", id_, "false")
    assert refused(desk, env, "alerts", "ack", id_) == (
        "This alert is closed and cannot be acknowledged: there is nothing left to do."
    )
    nobody = {**env, "MONITOR_OFFICER": ""}
    assert refused(desk, nobody, "alerts", "ack", id_of(desk, env, TUG), "--by", " ") == (
        "Say who you are: --by, or MONITOR_OFFICER."
    )


def test_an_id_that_begins_several_is_refused(desk: Desk, env: dict[str, str]) -> None:
    """Nobody acknowledges another alert than he meant."""
    id_ = id_of(desk, env, HERO)

    async def add() -> None:
        alike = alert_of([(berthed(), [rule()])], id=f"{id_}{0:024x}")
        async with connected(env["MONITOR_DATABASE_URL"]) as connection:
            await connection.execute(query("save_alert"), *alert_row(alike))

    asyncio.run(add())
    assert refused(desk, env, "alerts", "ack", id_) == (
        f"There is more than one alert whose id begins with {id_}: see monitor alerts list."
    )


def test_mutes_by_port_ship_rule_and_alert(desk: Desk, env: dict[str, str]) -> None:
    """Each has a number, a reason, an author and an end, and is taken back by its number."""
    id_ = id_of(desk, env, HERO)
    until = ["--until", ago(days=2), "--reason", "known"]
    made = [
        good(desk, env, "alerts", "mute", *words)
        for words in (
            ["--port", "tobruk", *until], ["--mmsi", str(TUG), *until],
            ["--rule", "naval-berth", *until], ["--alert", id_, "--reason", "a drill"],
        )
    ]  # fmt: skip
    assert made[0].startswith("Muted, as number 1: `monitor alerts unmute 1` takes it back.")
    out = good(desk, env, "alerts", "mutes")
    assert fits(out)
    for words in (
        f"4: alert {id_} until its episode ends: a drill (ann; nothing swallowed)",
        "3: rule naval-berth until ", f"2: MMSI {TUG} until ", "1: port tobruk until ",
    ):  # fmt: skip
        assert words in out
    assert good(desk, env, "alerts", "unmute", "4") == "Mute 4 is over.\n"
    assert "a drill" not in good(desk, env, "alerts", "mutes")
    assert "a drill" in good(desk, env, "alerts", "mutes", "--all")
    assert refused(desk, env, "alerts", "unmute", "4") == (
        "There is no mute 4 that holds: see monitor alerts mutes."
    )


def test_mutes_that_are_refused(desk: Desk, env: dict[str, str]) -> None:
    """Of everything, for ever, without a zone, without a reason, of what there is not."""
    tobruk, why = ["--port", "tobruk"], ["--reason", "known"]
    for words, sentence in (
        ([*why, "--until", ago(days=1)],
         "A mute of everything is refused: name a ship, a port, a rule or an alert."),
        ([*tobruk, *why, "--until", ago(days=31)],
         "A mute ends after it begins, and within 30 days."),
        ([*tobruk, *why, "--until", ago(days=-1)],
         "A mute ends after it begins, and within 30 days."),
        ([*tobruk, *why], "Only an alert can be muted until its episode ends: say until when."),
        ([*tobruk, *why, "--until", "2026-12-24T18:00"],
         "'2026-12-24T18:00' is no time with a zone: write such as 2026-11-26T18:00Z or +02:00."),
        ([*tobruk, "--reason", " ", "--until", ago(days=1)],
         "A mute needs a reason and who made it: --reason and --by, or MONITOR_OFFICER."),
        ([*tobruk, "--until", ago(days=1)],
         "A mute needs a reason and who made it: --reason and --by, or MONITOR_OFFICER."),
        ([*why, "--rule", "nope", "--until", ago(days=1)],
         "There is no rule 'nope': see `monitor rules list`."),
        ([*why, "--port", "nope", "--until", ago(days=1)],
         "There is no port 'nope': see `monitor geofences list`."),
        ([*why, "--alert", "77"],
         "There is no alert whose id begins with 77: see monitor alerts list."),
    ):  # fmt: skip
        assert refused(desk, env, "alerts", "mute", *words) == sentence
    assert good(desk, env, "alerts", "mutes") == "No mute holds.\n"
    assert good(desk, env, "alerts", "mutes", "--all") == "There is no mute.\n"


def test_how_good_rules_are(desk: Desk, env: dict[str, str]) -> None:
    """From twenty verdicts on; before, how many there were."""
    assert good(desk, env, "alerts", "stats") == "No alert was closed yet.\n"
    for mmsi, verdict in ((HERO, "true"), (VISITOR, "not-relevant")):
        good(desk, env, "alerts", "close", id_of(desk, env, mmsi), verdict)
    out = good(desk, env, "alerts", "stats")
    assert fits(out)
    assert "not before 20" in out
    rows = {row["rule"]: row for row in listed(desk, env, "alerts", "stats")}
    assert rows["naval-berth"] == {
        "rule": "naval-berth", "verdicts": 2, "true": 1, "false": 0, "not_relevant": 1,
        "precision": None,
    }  # fmt: skip


def test_what_is_handed_over_with_a_shift(desk: Desk, env: dict[str, str]) -> None:
    """Also when nothing happened."""
    good(desk, env, "alerts", "ack", id_of(desk, env, TUG))
    out = good(desk, env, "alerts", "report", "--shift", "8h")
    assert fits(out)
    for words in (
        "Raised: 3.\n", "1 acknowledged", "\nOpen: 2\n", "\nAcknowledged: 1\n",
        "\nTold:\n  nothing\n", "\nMutes that hold: none\n",
    ):  # fmt: skip
        assert words in out, words
    # On a quick machine all of it is younger than the shift: until it no longer is.
    late = time.monotonic() + 30
    while "Raised: none.\n" not in good(desk, env, "alerts", "report", "--shift", "1s"):
        assert time.monotonic() < late
