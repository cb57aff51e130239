"""The table of a convoy, step by step; whole convoys are drawn in ``test_drawn_company``."""

from __future__ import annotations

import math
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.pair.convoy import (
    BREAK_US,
    CONVOY_M,
    COURSE_DEG,
    EVERY_US,
    STATION_M,
    STATION_US,
    TURN_DEG,
    UNDER_WAY_KN,
    Company,
    Convoys,
)
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import FenceSet
from monitor.model import EventKind
from monitor.units import DEGREE_M
from tests.unit.engine.detect.pair.pairs import BEGIN, PAIR, abreast_at

STEP = EVERY_US // SLOT_US


def detector() -> Convoys:
    return Convoys(FenceSet(ports=()))


def sailing(courses: list[float], away_m: float = 3000.0, **words: Any) -> list[Any]:
    """Half an hour on each course; the first ship goes a tenth of a degree of longitude."""
    return [
        abreast_at(STEP * n, away_m, speeds=(12.0, 12.0), courses=(course, course),
                   lon=20.0 + n / 10, **words)
        for n, course in enumerate(courses)
    ]  # fmt: skip


def taken(*moments: Any) -> tuple[Company | None, list[EventKind]]:
    state, told = None, []
    for moment in moments:
        state, found = detector().step(state, moment)
        told += [fact.kind for fact in found]
    return state, told


def test_two_common_turns_in_a_hundred_miles_make_a_convoy() -> None:
    """A tenth of a degree is 6 NM: the 17th step is the hundredth mile and more."""
    bent = [90.0] * 5 + [120.0] * 5 + [80.0] * 8
    assert taken(*sailing(bent[:17]))[1] == []
    state, told = taken(*sailing(bent))
    assert told == [EventKind.CONVOY_FORMED]
    assert state is not None
    assert state.turns == 2


@pytest.mark.parametrize("courses", [[90.0] * 30, [90.0] * 10 + [90.0 + TURN_DEG] * 20])
def test_one_lane_is_no_convoy(courses: list[float]) -> None:
    assert taken(*sailing(courses))[1] == []


def test_courses_are_compared_across_north() -> None:
    """Of 355 and 5 degrees the middle is north."""
    state, _ = taken(abreast_at(0, 900.0, speeds=(9.0, 9.0), courses=(355.0, 5.0)))
    assert state is not None
    assert min(state.course_deg, 360.0 - state.course_deg) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "words",
    [{"away_m": CONVOY_M + 1}, {"speeds": (UNDER_WAY_KN, 12.0)}, {"in_port": True},
     {"courses": (90.0, 91.0 + COURSE_DEG)}],
)  # fmt: skip
def test_who_is_not_abreast_begins_nothing_and_ends_it(words: dict[str, Any]) -> None:
    given = {"away_m": 900.0, "speeds": (9.0, 9.0)} | words
    assert taken(abreast_at(STEP, **given))[0] is None
    state, _ = taken(*sailing([90.0]), abreast_at(STEP, **given))
    assert state is not None
    assert (state.last_at, state.gone_at) == (BEGIN, BEGIN + EVERY_US)


BENT = [90.0] * 5 + [120.0] * 5 + [80.0] * 14


def shifting(metres: list[float], courses: list[float] = BENT) -> list[Any]:
    """The same, and the second ship so far north of the first at each instant."""
    return [
        abreast_at(STEP * n, away, speeds=(12.0, 12.0), courses=(course, course), lon=20 + n / 10)
        for n, (away, course) in enumerate(zip(metres, courses, strict=True))
    ]  # fmt: skip


def test_who_keeps_her_station_for_a_day_is_in_a_convoy() -> None:
    """Due east on one lane: after 24 hours, and not before."""
    straight = [90.0] * 49
    assert taken(*sailing(straight[:48]))[1] == []
    assert taken(*sailing(straight))[1] == [EventKind.CONVOY_FORMED]


def test_who_falls_behind_keeps_no_station() -> None:
    """By 200 m in half an hour, a fifth of a knot: within 5 NM for twelve hours, and no convoy."""
    falls = [1000.0 + 200.0 * n for n in range(len(BENT))]
    assert falls[-1] < CONVOY_M
    assert taken(*shifting(falls))[1] == []
    sways = [1000.0 + 0.9 * STATION_M * (n % 2) for n in range(len(BENT))]
    assert taken(*shifting(sways))[1] == [EventKind.CONVOY_FORMED]


def test_a_station_is_six_hours_from_the_last_shift() -> None:
    """She shifts by a mile at the 10th instant: told at the 22nd, and not at the 17th."""
    shifts = [1000.0] * 10 + [2900.0] * 14
    assert taken(*shifting(shifts)[:22])[1] == []
    state, told = taken(*shifting(shifts)[:23])
    assert told == [EventKind.CONVOY_FORMED]
    assert state is not None
    assert state.station_at == BEGIN + 10 * EVERY_US


def test_a_column_keeps_its_station_through_a_turn() -> None:
    """Ahead of her by 3 km, at whatever course: on a compass that is elsewhere."""
    courses = [90.0] * 5 + [45.0] * 19
    moments = [
        abreast_at(STEP * n, 3000.0, speeds=(12.0, 12.0), courses=(course, course), lon=20 + n / 10)
        for n, course in enumerate(courses)
    ]  # fmt: skip
    for moment, course in zip(moments, courses, strict=True):
        lon, lat = moment.picture.lon, moment.picture.lat
        lon[1] = lon[0] + 3000.0 * math.sin(math.radians(course)) / DEGREE_M
        lat[1] = 3000.0 * math.cos(math.radians(course)) / DEGREE_M
    state, _ = taken(*moments)
    assert state is not None
    assert state.station_at == BEGIN


def test_a_state_of_before_begins_a_station() -> None:
    state, _ = taken(*sailing([90.0] * 3))
    document = kept.parsed(kept.dump(state))["state"]
    before = {n: v for n, v in document.items() if n not in {"station_at", "station_m"}}
    known = kept.read(Company, detector().upgrade(PAIR, before, 1))
    assert known.station_at == known.last_at
    on, _ = detector().step(known, sailing([90.0] * 4)[3])
    assert on is not None
    assert on.station_at == BEGIN + 3 * EVERY_US


def test_the_end_is_told_when_the_break_is_over() -> None:
    state, _ = taken(*sailing([90.0] * 5 + [120.0] * 5 + [80.0] * 8))
    assert state is not None
    at = detector().deadline(state)
    assert at == BEGIN + 17 * EVERY_US + BREAK_US
    left, (fact,) = detector().wake(PAIR, state, at)
    assert (left, fact.kind, fact.span.latest) == (None, EventKind.CONVOY_PARTED, None)
    untold, _ = taken(*sailing([90.0] * 3))
    assert untold is not None
    assert detector().wake(PAIR, untold, at) == (None, [])


def test_times_are_whole_steps() -> None:
    """Or the hours would be full between two of them."""
    assert STATION_US % EVERY_US == BREAK_US % EVERY_US == 0


def test_a_state_comes_back_as_it_was() -> None:
    state, _ = taken(*sailing([90.0] * 3))
    assert kept.load(Company, kept.dump(state)) == state
