"""What is stored of ships comes back as the engine takes it: reports whole, claims, findings."""

from __future__ import annotations

import asyncpg
import numpy as np

from monitor.engine.detect.evidence import Silence
from monitor.model import Refusal
from monitor.store.amend import Amender
from monitor.store.database import connected
from monitor.store.history import History, heard_meanwhile
from monitor.store.writer import Writer
from monitor.units import HOUR_US, MINUTE_US, from_datetime, to_datetime
from tests.integration.store.runs import (
    FENCES,
    ROOF,
    bare,
    finish,
    late,
    named,
    reports_of,
    running,
    take,
)
from tests.scenario.sea import MMSI, START, fix_at

LONG_AFTER = START + 1000 * HOUR_US


async def read(url: str, *ships: int, last_late: int = 1000, passed: int = LONG_AFTER) -> History:
    """All that is stored of ships; sources get the numbers of their names' lengths."""
    async with connected(url) as connection:
        amender = Amender(await Writer.open(connection))
        return await amender.history(list(ships), len, passed, last_late)


async def test_fixes_come_back_as_they_were(database: str) -> None:
    """But for what is not stored: arrival, turn; and sentences of what is far from all ports."""
    away = {"lon": 35.5, "lat": -20.25}
    fixes = [
        fix_at(0), fix_at(1, sog_kn=np.nan, cog_deg=np.nan, heading_deg=np.nan, status=-1),
        fix_at(2, heading_deg=359.0, type=27, content=2**32 - 1, raw=b"x" * 72, line=2**40),
        fix_at(600, **away),
    ]  # fmt: skip
    async with connected(database) as connection:
        writer = await Writer.open(connection)
        batch = await bare(writer, fixes)
        await writer.write(batch)
    found = (await read(database, MMSI)).positions
    assert len(found) == 4
    found = found[np.argsort(found["at"])]
    wanted = np.array([tuple(fix) for fix in fixes], dtype=found.dtype)
    wanted["source"] = len(ROOF)
    for name in set(found.dtype.names or ()) - {"seq", "turn_deg_min", "raw"}:
        np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)
    assert found["raw"].tolist() == [b"!AIVDM", b"!AIVDM", b"x" * 72, b""]


async def test_what_came_late_and_what_was_refused_comes_with_it(database: str) -> None:
    """Of the ships that are asked for, up to the last late one that is asked for."""
    leap, other = fix_at(3.5, 900_000), late(9)._replace(mmsi=MMSI + 1)
    async with running(database) as runner:
        fixes = [*(fix_at(minute) for minute in range(9)), leap, fix_at(14 * 60)]
        await take(runner, reports_of(sorted(fixes, key=lambda fix: fix.at)))
        await take(runner, reports_of([late(14 * 60 + 1), other], [named(3, "AURORA")]))
        await finish(runner)
    found = await read(database, MMSI)
    assert sorted(found.others["at"].tolist()) == sorted([leap.at, late(14 * 60 + 1).at])
    assert found.refused == {
        (ROOF, Refusal.LATE.value): 1, (ROOF, Refusal.IMPOSSIBLE_JUMP.value): 1
    }  # fmt: skip
    assert [(one.static.name, one.at) for one in found.statics] == [("AURORA", named(3, "").at)]
    assert len((await read(database, MMSI, last_late=0)).others) == 1
    assert len((await read(database, MMSI, passed=START)).positions) == 0


async def test_fixes_without_a_hash_are_known_by_the_report_that_comes_again(
    database: str, db: asyncpg.Connection
) -> None:
    """Those of earlier releases; others are each their own."""
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0), fix_at(1), fix_at(200)]))
        again = fix_at(1)._replace(content=77, received_at=START + 300 * MINUTE_US)
        await take(runner, reports_of([again]))
        await finish(runner)
    await db.execute("UPDATE position SET content = 0")
    found = (await read(database, MMSI)).positions
    hashes = dict(zip(found["at"].tolist(), found["content"].tolist(), strict=True))
    assert hashes[fix_at(1).at] == 77
    assert len(set(hashes.values())) == 3


async def test_what_was_heard_around_silences(database: str, db: asyncpg.Connection) -> None:
    """At their port, from long enough before; and what was usual at these hours."""
    port = FENCES.ports[0].id
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(minute) for minute in range(0, 60 * 60, 30)]))
        await finish(runner)
    begin, end = START + 40 * HOUR_US, START + 45 * HOUR_US
    reception, _ = await heard_meanwhile(db, FENCES, [Silence(port, MMSI, begin, end, end)])
    times = sorted(at for _, name, at in reception.buckets if name == port)
    stored = await db.fetch("SELECT at FROM reception WHERE port = $1 ORDER BY at", port)
    wanted = [from_datetime(row["at"]) for row in stored]
    assert times == [at for at in wanted if begin - 17 * HOUR_US <= at <= end]
    assert {at for _, at in reception.usual} == {at for at in wanted if at <= end}
    assert await heard_meanwhile(db, FENCES, []) is not None
    assert to_datetime(begin)
