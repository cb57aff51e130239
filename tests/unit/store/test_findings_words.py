"""Records for people, too: codes with their words, and numbers with the digits they deserve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.model import Evidence
from monitor.store.findings import call_record, event_record, voyage_record
from tests.findings import ABOUT, BARELY_SEEN, OTHER, SEEN, call, event, voyage


def evidence_of(**fields: Any) -> dict[str, Any]:
    told = event(evidence=Evidence(fixes=(replace(SEEN, **fields),), figures={}))
    (fix,) = event_record(told)["evidence"]["fixes"]
    return dict(fix)


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "under way using engine"), (5, "moored"), (15, "not defined"), (None, None)],
)
def test_a_status_has_its_words_behind_it(status: int | None, words: str | None) -> None:
    fix = evidence_of(status=status)
    assert fix["status_text"] == words
    assert list(fix)[list(fix).index("status") + 1] == "status_text"


def test_a_ship_has_her_flag_and_what_is_no_ship_has_none() -> None:
    assert event_record(event(about=ABOUT["feed"]))["flag"] is None
    assert event_record(event(about=ABOUT["area"]))["flag_text"] is None
    record = call_record(call(mmsi=OTHER))
    assert (record["flag"], record["flag_text"]) == ("LR", "Liberia")


def test_figures_of_evidence_are_as_fine_as_what_was_sent() -> None:
    """Whatever an earlier release stored: 277.1 degrees, and 0.1 m of a place."""
    fix = evidence_of(cog_deg=277.10001, sog_kn=12.300000190734863, lon=35.8665016666)
    assert (fix["cog_deg"], fix["sog_kn"], fix["lon"]) == (277.1, 12.3, 35.866502)
    told = event(
        lon=35.866501666666665,
        lat=34.90962833333333,
        evidence=Evidence(figures={"needed_kn": 9.87654, "radius_m": 100.25, "why": "x"}),
    )
    record = event_record(told)
    assert (record["lon"], record["lat"]) == (35.866502, 34.909628)
    assert record["evidence"]["figures"] == {"needed_kn": 9.9, "radius_m": 100.25, "why": "x"}


def test_a_way_is_as_fine_as_a_place() -> None:
    fix = replace(BARELY_SEEN, lon=35.8665016666, lat=34.9096283333)
    told = replace(voyage(), lon=35.1234567, evidence=replace(voyage().evidence, fixes=(fix,)))
    record = voyage_record(told)
    assert record["way"] == [[35.866502, 34.909628]]
    assert record["lon"] == 35.123457


@pytest.mark.parametrize(
    ("sent", "clean"),
    [("PORT SAID", "PORT SAID"), (" PORT  SAID@@@@ ", "PORT SAID"), ("@@@@", None), (None, None)],
)
def test_a_destination_stands_without_its_padding(sent: str | None, clean: str | None) -> None:
    """In the voyage, and in the event that tells it."""
    told = voyage(destination=sent)
    assert voyage_record(told)["destination"] == clean
    assert event_record(told)["evidence"]["figures"]["destination"] == clean
