"""The two ends of a call: bounds of its arrival and of its departure."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.ends import (
    after_arrival,
    arrival_of,
    departure_of,
    stopped_again,
)
from monitor.engine.detect.port.signs import Around
from monitor.model import UNKNOWN, EventKind, Span
from monitor.units import MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at, square_port

PORT = square_port()
MILE = NAUTICAL_MILE_M


def us(minute: float | None) -> int | None:
    return None if minute is None else START + round(minute * MINUTE_US)


def span(earliest: float | None, at: float | None, latest: float | None) -> Span:
    """Return a span of these minutes."""
    return Span(earliest=us(earliest), at=us(at), latest=us(latest))


def minutes(known: Span) -> tuple[Any, Any, Any]:
    earliest, at, latest = (
        None if instant is None else round((instant - START) / MINUTE_US, 1)
        for instant in (known.earliest, known.at, known.latest)
    )
    return earliest, at, latest


def fact_of(kind: EventKind, known: Span, confidence: int | None = None) -> Fact:
    return Fact(
        kind=kind, span=known, decided_at=START, geofence="harbour", place=fix_at(0),
        fixes=(fix_at(0), fix_at(48 * 60, 0, 120 * MILE)), why="", confidence=confidence,
    )  # fmt: skip


STOP = fact_of(EventKind.BERTHED, span(10, 11, 12))


# -- arrivals ------------------------------------------------------------------------------------


def test_an_arrival_that_was_seen_is_the_stop() -> None:
    assert minutes(arrival_of(STOP, Around(PORT))) == (10, 11, 12)


def test_who_was_found_at_rest_may_have_come_as_soon_as_she_could() -> None:
    """From the fix before the gap: 10 NM off the harbour are ten minutes at 60 kn."""
    came = fix_at(-200, 1000 + 10 * MILE)
    known = Around(PORT, may_have_lain=True, came_from=came)
    assert minutes(arrival_of(STOP, known)) == (-190, 11, 12)
    assert minutes(arrival_of(STOP, Around(PORT, came_from=came))) == (10, 11, 12)


def test_who_was_found_at_rest_and_never_before_may_have_come_at_any_time() -> None:
    known = Around(PORT, may_have_lain=True, hidden_from=fix_at(-90))
    assert minutes(arrival_of(STOP, known)) == (None, 11, 12)


def test_a_gap_in_the_ports_waters_may_hide_that_she_stopped_before() -> None:
    """From the fix before it on; one after the stop changes nothing."""
    assert minutes(arrival_of(STOP, Around(PORT, hidden_from=fix_at(-90)))) == (-90, 11, 12)
    assert minutes(arrival_of(STOP, Around(PORT, hidden_from=fix_at(20)))) == (10, 11, 12)


def test_an_arrival_that_is_open_stays_open() -> None:
    stop = fact_of(EventKind.BERTHED, span(None, None, 12))
    known = Around(PORT, may_have_lain=True, came_from=fix_at(-90), hidden_from=fix_at(-60))
    assert minutes(arrival_of(stop, known)) == (None, None, 12)


# -- departures ----------------------------------------------------------------------------------


def test_a_departure_that_nobody_saw_leaves_time_for_the_way() -> None:
    """120 NM in 48 h: 2 h at 60 kn, 10 h at 12 kn."""
    gone = fact_of(EventKind.REAPPEARED_ELSEWHERE, span(0, None, 48 * 60))
    assert minutes(departure_of(gone, None)) == (0, 38 * 60, 46 * 60)


def test_where_hardly_any_ship_can_be_no_departure_is_bounded() -> None:
    gone = fact_of(EventKind.REAPPEARED_ELSEWHERE, span(0, None, 48 * 60), confidence=1)
    assert departure_of(gone, None) == UNKNOWN


def test_a_border_that_was_crossed_is_the_departure() -> None:
    left = fact_of(EventKind.GEOFENCE_LEFT, span(10, 11, 12))
    assert minutes(departure_of(left, None)) == (10, 11, 12)


def test_who_was_seen_to_start_before_the_silence_may_have_left_then() -> None:
    """Heard under way in the harbour after it; she may have stopped once more, or not."""
    gone = fact_of(EventKind.REAPPEARED_ELSEWHERE, span(0, None, 48 * 60))
    started = fact_of(EventKind.UNBERTHED, span(-9, -8, -7))
    assert minutes(departure_of(gone, started)) == (-9, 38 * 60, 46 * 60)
    late = fact_of(EventKind.UNBERTHED, span(20, 21, 22))
    assert minutes(departure_of(gone, late)) == (0, 38 * 60, 46 * 60)


@pytest.mark.parametrize(
    ("left", "pause", "until"),
    [
        ((70, 71, 72), None, None),
        ((70, None, 311), None, 311),  # in a silence
        ((70, 71, 72), (50, 64), None),  # fourteen minutes are no stop
        ((70, 71, 72), (50, 65), 65),
        ((70, 71, 72), (50, None), 72),  # still, until she was out
        ((70, 71, 72), (60, None), None),
        ((70, 71, 72), (10, 54), None),  # that is the stop that she started from
        ((70, 71, 72), (10, 55), 55),  # but after it she crept for as long as a stop takes
    ],
)
def test_after_her_last_start_she_may_have_stopped_again(
    left: tuple[float, float | None, float],
    pause: tuple[float, float | None] | None,
    until: float | None,
) -> None:
    """Unseen: in a silence, or in a pause as long as a stop."""
    known, started = Around(PORT), us(40)
    assert started is not None
    if pause is not None:
        begin = us(pause[0])
        assert begin is not None
        known = Around(PORT, pause=(begin, us(pause[1])))
    fact = fact_of(EventKind.GEOFENCE_LEFT, span(*left))
    assert stopped_again(fact, started, known) == us(until)


@pytest.mark.parametrize(
    ("arrived", "left", "bounds"),
    [
        ((0, 1, 2), (10, 11, 12), (10, 11, 12)),
        ((10, 15, 20), (5, 12, 25), (10, 15, 25)),
        ((10, 15, 20), (2, 4, 6), (10, 10, 10)),
        ((10, 15, 20), (12, None, 14), (12, None, 14)),
        ((10, 15, 20), (None, None, None), (None, None, None)),
        ((10, 15, 20), (5, None, None), (10, None, None)),
        ((None, None, 20), (5, 12, 25), (5, 12, 25)),
        (None, (5, 12, 25), (5, 12, 25)),
    ],
)
def test_no_bound_of_a_departure_lies_before_that_of_the_arrival(
    arrived: tuple[Any, Any, Any] | None, left: tuple[Any, Any, Any], bounds: tuple[Any, Any, Any]
) -> None:
    """In order all the same."""
    known = None if arrived is None else span(*arrived)
    assert minutes(after_arrival(known, span(*left))) == bounds
