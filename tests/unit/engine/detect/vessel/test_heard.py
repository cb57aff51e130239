"""Fixes of some ships of a batch: by ship and track, each with when it was known."""

from __future__ import annotations

from monitor.engine.detect.vessel.heard import fixes_of
from monitor.model import Ship
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
