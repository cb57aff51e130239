"""Identities, step by step: what is looked at, what is remembered, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.vessel.changed import (
    Claimed,
    Identities,
    Word,
    same,
    shown,
    value_of,
)
from monitor.engine.detect.vessel.turns import KEEP_US
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Names, News
from monitor.engine.pipeline import Pipeline
from monitor.engine.stood import UNSTOOD
from monitor.model import Ship, Static, StaticReport
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at
from tests.unit.engine.test_pipeline import named, reports_of

DETECTOR = Identities(FenceSet(ports=()))
SHIP = Ship(MMSI, 0)


def walk(*names: str, fixes: bool = False) -> tuple[Claimed | None, list[Any]]:
    """A name every six minutes, as ``Names`` hands them on; a fix behind each if asked for."""
    heard, state, told = Names(), None, []
    heard.put(
        [
            StaticReport(
                at=START + n * 6 * MINUTE_US, received_at=START, seq=n, source=0,
                static=Static(mmsi=MMSI, name=name), known_at=START + n * 6 * MINUTE_US,
            )
            for n, name in enumerate(names)
        ]
    )  # fmt: skip
    heard.advance(START + KEEP_US)
    for news in heard.news:
        state, found = DETECTOR.step(state, Word(news.now, news=news))
        told += found
        if fixes:
            fix = fix_at((news.now - START) / MINUTE_US + 1)
            state, found = DETECTOR.step(state, Word(fix.at, fix=fix))
            told += found
    return state, told


def test_who_says_one_thing_is_not_remembered() -> None:
    """Nor is a fix of hers looked at."""
    assert walk("ALDA", "ALDA", "ALDA", fixes=True) == (None, [])


def test_what_is_remembered_can_be_kept_and_is_forgotten_after_a_week() -> None:
    state, _ = walk("ALDA", "ALDA", "BERTA", fixes=True)
    assert state is not None
    assert state.is_open
    assert state.fix == fix_at(13)
    assert kept.load(Claimed, kept.dump(state)) == state
    at = DETECTOR.deadline(state)
    assert at == START + 12 * MINUTE_US + KEEP_US
    assert DETECTOR.wake(SHIP, state, at) == (None, [])


def test_what_stands_is_open_no_more_and_takes_no_fix() -> None:
    state, told = walk("ALDA", "ALDA", "BERTA", "BERTA", fixes=True)
    assert state is not None
    assert not state.is_open
    assert [(fact.key_at, fact.place) for fact in told] == [(START + 12 * MINUTE_US, fix_at(13))]
    before, at = kept.dump(state), START + 20 * MINUTE_US
    report = StaticReport(
        at=at, received_at=at, seq=9, source=0, static=Static(mmsi=MMSI, name="BERTA"), known_at=at
    )  # fmt: skip
    news = News(report, report.static, UNSTOOD, changes=False)
    state, told = DETECTOR.step(state, Word(at, news=news))  # noted more often than it need be
    assert (kept.dump(state), told) == (before, [])


def test_of_two_fields_each_is_forgotten_in_its_time() -> None:
    state, _ = walk("ALDA", "ALDA", "BERTA")
    other, _ = walk("ALDA", "ALDA", "ALDA", "CARLA")
    assert state is not None
    assert other is not None
    state.fields["callsign"] = other.fields["name"]
    at = DETECTOR.deadline(state)
    assert at is not None
    rest, told = DETECTOR.wake(SHIP, state, at)
    assert rest is not None
    assert (rest.fields, told) == ({"callsign": other.fields["name"]}, [])


@pytest.mark.parametrize(
    ("name", "one", "other", "is_one"),
    [
        ("name", "SPARTA II", "SPARTA-II", True), ("name", "SPARTA II", "SPARTA IV", False),
        ("name", "A" * 20 + "B", "A" * 20, True), ("callsign", "UB 1", "ub1", True),
        ("imo", "9268710", "9268711", False), ("ship_type", "70", "79", True),
        ("ship_type", "70", "80", False), ("ship_type", "35", "36", False),
        ("ship_type", "1", "2", False), ("size", "120 x 18 m", "125 x 21 m", True),
        ("size", "120 x 18 m", "126 x 18 m", False), ("size", "120 x 18 m", "120 x 22 m", False),
    ],
)  # fmt: skip
def test_what_is_one_value(name: str, one: str, other: str, is_one: bool) -> None:  # noqa: FBT001
    assert same(name, one, other) is same(name, other, one) is is_one


def test_values_as_they_are_told() -> None:
    """None where there is nothing to tell."""
    static = Static(mmsi=MMSI, name=" ALDA  II ", ship_type=71, to_bow_m=30, to_stern_m=5,
                    to_port_m=3, to_starboard_m=4)  # fmt: skip
    assert value_of("name", static) == "ALDA II"
    assert value_of("size", static) == "35 x 7 m"
    assert shown("ship_type", value_of("ship_type", static) or "") == "cargo, hazard X"
    assert shown("ship_type", "5") == "type 5"
    longer = Static(mmsi=MMSI, to_bow_m=60)
    assert value_of("size", longer, static) == "65 x 7 m"  # what she does not say she said before
    assert value_of("size", Static(mmsi=MMSI), static) is None
    nothing = Static(mmsi=MMSI, name="  ", to_bow_m=30)
    assert [value_of(name, nothing) for name in ("name", "size", "imo")] == [None] * 3


def test_a_ship_that_says_the_same_is_let_go_as_before() -> None:
    """What is not open is not watched: such ships need not stay in memory."""
    pipeline = Pipeline(FenceSet(ports=()))
    statics = [named(minute, "ALDA") for minute in (0, 6, 12)]
    pipeline.take("s", reports_of([fix_at(0), fix_at(20)], statics))
    pipeline.take("s", reports_of([fix_at(60)]))
    assert pipeline.detection.watched_by("identity") == 0
