"""Who was astray, as rows, and from when on something else was."""

from __future__ import annotations

from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import OffTrack
from monitor.engine.kept import Kept
from monitor.engine.snapshot import Areas
from monitor.store.off_track import (
    areas_of,
    areas_row,
    changed_within,
    off_track_of,
    off_track_rows,
)
from monitor.units import MINUTE_US, to_datetime
from tests.scenario.sea import START, fix_at

ONE = OffTrack(START, Astray.LEAPT, fix_at(0), fix_at(-2), fix_at(-9, 900_000))
OTHER = OffTrack(START + MINUTE_US, None, fix_at(1), fix_at(1), None, number=2)


def test_they_come_back_with_the_numbers_of_their_sources() -> None:
    one = ONE._replace(fix=ONE.fix._replace(source=1))
    rows = off_track_rows([one, OTHER], [7, 9])
    assert [(row[0], row[1]) for row in rows] == [
        (one.fix.mmsi, to_datetime(START)), (OTHER.fix.mmsi, to_datetime(START + MINUTE_US)),
    ]  # fmt: skip
    stored = [{"moment": row[2]} for row in rows]
    assert repr(off_track_of(stored, {7: 0, 9: 1})) == repr([one, OTHER])
    assert [m.fix.source for m in off_track_of(stored, {7: 4, 9: 3})] == [3, 4]


def test_what_changed_is_known_by_what_is_said_and_not_by_how_it_came() -> None:
    again = OTHER._replace(fix=OTHER.fix._replace(seq=99, received_at=START + 7, raw=b""))
    first, second = START, START + MINUTE_US
    assert changed_within([ONE, OTHER], [again, ONE]) is None
    assert changed_within([ONE], [ONE, OTHER]) == (second, second)
    assert changed_within([ONE, OTHER], [OTHER]) == (first, first)
    assert changed_within([OTHER], [OTHER._replace(number=1)]) == (second, second)
    assert changed_within([ONE], [ONE._replace(alone=False)]) == (first, first)
    assert changed_within([ONE], [ONE._replace(origin=None)]) == (first, first)
    assert changed_within([], [OTHER, ONE]) == (first, second)


def test_areas_come_back_as_they_stood() -> None:
    areas = Areas(START, [Kept("interference", 1, '["here"]', '{"a": 1}')])
    at, states = areas_row(areas)
    assert areas_of({"at": at, "states": states}) == areas
