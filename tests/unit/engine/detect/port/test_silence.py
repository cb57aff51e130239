"""Vessels that go dark: the deadline, how rarely they are heard, and where they come back."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from monitor.engine.detect.port.silence import Silence, leapt
from monitor.model import UNKNOWN, EventKind, Span
from monitor.units import HOUR_US, NAUTICAL_MILE_M
from tests.scenario.sea import fix_at, square_port, step_of, steps_of

PORT = square_port()
LAST = fix_at(0)
DEADLINE = LAST.at + 4 * HOUR_US
BACK = 10 * 60
"""Minutes: ten hours."""


def heard(hours: Iterable[float]) -> Silence:
    """A ship that is heard at these hours."""
    silence = Silence()
    for step in steps_of(PORT, [fix_at(60 * hour) for hour in hours]):
        silence.step(step)
    return silence


def limit_h(hours: Iterable[float]) -> float:
    return heard(hours).limit_us / HOUR_US


# -- going dark ----------------------------------------------------------------------------------


def test_she_may_be_silent_for_four_hours() -> None:
    assert Silence().limit_us == 4 * HOUR_US


def test_going_dark_is_decided_at_the_deadline() -> None:
    """Between the last fix and the deadline, at the deepest fence she was in."""
    silence = Silence()
    fact = silence.fall(PORT, LAST, 0b0101, DEADLINE)
    assert fact.kind is EventKind.WENT_DARK_INSIDE
    assert fact.span == Span(earliest=LAST.at, at=None, latest=DEADLINE)
    assert (fact.decided_at, fact.key_at) == (DEADLINE, LAST.at)
    assert (fact.geofence, fact.place, fact.fixes) == ("harbour", LAST, (LAST,))
    assert (fact.figures, fact.why) == (
        {"silence_s": 4 * 3600}, "Not heard for 4 h; last seen here.",
    )  # fmt: skip
    assert silence.dark


def test_a_deadline_of_a_fix_that_was_believed_late_is_later() -> None:
    """The bound stays that of the silence."""
    fact = Silence().fall(PORT, LAST, 0b0101, DEADLINE + HOUR_US)
    assert (fact.decided_at, fact.span.latest) == (DEADLINE + HOUR_US, DEADLINE)


# -- the rhythm of silences ----------------------------------------------------------------------


def test_three_long_gaps_in_a_row_are_how_she_is_heard() -> None:
    """By a satellite every five hours: dark when she is overdue by half of that."""
    assert limit_h((0, 5, 10)) == 4
    assert limit_h((0, 5, 10, 15)) == 7.5
    assert limit_h((0, 5, 10, 15, 22)) == 7.5


def test_the_usual_gap_is_the_median_of_the_last_four() -> None:
    """One pass that failed does not make it longer; that she is heard more often does not last."""
    assert limit_h((0, 5, 10, 20)) == 7.5
    assert limit_h((0, 5, 10, 20, 30, 40)) == 15
    assert limit_h((0, 10, 20, 30, 32, 34, 36, 38)) == 4


def test_she_is_never_dark_before_four_hours() -> None:
    """Heard every two hours."""
    assert limit_h(range(0, 20, 2)) == 4


def test_gaps_within_an_hour_are_no_rhythm() -> None:
    """A ship that is heard all the time and twice was not."""
    assert limit_h(range(20)) == 4
    assert heard(range(20)).gaps == []


def test_fixes_within_one_pass_change_nothing() -> None:
    """Two or three a minute or six apart come of each."""
    passes = [hour + minute / 60 for hour in (0, 5, 10, 15) for minute in (0, 1, 7)]
    assert heard(passes).limit_us == pytest.approx(1.5 * (5 - 7 / 60) * HOUR_US, abs=1)


def test_whoever_is_heard_again_all_the_time_loses_her_rhythm() -> None:
    """One gap of ten minutes after another takes back one that was long."""
    rare = [0, 5, 10, 15]
    assert limit_h([*rare, 15.2]) == 4
    assert limit_h([*rare, 20, 20.2]) == 7.5
    assert heard([*rare, 15.2, 15.4, 15.6, 15.8]).gaps == []


def test_a_ship_that_is_heard_rarely_says_after_how_long_she_is_dark() -> None:
    silence = heard((0, 5, 10, 15))
    last = fix_at(15 * 60)
    fact = silence.fall(PORT, last, 0b1101, last.at + silence.limit_us)
    assert (fact.figures, fact.why) == (
        {"silence_s": 27_000}, "Not heard for 7.5 h; last seen here.",
    )  # fmt: skip
    assert fact.span == Span(earliest=last.at, at=None, latest=last.at + silence.limit_us)


# -- back again ----------------------------------------------------------------------------------


def test_back_at_the_port_is_inside() -> None:
    """With the fence she is in now."""
    silence = Silence(dark=True)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, 500), LAST))
    assert fact.kind is EventKind.REAPPEARED_INSIDE
    assert fact.geofence == "harbour"
    assert fact.span == Span(earliest=LAST.at, at=fix_at(BACK).at, latest=fix_at(BACK).at)
    assert fact.figures == {"away_m": 500, "silent_s": 36_000, "needed_kn": 0.0}
    assert (fact.fixes, fact.confidence) == ((LAST, fix_at(BACK, 500)), None)
    assert not silence.dark


def test_back_elsewhere_is_elsewhere() -> None:
    """No fence of this port; the distance and the hours are told."""
    silence = Silence(dark=True)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, 0, 18_520), LAST))
    assert fact.kind is EventKind.REAPPEARED_ELSEWHERE
    assert fact.geofence is None
    assert fact.why == "Heard again after 10.0 h, 10.0 NM from there."
    assert fact.figures["needed_kn"] == 1.0


@pytest.mark.parametrize(
    ("hours", "miles", "doubted"),
    [(10, 299, False), (10, 301, True), (7, 244, False), (7, 246, True)],
)
def test_what_hardly_any_ship_makes_is_doubted(hours: int, miles: float, *, doubted: bool) -> None:
    """More than 35 kn all the way, 30 if it is long: told, and nothing is concluded from it."""
    silence = Silence(dark=True)
    back = fix_at(60 * hours, 0, miles * NAUTICAL_MILE_M)
    (fact,) = silence.step(step_of(PORT, back, LAST))
    assert fact.kind is EventKind.REAPPEARED_ELSEWHERE
    assert (fact.confidence == 1) is doubted
    assert ("hardly any ship" in fact.why) is doubted


def test_the_distance_of_a_far_port_is_that_of_the_great_circle() -> None:
    """From 10 E to 170 W, all at 60 N: 60 degrees over the pole, not 90 along the parallel."""
    silence = Silence(dark=True)
    last = LAST._replace(lon=10.0, lat=60.0)
    (fact,) = silence.step(step_of(PORT, fix_at(BACK, lon=-170.0, lat=60.0), last))
    assert abs(fact.figures["away_m"] - 60 * 111_195.08) < 10


def test_whoever_is_not_dark_cannot_come_back() -> None:
    """A fix in time tells nothing, nor does the first fix ever."""
    silence = Silence()
    assert silence.step(step_of(PORT, fix_at(1), LAST)) == []
    silence.dark = True
    assert silence.step(step_of(PORT, fix_at(1), None)) == []
    assert silence.dark


# -- leaps ---------------------------------------------------------------------------------------


def test_a_leap_bounds_nothing_and_says_why() -> None:
    """2,000 NM in 5 h: one of the places is false, or there are two ships."""
    fix = fix_at(300, 0, -2000 * NAUTICAL_MILE_M)
    step = step_of(PORT, fix, None)._replace(leapt=LAST)
    fact = leapt(step, LAST)
    assert (fact.kind, fact.span, fact.confidence) == (EventKind.REAPPEARED_ELSEWHERE, UNKNOWN, 1)
    assert (fact.place, fact.fixes, fact.key_at) == (fix, (LAST, fix), fix.at)
    assert fact.figures["leap"] is True
    assert fact.figures["silent_s"] == 18_000
    assert fact.why == (
        "Heard 2,000 NM away after 5.0 h: that takes 400 kn, and no ship is so fast. One of the"
        " places is false, or there are two ships: whether she left is not known."
    )
