"""Sparta: what came before her four days of silence, and what they allow."""

from __future__ import annotations

from monitor.units import HOUR_US, from_iso
from tests.scenario.cases.chart import of, told
from tests.scenario.cases.sparta import CASE, SPARTA


def test_her_destination_changed_under_way_before_she_fell_silent() -> None:
    """As published: Port Said in the early morning, for orders by 10:55Z."""
    (changed,) = of(told(CASE), SPARTA, "DestinationChanged")
    assert changed["why"] == "Under way she declares TO ORDER (for orders), and no more PORT SAID."
    assert "2024-12-28T04:00" < changed["earliest"] < changed["latest"] < "2024-12-28T10:55"


def test_zigzag_and_destination_are_told_with_the_silence_and_not_as_its_cause() -> None:
    dark = of(told(CASE), SPARTA, "WentDark")[0]
    assert dark["earliest"][:16] == "2024-12-29T16:19"
    assert dark["evidence"]["figures"]["grade"] == "likely deliberate"
    turned, destination = dark["evidence"]["figures"]["with"]
    assert turned.startswith("turned ")
    assert turned.endswith(" times by more than 60 degrees in 6 h")
    assert destination == "destination changed from PORT SAID to TO ORDER (30 h before)"
    assert "not proved" in dark["why"]
    assert "because" not in dark["why"]


def test_four_days_are_not_explained_by_a_few_hours_sail_and_tobruk_fits_well() -> None:
    """Analysts called it a mystery; Tobruk was within her reach, Tartus only at full speed."""
    (back,) = of(told(CASE), SPARTA, "Reappeared")
    figures = back["evidence"]["figures"]
    assert 92 * 3600 < figures["silent_s"] < 94 * 3600
    assert figures["unexplained_s"] > 80 * 3600
    tartus, tobruk = figures["feasible_calls"]
    assert (tartus["port"], tobruk["port"]) == ("tartus", "tobruk")
    hours = [
        (from_iso(call["until"]) - from_iso(call["since"])) / HOUR_US for call in (tartus, tobruk)
    ]
    assert hours[0] < 24
    assert hours[1] > 72
    assert not of(told(CASE), SPARTA, "PortArrived", "VoyageMade")
