"""Who ships were near, of what is stored: who was close by, and what was believed of her then."""

from __future__ import annotations

from itertools import chain

import asyncpg
import pytest

from monitor.model import FIX
from monitor.store.beside import beside
from monitor.units import MINUTE_US
from tests.integration.store.packs import pack_all
from tests.integration.store.runs import late, named, reports_of, running, take
from tests.scenario.sea import MMSI, START, fix_at

FAR_M = 1_000_000.0
NEAR, LATER, AWAY, BEHIND = MMSI + 1, MMSI + 2, MMSI + 3, MMSI + 4


@pytest.mark.parametrize("packed", [False, True])
async def test_who_was_heard_near_her_reports(
    database: str, db: asyncpg.Connection, *, packed: bool
) -> None:
    """Within the hours of her reports, and within 30 miles; by rows as by packed ones."""
    hers = [fix_at(minute) for minute in range(0, 240, 10)]
    others = {
        NEAR: [fix_at(minute, 20_000.0, mmsi=NEAR) for minute in range(0, 1440, 30)],
        LATER: [fix_at(minute, 5_000.0, mmsi=LATER) for minute in range(600, 900, 30)],
        AWAY: [fix_at(minute, 250_000.0, mmsi=AWAY) for minute in range(0, 240, 30)],
        BEHIND: [fix_at(minute, 130_000.0 - 1_000.0 * minute, mmsi=BEHIND)
                 for minute in range(0, 120, 10)],
    }  # fmt: skip
    async with running(database) as runner:
        every = sorted([*hers, *chain(*others.values())], key=lambda fix: fix.at)
        await take(runner, reports_of(every))
        await take(runner, reports_of([late(3000)]))
        pipeline = runner.pipeline
        if packed:
            await pack_all(db)
        found = await beside(
            db, [MMSI], reports_of(hers).positions, pipeline.number_of, passed=pipeline.passed
        )
    assert set(found.known.fixes["mmsi"].tolist()) == {NEAR, BEHIND}


async def test_what_others_say_again_is_read_once(database: str, db: asyncpg.Connection) -> None:
    """And what they say anew once more: by then they had said something else."""
    said = {0: "ONE", 70: "ONE", 140: "ONE", 210: "OTHER", 280: "ONE", 350: "ONE"}
    hers = [fix_at(minute) for minute in range(0, 360, 10)]
    near = [fix_at(minute, 5_000.0, mmsi=NEAR) for minute in range(0, 360, 30)]
    every = sorted([*hers, *near], key=lambda fix: fix.at)
    statics = [named(minute, name, mmsi=NEAR) for minute, name in said.items()]
    async with running(database) as runner:
        await take(runner, reports_of(every, statics))
        await take(runner, reports_of([late(3000)]))
        pipeline = runner.pipeline
        found = await beside(
            db, [MMSI], reports_of(hers).positions, pipeline.number_of, passed=pipeline.passed
        )
    heard = [((one.at - START) // MINUTE_US, one.static.name) for one in found.statics]
    assert heard == [(0, "ONE"), (210, "OTHER"), (280, "ONE")]


async def test_what_was_believed_at_once_is_not_held(database: str, db: asyncpg.Connection) -> None:
    """Her number leaps: she is heard where she was meanwhile, and that was believed at once."""
    here = [fix_at(minute) for minute in (0, 1, 4, 5)]
    there = [fix_at(minute, FAR_M) for minute in (2, 8, 20, 31, 42)]
    hers = sorted([*here, *there], key=lambda fix: fix.at)
    other = [fix_at(minute, 900, mmsi=MMSI + 1) for minute in (0, 10, 60)]
    async with running(database) as runner:
        await take(runner, reports_of(sorted([*hers, *other], key=lambda fix: fix.at)))
        await take(runner, reports_of([late(300)]))
        pipeline = runner.pipeline
        found = await beside(
            db, [MMSI + 1], reports_of(other).positions, pipeline.number_of, passed=pipeline.passed
        )
    known = found.known
    assert known.fixes.dtype == FIX
    decided = {
        (at - START) // MINUTE_US: (decided_at - START) // MINUTE_US
        for at, decided_at in zip(
            known.fixes["at"].tolist(), known.decided_at.tolist(), strict=True
        )
    }
    assert decided == {5: 5, 8: 31, 20: 31, 31: 31, 42: 42}
