"""A watch counts days of positions that have been quiet, also those of the release before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from monitor.service import live as module
from monitor.store.sql import query
from tests.integration.service.test_live import running, until, watch

AT = datetime(2024, 12, 13, 12, tzinfo=UTC)


async def test_days_are_counted(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once those that are there; those that change, when they have been quiet."""
    monkeypatch.setattr(module, "COUNT_S", 0.05)
    db = await asyncpg.connect(database)
    try:
        await db.execute(query("make_partition"), AT)
        await db.execute(
            "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
            " VALUES (9, $1, ST_SetSRID(ST_MakePoint(1, 2), 4326), 1, 0, $1, 1, 1)", AT,
        )  # fmt: skip

        async def counted(most: int) -> bool:
            """How many fixes are counted."""
            found = await db.fetchval("SELECT coalesce(sum(fixes), 0) FROM presence")
            return bool(found == most)

        async with running(watch(tmp_path, database)):
            await until(lambda: counted(1))
            await db.execute(
                "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
                " SELECT 10, at, geom, 1, 0, at, 1, 1 FROM position"
            )
            await db.execute(query("mark_days"), [AT.date()])
            await db.execute("UPDATE presence_day SET touched_at = $1", AT - timedelta(days=1))
            await until(lambda: counted(2))
    finally:
        await db.close()
