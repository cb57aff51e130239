"""Who others were near is known by what was believed of her then, not by what was held."""

from __future__ import annotations

import asyncpg

from monitor.model import FIX
from monitor.store.beside import beside
from monitor.units import MINUTE_US
from tests.integration.store.runs import late, reports_of, running, take
from tests.scenario.sea import MMSI, START, fix_at

FAR_M = 1_000_000.0


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
