"""Voyages as records: what all faces print of the event that tells one."""

from __future__ import annotations

from dataclasses import replace

from monitor.store.findings import voyage_record
from tests.findings import UNKNOWN, begun, voyage


def test_a_voyage_as_a_record() -> None:
    """In stable words and order: who, from where to where, how, and what she said."""
    record = voyage_record(voyage(7))
    assert record == {
        "id": "00000000-0000-0000-0000-000000000007", "mmsi": 273_999_410, "track": 0,
        "name": "SEVERNYY VETER", "flag": "RU", "flag_text": "Russia", "from": "tartus",
        "to": "tobruk",
        "departed": {"earliest": "2024-12-13T11:59:00Z", "at": "2024-12-13T12:00:00Z",
                     "latest": "2024-12-13T12:01:00Z"},
        "arrived": {"earliest": "2024-12-13T21:59:00Z", "at": "2024-12-13T22:00:00Z",
                    "latest": "2024-12-13T22:01:00Z"},
        "sailed_heard_m": 92_600, "sailed_least_m": 185_200, "needed_kn": 10.0,
        "unheard_s": 18_000, "last_heard_at": "2024-12-13T14:00:00Z", "last_heard_lon": 34.5,
        "last_heard_lat": 34.2, "heard_again_at": "2024-12-13T19:00:00Z", "heard_again_lon": 33.5,
        "heard_again_lat": 33.9, "destination": "PORT SAID", "draught_before_m": 6.1,
        "draught_after_m": 5.2, "contradiction": False, "confidence": 4,
        "why": "From tartus to tobruk.", "lon": 35.81, "lat": 34.92,
        "way": [[35.8, 34.91], [35.81, 34.92]],
    }  # fmt: skip
    assert list(record)[:8] == [
        "id", "mmsi", "track", "name", "flag", "flag_text", "from", "to",
    ]  # fmt: skip


def test_a_voyage_that_is_not_made_yet_has_the_same_words() -> None:
    """Where to, when and how is not known."""
    record = voyage_record(begun())
    assert list(record) == list(voyage_record(voyage()))
    assert (record["from"], record["to"]) == ("tartus", None)
    assert record["departed"]["at"] == "2024-12-13T12:00:00Z"
    assert record["arrived"] == {"earliest": None, "at": None, "latest": None}
    assert record["contradiction"] is False
    unknown = ("sailed_heard_m", "needed_kn", "unheard_s", "last_heard_at", "draught_after_m")
    assert [record[name] for name in unknown] == [None] * 5


def test_a_contradiction_says_so() -> None:
    """Its ends stand as they were told; no bound of the voyage does."""
    told = replace(voyage(contradiction=True, sailed_least_m=None), span=UNKNOWN, confidence=1)
    record = voyage_record(told)
    assert (record["contradiction"], record["confidence"]) == (True, 1)
    assert record["sailed_least_m"] is None
