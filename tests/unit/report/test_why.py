"""Why an alert fired, folded to the terminal; what is the same again and again is said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from monitor.alert.noise import Noise, Usual, noisy_alert
from monitor.alert.story import Alert
from monitor.model import Event, EventKind, EventState
from monitor.report.why import ALWAYS_UNPROVED, NOT_PROVED, not_proved, why, why_record
from monitor.store.alerts import Stored
from tests.findings import after
from tests.unit.alert.stories import EPISODE, alert_of, berthed, change_of, rule

NAVAL = rule()
RULES = {NAVAL.name: NAVAL}
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def step(what: str, **words: Any) -> dict[str, Any]:
    """A row of what was done."""
    known = {
        "made_at": NOON, "what": what, "actor": None, "was": "open", "became": "open",
        "revision": 1, "event": None, "note": None,
    }  # fmt: skip
    return known | words


def told(**words: Any) -> dict[str, Any]:
    """A row of what was told."""
    known = {
        "channel": "mail", "word": "raised", "state": "sent", "revision": 1, "attempts": 1,
        "made_at": NOON, "ended_at": NOON, "last_error": None,
    }  # fmt: skip
    return known | words


def text(
    alert: Alert, *events: Event, rows: tuple[dict[str, Any], ...] = (), width: int = 100,
    history: tuple[dict[str, Any], ...] = (), **said: Any,
) -> str:  # fmt: skip
    stored = Stored(alert, said.get("verdict"), said.get("note"))
    return why(stored, events, RULES, history, rows, width)


ONE = alert_of([(berthed(), [NAVAL])])


def test_the_whole_page_of_one_alert() -> None:
    assert text(ONE, berthed(), history=(step("raise", was=None),)) == (
        "SEVERNYY VETER berthed at Tartus\n"
        f"Alert {EPISODE}, revision 1\n"
        "warning, open\n"
        "\n"
        "Rules\n"
        "  naval-berth: Warning, to all channels, when a ship berths.\n"
        "\n"
        "Reasons\n"
        "  2024-12-13 12:01  berthed (Berthed): Stayed within 100 m for 11 min (6 fixes).\n"
        "    decided 2024-12-13T12:20:00Z\n"
        "      figures: fixes 2, margin_m 200.0\n"
        "      2024-12-13T12:01:00Z  34°54.60' N 035°48.00' E, log.csv:2\n"
        "      2024-12-13T12:03:00Z  34°55.20' N 035°48.60' E, 4.5 kn, roof:17\n"
        "        !AIVDM,1,1,,A,\xff\n"
        "\n"
        "What this does not prove\n"
        f"  {ALWAYS_UNPROVED}\n"
        f"  {NOT_PROVED['Berthed']}\n"
        "\n"
        "Told\n"
        "  nobody\n"
        "\n"
        "What was done (UTC)\n"
        "  2026-11-26 12:00:00  raised by the watch (new to open)\n"
    )


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_longer_but_a_sentence_of_ais(width: int) -> None:
    """That is copied into other programs, and would be false with a break in it."""
    sentence = "!AIVDM,2,1,4,A," + "5" * 200 + ",0*11"
    made = berthed()
    fix = replace(made.evidence.fixes[1], sentence=sentence, source="a log " * 30)
    figures = {f"figure_{number}_m": number / 7 for number in range(40)}
    made = replace(made, evidence=replace(made.evidence, fixes=(fix,), figures=figures))
    found = text(alert_of([(made, [NAVAL])]), made, width=width)
    assert f"        {sentence}\n" in found
    assert [line for line in found.splitlines() if len(line) > width] == [
        f"        {sentence}", *([f"Alert {EPISODE}, revision 1"] * 0),
    ]  # fmt: skip


def test_sixty_berthings_are_told_by_the_first_and_the_last() -> None:
    """With the evidence of these two; the others are in what programs get."""
    events = [berthed(number, number * 60.0) for number in range(60)]
    alert = alert_of([(one, [NAVAL]) for one in events])
    found = text(alert, *events)
    assert (
        "  2024-12-13 12:01 to 2024-12-15 23:01  berthed (Berthed), 60 times\n"
        "    The first: Stayed within 100 m for 10 min (6 fixes).\n"
        "    The last: Stayed within 100 m for 69 min (6 fixes).\n"
        "    the first, decided 2024-12-13T12:20:00Z\n"
    ) in found
    assert "    the last, decided 2024-12-15T23:20:00Z\n" in found
    assert found.count("!AIVDM") == 2
    assert len(why_record(Stored(alert, None, None), events, RULES, [], [])["events"]) == 60


def test_a_story_that_is_too_long_to_be_kept_says_so() -> None:
    events = [berthed(number, number * 60.0) for number in range(120)]
    found = text(alert_of([(one, [NAVAL]) for one in events]))
    kept = "Of so long a story 100 parts are kept, reasons before others: there were more.\n"
    assert kept in found
    assert "100 times" in found


def test_what_is_withdrawn_and_what_no_rule_met_stand_apart() -> None:
    gone = berthed(2, 60, kind=EventKind.PORT_ARRIVED, state=EventState.PROVISIONAL)
    taken_back = replace(gone, state=EventState.WITHDRAWN, why="No stop.")
    alert = alert_of(
        [(berthed(), [NAVAL]), (gone, [NAVAL]), (taken_back, []),
         (berthed(3, 90, kind=EventKind.UNBERTHED, why="Gone."), [])]
    )  # fmt: skip
    found = text(alert)
    assert "  2024-12-13 13:01  arrived (PortArrived), withdrawn: No stop.\n" in found
    assert "Also of this story\n  2024-12-13 13:31  cast off (Unberthed): Gone.\n" in found


def test_why_she_is_listed_and_a_rule_that_is_gone() -> None:
    change = change_of([(berthed(), [rule("old")])], {"own": "Listed."}, {"press": "Alike."})
    found = text(change.alert)
    assert "  old: no such rule any more\n" in found
    assert "    Listed.\n    Perhaps: Alike.\n" in found


def test_what_officers_said_stands_in_the_third_line() -> None:
    alert = replace(ONE, assignee="Bea", muted_by=3)
    assert text(alert, verdict="true", note="a pilot saw her").splitlines()[2] == (
        "warning, open; muted by mute 3; for Bea; verdict true; a pilot saw her"
    )


def test_who_was_told() -> None:
    """The same word with the same end once; what failed with its reason."""
    rows = (
        told(), told(word="amended", revision=2), told(word="amended", revision=3, attempts=2),
        told(channel="pager", state="waiting", ended_at=None, attempts=4, last_error="No route."),
    )  # fmt: skip
    assert (
        "Told\n"
        "  mail: raised, revision 1, sent 2026-11-26 12:00:00 UTC\n"
        "  mail: amended, 2 times, the last revision 3, sent 2026-11-26 12:00:00 UTC"
        " after 2 tries\n"
        "  pager: raised, revision 1, waiting after 4 tries: No route.\n"
    ) in text(ONE, rows=rows)


def test_what_was_done_again_and_again_is_one_line() -> None:
    """But not what others did, or what became of it."""
    later = NOON + timedelta(hours=1)
    rows = (
        step("raise", was=None), step("amend"), step("amend", made_at=later),
        step("ack", actor="ann", became="acknowledged", note="seen"), step("amend"),
    )  # fmt: skip
    assert text(ONE, history=rows).split("What was done (UTC)\n")[1] == (
        "  2026-11-26 12:00:00  raised by the watch (new to open)\n"
        "  2026-11-26 12:00:00  amended by the watch, 2 times until 2026-11-26 13:00:00\n"
        "  2026-11-26 12:00:00  acknowledged by ann (open to acknowledged): seen\n"
        "  2026-11-26 12:00:00  amended by the watch\n"
    )


def test_figures_that_are_yes_no_or_not_known() -> None:
    made = berthed()
    figures = {"contradiction": False, "seen": True, "to": None}
    made = replace(made, evidence=replace(made.evidence, figures=figures))
    assert "figures: contradiction no, seen yes, to not known\n" in text(ONE, made)


def test_each_kind_of_reason_has_its_sentence_of_what_it_does_not_prove() -> None:
    """Once a kind, and that a transmitter says so, always."""
    assert set(NOT_PROVED) <= {kind.value for kind in EventKind}
    events = [berthed(1), berthed(2, 60), berthed(3, 90, kind=EventKind.WENT_DARK_INSIDE)]
    alert = alert_of([(one, [NAVAL]) for one in events])
    assert not_proved(alert.reasons) == [
        ALWAYS_UNPROVED, NOT_PROVED["Berthed"], NOT_PROVED["WentDarkInside"],
    ]  # fmt: skip


def test_for_programs_all_of_it() -> None:
    """Reasons name events by the ids that lists of events give; instants are RFC 3339."""
    rows = [step("ack", actor="ann", event=UUID(berthed().id))]
    record = why_record(Stored(ONE, None, None), [berthed()], {}, rows, [told()])
    assert record["rules"] == [{"name": "naval-berth", "title": None, "sentence": None}]
    assert record["reasons"][0]["event"] == record["events"][0]["id"] == str(UUID(berthed().id))
    assert record["history"][0]["event"] == record["events"][0]["id"]
    assert record["history"][0]["made_at"] == "2026-11-26T12:00:00Z"
    assert record["told"][0]["channel"] == "mail"
    assert record["raised_at"] == "2024-12-13T12:20:00Z"
    assert after(20) == ONE.raised_at


def test_11_an_alert_about_a_rule_says_what_it_raised() -> None:
    """Behaviour 11: no transmitter said so, and there is nothing that it does not prove."""
    noise = Noise(since=after(0), at=after(0))
    alert = noisy_alert(NAVAL, noise, 9, Usual(tested=1.0, most=None))
    found = text(alert)
    assert found.startswith("Rule naval-berth is noisy\n")
    assert "  2024-12-13 12:00  a rule was noisy: Rule naval-berth raised 9 alerts" in found
    assert "prove" not in found
    assert not_proved(alert.reasons) == []
