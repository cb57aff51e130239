"""Beirut: 117 ships on a runway are no ships that moved."""

from __future__ import annotations

from tests.pipe import outcomes
from tests.scenario.cases.beirut import AT_TARTUS, CASE, FIRST, SHIPS
from tests.scenario.cases.chart import fences, of, told


def test_nobody_left_tartus_and_nobody_came_anywhere() -> None:
    """Who lay at a quay has lain there all the time; the arrivals are those before the log."""
    moved = {"PortDeparted", "VoyageBegun", "VoyageMade", "ReappearedElsewhere", "GateCrossed"}
    assert not moved & {event["kind"] for event in told(CASE) if event["state"] != "withdrawn"}
    arrived = [event for event in told(CASE) if event["kind"] == "PortArrived"]
    assert {event["mmsi"] - FIRST for event in arrived} == set(range(AT_TARTUS))
    assert all(event["earliest"] is None for event in arrived)


def test_every_false_position_is_refused_as_one_that_no_ship_could_have_reached() -> None:
    (refused,) = {
        (reason, sum(one.refusals[key] for one in outcomes([CASE.log], fences())
                     for key in one.refusals if key[1] == reason))
        for reason in ("impossible_jump",)
    }  # fmt: skip
    assert refused == ("impossible_jump", SHIPS * 9)


def test_nobody_is_called_dark_who_was_heard_at_an_airport_for_three_hours() -> None:
    assert not [event for event in told(CASE) if of([event], event["mmsi"], "WentDark")]
