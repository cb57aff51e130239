"""Fixes of some ships of a batch: by ship and track, each with when it was known."""

from __future__ import annotations

from dataclasses import replace

from monitor.engine.detect.vessel.heard import Word, fixes_of, words_of
from monitor.engine.identity import News
from monitor.engine.stood import UNSTOOD
from monitor.model import Ship, Static, StaticReport
from tests.scenario.sea import MMSI, fix_at
from tests.unit.engine.detect.lamps import seen

OTHER = MMSI + 1


def test_fixes_of_those_that_are_asked_for() -> None:
    batch = seen(9, fix_at(0), fix_at(1, mmsi=OTHER), fix_at(2), fix_at(3, mmsi=MMSI + 2))
    found = list(fixes_of(batch, {Ship(MMSI, 0), Ship(OTHER, 0), Ship(OTHER, 1)}))
    assert [(ship, now, fix.at) for ship, now, fix in found] == [
        (Ship(MMSI, 0), fix_at(0).at, fix_at(0).at), (Ship(MMSI, 0), fix_at(2).at, fix_at(2).at),
        (Ship(OTHER, 0), fix_at(1).at, fix_at(1).at),
    ]  # fmt: skip
    assert list(fixes_of(batch, set())) == []


def test_what_was_believed_later_is_known_from_then_on() -> None:
    batch = seen(9, fix_at(0), fix_at(2))
    batch.tracks.links["decided_at"][1] = fix_at(7).at
    assert [now for _, now, _ in fixes_of(batch, {Ship(MMSI, 0)})] == [fix_at(0).at, fix_at(7).at]


def said(minute: float, mmsi: int, name: str) -> News:
    at = fix_at(minute).at
    static = Static(mmsi=mmsi, name=name)
    report = StaticReport(at=at, received_at=at, seq=0, source=0, static=static, known_at=at)
    return News(report, Static(mmsi=mmsi), UNSTOOD, changes=True)


def test_what_is_new_comes_with_the_fixes_of_its_ship_and_reports_before_fixes() -> None:
    """Of one that is watched, too: it may be new against what is remembered of her."""
    watched, open_, quiet = Ship(MMSI + 1, 0), Ship(MMSI + 2, 0), MMSI + 3
    fixes = [fix_at(2, mmsi=MMSI + number) for number in range(4)]
    batch = seen(9, *fixes)
    news = [said(2, MMSI, "NEW"), said(1, watched.mmsi, "OLD"), said(1, quiet, "OLD")]
    batch = replace(batch, news=news)
    found = list(
        words_of(batch, lambda one: one.report.static.name == "NEW", {watched, open_}, {open_})
    )
    assert found == [
        (watched, Word(fix_at(1).at, news=news[1])),
        (Ship(MMSI, 0), Word(fix_at(2).at, news=news[0])),
        (Ship(MMSI, 0), Word(fix_at(2).at, fix=fixes[0])),
        (watched, Word(fix_at(2).at, fix=fixes[1])),
        (open_, Word(fix_at(2).at, fix=fixes[2])),
    ]
