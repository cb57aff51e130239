"""The page on a vessel: who she says she is, where she was, and where she may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.report.page import Page
from monitor.report.page_html import png
from monitor.report.vessel_page import Claimed, vessel_page
from monitor.report.whereabouts import Vessel
from tests.integration.report.found import gathered, grid_of, way, words_of
from tests.unit.report.sailed import (
    FENCES,
    at_home,
    at_sea,
    call,
    hour,
    ship,
    silence,
    span,
)

CALL = call("home", span(None, 1), span(9, 10, 11))


def claim(name: str, mmsi: int = 273_999_410) -> Claimed:
    return Claimed(
        mmsi=mmsi, name=name, callsign=None, imo=9_268_710, ship_type=70, first_at=hour(0),
        last_at=hour(50),
    )  # fmt: skip


def page(*vessels: Vessel, claims: tuple[Claimed, ...] = (), **words: Any) -> Page:
    found = gathered(*vessels, **words)
    return vessel_page(
        "9268710", found, claims, FENCES, since=hour(0), until=hour(100), made_at=hour(101)
    )


def test_where_she_is_as_far_as_it_is_known() -> None:
    assert page(ship(CALL, last=at_sea(99))).answer == (
        "She was heard last at 2024-12-05 03:00 UTC, 34.00\xa0N 30.00\xa0E.\n"
    )
    assert page(ship(CALL, last=at_home(40))).answer == (
        "She was heard last at 2024-12-02 16:00 UTC, at Home. Since then where she is is not"
        " known: she may be at Away or Home, or elsewhere.\n"
    )
    assert page(ship(CALL)).answer == (
        "No position of hers is stored in this time: where she is is not known.\n"
    )


def test_who_she_said_she_was() -> None:
    made = page(
        ship(CALL, last=at_sea(99), lists=("run",)),
        claims=(claim("OLD"), claim("NEW", 636_000_001)),
    )
    text = words_of(made)
    assert made.title == "OLD and NEW: 9268710"
    assert "On the watchlist run." in text
    assert "Her IMO number was said with several MMSIs: she changed it, or two ships." in text
    assert [row[1] for row in grid_of(made, "Who she says she is")] == ["OLD", "NEW"]


def test_names_and_flags_stand_in_the_order_in_which_she_bore_them() -> None:
    """Her number is the later one, though it is the smaller."""
    old = replace(claim("OLD", 636_000_001), first_at=hour(-99), last_at=hour(-98))
    made = page(ship(CALL, last=at_sea(99)), claims=(claim("NEW"), old))
    assert made.title == "OLD and NEW: 9268710"
    assert "Her MMSI bears the flag of Russia, before Liberia." in words_of(made)
    assert [row[1] for row in grid_of(made, "Who she says she is")] == ["OLD", "NEW"]


def test_who_can_be_at_no_watched_port_is_not_known_to_be_anywhere() -> None:
    """Five hours unheard, ten hours' sail from either."""
    assert page(ship(last=at_sea(95))).answer == (
        "She was heard last at 2024-12-04 23:00 UTC, 34.00\xa0N 30.00\xa0E. Since then where she is"
        " is not known: she had no time to come to a watched port.\n"
    )


def test_of_two_ships_on_one_number_nothing_is_mixed() -> None:
    one = ship(CALL, last=at_sea(99), is_shared=True)
    two = ship(last=at_home(98), is_shared=True, track=1)
    text = words_of(page(one, two, claims=(claim("A"),)))
    assert "2 ships use the number (#0 and #1)" in text
    assert grid_of(page(one, two), "Port calls")[0][0] == "273999410 #0"


def test_where_two_use_her_number_it_is_not_known_where_she_is() -> None:
    one = ship(CALL, last=at_home(99), is_shared=True, mixed_at=hour(30))
    two = ship(last=at_home(98), is_shared=True, track=1, mixed_at=hour(30))
    assert page(one, two).answer == (
        "Her number was heard last at 2024-12-05 03:00 UTC, at Home. Since 2024-12-02 06:00 two"
        " ships use it, or positions are false: where she is is not known.\n"
    )


def test_what_silences_allowed() -> None:
    vessel = ship(CALL, last=at_sea(99), silences=(silence(at_home(20), at_home(60)),))
    ((_, when, lasted, *_, fits),) = grid_of(page(vessel), "Dark: ships that were not heard")
    assert (when, lasted, fits) == ("2024-12-01 20:00 to 12-03 12:00", "40 h", "Away and Home")


def test_her_map_can_be_drawn() -> None:
    ways = {(273_999_410, 0): way((0, 35, 34), (20, 30, 34.5))}
    for vessels in ((), (ship(CALL, last=at_sea(20)),)):
        for one in page(*vessels, ways=ways).drawings:
            assert png(one.draw, one.width, one.height, dpi=40).startswith(b"\x89PNG")
