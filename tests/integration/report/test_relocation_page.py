"""The relocation page: what it says, and that it says no more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import EventKind
from monitor.report.page import Page
from monitor.report.page_html import png
from monitor.report.relocation import Answer, relocation
from monitor.report.relocation_page import Names, numbers, relocation_page, verdict
from monitor.report.whereabouts import Vessel
from tests.integration.report.found import (
    ear,
    event,
    gathered,
    grid_of,
    made,
    way,
    words_of,
)
from tests.unit.report.sailed import (
    FENCES,
    TO_AWAY,
    TO_HOME,
    at_home,
    at_sea,
    away,
    call,
    hour,
    ship,
    silence,
    span,
)

LEFT = call("home", span(None, 1), span(9, 10, 11))
STAYS = call("home", span(None, 1))
ARRIVED = call("away", span(50, 51, 52))

MOVED = ship(LEFT, ARRIVED, last=away(99), name="ONE", mmsi=1, lists=("run",))
STAYED = ship(STAYS, last=at_home(99), name="TWO", mmsi=2,
              silences=(silence(at_home(20), at_home(30)),))  # fmt: skip
DARK = ship(STAYS, last=at_home(40), name="THREE", mmsi=3)
FAR = ship(LEFT, last=replace(at_sea(50), lon=-60.0), name="FOUR", mmsi=4)
BACK = ship(LEFT, call("home", span(70, 71)), last=at_home(99), name="FIVE", mmsi=5)


def answer(*vessels: Vessel) -> Answer:
    return relocation(vessels, TO_HOME, TO_AWAY, since=hour(0), until=hour(100))


def page(*vessels: Vessel, **words: object) -> Page:
    return relocation_page(answer(*vessels), gathered(*vessels, **words), FENCES, hour(101))


def told(*vessels: Vessel) -> str:
    asked = answer(*vessels)
    return verdict(asked, Names(asked, FENCES))


@pytest.mark.parametrize(
    ("vessels", "head"),
    [
        ((MOVED,), "Yes."),
        ((MOVED, replace(MOVED, mmsi=9), STAYED), "Yes, most of it."),
        ((MOVED, STAYED), "In part."),
        ((MOVED, STAYED, BACK), "Most of it has not; a part has."),
        ((STAYED, BACK), "No."),
        ((STAYED, DARK), "Nothing shows that it has, and it cannot be ruled out."),
        ((DARK,), "Nothing shows that it has, and it cannot be ruled out."),
    ],
)
def test_the_verdict_rests_on_what_is_known_and_what_may_be(
    vessels: tuple[Vessel, ...], head: str
) -> None:
    assert told(*vessels).startswith(f"{head} Of ")


def test_the_verdict_gives_ranges() -> None:
    assert told(MOVED, STAYED, DARK, FAR) == (
        "In part. Of 4 ships that were at Home in this time, at least 1 and at most 2 were at Away"
        " at its end; at least 1 and at most 2 were at Home."
    )
    assert told() == (
        "No ship is known to have been at Home in this time: nothing can be said."
    )  # fmt: skip


def test_of_who_came_and_is_not_heard_any_more_both_is_said() -> None:
    assert told(ship(LEFT, ARRIVED, last=away(60))) == (
        "How it stands at the end is not known, but 1 came to Away after they were at Home. Of 1"
        " ship that was at Home in this time, at most 1 was at Away at its end; at most 1 was at"
        " Home."
    )


def test_each_ship_is_told_as_far_as_she_is_known() -> None:
    rows = grid_of(page(MOVED, STAYED, DARK, FAR, BACK), "The ships, one by one")
    ends = {row[0].split()[0]: row[3] for row in rows}
    assert list(ends) == ["ONE", "TWO", "FIVE", "FOUR", "THREE"]
    assert ends == {
        "ONE": "at Away", "TWO": "at Home, not seen to leave (but not heard for 10 h in between)",
        "FIVE": "at Home again", "FOUR": "elsewhere: 34.00 N 60.00 W",
        "THREE": "not known since 2024-12-02 16:00; may be at Home, at Away or elsewhere",
    }  # fmt: skip
    assert rows[0][4:7] == (
        "2024-12-01 10:00 (09:00 to 11:00)", "2024-12-03 03:00 (02:00 to 04:00)", "3/4",
    )  # fmt: skip


def test_a_stay_that_is_not_certain_is_said_to_be() -> None:
    doubt = ship(call("home", span(60, 61), span(62, 63), confidence=1), last=at_sea(99))
    (row,) = grid_of(page(doubt), "The ships, one by one")
    assert row[2].endswith("(her stay at Home is not certain)")


def test_a_port_that_was_not_heard_is_said_and_not_counted_as_empty() -> None:
    deaf = {"home": ear("home", (hour(20), hour(30))), "away": ear("away")}
    text = words_of(page(MOVED, STAYED, ears=deaf))
    assert "Home was not heard for 10 h (10 % of the time, once): nothing is said" in text
    assert "While Home was not heard (2024-12-01 20:00 to 12-02 06:00), 1 ship there was" in text


def test_where_nothing_came_at_the_end_that_is_said() -> None:
    found = gathered(MOVED, heard_to=hour(90))
    asked = answer(MOVED)
    lines = numbers(asked, Names(asked, FENCES), found)
    assert lines[-1] == (
        "Nothing at all was received after 2024-12-04 18:00: how things stand at the end is not"
        " known. A report up to then says more."
    )


def test_ships_on_watchlists_have_numbers_of_their_own() -> None:
    assert (
        "On a watchlist: 1 ship; of them at Away 1, at Home 0, at neither 0."
        in words_of(page(MOVED, STAYED))
    )  # fmt: skip


def test_who_was_never_at_the_first_is_not_counted() -> None:
    other = ship(ARRIVED, last=away(99), mmsi=7)
    text = words_of(page(MOVED, other))
    assert "Not counted: 1 ship at Away in this time that was not heard at Home." in text
    assert text.startswith("Has the fleet moved from Home to Away?")


def test_voyages_dark_times_and_evidence_stand_on_the_page() -> None:
    arrived = event(EventKind.PORT_ARRIVED, "away", 51)
    crossed = event(EventKind.GEOFENCE_ENTERED, "away", 51)
    made_page = page(MOVED, DARK, events=(arrived, crossed), voyages=(made(),))
    (voyage,) = grid_of(made_page, "Voyages between the two")
    assert voyage[1:] == (
        "Home to Away", "2024-12-01 10:00 (09:00 to 11:00)", "before 2024-12-03 04:00", "10 h",
        "498 NM", "12.0 kn at least", "4/4",
    )  # fmt: skip
    (dark,) = grid_of(made_page, "Dark: ships that were not heard")
    assert dark[1:] == (
        "since 2024-12-02 16:00",
        "60 h",
        "at Home",
        "not yet",
        "Away and Home",
    ) or (dark[1:] == ("since 2024-12-02 16:00", "60 h", "at Home", "not yet", "Home and Away"))
    (proof,) = grid_of(made_page, "Evidence")
    assert proof[2:5] == ("arrived, Away", "4/4", "She stopped.")


def test_it_says_what_it_does_not_prove() -> None:
    section = page(MOVED).sections[-1]
    assert section.title == "What this does not prove"
    text = words_of(page(MOVED))
    for words in (
        "whole fleet",
        "MMSI, name, IMO number",
        "not heard",
        "30 kn",
        "Why a ship moved",
    ):
        assert words in text


@pytest.mark.parametrize("vessels", [(), (MOVED,), (MOVED, STAYED, DARK, FAR, BACK)])
def test_its_pictures_can_be_drawn(vessels: tuple[Vessel, ...]) -> None:
    """Of no ship, of near ones, and of one that is far away."""
    ways = {(1, 0): way((0, 35, 34), (20, 30, 34.5), (52, 25, 34))}
    for one in page(*vessels, ways=ways).drawings:
        assert png(one.draw, one.width, one.height, dpi=40).startswith(b"\x89PNG")
