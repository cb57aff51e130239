"""What was read of others is read once, and is what it would be if it were read anew."""

from __future__ import annotations

from itertools import chain
from typing import Any

import asyncpg
import pytest

from monitor.engine.detect.picture import SLOT_US
from monitor.store import others
from monitor.store.beside import Beside, beside
from monitor.store.others import Others
from monitor.units import MINUTE_US
from tests.integration.store.packs import pack_all
from tests.integration.store.runs import late, reports_of, running, take
from tests.scenario.sea import MMSI, START, fix_at

FAR_M = 1_000_000.0
NEAR, LEAPS, SECOND = MMSI + 1, MMSI + 2, MMSI + 3


def thinned(found: Beside) -> set[tuple[int, ...]]:
    """The last fix of each track before an instant of the picture, of those held and of others."""
    known, last = found.known, dict[tuple[int, ...], tuple[int, ...]]()
    rows = zip(
        known.fixes["mmsi"].tolist(), known.tracks.tolist(), known.fixes["at"].tolist(),
        known.decided_at.tolist(), strict=True,
    )  # fmt: skip
    every = list(rows)
    assert every == sorted(every, key=lambda row: row[:3]), "by ship, track and time"
    for row in every:
        mmsi, track, at, decided = row
        last[mmsi, track, at // SLOT_US, int(decided > at)] = row
    return set(last.values())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """Of each reading, of which ships positions were asked for."""
    found, read = list[set[int]](), others.stored_by

    async def stored_by(connection: Any, statement: Any, ships: list[int], *words: Any) -> Any:
        found.append(set(ships))
        return await read(connection, statement, ships, *words)

    monkeypatch.setattr(others, "stored_by", stored_by)
    return found


@pytest.mark.parametrize("packed", [False, True])
async def test_only_what_came_since_is_read(
    database: str, db: asyncpg.Connection, asked: list[set[int]], *, packed: bool
) -> None:
    """Or all, of one who is taken again, and of one of whom more is believed than was."""
    minutes = {
        MMSI: range(0, 600, 7), NEAR: range(0, 600, 11), SECOND: range(0, 600, 13),
        LEAPS: range(0, 600, 17),
    }  # fmt: skip
    fixes = [fix_at(m, 900.0, mmsi=mmsi) for mmsi, every in minutes.items() for m in every]
    fixes += [fix_at(m, FAR_M, mmsi=LEAPS) for m in (52, 68, 80, 91, 102)]
    fixes.sort(key=lambda fix: fix.at)
    known = Others()

    async def read(ship: int, until: float) -> set[tuple[int, ...]]:
        hers = [fix for fix in fixes if fix.mmsi == ship and fix.at < START + until * MINUTE_US]
        words = [ship], reports_of(hers).positions, runner.pipeline.number_of
        passed = runner.pipeline.passed
        fresh = await beside(db, *words, passed=passed)
        found = await beside(db, *words, passed=passed, known=known)
        assert thinned(found) == thinned(fresh)
        return thinned(found)

    async with running(database) as runner:
        for begin, end in ((0, 60), (60, 85), (85, 330)):
            some = [f for f in fixes if START + begin * MINUTE_US <= f.at < START + end * MINUTE_US]
            await take(runner, reports_of(some))
            if packed:
                await pack_all(db)
            before = await read(MMSI, end)
            assert {NEAR, SECOND} <= {row[0] for row in before}
        assert {row[1] for row in before if row[0] == LEAPS} == {0, 1}, "her leap was held"
        assert asked[-1] >= {NEAR, SECOND, LEAPS}
        await read(MMSI, 330)
        assert asked[-1] == set(), "nothing is new"
        known.forget([NEAR])
        await read(MMSI, 330)
        assert asked[-1] == {NEAR}
        await read(SECOND, 330)
        assert asked[-1] == {MMSI}, "the others are known"
        await take(runner, reports_of([*(f for f in fixes if f.at >= START + 330 * MINUTE_US),
                                       late(3000)]))  # fmt: skip
        await read(SECOND, 600)
        assert asked[-1] >= {MMSI, NEAR}


async def test_no_more_is_kept_than_there_is_room_for(
    database: str, db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then of those alone that were asked for last."""
    here = [fix_at(m, mmsi=mmsi) for mmsi in (MMSI, NEAR) for m in range(0, 300, 10)]
    there = [fix_at(m, FAR_M, mmsi=mmsi) for mmsi in (LEAPS, SECOND) for m in range(0, 300, 10)]
    known = Others()
    async with running(database) as runner:
        every = sorted(chain(here, there), key=lambda fix: fix.at)
        await take(runner, reports_of([*every, late(3000)]))
        pipeline = runner.pipeline
        for most in (1_000, 10):
            monkeypatch.setattr(others, "MOST", most)
            for ship, fixes in ((MMSI, here), (LEAPS, there)):
                hers = reports_of([fix for fix in fixes if fix.mmsi == ship]).positions
                await beside(db, [ship], hers, pipeline.number_of,
                             passed=pipeline.passed, known=known)  # fmt: skip
            assert set(known._fixes["mmsi"].tolist()) == (
                {NEAR, SECOND} if most == 1_000 else {SECOND}
            )
