"""Beirut: 117 ships on a runway are no ships that moved."""

from __future__ import annotations

from monitor.alert.message import Word
from monitor.alert.rules import hits
from monitor.alert.seen import Seen
from monitor.alert.story import Alert, take
from monitor.model import Event, EventKind
from monitor.rulefile import rules_of
from tests.pipe import findings, outcomes
from tests.scenario.cases.beirut import AIRPORT, AT_TARTUS, CASE, FIRST, SHIPS
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


def test_who_is_heard_there_was_never_told_to_be_dark() -> None:
    """Neither at nine nor at eight in the morning, when nobody knew that they would be back."""
    first = [
        event
        for event in findings([CASE.log], fences())
        if isinstance(event, Event) and event.kind is EventKind.WENT_DARK
    ]
    assert len({event.mmsi for event in first}) == SHIPS - AT_TARTUS
    assert {event.evidence.figures["grade"] for event in first} == {"heard elsewhere"}
    assert {event.confidence for event in first} == {1}
    assert {len(event.evidence.figures["interference"]) for event in first} == {1}


def test_it_is_one_area_and_one_alert() -> None:
    """Known with the third fix of the third ship; told once, and once that it is over."""
    begun, ended = (event for event in told(CASE) if event["kind"].startswith("Interference"))
    assert (begun["lon"], begun["lat"]) == (AIRPORT[0], AIRPORT[1])
    assert (begun["earliest"][11:16], begun["latest"][11:16]) == ("05:40", "06:00")
    assert (ended["earliest"][11:16], ended["latest"][11:16]) == ("08:40", "09:00")
    assert begun["decided_at"][11:16] == "06:40"
    assert ended["evidence"]["figures"]["ships"] == SHIPS
    alerts: dict[str, Alert] = {}
    words = []
    for event in findings([CASE.log], fences()):
        if isinstance(event, Event) and "Interference" in event.kind:
            seen = Seen(event=event, fence=None)
            assert event.episode is not None
            change = take(alerts.get(event.episode), seen, hits(rules_of(None), seen))
            assert change is not None
            alerts[event.episode] = change.alert
            words += [change.word] if change.word else []
    (alert,) = alerts.values()
    assert words == [Word.RAISED, Word.AMENDED]
    assert alert.headline.startswith("33.82N 35.49E 2024-04-04 06:00Z is free of interference")
