"""Times, places and lengths of time as reports put them."""

from __future__ import annotations

import pytest

from monitor.model import Span
from monitor.report.wording import (
    HARD,
    Places,
    interval,
    lasting,
    listed,
    minute,
    ships,
    somewhere,
    stretch,
)
from monitor.units import DAY_US, HOUR_US, MINUTE_US
from tests.unit.report.sailed import FENCES, at_home, at_sea, hour, span


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (None, "not known"),
        (span(None, None, None), "not known"),
        (span(None, 5, None), "about 2024-12-01 05:00"),
        (span(None, 5), "before 2024-12-01 05:00"),
        (span(5, None), "after 2024-12-01 05:00"),
        (span(5, 6), "2024-12-01 05:00 to 06:00"),
        (span(5, 30), "2024-12-01 05:00 to 12-02 06:00"),
        (span(5, 5.5, 6), "2024-12-01 05:30 (05:00 to 06:00)"),
        (span(-2, 5, 30), "2024-12-01 05:00 (11-30 22:00 to 12-02 06:00)"),
        (span(5, 6, 31 * 24), "2024-12-01 06:00 (05:00 to 2025-01-01 00:00)"),
    ],
)
def test_an_instant_is_told_with_its_bounds(at: Span | None, words: str) -> None:
    assert interval(at) == words


def test_a_stretch_names_the_day_once() -> None:
    assert stretch(hour(1), hour(2)) == "2024-12-01 01:00 to 02:00"
    assert minute(None) == "not known"


@pytest.mark.parametrize(
    ("us", "words"),
    [(40 * MINUTE_US, "40 min"), (5 * HOUR_US, "5 h"), (71 * HOUR_US, "71 h"),
     (84 * HOUR_US, "3.5 d"), (30 * DAY_US, "30.0 d")],
)  # fmt: skip
def test_a_length_of_time(us: int, words: str) -> None:
    assert lasting(us) == words


def test_places() -> None:
    places = Places(FENCES)
    assert places.of(at_home(0)) == "at Home"
    assert places.of(at_sea(0)) == f"34.00{HARD}N 30.00{HARD}E"
    assert places.name("nowhere") == "nowhere"
    assert somewhere(-30.126, -4.5) == f"4.50{HARD}S 30.13{HARD}W"


def test_lists_and_counts() -> None:
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
    assert listed(("a", "b"), "or") == "a or b"
    assert [ships(1), ships(2), ships("at least 1 and at most 2")] == [
        "1 ship", "2 ships", "at least 1 and at most 2 ships",
    ]  # fmt: skip
