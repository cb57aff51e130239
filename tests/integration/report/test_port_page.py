"""The page on a port: who is there, who may be, who came and went."""

from __future__ import annotations

from typing import Any

from monitor.report.page import Page
from monitor.report.page_html import png
from monitor.report.port_page import port_page
from monitor.report.whereabouts import Vessel
from tests.integration.report.found import ear, gathered, grid_of, made, words_of
from tests.unit.report.sailed import (
    FENCES,
    HOME,
    at_home,
    at_sea,
    call,
    hour,
    ship,
    span,
)

HERE = ship(call("home", span(60, 61, 62)), last=at_home(99), name="ONE", mmsi=1)
DARK = ship(call("home", span(None, 1)), last=at_home(40), name="TWO", mmsi=2)
GONE = ship(call("home", span(None, 1), span(9, 10, 11)), last=at_sea(99), name="THREE", mmsi=3)
LIST = "At the end"


def page(*vessels: Vessel, **words: Any) -> Page:
    found = gathered(*vessels, **words)
    return port_page(HOME, found, FENCES, since=hour(0), until=hour(100), made_at=hour(101))


def test_who_is_there_and_who_may_be() -> None:
    made_page = page(HERE, DARK, GONE)
    assert made_page.answer == (
        "1 ship at Home at 2024-12-05 04:00 UTC. Of 1 ship more it is not known whether she left.\n"
    )
    rows = grid_of(made_page, LIST)
    assert [(row[0].split()[0], row[2]) for row in rows] == [
        ("ONE", "there"), ("TWO", "not known since 2024-12-02 16:00"),
    ]  # fmt: skip
    assert "Arrivals in this time: 1. Departures: 1." in words_of(made_page)


def test_who_shares_a_number_may_be_there_and_is_not_said_to_be() -> None:
    mixed = ship(call("home", span(60, 61)), last=at_home(99), is_shared=True, mixed_at=hour(30))
    assert page(mixed).answer == (
        "No ship at Home at 2024-12-05 04:00 UTC. Of 1 ship more it is not known whether she"
        " left.\n"
    )


def test_nobody_there_is_said_only_of_a_port_that_is_heard() -> None:
    assert page(GONE).answer == "No ship at Home at 2024-12-05 04:00 UTC.\n"
    deaf = {"home": ear("home", (hour(80), hour(100)))}
    assert page(GONE, ears=deaf).answer == (
        "How things stand at Home at 2024-12-05 04:00 UTC is not known: it was not heard since"
        " 2024-12-04 08:00.\n"
    )
    assert page(GONE, heard_to=hour(90)).answer == (
        "How things stand at Home at 2024-12-05 04:00 UTC is not known: the last message of all"
        " was received at 2024-12-04 18:00.\n"
    )
    assert "not known" in page(heard_to=None).answer


def test_where_they_came_from_and_went() -> None:
    rows = grid_of(
        page(GONE, voyages=(made(), made(to=None))), "Where they came from, where they went"
    )
    assert rows == [("Home", "Away", "1"), ("Home", "not known yet", "1")]


def test_it_says_what_it_does_not_prove() -> None:
    text = words_of(page(HERE))
    assert "That nobody else was at Home. Ships that send no AIS are in no figure." in text


def test_its_pictures_can_be_drawn() -> None:
    for vessels in ((), (HERE, DARK, GONE)):
        for one in page(*vessels).drawings:
            assert png(one.draw, one.width, one.height, dpi=40).startswith(b"\x89PNG")
