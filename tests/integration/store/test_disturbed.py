"""Who was disturbed near a port is told again from what is stored, when logs came out of order."""

from __future__ import annotations

from typing import Any

import asyncpg
import numpy as np
import pytest

from monitor.engine.reception import BUCKET_US
from monitor.model import Fix
from monitor.service.reviser import Reviser
from monitor.store.disturbed import tell_again
from monitor.units import MINUTE_US, from_datetime
from tests.integration.store.runs import FENCES, ROOF, finish, reports_of, running, take
from tests.scenario.sea import MMSI, START, fix_at

PORT = FENCES.ports[0].id
BUCKET = START // BUCKET_US * BUCKET_US + BUCKET_US
NEWER = 3 * 24 * 60


def heard(bucket: int, **fields: Any) -> Fix:
    """Heard a minute after the begin of a bucket; the port is there unless it is told."""
    minute = (BUCKET + bucket * BUCKET_US - START) / MINUTE_US + 1
    return fix_at(minute, **fields)


async def disturbed(db: asyncpg.Connection) -> dict[int, list[int]]:
    """Bucket -> vessels."""
    rows = await db.fetch("SELECT at, disturbed FROM reception WHERE port = $1", PORT)
    found = {from_datetime(row["at"]): row["disturbed"] for row in rows if row["disturbed"]}
    return {(at - BUCKET) // BUCKET_US: ships for at, ships in found.items()}


@pytest.mark.parametrize(
    "gone", [{"lon": 40.0}, {"lon": np.nan, "lat": np.nan}, {"lon": 0.0, "lat": 0.0}]
)
async def test_it_is_told_as_if_it_had_been_heard_in_order(
    database: str, db: asyncpg.Connection, gone: dict[str, float]
) -> None:
    """She was near, and ten minutes later far off or nowhere: the later one is read first."""
    stays = [heard(bucket, mmsi=MMSI + 1) for bucket in (0, 1)]
    newer = fix_at(NEWER, mmsi=MMSI + 2)
    async with running(database) as runner:
        await take(runner, reports_of([newer, fix_at(NEWER + 9, mmsi=MMSI + 2)]))
        await take(runner, reports_of([heard(1, **gone), stays[1]]))
        await take(runner, reports_of([heard(0), stays[0]]))
        assert await disturbed(db) == {}
        while await Reviser(runner).step() is not None:
            pass
        assert await disturbed(db) == {1: [MMSI]}
        assert await db.fetch("SELECT * FROM reception_due") == []
        await finish(runner)
    assert await tell_again(db, FENCES) == {}


async def test_what_was_told_and_does_not_hold_is_forgotten(
    database: str, db: asyncpg.Connection
) -> None:
    async with running(database) as runner:
        await take(runner, reports_of([heard(0), heard(1), heard(30)]))
        await db.execute("UPDATE reception SET disturbed = '{5}' WHERE port = $1", PORT)
        first = heard(0).at
        await db.execute(
            "INSERT INTO reception_due SELECT $1, t, t FROM to_timestamp($2 / 1e6) t",
            PORT, float(first // BUCKET_US * BUCKET_US),
        )  # fmt: skip
        assert await tell_again(db, FENCES) == {}
    assert list(await disturbed(db)) == [30]
    assert ROOF
