"""What a ship said of herself: words become intervals, and those that overlap are by turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.destinations import Destinations
from monitor.report.identities import FIELDS, HEADINGS, SaidField, _records, sayings

BEGIN = datetime(2024, 12, 1, tzinfo=UTC)
MEANT = Destinations()


def row(first_h: float, last_h: float, **words: Any) -> dict[str, Any]:
    """A claim, as the store has it: hours since the begin."""
    nothing = dict.fromkeys(
        (
            "name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
            "to_starboard_m", "draught_m", "destination",
        )
    )  # fmt: skip
    first, last = (BEGIN + timedelta(hours=each) for each in (first_h, last_h))
    return {**nothing, "first_at": first, "last_at": last, **words}


def told(rows: list[dict[str, Any]], field: SaidField) -> list[tuple[str, float, float, bool]]:
    """Value, begin and end in hours, and whether it was said by turns."""
    return [
        (each["words"], _hours(each["since"]), _hours(each["until"]), each["by_turns"])
        for each in _records(1, field, rows, MEANT)
    ]


def _hours(text: str) -> float:
    return (datetime.fromisoformat(text) - BEGIN) / timedelta(hours=1)


def test_one_name_after_the_other() -> None:
    """Two intervals; the last stands. A letter's case and signs make no other name."""
    rows = [row(0, 9, name="SPARTA"), row(9, 12, name="Sparta."), row(13, 20, name="ARGO")]
    assert told(rows, "name") == [("Sparta.", 0, 12, False), ("ARGO", 13, 20, False)]
    assert [each["stands"] for each in _records(1, "name", rows, MEANT)] == [False, True]


def test_a_name_that_comes_back_is_an_interval_of_its_own() -> None:
    """Nobody knows that she said it in between."""
    rows = [row(0, 5, name="SPARTA"), row(6, 9, name="ARGO"), row(10, 12, name="SPARTA")]
    assert told(rows, "name") == [
        ("SPARTA", 0, 5, False), ("ARGO", 6, 9, False), ("SPARTA", 10, 12, False),
    ]  # fmt: skip


def test_two_names_by_turns_are_each_told_once() -> None:
    """However often they change, and in how many reports with other words beside."""
    rows = [
        row(0, 9, name="SPARTA", eta="1"), row(1, 8, name="ARGO"), row(5, 12, name="SPARTA"),
    ]  # fmt: skip
    assert told(rows, "name") == [("SPARTA", 0, 12, True), ("ARGO", 1, 8, True)]


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("ship_type", {"ship_type": 70}, "cargo"),
        ("size", {"to_bow_m": 90, "to_stern_m": 30, "to_port_m": 8, "to_starboard_m": 8},
         "120 x 16 m"),
        ("draught_m", {"draught_m": 6.1}, "6.1 m"),
        ("destination", {"destination": "LYTOB"}, "LYTOB (Tobruk)"),
        ("imo", {"imo": 9268710}, "9268710"),
    ],
)  # fmt: skip
def test_each_field_in_words(field: SaidField, words: dict[str, Any], said: str) -> None:
    assert told([row(0, 1, **words)], field) == [(said, 0, 1, False)]


def test_what_means_one_port_is_one_destination() -> None:
    """And what is not said is nothing: no draught is 0."""
    rows = [row(0, 5, destination="TOBRUK"), row(5, 9, destination="LY TOB", draught_m=0.0)]
    assert [each[1:3] for each in told(rows, "destination")] == [(0, 9)]
    assert sayings(rows, "draught_m", MEANT) == []


def test_every_field_has_its_heading() -> None:
    assert set(HEADINGS) == set(FIELDS)
