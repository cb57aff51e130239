"""What people are told: read as by somebody who was asleep, line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest

from monitor.alert.kinds import KINDS
from monitor.alert.message import Severity, Word
from monitor.alert.rules import Rule
from monitor.alert.story import Alert
from monitor.alert.telling import (
    MOST_FIXES,
    degrees,
    fixes_of,
    instant,
    message_of,
    reason_record,
    record_of,
    text_of,
)
from monitor.model import (
    Amended,
    Event,
    EventKind,
    EventState,
    NamedFeed,
    Revised,
    Ship,
    ShipAtPort,
)
from tests.findings import MMSI, UNKNOWN, after, event, span, voyage
from tests.unit.alert.stories import EPISODE, alert_of, berthed, change_of, rule

NAVAL = rule()
PROVISIONAL, WITHDRAWN = EventState.PROVISIONAL, EventState.WITHDRAWN


def told(alert: Alert, last: Event, *rules: Rule) -> str:
    return text_of(alert, last, {one.name: one for one in rules or (NAVAL,)}, "UTC")


def line(text: str, word: str) -> str:
    """What stands behind a word of the head."""
    (found,) = [each for each in text.splitlines() if each.startswith(f"{word}:")]
    return found.removeprefix(f"{word}:").strip()


def test_the_whole_text_of_a_first_message() -> None:
    """Who, what, when, where, how sure, why, and where there is more; the headline is above it."""
    alert = alert_of([(berthed(), [NAVAL])])
    assert told(alert, berthed()) == (
        "What:      Berthed. Stayed within 100 m for 11 min (6 fixes).\n"
        "When:      13 Dec 2024 12:01 UTC; between 12:00 and 12:05 UTC\n"
        "Where:     34°55.20' N 035°48.60' E, in tartus-720\n"
        "How sure:  its time is known within 10 minutes\n"
        "Who:       SEVERNYY VETER, MMSI 273999410, IMO 9268710, flag Russia, cargo\n"
        "Severity:  warning\n"
        "\n"
        "Why you are told:\n"
        "- The above:\n"
        "  Rule naval-berth: A ship lies at a naval berth.\n"
        "\n"
        "More:      monitor alerts show abababab\n"
    )


@pytest.mark.parametrize("kind", list(EventKind))
def test_each_kind_of_event_is_told_in_words(kind: EventKind) -> None:
    """No name of a program stands in it."""
    made = berthed(kind=kind)
    first = berthed(9, kind=EventKind.FEED_WENT_DOWN)
    text = told(alert_of([(first, [NAVAL]), (made, [NAVAL])]), made)
    words = KINDS[kind].happened
    assert line(text, "What").startswith(f"{words[0].upper()}{words[1:]}. ")
    if kind.value.lower() not in words:
        assert kind.value not in text


@pytest.mark.parametrize(
    ("kind", "confidence", "words"),
    [
        (EventKind.BERTHED, 4, "its time is known within 10 minutes"),
        (EventKind.BERTHED, 1, "its time is not bounded, or it is in doubt"),
        (EventKind.PORT_ARRIVED, 4, "the way in, the stop and the way out were seen"),
        (EventKind.PORT_DEPARTED, 3, "the stop was seen, and the way in or out"),
        (EventKind.PORT_ARRIVED, 2, "only the stop was seen"),
        (EventKind.PORT_DEPARTED, 1, "no stop was seen"),
    ],
)
def test_how_sure_it_is_means_what_it_means_of_that_kind(
    kind: EventKind, confidence: int, words: str
) -> None:
    """Of arrivals and departures it is no matter of minutes."""
    made = berthed(kind=kind, confidence=confidence)
    assert line(told(alert_of([(made, [NAVAL])]), made), "How sure") == words


def test_what_is_not_confirmed_yet_says_so() -> None:
    """In its line and in how sure it is; and in its reason, when something else is new."""
    made = berthed(state=PROVISIONAL, confidence=1)
    text = told(alert_of([(made, [NAVAL])]), made)
    assert line(text, "What").startswith("Berthed (not confirmed yet). ")
    assert line(text, "How sure").startswith("not confirmed yet; ")
    later = berthed(2, 60, kind=EventKind.UNBERTHED)
    text = told(alert_of([(made, [NAVAL]), (later, [])]), later)
    assert "- Berthed (not confirmed yet), 13 Dec" in text


def test_what_is_withdrawn_is_said_not_to_have_happened() -> None:
    """Then it has no time, and is not sure to any degree."""
    gone = berthed(state=WITHDRAWN, why="She went on without a stop.")
    text = told(alert_of([(berthed(), [NAVAL]), (gone, [])]), gone)
    assert line(text, "What") == (
        "Berthed (withdrawn: it did not happen). She went on without a stop."
    )
    assert "When:" not in text
    assert "How sure:" not in text


def test_a_ship_of_which_nothing_is_known_but_her_number() -> None:
    made = berthed(name=None, said=None, lon=None, lat=None, geofence=None)
    text = told(alert_of([(made, [NAVAL])]), made)
    assert line(text, "Who") == "name not known, MMSI 273999410, flag Russia"
    assert "Where:" not in text


def test_what_is_about_no_ship_names_its_feed() -> None:
    made = berthed(subject=NamedFeed("harbour"), name=None, said=None)
    text = told(alert_of([(made, [NAVAL])]), made)
    assert "Who:" not in text
    assert line(text, "Feed") == "harbour"


def test_a_place_in_no_polygon_is_a_place_at_sea() -> None:
    """Whoever is heard again elsewhere is not in the port that the alert is about."""
    made = berthed(geofence=None)
    assert line(told(alert_of([(made, [NAVAL])]), made), "Where").endswith(" E")


def test_what_late_reports_changed_is_said() -> None:
    made = berthed(revised=Revised(Amended.AMENDED, after(90), "Reports of the night came late."))
    text = told(alert_of([(made, [NAVAL])]), made)
    assert line(text, "Revised") == "Reports of the night came late."


def test_a_tug_that_berths_sixty_times_fills_no_page() -> None:
    """The first, the last, and how many; what else belongs to it as well."""
    story: list[tuple[Event, list[Rule]]] = []
    for number in range(60):
        begin = number * 600.0
        story += [
            (berthed(2 * number, begin), [NAVAL]),
            (berthed(2 * number + 1, begin + 300, kind=EventKind.UNBERTHED, why="Gone."), []),
        ]
    alert = alert_of(story)
    text = told(alert, story[-1][0])
    assert len(text.splitlines()) < 25
    assert "- Berthed, 60 times.\n  First 13 Dec 2024 12:01 UTC: Stayed within 100 m for 10" in text
    assert "- Cast off, 40 times, first " in text
    assert "A long story: of its parts 100 are counted, reasons before others.\n" in text


def test_a_rule_says_what_to_do_and_who_listed_her() -> None:
    """What is only possible is told as that."""
    watched = rule("watched", title="A watched ship", text="Call the harbour master.")
    change = change_of(
        [(berthed(), [watched, NAVAL])], {"own": "On list own by IMO 9268710: sailed dark."},
        {"press": "On list press by her name."},
    )  # fmt: skip
    text = told(change.alert, berthed(), watched)
    assert (
        "  Rule watched: A watched ship.\n"
        "  Call the harbour master.\n"
        "  Rule naval-berth.\n"
        "  On list own by IMO 9268710: sailed dark.\n"
        "  Perhaps: On list press by her name.\n"
    ) in text


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (span(0, 1, 5), "13 Dec 2024 12:01 UTC; between 12:00 and 12:05 UTC"),
        (span(-780, 1, 5), "13 Dec 2024 12:01 UTC; between 12 Dec 23:00 and 13 Dec 12:05 UTC"),
        (span(1, 1.2, 1.5), "13 Dec 2024 12:01 UTC; between 12:01:00 and 12:01:30 UTC"),
        (span(1, 1, 1), "13 Dec 2024 12:01 UTC"),
        (span(None, None, 5), "13 Dec 2024 12:05 UTC or before"),
        (span(None, 3, 5), "13 Dec 2024 12:03 UTC or before"),
        (span(5, None, None), "13 Dec 2024 12:05 UTC or after"),
        (UNKNOWN, "at a time that is not known"),
    ],
)
def test_bounds_are_told_as_far_as_they_are_known(bounds: object, words: str) -> None:
    made = replace(berthed(), span=bounds)  # type: ignore[arg-type]
    assert line(told(alert_of([(made, [NAVAL])]), made), "When") == words


def test_a_time_that_is_not_known_is_none() -> None:
    assert instant(None, "Europe/Athens") == "at a time that is not known"


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (35.81, 34.92, "34°55.20' N 035°48.60' E"),
        (-0.5, -0.25, "00°15.00' S 000°30.00' W"),
        (179.99999, 59.99999, "60°00.00' N 180°00.00' E"),
    ],
)
def test_positions_as_charts_have_them(lon: float, lat: float, words: str) -> None:
    """Sixty minutes are a degree, after rounding too."""
    assert degrees(lon, lat) == words


def test_a_message_bears_its_alert_and_when_it_was_decided() -> None:
    change = change_of([(berthed(), [NAVAL])])
    found = message_of(change, berthed(), {}, "UTC", None)
    assert (found.alert, found.revision, found.word) == (EPISODE, 1, Word.RAISED)
    assert (found.headline, found.severity) == (
        "SEVERNYY VETER berthed at Tartus",
        Severity.WARNING,
    )
    assert (found.place, found.mmsi, found.name) == ("tartus", MMSI, "SEVERNYY VETER")
    assert (found.happened_at, found.decided_at) == (after(1), after(20))
    assert (found.state, found.before_at) == ("open", None)
    assert found.headline not in found.text


def test_a_message_links_to_its_alert_where_officers_reach_the_watch() -> None:
    change = change_of([(berthed(), [NAVAL])])
    assert message_of(change, berthed(), {}, "UTC", None).link is None
    found = message_of(change, berthed(), {}, "UTC", None, "https://watch.example/mmm")
    assert found.link == f"https://watch.example/mmm/alerts/{EPISODE}"


def test_a_message_bears_the_fixes_that_it_rests_on() -> None:
    """Of very many the first and the last."""
    event = berthed()
    one = event.evidence.fixes[0]
    assert fixes_of(event)[0] == {"at": one.at, "lon": one.lon, "lat": one.lat}
    lons = [float(number) for number in range(100)]
    long = replace(event.evidence, fixes=tuple(replace(one, lon=lon) for lon in lons))
    found = [fix["lon"] for fix in fixes_of(replace(event, evidence=long))]
    assert found == [*lons[: MOST_FIXES // 2], *lons[-MOST_FIXES // 2 :]]


def test_a_voyage_is_told_at_the_port_where_it_ended() -> None:
    made = replace(voyage(about=Ship(MMSI, 0)), episode=EPISODE)
    found = message_of(change_of([(made, [NAVAL])]), made, {}, "UTC", None)
    assert (found.headline, found.place) == ("SEVERNYY VETER ended a voyage at Tobruk", "tobruk")
    assert line(found.text, "What") == "Ended a voyage. From tartus to tobruk."


def test_the_record_of_an_alert_is_stable_words() -> None:
    alert = alert_of([(berthed(), [NAVAL])], assignee="Bea", muted_by=3)
    record = record_of(alert)
    assert record["id"] == EPISODE
    assert (record["state"], record["severity"], record["revision"]) == ("open", "warning", 1)
    assert (record["raised_at"], record["happened_at"]) == (
        "2024-12-13T12:20:00Z", "2024-12-13T12:01:00Z",
    )  # fmt: skip
    assert (record["assignee"], record["muted"]) == ("Bea", True)
    (reason,) = cast("list[dict[str, object]]", record["reasons"])
    assert reason == {**reason_record(alert.reasons[0]), "event": str(UUID(berthed().id))}


def test_the_record_of_a_reason_without_a_rule_or_a_time() -> None:
    made = berthed(2, span=UNKNOWN, kind=EventKind.UNBERTHED)
    alert = alert_of([(berthed(), [NAVAL]), (made, [])])
    record = reason_record(alert.reasons[1])
    assert (record["rules"], record["severity"], record["happened_at"]) == ([], None, None)
    assert record["kind"] == "Unberthed"


def test_two_ports_of_one_ship_are_two_headlines() -> None:
    """The headline says the port in which it happened."""
    at_tobruk = event(about=ShipAtPort(MMSI, 0, "tobruk"), kind=EventKind.BERTHED)
    assert alert_of([(at_tobruk, [NAVAL])]).headline == "SEVERNYY VETER berthed at Tobruk"
