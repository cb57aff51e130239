"""Who is astray, step by step; areas of several are in ``test_interference``."""

from __future__ import annotations

from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.vessel.astray import SILENT_US, THERE_M, Leapt, Strays
from monitor.engine.geofence import FenceSet
from monitor.model import Ship
from monitor.units import HOUR_US
from tests.scenario.sea import START, fix_at

SHIP = Ship(1, 2)


def detector() -> Strays:
    return Strays(FenceSet(ports=()))


def moment(minute: float, why: Astray | None = None, **words: object) -> OffTrack:
    """A fix of a track that leapt here before."""
    fix = fix_at(minute, mmsi=1)
    return OffTrack(fix.at, why, fix, fix, None)._replace(**words)


def test_what_is_not_believed_is_told_and_nothing_remembered() -> None:
    for why in Astray:
        stray = moment(1, why)
        assert detector().step(None, stray) == (None, [stray])


def test_a_track_that_leapt_is_told_of_while_it_is_there() -> None:
    first = moment(1, origin=fix_at(0, 1_000_000, mmsi=1))
    state, told = detector().step(None, first)
    assert told == [first]
    assert state is not None
    there = moment(60)
    state, told = detector().step(state, there)
    assert told == [there]
    away = moment(90)._replace(fix=fix_at(90, THERE_M + 2_000, mmsi=1))
    assert detector().step(state, away) == (None, [away])
    assert detector().step(None, moment(91)) == (None, [])


def test_fixes_of_before_it_was_known_count_as_of_then() -> None:
    """It is known six hours later; what is between is not silence."""
    first = moment(1, origin=fix_at(0, 1_000_000, mmsi=1), decided_at=START + 6 * HOUR_US)
    state, _ = detector().step(None, first)
    assert state is not None
    assert detector().deadline(state) == START + 6 * HOUR_US + SILENT_US


def test_in_silence_it_is_forgotten_and_nobody_is_kept_in_memory_for_it() -> None:
    state = Leapt(5.0, 10.0, START)
    assert detector().wake(SHIP, state, START + SILENT_US) == (None, [])
    assert detector().holds(state) is False
