"""Times of requests: instants, days and intervals, open at either end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import UsageError
from monitor.report.features.instants import TICK, Interval, day, instant, interval

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
NIGHT = datetime(2024, 12, 13, tzinfo=UTC)
END = NIGHT + timedelta(days=1) - TICK


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-12-13T12:00:00Z", (NOON, NOON)), ("2024-12-13t13:00:00+01:00", (NOON, NOON)),
        ("2024-12-13T12:00:00.000Z/..", (NOON, None)), ("../2024-12-13T12:00:00z", (None, NOON)),
        ("2024-12-13T12:00:00Z/", (NOON, None)), ("/2024-12-13T12:00:00Z", (None, NOON)),
        ("../..", (None, None)), ("2024-12-13", (NIGHT, END)), ("2024-12-13/..", (NIGHT, None)),
        ("../2024-12-13", (None, END)), ("2024-12-13/2024-12-13", (NIGHT, END)),
    ],
)  # fmt: skip
def test_what_is_a_time(text: str, found: tuple[datetime | None, datetime | None]) -> None:
    assert interval(text) == Interval(*found)


@pytest.mark.parametrize(
    "text",
    [
        "", "..", "now", "2024-12-13T12:00:00", "2024-12-13T12:00Z", "2024-12", "2024-13-01",
        "2024-12-13T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2024-12-14/2024-12-13", "a/b", "a/b/c", "\u0662024-12-13", "2024-12-13T12:00:00Z\0",
        "2024-12-13T12:00:60Z",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        interval(text)


def test_an_instant_is_no_day() -> None:
    """Nor the other way round; what is finer than a microsecond is cut."""
    assert instant("2024-12-13T12:00:00.0000009Z") == NOON
    assert day("2024-12-13") == NIGHT
    for read, text in ((instant, "2024-12-13"), (day, "2024-12-13T12:00:00Z")):
        with pytest.raises(UsageError):
            read(text)
