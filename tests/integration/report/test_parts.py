"""Parts of reports: dark times that say something, reception, odd positions, evidence."""

from __future__ import annotations

from typing import Any

from monitor.model import EventKind, EventState
from monitor.report import parts
from monitor.report.page import Grid, Points, Prose, Section
from monitor.report.wording import Places
from monitor.units import to_datetime
from tests.integration.report.found import ear, event, gathered, made
from tests.unit.report.sailed import (
    FENCES,
    TO_AWAY,
    TO_HOME,
    at_home,
    at_sea,
    call,
    hour,
    ship,
    silence,
    span,
)

PLACES = Places(FENCES)
UNTIL = hour(100)
EARS = {"home": ear("home", (hour(20), hour(40)))}


def rows(section: Section) -> tuple[tuple[str, ...], ...]:
    return next(block.rows for block in section.blocks if isinstance(block, Grid))


def told(section: Section) -> list[str]:
    found: list[str] = []
    for block in section.blocks:
        found += block.items if isinstance(block, Points) else []
        found += [block.text] if isinstance(block, Prose) else []
    return found


def dark(*silences: Any, **words: Any) -> Section:
    vessel = ship(call("home", span(None, 1)), last=at_home(99), silences=silences, **words)
    return parts.dark_section([vessel], [TO_HOME, TO_AWAY], EARS, UNTIL, PLACES)


def test_a_silence_of_hers_is_told_with_the_ports_that_it_allows() -> None:
    (row,) = rows(dark(silence(at_home(45), at_home(85))))
    assert row[1:] == (
        "2024-12-02 21:00 to 12-04 13:00", "40 h", "at Home", "at Home", "Home and Away",
    )  # fmt: skip


def test_a_silence_of_the_port_says_nothing_of_her() -> None:
    section = dark(silence(at_home(19.8), at_home(40.2)))
    assert rows(section) == ()
    (words,) = told(section)
    assert words == (
        "While Home was not heard (2024-12-01 20:00 to 12-02 16:00), 1 ship there was not heard"
        " either: that says nothing of her."
    )
    longer = dark(silence(at_home(10), at_home(40.2)))
    assert len(rows(longer)) == 1


def test_short_ones_and_those_that_allow_nothing_are_counted() -> None:
    section = dark(silence(at_sea(45), at_sea(50)), silence(at_sea(50), at_sea(63)))
    assert rows(section) == ()
    assert told(section) == [
        "Besides 1 silence of 12 hours and more with time enough for none.",
        "Besides 1 silence of 4 to 12 hours, as are usual by satellite.",
    ]


def test_one_that_lasts_is_told_however_short_it_is() -> None:
    vessel = ship(call("home", span(None, 1)), last=at_home(94))
    section = parts.dark_section([vessel], [TO_HOME], {}, UNTIL, PLACES)
    assert rows(section)[0][1:] == ("since 2024-12-04 22:00", "6 h", "at Home", "not yet", "Home")


def test_one_that_lasts_and_allows_nothing_yet_is_as_long_as_it_is() -> None:
    """Heard last in the open sea six hours ago: neither 12 hours, nor time enough for a port."""
    section = parts.dark_section([ship(last=at_sea(94))], [TO_HOME], {}, UNTIL, PLACES)
    assert rows(section) == ()
    assert told(section) == ["Besides 1 silence of 4 to 12 hours, as are usual by satellite."]


def test_when_a_port_was_not_heard() -> None:
    section = parts.reception_section([EARS["home"], ear("away")], UNTIL, UNTIL, PLACES)
    assert rows(section) == (("Home", "2024-12-01 20:00 to 12-02 16:00", "20 h"),)
    assert told(section) == []
    late = parts.reception_section([ear("away")], hour(50), UNTIL, PLACES)
    assert told(late) == ["The last message of all was received at 2024-12-03 02:00."]
    assert parts.deaf_sentence(EARS["home"], PLACES) == (
        "Home was not heard for 20 h (20 % of the time, once): nothing is said of that time, and"
        " it is not counted as empty."
    )


def test_voyages_with_what_was_not_heard_of_them() -> None:
    contradicts = made(contradiction=True, needed_kn=None, sailed_least_m=None, unheard_s=0)
    begun = made(to=None, unheard_s=None, sailed_least_m=None, needed_kn=None)
    found = parts.voyages_grid([made(), contradicts, made(to=None), begun], PLACES)
    assert [row[4:7] for row in found.rows] == [
        ("10 h", "498 NM", "12.0 kn at least"), ("all heard", "", "no ship is so fast"),
        ("10 h", "498 NM", "12.0 kn at least"), ("not known yet", "", ""),
    ]  # fmt: skip
    assert found.rows[2][1] == "Home to not known yet"


def test_positions_that_no_ship_could_have_reached() -> None:
    row = {
        "mmsi": 273_999_410, "first_at": to_datetime(hour(1)), "last_at": to_datetime(hour(2)),
        "fixes": 7, "lon": 25.0, "lat": 34.0, "away_m": 922_000.0, "became": "refused",
    }  # fmt: skip
    section = parts.odd_section(gathered(odd=(row,) * (parts.MOST_ROWS + 3)))
    assert rows(section)[0][1:3] == ("2024-12-01 01:00 to 02:00", "7")
    assert rows(section)[0][4:] == ("498 NM", "refused")
    assert told(section) == ["And 3 more."]


def test_evidence_is_what_proves_something_with_its_state() -> None:
    events = [
        event(EventKind.PORT_ARRIVED, "home", 5, state=EventState.PROVISIONAL),
        event(EventKind.GEOFENCE_ENTERED, "home", 4),
    ]
    section = parts.evidence_section(events, PLACES)
    ((when, who, what, sure, why, number),) = rows(section)
    assert when == "2024-12-01 05:00 (04:54 to 05:06)"
    assert (who, what) == ("SEVERNYY VETER (273999410)", "arrived, Home (provisional)")
    assert (sure, why, len(number)) == ("4/4", "She stopped.", 8)
    assert told(section)[0].startswith("Sure: 4 known within 10 minutes")
    said = [event(kind, "home", 6) for kind in (EventKind.WAIT_BEGUN, EventKind.CONVOY_FORMED)]
    assert [row[2] for row in rows(parts.evidence_section(said, PLACES))] == [
        "waited off, Home", "sailed with another, Home",
    ]  # fmt: skip
    many = [event(EventKind.PORT_ARRIVED, "home", 5)] * (parts.MOST_ROWS + 1)
    assert told(parts.evidence_section(many, PLACES))[0] == "The last 200 of 201 events."
