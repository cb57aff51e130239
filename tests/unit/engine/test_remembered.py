"""Who is let go and who stays; that nothing depends on it is held in ``scenario/test_recalled``."""

from __future__ import annotations

import pytest

from monitor.engine import remembered
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.engine.remembered import MORE, ROOM, UNHEARD_US, held_keys, keys_of
from monitor.model import Fix
from monitor.units import DAY_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port
from tests.scenario.shelf import Shelf
from tests.unit.engine.test_pipeline import named, reports_of

FENCES = FenceSet(ports=(square_port(),))
AWAY_M = 50_000
LATER = UNHEARD_US / MINUTE_US + 60


def heard(count: int, minute: float = 0, **fields: float) -> list[Fix]:
    """One fix each of so many ships, far from the port, a second apart."""
    return [
        fix_at(minute + n / 60, AWAY_M, mmsi=MMSI + n, content=n + 1, **fields)
        for n in range(count)
    ]


def shelf(most: int = 1000) -> Shelf:
    """A pipe that remembers so many."""
    return Shelf(Pipeline(FENCES), most)


def test_all_stay_while_they_are_few_and_were_heard_lately() -> None:
    watch = shelf()
    watch.take(reports_of(heard(3)))
    watch.take(reports_of(heard(1, 60)))
    assert not watch.gone
    assert not watch.pipeline.remembered.partial


def test_who_is_not_heard_for_days_is_let_go_and_counts_on() -> None:
    """What is open, keeps her: she lies in port."""
    watch = shelf()
    watch.take(reports_of([*heard(3), fix_at(1, sog_kn=0.0, mmsi=MMSI + 7)]))
    watch.take(reports_of(heard(1, LATER)))
    watch.take(reports_of(heard(1, LATER + 200)))
    assert watch.gone == {MMSI + 1, MMSI + 2}
    assert watch.pipeline.tracker.index.keys() == {MMSI, MMSI + 7}
    assert watch.pipeline.vessels == 4


def test_beyond_the_most_those_go_that_were_not_heard_for_longest() -> None:
    """So many that it need not be looked with each batch."""
    watch = shelf(most=100)
    watch.take(reports_of(heard(101)))
    assert not watch.gone  # their reports wait
    watch.take(reports_of(heard(1, 10)))
    assert watch.gone == {MMSI + n for n in range(1, 102 - round(ROOM * 100))}


def test_names_alone_are_let_go_as_well() -> None:
    watch = shelf()
    watch.take(reports_of(heard(1), [named(0, "ALDA", MMSI + 5)]))
    watch.take(reports_of(heard(1, 10)))
    assert watch.pipeline.remembered.knows(MMSI + 5)
    watch.take(reports_of(heard(1, LATER)))
    assert watch.gone == {MMSI + 5}
    assert not watch.pipeline.remembered.knows(MMSI + 5)


def test_a_flood_of_numbers_leaves_as_many_as_there_is_room_for() -> None:
    """Each is heard once; those of which reports wait are two minutes' worth."""
    watch, most, numbers = shelf(most=200), 200, 4000
    sizes = []
    for begin in range(0, numbers, 100):
        fixes = [
            fix_at((begin + n) / 60, AWAY_M, mmsi=MMSI + begin + n, content=begin + n + 1)
            for n in range(100)
        ]
        watch.take(reports_of(fixes))
        sizes.append(len(watch.pipeline.tracker.index))
    assert max(sizes) <= MORE * (most + 120)
    assert watch.pipeline.vessels == numbers - watch.pipeline.waiting
    assert len(watch.pipeline.tracker.last) < 2000


def test_nobody_is_looked_for_while_all_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """And then only who is no base station."""
    monkeypatch.setattr(remembered, "UNHEARD_US", DAY_US)
    watch = shelf()
    strangers = reports_of([fix_at(0, AWAY_M, mmsi=2_320_001), *heard(2)])
    assert watch.pipeline.absent(strangers) == set()
    watch.pipeline.remembered.begin(elsewhere=5, partial=True)
    assert watch.pipeline.absent(strangers) == {MMSI, MMSI + 1}
    assert watch.pipeline.vessels == 5


def test_keys_are_those_under_which_it_is_kept() -> None:
    """Of each ship: what she says, her tracks, and her episodes at each port."""
    watch = shelf()
    fixes = [fix_at(minute, 300 * minute) for minute in range(30)]
    watch.take(reports_of(fixes, [named(0, "ALDA")]))
    watch.take(reports_of([fix_at(100, 9e6)]))
    watch.take(reports_of(heard(1, 200)))
    watch.pipeline.advance(START + DAY_US)
    kinds = {"said", "track", "episode"}
    rows = watch.pipeline.snapshot(full=True).states
    kept = {(row.detector, row.key) for row in rows if row.detector in kinds}
    assert {kind for kind, _ in kept} == kinds
    assert kept <= set(keys_of([MMSI], ["home"]))
    assert held_keys(key for kind, key in kept if kind == "track") == {MMSI}
