"""Stops and starts: what is one, and between which fixes it lies."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.stay import TABLE, Stay, StayAct, StayState
from monitor.model import EventKind, Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port, steps_of

PORT = square_port()
ANCHORAGE = -2500.0
"""Metres east: the middle of the anchorage."""


def way(minutes: Iterable[float], begin_m: float, kn: float, **fields: int) -> list[Fix]:
    """Return fixes on a way to the east (or west), ``begin_m`` at the first."""
    times = list(minutes)
    return [fix_at(m, begin_m + (m - times[0]) * 60 * kn * 0.514444, **fields) for m in times]


def rest(minutes: Iterable[float], east_m: float, **fields: int) -> list[Fix]:
    return [fix_at(m, east_m, **fields) for m in minutes]


def found(fixes: list[Fix]) -> list[Fact]:
    stay = Stay()
    return [fact for step in steps_of(PORT, fixes) for fact in stay.step(step)]


def minute(at: int | None) -> float:
    assert at is not None
    return (at - START) / MINUTE_US


def kinds(fixes: list[Fix]) -> list[str]:
    return [str(fact.kind) for fact in found(fixes)]


def test_ten_minutes_alongside_are_a_berth() -> None:
    """Inside the harbour, within 100 m; decided by the fix that makes it ten minutes."""
    (fact,) = found([*way(range(-3, 0), 600, -5), *rest(range(21), 0)])
    assert fact.kind is EventKind.BERTHED
    assert minute(fact.decided_at) == 10
    assert fact.geofence == "berth"
    assert fact.figures == {"radius_m": 100.0, "least_s": 600}


def test_nine_minutes_are_none() -> None:
    """Not yet."""
    assert kinds(rest(range(10), 0)) == []


def test_two_fixes_are_none_unless_they_are_far_apart() -> None:
    """Two fixes 15 minutes apart may be chance; 20 minutes apart they are a stop."""
    assert kinds(rest((0, 15), 0)) == []
    assert kinds(rest((0, 20), 0)) == ["Berthed"]
    assert kinds(rest((0, 7, 14), 0)) == ["Berthed"]


def test_half_an_hour_outside_the_harbour_is_an_anchorage() -> None:
    """Within 500 m, thirty minutes."""
    (fact,) = found([*way(range(-5, 0), -3900, 5), *rest(range(40), ANCHORAGE)])
    assert fact.kind is EventKind.ANCHORED
    assert minute(fact.decided_at) == 30
    assert fact.geofence == "anchorage"


def test_far_from_every_fence_nobody_stops() -> None:
    """A ship adrift at sea is not this port's."""
    assert kinds(rest(range(0, 120, 3), 9000)) == []


def test_the_time_of_rest_lies_between_moving_and_not_moving() -> None:
    """5 kn until minute 0, then still: the interval holds minute 0 and is not wider than 4."""
    (fact,) = found([*way(range(-5, 1), 772 - 100, -5), *rest(range(1, 20), -100)])
    earliest, latest = minute(fact.span.earliest), minute(fact.span.latest)
    assert earliest <= 0 <= latest
    assert latest - earliest <= 4
    assert earliest <= minute(fact.span.at) <= latest


def test_the_time_of_the_start_lies_between_still_and_moving() -> None:
    """Still until minute 30, then 5 kn: the interval holds it and is not wider than 6."""
    facts = found([*rest(range(31), 0), *way(range(30, 40), 0, 5)[1:]])
    assert [fact.kind for fact in facts] == [EventKind.BERTHED, EventKind.UNBERTHED]
    earliest, latest = minute(facts[1].span.earliest), minute(facts[1].span.latest)
    assert earliest <= 30 <= latest
    assert latest - earliest <= 6
    assert facts[1].geofence == "berth"  # where she lay, not where she is


@pytest.mark.parametrize("sog_kn", [float("nan"), 0.0, 6.8, 102.2])
def test_what_the_ship_says_of_her_speed_is_no_matter(sog_kn: float) -> None:
    """Missing, zero or false: the positions count."""
    fixes = [fix._replace(sog_kn=sog_kn, status=0) for fix in rest(range(15), 0)]
    assert kinds(fixes) == ["Berthed"]


