"""Watchlists as an officer and a program read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.alert.watchlist import judged
from monitor.report.columns import fitted
from monitor.report.watched import (
    entries_table,
    entry_record,
    match_record,
    matches_table,
    said_by,
)
from tests.unit.alert.lists import IMO, MMSI, NOON, SHIP, listed

ROW: dict[str, Any] = {
    "mmsi": MMSI, "name": "SEVERNIY VETER", "callsign": None, "imo": None, "ship_type": 79,
    "at": datetime(2025, 1, 28, 20, 5, tzinfo=UTC), "lon": 35.5, "lat": 34.5, "sog_kn": 7.5,
}  # fmt: skip
LONG = "a reason that goes on and on, as reasons do, and says in the end very little more than that"


def cells(table: Any) -> list[dict[str, str]]:
    """Rows of a sheet by its headings."""
    names = [column.heading for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows()]


def test_an_entry_in_stable_words() -> None:
    record = entry_record(replace(SHIP, id=7, valid_from=NOON, removed_at=NOON, removed_by="bob"))
    assert record == {
        "id": 7, "list": "own", "mmsi": MMSI, "imo": IMO, "callsign": "UBEW6",
        "name": "SEVERNYY VETER", "flag": None, "ship_type": None, "ship_type_text": None,
        "reason": "sailed dark", "source": "the log", "note": None,
        "valid_from": "2024-12-13T12:00:00Z", "valid_to": None,
        "recorded_at": "2024-12-12T12:00:00Z", "added_by": "ann",
        "removed_at": "2024-12-13T12:00:00Z", "removed_by": "bob",
        "title": f"SEVERNYY VETER, IMO {IMO}",
    }  # fmt: skip


def test_a_vessel_that_meets_an_entry_in_stable_words() -> None:
    entry = replace(listed(name="SEVERNYY VETER"), id=7)
    match = judged(entry, said_by(ROW))
    assert match is not None
    assert match_record(match, ROW) == {
        "match": "possible", "may_page": False, "by": ["name"], "why": match.why, "list": "own",
        "entry": 7, "listed": "SEVERNYY VETER", "reason": "sailed dark", "source": "the log",
        "mmsi": MMSI, "name": "SEVERNIY VETER", "flag": "RU", "flag_text": "Russia", "imo": None,
        "callsign": None, "ship_type": 79, "ship_type_text": "cargo",
        "at": "2025-01-28T20:05:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "words"),
    [
        (None, None, ""),
        (NOON, None, "since 2024-12-13 12:00"),
        (None, NOON, "until 2024-12-13 12:00"),
        (NOON, NOON + 60_000_000, "2024-12-13 12:00 to 2024-12-13 12:01"),
    ],
)
def test_from_when_to_when(valid_from: int | None, valid_to: int | None, words: str) -> None:
    record = entry_record(replace(SHIP, valid_from=valid_from, valid_to=valid_to))
    (row,) = cells(entries_table([record]))
    assert row["valid"] == words
    assert row["removed"] == ""


def test_when_one_was_removed_that_is_never_left_out() -> None:
    """Who looks at what was on a list must see that it is not any more."""
    whole = replace(SHIP, reason=LONG, source=LONG, note=LONG, valid_from=NOON, id=1)
    gone = replace(whole, removed_at=NOON, removed_by="bob", id=2)
    found = fitted(entries_table([entry_record(whole), entry_record(gone)]), 100)
    assert found.width <= 100
    assert "removed" not in found.left_out
    assert {"source", "by", "note"} <= set(found.left_out)


def test_a_match_says_who_and_why_whatever_the_room() -> None:
    """Its grade first; the reason where there is room."""
    entry = replace(SHIP, list="a-list-with-a-rather-long-name", reason=LONG)
    match = judged(entry, said_by(ROW))
    assert match is not None
    table = matches_table([match_record(match, ROW)])
    (row,) = cells(table)
    assert (row["match"], row["MMSI"], row["vessel"]) == ("sure", f"{MMSI}", "SEVERNIY VETER")
    assert row["why"] == match.why
    found = fitted(table, 100)
    assert found.width <= 100
    assert not {"match", "list", "listed", "MMSI", "vessel", "why"} & set(found.left_out)


def test_a_ship_that_said_nothing_has_no_name_yet() -> None:
    row = {**ROW, "name": None, "ship_type": None}
    match = judged(SHIP, said_by(row))
    assert match is not None
    (shown,) = cells(matches_table([match_record(match, row)]))
    assert shown["vessel"] == "(no name yet)"
