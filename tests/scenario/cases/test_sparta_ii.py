"""Sparta II: three waits off Tartus, her call, and a silence that Libya fits into, and Syria."""

from __future__ import annotations

from tests.scenario.cases.chart import of, told
from tests.scenario.cases.sparta_ii import CASE, SPARTA_II


def test_each_wait_says_how_far_off_the_port_she_was() -> None:
    """About 5 NM off, beyond 12 NM, and closer again, as published."""
    waits = of(told(CASE), SPARTA_II, "WaitBegun")
    ends = of(told(CASE), SPARTA_II, "WaitEnded")
    figures = [end["evidence"]["figures"] for end in ends]
    off = [(round(one["nearest_nm"]), round(one["farthest_nm"])) for one in figures]
    assert [wait["at"][:10] for wait in waits] == ["2025-01-05", "2025-01-08", "2025-01-14"]
    assert off == [(4, 6), (14, 16), (7, 9)]
    bands = ["within 12 NM", "12 to 30 NM", "within 12 NM"]
    assert [one["band"] for one in figures] == bands
    assert {wait["port"] for wait in waits} == {"tartus"}


def test_she_was_in_when_she_was_reported_in() -> None:
    (arrived,) = of(told(CASE), SPARTA_II, "PortArrived")
    assert arrived["earliest"] <= "2025-01-21T17:35:00Z" <= arrived["latest"]
    assert arrived["geofence"] == "tartus-berth-logistics-point"
    assert not of(told(CASE), SPARTA_II, "PassedThrough")


def test_the_gap_before_the_tunis_strait_lists_what_fits_into_it() -> None:
    """Analysts guessed Libya: it fits, and so does a return to Tartus. Neither is told."""
    (dark,) = of(told(CASE), SPARTA_II, "WentDark")
    assert dark["earliest"][:10] == "2025-01-27"
    (back,) = of(told(CASE), SPARTA_II, "Reappeared")
    calls = back["evidence"]["figures"]["feasible_calls"]
    assert [call["port"] for call in calls] == ["tartus", "tobruk"]
    (gate,) = of(told(CASE), SPARTA_II, "GateCrossed")
    assert (gate["geofence"], gate["state"], gate["at"]) == ("sicily", "provisional", None)
    assert len(of(told(CASE), SPARTA_II, "PortArrived")) == 1
    assert of(told(CASE), SPARTA_II, "DestinationChanged")[-1]["why"] == (
        "Under way she declares KALININGRAD, and no more BALTIYSK."
    )
