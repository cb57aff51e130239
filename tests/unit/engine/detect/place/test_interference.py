"""Areas of interference, step by step; whole ones are drawn in ``test_drawn_interference``."""

from __future__ import annotations

import pytest

from monitor.engine import kept
from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import Fact, OffTrack
from monitor.engine.detect.disturbed import KEPT_US
from monitor.engine.detect.place.interference import (
    MOST_NAMED,
    MOST_SHIPS,
    SHIPS,
    WITHIN_US,
    Area,
    Interference,
    Odds,
    disturbances,
)
from monitor.engine.geofence import FenceSet
from monitor.model import EventKind, Fix, NamedArea
from monitor.units import NO_TIME
from tests.scenario.sea import START, fix_at

KEY = NamedArea("5.00N 10.00E 2023-11-14 22:13Z")


def detector() -> Interference:
    return Interference(FenceSet(ports=()))


def odds(mmsi: int, minute: float, why: Astray | None = Astray.LEAPT, **words: object) -> Odds:
    """The third fix of one that leapt here from 600 NM off."""
    fix = fix_at(minute, mmsi=mmsi)
    first = fix_at(minute - 2, mmsi=mmsi)
    origin = fix_at(minute - 9, 1_000_000 + 200_000 * mmsi, mmsi=mmsi)
    to = words.pop("to", True)
    of = OffTrack(fix.at, why, fix, first, origin)
    return Odds(of._replace(**words), to=bool(to))


def moved(moment: Odds, fix: Fix) -> Odds:
    return moment._replace(of=moment.of._replace(fix=fix))


def taken(*moments: Odds) -> tuple[Area, list[Fact]]:
    state, told = None, list[Fact]()
    for moment in moments:
        state, found = detector().step(state, moment)
        told += [fact for fact in found if isinstance(fact, Fact)]
    assert state is not None
    return state, told


def test_ships_are_told_of_with_bounds_members_and_times() -> None:
    state, (begun,) = taken(*(odds(n, 10 + n) for n in range(1, 1 + SHIPS)))
    assert begun.kind is EventKind.INTERFERENCE_BEGUN
    assert begun.figures["members"] == [1, 2, 3]
    assert begun.figures["area"] == "5.00N 10.00E 2023-11-14 22:22Z"
    assert [begun.figures[side] for side in ("west", "south")] == [10.0, 5.0]
    assert (begun.span.earliest, begun.span.latest) == (fix_at(2).at, fix_at(9).at)
    assert state.told == SHIPS


def test_one_number_counts_once() -> None:
    assert taken(*(odds(1, 10 + n) for n in range(9)), odds(2, 20))[1] == []


def test_two_ships_on_a_number_are_no_member_and_never_a_first() -> None:
    state, told = taken(odds(1, 10), odds(2, 11), odds(2, 12, alone=False), odds(3, 13))
    assert (set(state.ships), told) == ({1, 3}, [])


def test_of_whom_nothing_was_heard_for_two_hours_before_it_is_told_is_forgotten() -> None:
    state, told = taken(odds(1, 10), odds(2, 100), odds(3, 131))
    assert (set(state.ships), told) == ({2, 3}, [])
    assert len(taken(odds(1, 10), odds(2, 100), odds(3, 129))[1]) == 1


def test_it_ends_two_hours_behind_the_last_and_is_remembered_for_a_day() -> None:
    """Bounded by when who was heard so last was where she was, again."""
    told = [odds(n, 10 + n) for n in range(1, 1 + SHIPS)]
    for back in (True, False):
        later = [odds(SHIPS, 15, Astray.BACK), odds(1, 14, Astray.BACK)] if back else []
        state, _ = taken(*told, *later)
        at = detector().deadline(state)
        assert at == fix_at(13).at + WITHIN_US
        over, (ended,) = detector().wake(KEY, state, at)
        assert isinstance(ended, Fact)
        assert ended.span.latest == (fix_at(15).at if back else None)
        assert ("not heard where she was" in ended.why) is not back
        assert over is not None
        assert (detector().deadline(over), over.ships) == (at + KEPT_US, {})
        (known,) = disturbances({KEY: over})
        assert (known.area, known.last_at, known.ended_at) == (KEY.area, fix_at(13).at, at)
        assert detector().wake(KEY, over, at + KEPT_US) == (None, [])


def test_one_that_was_never_told_ends_in_silence() -> None:
    state, _ = taken(odds(1, 10))
    assert disturbances({KEY: state}) == []
    assert detector().wake(KEY, state, detector().deadline(state) or 0) == (None, [])


def test_there_may_be_more_ships_than_are_remembered() -> None:
    state, told = taken(*(odds(n, 10) for n in range(1, MOST_SHIPS + 9)))
    assert (len(state.ships), state.more) == (MOST_SHIPS, True)
    assert len(told[-1].figures["members"]) == MOST_NAMED
    assert len(kept.dump(state)) < 100_000


@pytest.mark.parametrize("to", [True, False])
def test_what_is_kept_is_read_back(to: bool) -> None:  # noqa: FBT001
    state, _ = taken(*(odds(n, 10 + n, to=to) for n in range(1, 1 + SHIPS)))
    assert kept.load(Area, kept.dump(state)) == state


def test_frozen_ships_count_with_their_third_fix() -> None:
    """Whatever the number of ships, none of them counts before."""
    froze = [odds(n, 10 + m, Astray.FROZEN, to=False, origin=None) for m in range(3)
             for n in range(1, 4)]  # fmt: skip
    assert taken(*froze[:-1])[1] == []
    (begun,) = taken(*froze)[1]
    assert begun.figures["froze"] == SHIPS
    assert begun.span.earliest is None


def test_a_track_that_leapt_there_keeps_it_alive_until_it_is_elsewhere() -> None:
    told = [odds(n, 10 + n) for n in range(1, 1 + SHIPS)]
    took = odds(1, 400, None, number=2)
    there = odds(1, 410, None, number=2, origin=None)
    other = odds(1, 420, None, number=0, origin=None)
    away = moved(there, fix_at(430, 500_000, mmsi=1))
    state, _ = taken(*told, took, there, other)
    assert state.last_at == fix_at(410).at
    state, _ = taken(*told, took, there, away, moved(there, fix_at(440, mmsi=1)))
    assert (state.last_at, state.ships[1].number) == (fix_at(410).at, -1)


def test_what_ended_is_not_gone_on_with() -> None:
    """Nor is it begun by one that is told of already."""
    state, _ = taken(*(odds(n, 10 + n) for n in range(1, 1 + SHIPS)))
    over, _ = detector().wake(KEY, state, START + WITHIN_US)
    again, told = detector().step(over, odds(9, 300))
    assert again is not None
    assert (set(again.ships), again.ended_at, told) == ({9}, NO_TIME, [])
