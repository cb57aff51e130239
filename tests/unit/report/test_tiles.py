"""Which tiles there are, and for which times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import UnknownError, UsageError
from monitor.report.tiles import LAYERS, span_of, tile_json, tile_of
from monitor.store.tiles import Tile

TRACKS, DENSITY = LAYERS
NOW = datetime(2024, 12, 13, 14, 15, tzinfo=UTC)


def test_a_tile_is_a_square_of_its_zoom() -> None:
    assert tile_of(DENSITY, "0", "0", "0") == Tile(0, 0, 0)
    assert tile_of(TRACKS, "5", "31", "0") == Tile(5, 31, 0)


@pytest.mark.parametrize(
    "words",
    [("3", "0", "0"), ("19", "0", "0"), ("5", "32", "0"), ("5", "0", "32"), ("-5", "0", "0"),
     ("5", "x", "0"), ("5", "1.0", "0"), ("\u0665", "0", "0"), ("5", "9" * 5000, "0"),
     ("5", "", "0")],
)  # fmt: skip
def test_there_are_no_others(words: tuple[str, str, str]) -> None:
    with pytest.raises(UnknownError, match="no such tile of tracks: zoom 4 to 18"):
        tile_of(TRACKS, *words)


def test_the_usual_time_is_whole_days_up_to_now() -> None:
    """So that a tile is the same for all who ask on that day."""
    since, before = span_of(TRACKS, None, NOW)
    assert since == datetime(2024, 12, 12, tzinfo=UTC)
    assert before == datetime(2024, 12, 14, tzinfo=UTC)
    assert span_of(DENSITY, None, NOW).since == before - timedelta(days=30)


def test_a_day_is_all_of_it() -> None:
    since, before = span_of(TRACKS, "2024-12-13", NOW)
    assert (since, before - since) == (datetime(2024, 12, 13, tzinfo=UTC), timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-12-01/..", "has two ends"), ("../2024-12-01", "has two ends"),
        ("9999-12-31", "has two ends"),
        ("2024-12-01/2024-12-20", "shown for 8 days at most"), ("soon", "no time"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_taken(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        span_of(TRACKS, text, NOW)


def test_maps_are_told_how_to_ask() -> None:
    told = tile_json("https://watch.example", DENSITY)
    assert told["tiles"] == ["https://watch.example/tiles/density/{z}/{x}/{y}.mvt"]
    assert told["vector_layers"][0]["id"] == "density"
