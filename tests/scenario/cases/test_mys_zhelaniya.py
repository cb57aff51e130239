"""Mys Zhelaniya and Sparta IV: a convoy by a day in station, its parting, and two silences."""

from __future__ import annotations

from tests.scenario.cases.chart import of, told
from tests.scenario.cases.mys_zhelaniya import BACK, CASE, MYS, SPARTA_IV


def test_they_sail_in_company_and_part_where_one_turns_south() -> None:
    (formed,) = of(told(CASE), MYS, "ConvoyFormed")
    (parted,) = of(told(CASE), SPARTA_IV, "ConvoyParted")
    assert {formed["mmsi"], formed["other_mmsi"]} == {MYS, SPARTA_IV}
    assert formed["at"] < parted["at"] < of(told(CASE), MYS, "WentDark")[0]["earliest"]
    assert [gate["geofence"] for gate in of(told(CASE), MYS, "GateCrossed")] == [
        "gibraltar",
        "sicily",
    ]


def test_from_when_on_tobruk_cannot_be_excluded_is_before_she_was_seen_there() -> None:
    tobruk = next(e for e in of(told(CASE), MYS, "MayHaveReached") if e["port"] == "tobruk")
    assert tobruk["earliest"] < "2026-01-16T08:00:00Z"
    (back,) = of(told(CASE), MYS, "Reappeared")
    assert back["at"] == BACK.replace(" ", "T") + ":00Z"
    call = next(c for c in back["evidence"]["figures"]["feasible_calls"] if c["port"] == "tobruk")
    assert call["since"] < "2026-01-16T08:00:00Z" < call["until"]


def test_by_ais_alone_neither_called_anywhere() -> None:
    assert not of(told(CASE), MYS, "PortArrived", "VoyageMade")
    assert not of(told(CASE), SPARTA_IV, "PortArrived", "Reappeared")
