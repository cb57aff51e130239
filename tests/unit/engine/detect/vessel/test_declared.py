"""Declared destinations, step by step: what is remembered, what a fix decides, and until when."""

from __future__ import annotations

import math
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.vessel.declared import (
    UNDER_WAY_KN,
    Bound,
    Declarations,
    Word,
    declared,
)
from monitor.engine.detect.vessel.turns import KEEP_US
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Names, News
from monitor.engine.pipeline import Pipeline
from monitor.engine.stood import UNSTOOD
from monitor.model import Ship, Static, StaticReport
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at
from tests.unit.engine.test_pipeline import reports_of

DETECTOR = Declarations(FenceSet(ports=()))


def said(minute: float, text: str | None) -> StaticReport:
    at = START + round(minute * MINUTE_US)
    static = Static(mmsi=MMSI, destination=text)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=static, known_at=at)


def walk(*what: str | float) -> tuple[Bound | None, list[Any]]:
    """A text or the speed of a fix, every six minutes."""
    heard = Names()
    heard.put([said(6 * n, text) for n, text in enumerate(what) if isinstance(text, str)])
    heard.advance(START + KEEP_US)
    news = {one.now: one for one in heard.news}
    state, told = None, []
    for n, item in enumerate(what):
        at = START + 6 * n * MINUTE_US
        if isinstance(item, str):
            if at not in news:
                continue
            word = Word(at, news=news[at])
        else:
            word = Word(at, fix=fix_at(6 * n, sog_kn=item))
        state, found = DETECTOR.step(state, word)
        told += [str(fact.kind) for fact in found]
    return state, told


def test_who_declares_one_port_is_not_remembered() -> None:
    assert walk("TARTUS", 9.0, "SYTTS", 9.0, "TARTUS", 9.0) == (None, [])


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (("TARTUS", "TARTUS", "TOBRUK", 9.0, "TOBRUK"), 1),
        (("TARTUS", "TARTUS", "TOBRUK", "TOBRUK", 9.0), 1),
        (("TARTUS", "TARTUS", "TOBRUK", "TOBRUK", math.nan, 9.0, 9.0), 1),
        (("TARTUS", "TARTUS", "TOBRUK", "TOBRUK", UNDER_WAY_KN - 0.1, 9.0), 0),
        (("TARTUS", "TARTUS", "TOBRUK", UNDER_WAY_KN, "TOBRUK"), 1),
        (("TARTUS", "TARTUS", 9.0, "TOBRUK", "TOBRUK", 0.0), 0),
        (("TARTUS", "TARTUS", "TOBRUK", 9.0, 0.0, "TOBRUK"), 0),
        (("TARTUS", "TARTUS", "TOBRUK", "TOBRUK", "TARTUS", 9.0), 0),
    ],
)
def test_the_last_fix_since_then_decides_or_the_next(what: tuple[Any, ...], told: int) -> None:
    """The fixes before she says it do not count, and what does not hold any more is not told."""
    assert walk(*what)[1] == ["DestinationChanged"] * told


def test_what_is_remembered_can_be_kept_and_is_forgotten_after_a_week() -> None:
    state, _ = walk("TARTUS", "TARTUS", "TOBRUK", 9.0)
    assert state is not None
    assert state.is_open
    assert kept.load(Bound, kept.dump(state)) == state
    at = DETECTOR.deadline(state)
    assert at == START + 12 * MINUTE_US + KEEP_US
    assert DETECTOR.wake(Ship(MMSI, 0), state, at) == (None, [])


def test_what_stands_takes_no_more_fixes() -> None:
    """Nor holds it one: what is noted more often than it need be changes nothing."""
    state, _ = walk("TARTUS", "TARTUS", "TOBRUK", 9.0, "TOBRUK", 11.0)
    assert state is not None
    assert not state.is_open
    before = kept.dump(state)
    report = said(40, "TOBRUK")
    news = News(report, report.static, UNSTOOD, changes=False)
    state, told = DETECTOR.step(state, Word(news.now, news=news))
    assert (kept.dump(state), told) == (before, [])


def test_padding_is_no_destination() -> None:
    assert declared(Static(mmsi=MMSI, destination="TARTUS@@@ ")) == "TARTUS"
    assert declared(Static(mmsi=MMSI, destination="@@@")) is None
    assert declared(Static(mmsi=MMSI)) is None


def test_a_ship_that_declares_one_thing_is_not_watched() -> None:
    """Such ships need not stay in memory."""
    pipeline = Pipeline(FenceSet(ports=()))
    statics = [said(minute, "TARTUS") for minute in (0, 6, 12)]
    pipeline.take("s", reports_of([fix_at(0), fix_at(20)], statics))
    pipeline.take("s", reports_of([fix_at(60)]))
    assert pipeline.detection.watched_by("declared") == 0
