"""Ships in areas, step by step: what is remembered, and what of a batch is looked at at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact, Found
from monitor.engine.detect.vessel.area import Areas, InArea, Inside, Within
from monitor.engine.geofence import AREA_MARGIN_M, Area, FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import EventKind, Fix, Reports, ShipInArea
from monitor.units import DAY_US, MINUTE_US
from tests.scenario.sea import MMSI, START, area_of, draw, fix_at, square

AREA = area_of(square(0, 0, 1000), START - DAY_US)
"""A kilometre to each side of the origin."""

DETECTOR = Areas(FenceSet(ports=(), areas=(AREA,)))


def walk(*fixes: Fix, area: Area = AREA, state: Inside | None = None) -> tuple[Any, list[Found]]:
    """What comes of a ship's fixes."""
    prev, told = None, []
    for fix in fixes:
        distance = max(abs(fix.lon - 10), abs(fix.lat - 5)) * 111_195
        moment = InArea(area, fix, prev, distance <= 1000, distance <= 1000 + AREA_MARGIN_M, fix.at)
        state, found = DETECTOR.step(state, moment)
        told += found
        prev = fix
    return state, told


def kinds(told: list[Found]) -> list[str]:
    return [fact.kind.value for fact in told if isinstance(fact, Fact)]


def test_states_by_the_table() -> None:
    """Each line of the module, one after the other."""
    way = [
        fix_at(minute, east_m) for minute, east_m in enumerate((2000, 900, 500, 1100, 1500, 900))
    ]
    seen = [walk(*way[: n + 1])[0] for n in range(len(way))]
    states = [None if state is None else state.state for state in seen]
    assert states == [None, Within.ENTERING, Within.IN, Within.IN, Within.LEAVING, Within.IN]
    assert seen[3].out == way[3]
    assert seen[5].out is None
    state, told = walk(*way, fix_at(6, 1500), fix_at(7, 1600))
    assert (state, kinds(told)) == (None, ["AreaEntered", "AreaLeft"])
    left = told[-1]
    assert isinstance(left, Fact)
    assert (left.span.earliest, left.span.latest) == (way[5].at, fix_at(6).at)


def test_what_is_remembered_can_be_kept() -> None:
    """With all that it may hold."""
    state, _ = walk(
        *(fix_at(minute, east) for minute, east in enumerate((2000, 900, 500, 1100, 1500)))
    )
    assert state.beyond is not None
    assert kept.load(Inside, kept.dump(state)) == state
    key = ShipInArea(MMSI, 0, AREA.id)
    assert kept.key_of(ShipInArea, kept.key_text(key)) == key


@pytest.mark.parametrize("minute", [0, 5])
def test_an_area_that_is_over_forgets_her(minute: int) -> None:
    over = area_of(AREA.shape, START - DAY_US, until=START + minute * MINUTE_US)
    state = Inside(Within.IN, fix_at(-9))
    assert walk(fix_at(minute), area=over, state=state) == (None, [])


def test_facts_name_the_area_and_its_owner() -> None:
    """And the stay, by which all that is told of it is one story."""
    way = (2000, 900, 500, 1500, 1600)
    _, told = walk(*(fix_at(minute, east_m) for minute, east_m in enumerate(way)))
    entered, left = (fact for fact in told if isinstance(fact, Fact))
    for fact in (entered, left):
        assert fact.figures["area"] == "Gate"
        assert (fact.figures["owner"], fact.figures["shared"]) == ("ann", True)
    assert entered.figures["stay"] == left.figures["stay"]
    assert (entered.kind, entered.key_at) == (EventKind.AREA_ENTERED, fix_at(1).at)


def test_a_calm_ship_costs_nothing() -> None:
    """Inside, with nothing that could change: she is not looked at one by one, nor written."""
    sea = draw("Za Zb Zc Zd Ze Zf Zg", stay={"g": 20})
    pipeline = Pipeline(sea.fences)
    half = len(sea.fixes) // 2
    for rows in (sea.fixes[:half], sea.fixes[half:]):
        batch = rows.copy()
        pipeline.take("s", Reports(positions=batch, lines=len(batch), clock=batch["received_at"]))
        pipeline.advance(int(batch["received_at"][-1]) + 10 * MINUTE_US)
        changed = [row for row in pipeline.detection.take_changed() if row.detector == "area"]
        if rows is sea.fixes:
            assert len(changed) == 1
    assert changed == []
    assert pipeline.detection.watched_by("area") == 1


def test_areas_may_change_under_way() -> None:
    """Drawn while she is inside, and removed again: as if that were known from the start."""
    sea = draw("a b Zc Zd Ze Zf Zg Zh", stay={"h": 4})
    (area,) = sea.in_force("e", "h2").fences.areas

    def told(redrawn: dict[int, FenceSet], first: FenceSet) -> list[str]:
        pipeline, found = Pipeline(first, lateness_us=0), []
        for number, row in enumerate(np.split(sea.fixes, len(sea.fixes))):
            if number in redrawn:
                pipeline.redraw(redrawn[number])
            reports = Reports(positions=row.copy(), lines=1, clock=row["received_at"])
            found += pipeline.take("s", reports).findings
        return [event.id for event in [*found, *pipeline.finish().findings]]

    none = FenceSet(ports=())
    known = none.with_areas((area,))
    standing = none.with_areas((replace(area, until=None),))
    assert told({}, known) == told({4: standing, 8: known}, none) != []
