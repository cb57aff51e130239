"""Who is let go and who stays; that nothing depends on it is held in ``scenario/test_recalled``."""

from __future__ import annotations

import pytest

from monitor.engine import remembered
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.engine.remembered import MORE, RECALLED, ROOM, UNHEARD_US, held_keys
from monitor.model import Event, Fix, PortCall
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
    """As long as something is to be told of her she stays: that she is silent in port, by then."""
    watch = shelf()
    watch.take(reports_of([*heard(3), fix_at(1, sog_kn=0.0, mmsi=MMSI + 7)]))
    watch.take(reports_of(heard(1, LATER)))
    watch.take(reports_of(heard(1, LATER + 200)))
    assert watch.gone == {MMSI + 1, MMSI + 2, MMSI + 7}
    assert watch.pipeline.tracker.index.keys() == {MMSI}
    assert watch.pipeline.vessels == 4
    assert watch.pipeline.detection.watched_by("visit") == 1


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
    watch.pipeline.remembered.begin(elsewhere=5, partial=True, asleep={}, wakes={})
    assert watch.pipeline.absent(strangers) == {MMSI, MMSI + 1}
    assert watch.pipeline.vessels == 5


def test_who_has_a_deadline_is_looked_for_when_it_comes() -> None:
    """With the reports by which it is passed, and until she is recalled."""
    watch = shelf()
    pipeline, far = watch.pipeline, reports_of([fix_at(500, AWAY_M)])
    deadlines = {MMSI + 8: fix_at(20).at, MMSI + 9: fix_at(400).at, MMSI + 7: fix_at(900).at}
    pipeline.remembered.begin(elsewhere=0, partial=True, asleep={}, wakes=deadlines)
    assert pipeline.absent(reports_of([fix_at(20, AWAY_M)])) == {MMSI}
    for _ in range(2):
        assert pipeline.absent(far) == {MMSI, MMSI + 8, MMSI + 9}
    assert pipeline.remembered.next_deadline_at == deadlines[MMSI + 7]
    watch.recall({MMSI + 8})
    assert pipeline.absent(far) == {MMSI, MMSI + 9}


def in_port(begin: int, count: int) -> list[Fix]:
    """One fix each of so many numbers, at a berth, a second apart."""
    return [
        fix_at(n / 60, mmsi=MMSI + n, sog_kn=0.0, content=n + 1)
        for n in range(begin + 1, begin + count + 1)
    ]


def test_a_flood_of_numbers_in_a_harbour_leaves_as_many_as_there_is_room_for() -> None:
    """Each waits for its silence to be told, four hours on: in the store, and it is told then."""
    watch, most, numbers = shelf(most=200), 200, 3000
    found, sizes, pipeline = [], [], watch.pipeline
    for begin in range(0, numbers, 100):
        found += watch.take(reports_of(in_port(begin, 100))).findings
        sizes.append(len(pipeline.tracker.index))
        sizes += [len(one.states) for one in pipeline.detection.lookouts]
    assert max(sizes) <= MORE * (most + 20 * 60)  # those of twenty minutes are compared with others
    for minute in range(60, 400, 5):
        found += watch.take(reports_of(heard(1, minute))).findings
        sizes.append(len(pipeline.tracker.index))
        visits = [one for one in pipeline.detection.lookouts if one.detector.NAME == "visit"]
        if minute == 220:
            assert len(visits[0].states) <= ROOM * most
            assert pipeline.detection.waiting == numbers + 1
            assert pipeline.remembered.next_deadline_at == fix_at(240 + 1 / 60).at
    assert max(sizes) <= MORE * (most + 20 * 60)
    dark = [one for one in found if isinstance(one, Event) and one.kind.value == "WentDarkInside"]
    assert {one.mmsi: one.decided_at - 240 * MINUTE_US for one in dark} == {
        fix.mmsi: fix.at for fix in in_port(0, numbers)
    }
    assert pipeline.detection.watched_by("visit") == numbers
    assert pipeline.vessels == numbers + 1


def test_whose_call_is_open_goes_on_with_it_after_weeks() -> None:
    """She is let go when she was silent for days, and sails when she is heard again."""
    watch, weeks = shelf(), 30 * DAY_US / MINUTE_US
    lies = [fix_at(minute, sog_kn=0.0, mmsi=MMSI + 7) for minute in range(0, 61, 5)]
    found = [*watch.take(reports_of([*lies, *heard(1, 61)])).findings]
    for minute in (300, LATER, LATER + 200):
        found += watch.take(reports_of(heard(1, minute))).findings
    begun = found[-1]
    assert isinstance(begun, PortCall)
    assert watch.gone == {MMSI + 7}
    sails = [
        fix_at(weeks + n, 400 * n, sog_kn=12.0, mmsi=MMSI + 7, content=90 + n) for n in range(40)
    ]
    found = watch.take(reports_of(sails)).findings
    found += watch.take(reports_of(heard(1, weeks + 60))).findings
    calls = [one for one in found if isinstance(one, PortCall)]
    assert (begun.departed, calls[-1].id, calls[-1].arrived) == (None, begun.id, begun.arrived)
    assert calls[-1].departed is not None
    assert watch.pipeline.detection.watched_by("visit") == 0


def test_what_is_recalled_is_what_is_kept_of_a_ship() -> None:
    """What she says, her tracks, her episodes, and what detectors remember."""
    watch = shelf()
    fixes = [fix_at(minute, 300 * minute) for minute in range(30)]
    watch.take(reports_of(fixes, [named(0, "ALDA")]))
    watch.take(reports_of([fix_at(100, 9e6)]))
    watch.take(reports_of(heard(1, 200)))
    watch.pipeline.advance(START + DAY_US)
    kept = {(row.detector, row.key) for row in watch.pipeline.snapshot(full=True).states}
    assert {"said", "track", "episode", "voyage"} <= {kind for kind, _ in kept} <= {*RECALLED}
    assert held_keys(key for kind, key in kept if kind == "track") == {MMSI}