def test_one_fix_away_and_back_is_no_start() -> None:
    """The next is where she lay."""
    assert kinds([*rest(range(15), 0), fix_at(15, 2000), *rest(range(16, 30), 0)]) == ["Berthed"]


def test_swinging_at_anchor_is_no_start() -> None:
    """From one end of her circle to the other at 0.1 kn, and further than the radius."""
    fixes = [*rest(range(40), ANCHORAGE), *way(range(40, 280, 3), ANCHORAGE, 0.1)]
    assert kinds(fixes) == ["Anchored"]


def test_dragging_fast_is_a_start() -> None:
    """At 2 kn she is moving."""
    fixes = [*rest(range(40), ANCHORAGE), *way(range(40, 60), ANCHORAGE, 2)]
    assert kinds(fixes) == ["Anchored", "AnchorWeighed"]


def test_slow_steaming_through_the_harbour_is_no_berth() -> None:
    """2 kn for twenty minutes are 1.2 km."""
    assert kinds(way(range(20), -900, 2)) == []


def test_a_shift_between_two_fixes_is_a_start_and_a_stop() -> None:
    """600 m between two fixes three minutes apart: she moved, though each place is at rest."""
    fixes = [*rest(range(0, 30, 3), -300), *rest(range(30, 60, 3), 300)]
    assert kinds(fixes) == ["Berthed", "Unberthed", "Berthed"]


def test_alongside_within_500_m_of_a_fix_outside_the_harbour_is_a_berth() -> None:
    """She came in from 150 m off the harbour and lies 150 m inside."""
    fixes = [*way((-6, -4, -2), 1600, -4), fix_at(0, 1150), *rest(range(2, 40), 850)]
    assert kinds(fixes) == ["Berthed"]


def test_a_stop_is_not_proved_across_a_silence() -> None:
    """Two fixes at one place five hours apart: she may have been anywhere."""
    assert kinds(rest((0, 300), 0)) == []
    assert kinds(rest((0, 300, 305, 311), 0)) == ["Berthed"]


def test_a_stop_goes_on_across_a_silence() -> None:
    """Berthed, dark for ten hours, still there: one stop."""
    assert kinds([*rest(range(15), 0), *rest(range(600, 630), 0)]) == ["Berthed"]


def test_gone_in_a_silence_she_left_at_no_best_time() -> None:
    """Between the last fix before it and the first after."""
    facts = found([*rest(range(15), 0), *way(range(614, 618), 3000, 5)])
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed"]
    span = facts[1].span
    assert (minute(span.earliest), span.at, minute(span.latest)) == (14, None, 614)


def test_first_seen_at_rest_has_no_begin() -> None:
    """Only the latest time is known."""
    (fact,) = found(rest(range(15), 0))
    assert (fact.span.earliest, fact.span.at, fact.span.latest) == (None, None, START)


def test_long_range_reports_need_a_wider_circle() -> None:
    """Type 27 gives a tenth of a minute: fixes of a ship at rest lie 185 m apart."""
    fixes = [fix_at(3 * n, (0, 185, 90)[n % 3], type=27) for n in range(20)]
    assert kinds(fixes) == ["Anchored"]


def test_creeping_along_the_quay_is_still_a_stop() -> None:
    """0.15 kn for ten minutes are 46 m: within her lines."""
    assert kinds(way(range(13), 0, 0.15)) == ["Berthed"]


def test_the_table_has_no_state_that_cannot_be_left_or_reached() -> None:
    """Each state but the first is the end of some row, and each is the begin of one."""
    assert {state for state, _ in TABLE} == set(StayState)
    assert {state for state, _ in TABLE.values()} == set(StayState) - {StayState.NOWHERE}


def test_every_act_of_the_table_is_a_method() -> None:
    """No act without what it does, and none that no row names."""
    assert {act for _, act in TABLE.values()} == set(Stay.ACTS) == set(StayAct)
