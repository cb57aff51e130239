"""Facts and steps: what a silence is, how well a time is known, which fence is the deepest."""

from __future__ import annotations

import pytest

from monitor.engine.detect.detector import SILENCE_US, confidence_of, crossing, deepest
from monitor.model import Span
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import fix_at, square, square_port, step_of

PORT = square_port()


def test_the_silence_is_four_hours() -> None:
    """Exactly four hours are none; a microsecond more, or never seen before, is one."""
    assert SILENCE_US == 4 * HOUR_US
    before = fix_at(0)
    assert not step_of(PORT, fix_at(240), before).dark_before
    assert step_of(PORT, fix_at(240, at=before.at + SILENCE_US + 1), before).dark_before
    assert step_of(PORT, fix_at(0), None).dark_before


def test_a_border_is_crossed_where_the_way_meets_it() -> None:
    """From 2 km outside to 500 m inside in ten minutes: the border after four."""
    before, after = fix_at(0, -1400), fix_at(10, -400)
    span = crossing(square(0, 0, 1000), before, after)
    assert (span.earliest, span.latest) == (before.at, after.at)
    assert span.at == pytest.approx(before.at + 4 * MINUTE_US, abs=1000)


def test_across_a_silence_a_crossing_has_bounds_and_no_best_time() -> None:
    """She may have gone anywhere in between."""
    before, after = fix_at(0, -1400), fix_at(241, -400)
    span = crossing(square(0, 0, 1000), before, after)
    assert span == Span(earliest=before.at, at=None, latest=after.at)


def test_a_first_fix_has_crossed_no_border_that_anybody_saw() -> None:
    """Only the latest time is known."""
    after = fix_at(0)
    assert crossing(square(0, 0, 1000), None, after) == Span(
        earliest=None, at=None, latest=after.at
    )


@pytest.mark.parametrize(
    ("width", "confidence"),
    [
        (0, 4),
        (10 * MINUTE_US, 4),
        (10 * MINUTE_US + 1, 3),
        (4 * HOUR_US, 3),
        (4 * HOUR_US + 1, 2),
        (400 * HOUR_US, 2),
    ],
)
def test_the_narrower_the_better_known(width: int, confidence: int) -> None:
    """Ten minutes, a silence, more."""
    assert confidence_of(Span(earliest=5, at=None, latest=5 + width)) == confidence


def test_without_a_bound_hardly_anything_is_known() -> None:
    """Confidence 1."""
    assert confidence_of(Span(earliest=None, at=None, latest=5)) == 1
    assert confidence_of(Span(earliest=5, at=5, latest=None)) == 1


@pytest.mark.parametrize(
    ("mask", "index"),
    [(0b1111, 3), (0b0101, 2), (0b0111, 2), (0b0011, 1), (0b0001, 0), (0, None)],
)
def test_the_deepest_fence_is_the_berth_then_the_harbour(mask: int, index: int | None) -> None:
    """The square port's fences are approach, anchorage, harbour, berth."""
    assert deepest(PORT, mask) == index
