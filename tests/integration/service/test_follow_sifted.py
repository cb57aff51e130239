"""A row that the database refuses is left out and kept: all others are stored, of every feed."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from structlog.testing import capture_logs

from monitor.model import Event
from monitor.service.status import Status
from tests.integration.service.journals import (
    BAD,
    heard,
    received,
    report,
    ships_in,
    watching,
)

LYING = {"lon": 35.866, "lat": 34.912, "speed": 0.0}


async def refuse_ship(db: asyncpg.Connection) -> None:
    """Let the database refuse one ship's positions."""
    await db.execute(
        f"ALTER TABLE position_recent ADD CONSTRAINT no_{BAD} CHECK (mmsi <> 211000666)"
    )


def counted(status: Status) -> tuple[int, int, int]:
    """Lines read, positions stored, rows refused."""
    return status.lines, status.store.rows, status.store.refused


async def test_one_row_of_a_block_of_many(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """No line of her own feed or of another is put aside with it."""
    await refuse_ship(db)
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(
                heard(0, *range(1, 101)), heard(1, 101, BAD, 102),
                heard(2, *range(103, 111), feed="roads"),
            )  # fmt: skip
            assert watch.put_aside == {}
            assert watch.connections == 1
            assert counted(watch.status) == (111, 110, 1)
            assert f'violates check constraint "no_{BAD}"' in (watch.status.store.refused_why or "")
            assert watch.spool.waiting_bytes == 0
    assert await ships_in(db) == list(range(1, 111))
    (kept,) = await db.fetch("SELECT relation, content::jsonb ->> 'mmsi' AS mmsi FROM refused_row")
    assert tuple(kept) == ("position", "211000666")
    (entry,) = [entry for entry in said if entry["log_level"] == "error"]
    assert entry["event"].startswith(
        "The database refused 1 row and stored the rest; see its table refused_row."
        ' The last was for position: new row for relation "position_2023_11"'
    )


async def test_it_is_said_once_a_minute(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """A ship that is refused with each report would fill the log; all are counted and kept."""
    await refuse_ship(db)
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch, watch.running():
            for second in range(5):
                watch.spool.append(heard(second, 1, BAD))
                await watch.hub.make_room()
    assert watch.status.store.refused == await db.fetchval("SELECT count(*) FROM refused_row") > 0
    assert len([entry for entry in said if entry["log_level"] == "error"]) == 1


async def test_a_finding_that_is_refused_is_not_told(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The other findings of the same ship are, and of the other one all."""
    await db.execute(
        "ALTER TABLE event ADD CONSTRAINT no_arrivals"
        " CHECK (mmsi <> 211000666 OR kind <> 'PortArrived')"
    )
    both = report(1, **LYING) + report(BAD, **LYING)
    async with watching(tmp_path, database) as watch:
        await watch.read(*(received(60 * minute, both) for minute in range(40)))
        told = [finding for finding in watch.found if isinstance(finding, Event)]
        assert watch.status.store.refused == 2, "provisional, then confirmed"
        assert watch.put_aside == {}
    stored = {row["id"].hex for row in await db.fetch("SELECT id FROM event")}
    assert {event.id for event in told} == stored
    kinds = [[event.kind for event in told if event.mmsi == 211_000_000 + s] for s in (1, BAD)]
    assert "PortArrived" in kinds[0]
    assert "PortArrived" not in kinds[1]
    assert len(kinds[0]) == len(kinds[1]) + 2
    assert await db.fetchval("SELECT count(*) FROM port_call") == 2
    assert await db.fetchval("SELECT count(*) FROM position") == 80
