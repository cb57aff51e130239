"""A stored clock that stands ahead of now: earlier releases believed a stamp of 2037."""

from __future__ import annotations

from monitor.engine.pipeline import Pipeline
from monitor.units import DAY_US, HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port
from tests.unit.engine.test_pipeline import FenceSet, reports_of

FENCES = FenceSet(ports=(square_port(),))
NOW = START + 2 * HOUR_US
OTHER = MMSI + 1
FAR = 4000 * 24 * 60.0


def ahead() -> Pipeline:
    """She lies in port; another ship's report of years ahead has carried the clock away."""
    pipeline = Pipeline(FENCES)
    pipeline.take("log", reports_of([fix_at(minute, 20, 20) for minute in range(90)]))
    pipeline.take("log", reports_of([fix_at(FAR, 20, 20, mmsi=OTHER)]))
    pipeline.advance(START + round(FAR * MINUTE_US) + DAY_US)
    return pipeline


def test_the_clock_is_set_back_and_it_is_said() -> None:
    again = Pipeline(FENCES)
    (note,) = again.restore(ahead().snapshot(full=True), until=NOW)
    assert note.startswith("The stored clock stood at 203")
    assert "of 1 ships" in note
    assert again.newest == NOW
    assert again.waiting == 0


def test_reports_of_now_are_in_time_again() -> None:
    """Also those of the ship that was dated so."""
    again = Pipeline(FENCES)
    again.restore(ahead().snapshot(full=True), until=NOW)
    fixes = [fix_at(121, 20, 20), fix_at(121.5, 30, 20, mmsi=OTHER)]
    again.take("log", reports_of(fixes))
    outcome = again.advance(NOW + HOUR_US)
    assert sorted(outcome.fixes["mmsi"].tolist()) == [MMSI, OTHER]
    gone = [row for row in again.snapshot().states if row.state is None]
    assert len({(row.detector, row.key) for row in gone}) == len(gone)


def test_a_clock_that_is_not_ahead_stays() -> None:
    pipeline = Pipeline(FENCES)
    pipeline.take("log", reports_of([fix_at(minute, 20, 20) for minute in range(90)]))
    again = Pipeline(FENCES)
    assert again.restore(pipeline.snapshot(full=True), until=NOW) == []
    assert again.newest == pipeline.newest
