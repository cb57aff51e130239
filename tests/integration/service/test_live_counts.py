"""A watch counts days of positions that have been quiet, also those of the release before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.service import live as module
from monitor.store.sql import query
from monitor.units import DAY_US, to_datetime
from tests.integration.service.test_live import running, until, watch
from tests.integration.store.packs import put
from tests.rows import BEGIN, rows_of

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


async def test_a_day_that_cannot_be_packed_is_told_and_the_next_one_is(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The disk is full, say: it is told why, and no day waits for another."""
    later = rows_of(20)
    later["at"] += 3 * DAY_US
    later["received_at"] = later["at"]
    await put(db, rows_of(20))
    await put(db, later)
    await db.execute("UPDATE presence_day SET touched_at = now() - interval '2 hours'")
    first = to_datetime(BEGIN)
    await db.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.first_at"
        f" < '{first + timedelta(days=1)}' THEN RAISE disk_full; END IF; RETURN NEW; END $$"
    )
    await db.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT ON position_packed"
        " FOR EACH ROW EXECUTE FUNCTION full_disk()"
    )

    async def is_packed() -> bool:
        """Whether something is."""
        return bool(await db.fetchval("SELECT count(*) FROM position_packed"))

    with capture_logs() as said:
        async with running(watch(tmp_path, database)):
            await until(is_packed)
    told = [one["event"] for one in said if "packed" in one["event"]]
    assert told == [
        f"Positions of {first.date()} are not packed: disk_full.",
        f"Positions of {(first + timedelta(days=3)).date()} are packed",
    ]
