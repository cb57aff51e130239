"""The page on a fleet: where everyone is, how sure that is, since when, and what happened."""

from __future__ import annotations

from typing import Any

from monitor.alert.watchlist import Grade
from monitor.model import EventKind, EventState, Evidence
from monitor.report.fleet import fleet
from monitor.report.fleet_page import MOST, fleet_page
from monitor.report.page import Page
from monitor.report.page_html import png
from monitor.report.whereabouts import Vessel
from tests.integration.report.found import event, gathered, grid_of, way, words_of
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
from tests.unit.report.test_fleet import entry

IN = call("home", span(8, 9, 10))
OUT = call("home", span(8, 9, 10), span(19, 20, 21))
OTHER = 636_000_001


def page(
    *vessels: Vessel, perhaps: tuple[int, ...] = (), entries: Any = None, **words: Any
) -> Page:
    listed = [entry(), entry(2, mmsi=OTHER)] if entries is None else entries
    met = {
        one.mmsi: (listed[one.mmsi == OTHER], Grade.POSSIBLE if one.mmsi in perhaps else Grade.SURE)
        for one in vessels
    }
    found = gathered(*vessels, **words)
    made = fleet("run", listed, met, vessels, (TO_HOME, TO_AWAY), hour(100))
    return fleet_page(made, found, FENCES, since=hour(76), made_at=hour(101))


def test_the_answer_counts_each_ship_once() -> None:
    """Those that may be meant are in no count."""
    there, gone = ship(IN, last=at_home(99)), ship(OUT, last=at_sea(99), mmsi=OTHER, name="ALDA")
    assert page(there, gone).answer == "Of 2 ships: 1 at Home and 1 at sea.\n"
    assert page(there).answer == "Of 2 ships: 1 at Home and 1 never heard.\n"
    both = page(there, gone, perhaps=(OTHER,))
    assert both.answer == "Of 2 ships: 1 at Home and 1 never heard.\n"
    assert "Not counted: 1 ship that an entry may mean." in words_of(both)
    assert len(grid_of(both, "Perhaps of this fleet")) == 1
    assert page(ship(last=at_home(99)), entries=[entry()]).answer == (
        "Of 1 ship: 1 off Home without a known stop.\n"
    )


def test_each_ship_has_a_row_that_claims_no_more_than_is_known() -> None:
    made = page(
        ship(IN, last=at_home(99)),
        ship(IN, last=at_home(60), mmsi=OTHER, name="ALDA"),
    )
    first, second = grid_of(made, "The ships, one by one")
    assert first[:4] == (
        "SEVERNYY VETER (273999410)", "at Home", "2024-12-01 09:00 (08:00 to 10:00)", "3/4",
    )  # fmt: skip
    assert second[1] == "not known; may be at Home or at Away, or elsewhere"
    assert second[2] == "not heard since 2024-12-03 12:00"
    (row,) = grid_of(page(ship(OUT, last=at_sea(99)), entries=[entry()]), "The ships, one by one")
    assert row[1:4] == (
        "at sea, from Home", "2024-12-01 20:00 (19:00 to 21:00)", "heard 60 min before",
    )  # fmt: skip


def test_what_happened_is_told_without_private_areas() -> None:
    events = (
        event(EventKind.PORT_ARRIVED, "home", 90),
        event(EventKind.PORT_DEPARTED, "home", 91, state=EventState.PROVISIONAL),
        event(EventKind.AREA_ENTERED, "home", 92, evidence=Evidence(figures={"shared": False})),
    )
    made = page(ship(IN, last=at_home(99)), events=events)
    rows = grid_of(made, "What happened in this time")
    assert [row[2] for row in rows] == ["arrived", "left (not confirmed)"]
    many = page(ship(IN, last=at_home(99)), events=events[:1] * (MOST + 1))
    assert len(grid_of(many, "What happened in this time")) == MOST
    assert f"The newest {MOST} of {MOST + 1}" in words_of(many)


def test_nothing_was_received_lately() -> None:
    """Then how things stand now is not known."""
    made = page(ship(IN, last=at_home(60)), heard_to=hour(61))
    assert "Nothing at all was received after 2024-12-03 13:00" in words_of(made)


def test_it_is_drawn() -> None:
    vessel = ship(OUT, last=at_sea(99), silences=(silence(at_home(30), at_sea(60)),))
    ways = {(vessel.mmsi, 0): way((20, 35.0, 34.0), (60, 31.0, 34.0), (99, 30.0, 34.0))}
    (drawing,) = page(vessel, ways=ways).drawings
    shown = png(drawing.draw, drawing.width, drawing.height, dpi=40)
    assert shown.startswith(b"\x89PNG")
