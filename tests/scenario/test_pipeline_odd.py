"""Leaps, strangers and silences around a port: the same story however it was cut and restarted."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from monitor.engine.candidate import Candidacy
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.snapshot import Snapshot
from monitor.model import FIX, Event, EventKind, Fix, PortCall, Reports
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port

FENCES = FenceSet(ports=(square_port(),))

Place = tuple[float, float]
PLACES: tuple[Place, ...] = (
    (0, 0), (0, 700), (-2500, 0), (3000, 0), (6000, 0), (20_000, 0), (300_000, 0), (-1e6, 0),
    (3e6, 0),
)  # fmt: skip
"""At berth, in the harbour, at anchor, in the approach, and farther and farther off."""


def drawn(chance: random.Random) -> list[Fix]:
    """Three ships on one number, that go from place to place, lie, leap, and are said elsewhere."""
    pace, strangers = chance.choice((0.5, 2, 5, 20, 60)), chance.choice((0, 0.3))
    where = {ship: chance.choice(PLACES) for ship in range(3)}
    bound: dict[int, Place] = {}
    fixes: list[Fix] = []
    at = START
    for seq in range(chance.choice((60, 120))):
        pause = chance.choice((0.3, 1, 1, 1, 2, 5, chance.choice((5, 5, 80))))
        at += round(pause * pace * MINUTE_US)
        ship = chance.randrange(3) if chance.random() < strangers else 0
        what = chance.random()
        if what < 0.05:
            bound[ship] = chance.choice(PLACES)
        elif what > 0.97:
            where[ship] = chance.choice(PLACES)
        where[ship] = _nearer(where[ship], bound.get(ship), 300 * pace * chance.random())
        place = chance.choice(PLACES) if 0.93 < what < 0.96 else where[ship]
        sog_kn = chance.choice((0.0, 0.0, 0.2, 5.0, 9.0))
        fixes.append(
            fix_at(0, *place, sog_kn=sog_kn, at=at, received_at=at, line=seq + 1, content=seq + 1)
        )
    return fixes


def _nearer(here: Place, there: Place | None, way_m: float) -> Place:
    if there is None or (left := math.dist(here, there)) <= way_m:
        return there or here
    return tuple(a + (b - a) * way_m / left for a, b in zip(here, there, strict=True))  # type: ignore[return-value]


def told(
    fixes: list[Fix], cuts: list[int], *, restart: bool = False
) -> tuple[list[Event | PortCall], Counter[Any], list[Candidacy]]:
    """Findings, refusals, and what came of candidates."""
    pipeline = Pipeline(FENCES)
    outcomes: list[Outcome] = []
    for begin, end in zip([0, *cuts], [*cuts, len(fixes)], strict=True):
        rows = np.array([tuple(fix) for fix in fixes[begin:end]], dtype=FIX)
        rows["seq"] = np.arange(len(rows))
        reports = Reports(positions=rows, lines=len(rows), clock=rows["received_at"].copy())
        outcomes.append(pipeline.take("log", reports))
        if restart:
            snapshot = stored(pipeline)
            pipeline = Pipeline(FENCES)
            assert pipeline.restore(snapshot) == []
    outcomes.append(pipeline.finish())
    refused: Counter[Any] = Counter()
    for outcome in outcomes:
        refused.update(outcome.refusals)
    assert sum(len(outcome.fixes) for outcome in outcomes) + refused.total() == len(fixes)
    candidates = [came for outcome in outcomes for came in outcome.candidates]
    return [found for outcome in outcomes for found in outcome.findings], refused, candidates


def stored(pipeline: Pipeline) -> Snapshot:
    """What a store would give back: all but what is over."""
    snapshot = pipeline.snapshot(full=True)
    snapshot.states = [state for state in snapshot.states if state.state is not None]
    return snapshot


@pytest.mark.parametrize("seed", range(30))
def test_any_cut_and_any_restart_give_the_same_story(seed: int) -> None:
    """To the last field, in the same order; and each report is a fix or a refusal."""
    chance = random.Random(seed)
    fixes = drawn(chance)
    whole = told(fixes, [])
    assert told(fixes, sorted(chance.sample(range(1, len(fixes)), 5))) == whole
    assert told(fixes, list(range(1, len(fixes))), restart=True) == whole


def test_these_stories_have_everything_in_them() -> None:
    """So that the test above is one."""
    found = [each for seed in range(30) for each in told(drawn(random.Random(seed)), [])[0]]
    kinds = Counter(each.kind for each in found if isinstance(each, Event))
    told_of = {
        EventKind.PORT_ARRIVED, EventKind.PORT_DEPARTED, EventKind.WENT_DARK_INSIDE,
        EventKind.REAPPEARED_INSIDE, EventKind.REAPPEARED_ELSEWHERE, EventKind.BERTHED,
        EventKind.ANCHORED, EventKind.FIRST_SEEN_INSIDE,
    }  # fmt: skip
    assert min(kinds[kind] for kind in told_of) > 3
    leaps = [each for each in found if isinstance(each, Event) and "leap" in each.evidence.figures]
    assert len(leaps) > 3


def test_a_leap_from_a_port_is_told_among_the_fixes_there() -> None:
    """She lies, is heard elsewhere for seven hours, then here again, as if she had never left.

    All in one batch it is told before she is heard here again, and her silence is over after it.
    """
    here = [fix_at(m, sog_kn=0.0) for m in range(0, 120, 5)]
    there = [fix_at(m, 3e6, sog_kn=0.0) for m in range(120, 540, 20)]
    again = [fix_at(m, sog_kn=0.0) for m in range(545, 600, 5)]
    fixes = [
        fix._replace(line=place, content=place) for place, fix in enumerate([*here, *there, *again])
    ]
    whole = told(fixes, [])
    assert told(fixes, [len(here), len(here) + len(there)]) == whole
    kinds = [each.kind for each in whole[0] if isinstance(each, Event)]
    assert kinds[-5:] == [
        EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_ELSEWHERE, EventKind.PORT_ARRIVED,
        EventKind.PORT_ARRIVED, EventKind.REAPPEARED_INSIDE,
    ]  # fmt: skip
