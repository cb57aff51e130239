"""The day of ``python -m tests.bench.day --whole``, small: what it prints is asserted here."""

from __future__ import annotations

import pytest

from tests.bench.whole_day import LEAVING, ROUNDS, STATIC_ROUNDS, Hour, measure, slope_mb

HOURS, SHIPS = 2, 200


def test_a_short_day(capsys: pytest.CaptureFixture[str]) -> None:
    """All lines are taken, of all ships and those that came; each hour is told with its memory."""
    found, totals = measure(HOURS, SHIPS)
    lines = sum(hour.lines for hour in found)
    names = HOURS * 60 * ROUNDS // STATIC_ROUNDS * SHIPS * 2
    assert totals["lines"] == lines
    assert 0.8 < (lines - names * 0.9) / (HOURS * 60 * ROUNDS * SHIPS) < 1
    assert totals["fixes"] > 0.95 * (lines - names)
    assert SHIPS < totals["vessels"] <= SHIPS + HOURS * SHIPS // LEAVING  # some are never heard
    assert all(20 < hour.held_mb < 1000 for hour in found)
    told = capsys.readouterr().out
    assert told.count(" MB, ") == HOURS
    assert "lines a second" in told


def test_a_slope_is_that_of_the_settled_hours() -> None:
    """What fills up at first does not count; of a single hour nothing is said."""
    hours = [
        Hour(number=number, held_mb=held_mb, lines=1, seconds=1.0)
        for number, held_mb in enumerate((90.0, 200.0, 203.0, 206.0), 1)
    ]
    assert slope_mb(hours) == pytest.approx(3.0)
    assert slope_mb(hours[:2]) is None
