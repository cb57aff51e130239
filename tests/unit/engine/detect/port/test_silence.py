"""Vessels that go dark: the deadline, and where they come back."""

from __future__ import annotations

from monitor.engine.detect.port.silence import Silence
from monitor.model import EventKind, Span
from monitor.units import HOUR_US
from tests.scenario.sea import fix_at, square_port, step_of

PORT = square_port()
LAST = fix_at(0)
BACK = 10 * 60
"""Minutes: ten hours."""


def test_the_deadline_is_four_hours_after_the_last_fix() -> None:
    """Until it has been told; then there is none."""
    silence = Silence()
    assert silence.deadline(LAST) == LAST.at + 4 * HOUR_US
    silence.fall(PORT, LAST, 0b0101)
    assert silence.deadline(LAST) is None


def test_going_dark_is_decided_at_the_deadline() -> None:
    """Between the last fix and the deadline, at the deepest fence she was in."""
    fact = Silence().fall(PORT, LAST, 0b0101)
    assert fact.kind is EventKind.WENT_DARK_INSIDE
    assert fact.span == Span(earliest=LAST.at, at=None, latest=LAST.at + 4 * HOUR_US)
    assert fact.decided_at == LAST.at + 4 * HOUR_US
    assert (fact.geofence, fact.place, fact.fixes) == ("harbour", LAST, (LAST,))
    assert fact.figures["silence_s"] == 4 * 3600


def test_back_at_the_port_is_inside() -> None:
    """With the fence she is in now."""
    silence = Silence()
    silence.fall(PORT, LAST, 0b1101)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, 500), LAST))
    assert fact.kind is EventKind.REAPPEARED_INSIDE
    assert fact.geofence == "harbour"
    assert fact.span == Span(earliest=LAST.at, at=fix_at(BACK).at, latest=fix_at(BACK).at)
    assert fact.figures == {"away_m": 500, "silent_s": 36_000}
    assert not silence.dark


def test_back_elsewhere_is_elsewhere() -> None:
    """No fence of this port; the distance and the hours are told."""
    silence = Silence()
    silence.fall(PORT, LAST, 0b1101)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, 0, 18_520), LAST))
    assert fact.kind is EventKind.REAPPEARED_ELSEWHERE
    assert fact.geofence is None
    assert fact.why == "Heard again after 10.0 h, 10.0 NM from there."


def test_the_distance_of_a_far_port_is_that_of_the_great_circle() -> None:
    """From 10 E to 170 W, all at 60 N: 60 degrees over the pole, not 90 along the parallel."""
    silence = Silence()
    last = LAST._replace(lon=10.0, lat=60.0)
    silence.fall(PORT, last, 0)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, lon=-170.0, lat=60.0), last))
    assert abs(fact.figures["away_m"] - 60 * 111_195.08) < 10


def test_whoever_is_not_dark_cannot_come_back() -> None:
    """A fix in time tells nothing, nor does the first fix ever."""
    silence = Silence()
    assert silence.step(step_of(PORT, fix_at(1), LAST)) == []
    silence.dark = True
    assert silence.step(step_of(PORT, fix_at(1), None)) == []
    assert silence.dark
