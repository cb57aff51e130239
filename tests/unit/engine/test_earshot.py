"""Who is heard where at sea: noted once, the same however it is cut, and kept as long as asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.engine.earshot import (
    AREA_US,
    CELL_US,
    CELLS,
    MOST_BEGINS,
    Cell,
    Earshot,
    area_name,
    cell_name,
    cells_of,
    middle_of,
)
from monitor.engine.geofence import FenceSet
from monitor.engine.reception import BASELINE_US, KEEP_US, SEA
from monitor.model import FIX
from monitor.units import DAY_US, HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, fix_at, square_port

FENCES = FenceSet(ports=(square_port(),))
LON, LAT = FENCES.ports[0].centre
BEGIN = 1_700_006_400_000_000 // DAY_US * DAY_US


def heard(minute: float, east_deg: float = 2.1, north_deg: float = 0.1, **words: Any) -> Any:
    at = BEGIN + int(minute * MINUTE_US)
    fix = fix_at(0, 0, 0, at=at)._replace(lon=LON + east_deg, lat=LAT + north_deg, received_at=at)
    return fix._replace(**words)


def rows(*fixes: Any) -> Any:
    return np.array([tuple(fix) for fix in fixes], dtype=FIX)


def listening(*fixes: Any, cut: int = 1000) -> Earshot:
    earshot = Earshot(FENCES)
    for begin in range(0, len(fixes), cut):
        earshot.take(rows(*fixes[begin : begin + cut]))
    return earshot


def kept(earshot: Earshot) -> Any:
    return [
        (key, sorted(bucket.vessels), bucket.messages)
        for key, bucket in earshot.take_changed(full=True)
    ]


def test_names_are_those_of_places() -> None:
    (cell,) = cells_of([27.6], [34.6])
    assert cell_name(cell) == "sea cell +34.50+027.50"
    assert area_name(cell) == "sea area +34+027"
    assert middle_of(area_name(cell)) == (27.5, 34.5)
    (cell,) = cells_of([-0.1], [-0.1])
    assert (area_name(cell), middle_of(area_name(cell))) == ("sea area -01-001", (-0.5, -0.5))
    assert cells_of([180.0], [90.0]) == [Cell(180 * CELLS - 1, 0)]


def test_ships_are_noted_by_area_and_by_cell() -> None:
    (cell,) = cells_of([LON + 2.1], [LAT + 0.1])
    earshot = listening(heard(1), heard(31), heard(32, mmsi=MMSI + 1))
    assert earshot.areas(BEGIN) == {area_name(cell): {MMSI}}
    assert earshot.areas(BEGIN + AREA_US) == {area_name(cell): {MMSI, MMSI + 1}}
    assert earshot.ships(cell_name(cell), BEGIN) == {MMSI, MMSI + 1}
    assert earshot.usual == {(cell_name(cell), BEGIN): 2}
    assert earshot.ships(cell_name(cell), BEGIN + CELL_US) == set()


def test_what_is_far_or_nowhere_is_not_noted() -> None:
    nowhere = [heard(1, lat=91.0), heard(1, lon=181.0), heard(1, lat=float("nan"))]
    assert kept(listening(*nowhere, heard(1, east_deg=15.0))) == []


def test_cuts_and_order_change_nothing() -> None:
    """Ships whose numbers share a place in the memory of who was noted last, too."""
    fixes = [
        heard(minute, east_deg=2.0 + minute / 100, mmsi=MMSI + number, source=source)
        for minute in range(0, 240, 7) for number in (0, 1, 1 << 16) for source in (0, 1)
    ]  # fmt: skip
    wanted = kept(listening(*fixes))
    assert wanted
    for cut in (1, 5):
        assert kept(listening(*fixes, cut=cut)) == wanted
    assert kept(listening(*reversed(fixes))) == wanted


def test_what_changed_is_told_once() -> None:
    earshot = listening(heard(1))
    assert len(earshot.take_changed()) == 2
    earshot.take(rows(heard(2)))
    assert earshot.take_changed() == []
    earshot.take(rows(heard(2, mmsi=MMSI + 1)))
    assert len(earshot.take_changed()) == 2


def test_it_goes_on_from_what_was_kept() -> None:
    earshot = listening(heard(1), heard(400))
    usual = [(name, at, count) for (name, at), count in earshot.usual.items()]
    other = Earshot(FENCES)
    other.restore(earshot.take_changed(full=True), usual)
    assert (kept(other), other.usual) == (kept(earshot), earshot.usual)
    assert other.areas(BEGIN) == earshot.areas(BEGIN) != {}
    other.restore([((0, "home", BEGIN), next(iter(earshot.buckets.values())))], [("home", 1, 1)])
    assert (other.buckets, other.areas(BEGIN), other.usual) == ({}, {}, {})


def test_older_logs_are_told_of() -> None:
    """In memory or not: what was over and got something is rewritten, and told."""
    earshot = listening(heard(0))
    earshot.take(rows(heard(1)), passed=BEGIN + DAY_US)
    assert earshot.take_rewritten() == []  # she was heard there already
    earshot.take(rows(heard(1, mmsi=MMSI + 1)), passed=BEGIN + DAY_US)
    assert earshot.take_rewritten() == [(SEA, BEGIN)]
    earshot.forget(BEGIN + KEEP_US + 3 * CELL_US)
    earshot.take_changed()
    earshot.forget(BEGIN + KEEP_US + 3 * CELL_US)
    assert earshot.buckets == {}
    earshot.take(rows(heard(1, mmsi=MMSI + 2)), passed=BEGIN + 3 * DAY_US)
    added = earshot.take_added()
    assert [bucket.vessels for _, bucket in added] == [{MMSI + 2}] * 2
    assert (earshot.buckets, earshot.take_added()) == ({}, [])


def test_what_no_silence_needs_is_forgotten() -> None:
    """But for what is still to be stored; how many were heard in a cell, after two weeks."""
    earshot = listening(heard(1))
    until = BEGIN + KEEP_US + 3 * CELL_US
    earshot.forget(until)
    assert len(earshot.buckets) == 2
    earshot.take_changed()
    earshot.take(rows(heard((until - BEGIN) // MINUTE_US)))
    earshot.forget(until)
    assert {begin for _, _, begin in earshot.buckets} == {
        until // AREA_US * AREA_US, until // CELL_US * CELL_US
    }  # fmt: skip
    assert len(earshot.usual) == 2
    earshot.take_changed()
    earshot.forget(BEGIN + BASELINE_US + 2 * KEEP_US)
    assert BEGIN not in {begin for _, begin in earshot.usual}


def test_all_areas_are_known_by_name() -> None:
    """Those around the port that is watched, as far as ships are."""
    names = set(Earshot(FENCES).area_names)
    for east in (-6.0, 0.0, 6.0):
        (cell,) = cells_of([LON + east], [LAT])
        assert area_name(cell) in names
    assert len(names) < 300
    assert HOUR_US % AREA_US == CELL_US % AREA_US == 0


def test_who_was_heard_everywhere_is_known_anew_when_more_is_heard() -> None:
    """At sea, and near a port; of old half hours it is forgotten."""
    known = listening(heard(1, mmsi=1))
    assert known.everywhere(BEGIN) == ({1}, set())
    known.take(rows(heard(2, mmsi=2), heard(2, 0.05, mmsi=3)))
    assert known.everywhere(BEGIN) == ({1, 2}, {3})
    for number in range(1, MOST_BEGINS + 2):
        assert known.everywhere(BEGIN - number * AREA_US) == (set(), set())
    assert known.everywhere(BEGIN) == ({1, 2}, {3})
