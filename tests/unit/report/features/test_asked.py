"""What is asked of a collection: each word once, cursors that lead back, and days of tracks."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from monitor.errors import UsageError
from monitor.report.features.asked import (
    Days,
    asked_for,
    asked_of,
    cursor_of,
    key_of,
    limit_of,
)
from monitor.report.features.collections import BY_ID
from monitor.store.conditions import Compare, Every, Lasts, Op

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
EVENTS, TRACKS, FENCES = BY_ID["events"], BY_ID["tracks"], BY_ID["geofences"]
ROW: dict[str, Any] = {
    "told_at": NOON, "decided_at": NOON, "key_mmsi": 7, "key_kind": "Berthed", "id": UUID(int=7),
}  # fmt: skip


def packed(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_a_cursor_leads_back_to_its_row() -> None:
    cursor = cursor_of(EVENTS, ROW)
    assert key_of(EVENTS, cursor) == tuple(ROW.values())
    assert cursor.isascii()
    assert not set(cursor) & set("=+/&#")
    assert asked_of(EVENTS, [("cursor", cursor)]).behind == tuple(ROW.values())


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "%", "\u00e9", "eyJ9", packed(), packed("events"), packed("tracks", 1, 2, 3, 4, 5),
        packed("events", "x", 0, 0, "a", str(UUID(int=1))),
        packed("events", 10**30, 0, 0, "a", str(UUID(int=1))),
        packed("events", 0, 0, 1 == 1, "a", str(UUID(int=1))),  # noqa: PLR0133 - true is no number
        packed("events", 0, 0, 10**30, "a", str(UUID(int=1))),
        packed("events", 0, 0, 0, "a\0", str(UUID(int=1))),
        packed("events", 0, 0, 0, "\ud800", str(UUID(int=1))),
        packed("events", 0, 0, 0, "a", "no id"), packed("events", 0, 0, 0, "a", 7),
        packed("events", 0, 0, 0, "a", str(UUID(int=1)), 0), "W" * 5000, packed({"a": 1}),
        packed("events", None, None, None, None, None),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(UsageError, match="This cursor is none that was given here"):
        key_of(EVENTS, cursor)


@pytest.mark.parametrize(
    ("text", "found"), [("1", 1), ("007", 7), ("10000", 10_000), ("999999999", 10_000)]
)
def test_more_than_is_given_is_no_error(text: str, found: int) -> None:
    """OGC 17-069, 7.15.2."""
    assert limit_of(text) == found


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "ten", "\u0661", " 1", "9" * 5000])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(UsageError):
        limit_of(text)


def test_words_are_taken_together() -> None:
    found = asked_of(EVENTS, [("mmsi", "7"), ("kind", "Berthed"), ("limit", "5"), ("f", "json")])
    assert found.limit == 5
    assert found.condition == Every(
        parts=(
            Compare(column="kind", op=Op.EQ, value="Berthed"),
            Compare(column="mmsi", op=Op.EQ, value=7),
        )
    )


def test_a_time_is_that_of_the_collection() -> None:
    """Tracks are told which days to gather; what has no time meets every time."""
    words = [("datetime", "2024-12-13T12:00:00Z/2024-12-14T12:00:00Z")]
    found = asked_of(TRACKS, words)
    end = datetime(2024, 12, 14, 12, tzinfo=UTC)
    assert found.days == Days(
        datetime(2024, 12, 13, tzinfo=UTC), datetime(2024, 12, 15, tzinfo=UTC)
    )
    assert found.condition == Every(
        parts=(Lasts(begin="begun_at", end="ended_at", since=NOON, until=end),)
    )
    assert asked_of(FENCES, words).condition == Every(parts=(Every(parts=()),))
    late = asked_of(TRACKS, [("datetime", "../9999-12-31T23:59:59Z")])
    assert late.days == Days(None, None)


def test_an_id_of_a_track_is_looked_for_in_its_day() -> None:
    found = asked_for(TRACKS, "7-20241213-0")
    assert found is not None
    day = datetime(2024, 12, 13, tzinfo=UTC)
    assert found.days == Days(day, datetime(2024, 12, 14, tzinfo=UTC))
    assert asked_for(TRACKS, "7-20241213") is None
