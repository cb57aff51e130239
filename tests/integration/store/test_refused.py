"""Rows that the database refuses are found by halving, left out alone, and kept."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import asyncpg
import pytest

from monitor.errors import BatchRefusedError
from monitor.store import refused
from monitor.store.database import connected
from monitor.store.findings import call_row
from monitor.store.writer import Writer
from monitor.units import DAY_US, to_iso
from tests.findings import call
from tests.integration.store.runs import bare, late, offset
from tests.scenario.sea import START, fix_at

HARBOUR = 211_000_000


async def ban(db: asyncpg.Connection, table: str, test: str) -> None:
    """Let the database refuse some rows of a table."""
    table = "position_recent" if table == "position" else table  # the view takes none
    await db.execute(f"ALTER TABLE {table} ADD CONSTRAINT banned CHECK (NOT ({test}))")


async def kept(db: asyncpg.Connection) -> list[tuple[str, Any]]:
    """What was refused: tables and rows, in the order in which they were found."""
    found = await db.fetch("SELECT relation, content FROM refused_row ORDER BY id")
    return [(row["relation"], json.loads(row["content"])) for row in found]


async def ships(db: asyncpg.Connection, table: str = "position") -> list[int]:
    """Whose rows are there."""
    rows = await db.fetch(f"SELECT mmsi FROM {table} ORDER BY mmsi")  # noqa: S608
    return [row["mmsi"] - HARBOUR for row in rows]


def fleet(*numbers: int, minute: int = 0) -> list[Any]:
    """A fix of each of these ships."""
    return [fix_at(minute, mmsi=HARBOUR + number, line=number) for number in numbers]


async def test_positions_that_are_refused_are_left_out_alone(db: asyncpg.Connection) -> None:
    """First, last, and two that are neighbours; each is kept in words."""
    await ban(db, "position", f"mmsi - {HARBOUR} IN (1, 40, 41, 100)")
    writer = await Writer.open(db)
    found = await writer.write(await bare(writer, fleet(*range(1, 101))))
    assert [each.relation for each in found] == ["position"] * 4
    assert await ships(db) == [n for n in range(1, 101) if n not in {1, 40, 41, 100}]
    rows = await kept(db)
    assert [row["line"] for _, row in rows] == [1, 40, 41, 100]
    fix = fix_at(0)
    at = to_iso(fix.at)
    assert rows[0][1] == {
        "mmsi": HARBOUR + 1, "at": at, "geom": [fix.lon, fix.lat],
        "sog_kn": fix.sog_kn, "cog_deg": fix.cog_deg, "heading_deg": fix.heading_deg,
        "status": fix.status, "type": fix.type, "track": 0, "received_at": at, "source": 1,
        "line": 1, "content": fix.content, "raw": "!AIVDM",
    }  # fmt: skip


async def test_those_that_are_there_already_are_no_refusals(db: asyncpg.Connection) -> None:
    """And a month whose partition was made in what was undone is made again."""
    writer = await Writer.open(db)
    await writer.write(await bare(writer, fleet(2)))
    await ban(db, "position", f"mmsi = {HARBOUR + 1}")
    later = [fix_at(0, mmsi=HARBOUR + n, at=START + 40 * DAY_US) for n in (1, 3)]
    await ban(db, "late_report", f"mmsi = {HARBOUR + 5}")
    too_late = [late(5)._replace(mmsi=HARBOUR + n) for n in (4, 5)]
    found = await writer.write(await bare(writer, [*fleet(1, 2, 3), *later], too_late))
    assert Counter(row.relation for row in found) == {"position": 2, "late_report": 1}
    assert await ships(db) == [2, 3, 3]
    assert await writer.write(await bare(writer, fleet(4, 5, minute=1))) == []


async def test_findings_that_are_refused_are_named(db: asyncpg.Connection) -> None:
    """Their ids are told, so that nobody tells what is not stored."""
    await ban(db, "port_call", "id = '00000000-0000-0000-0000-000000000002'")
    writer = await Writer.open(db)
    batch = await bare(writer, fleet(1))
    batch.calls = [call_row(call(number)) for number in (1, 2, 3)]
    (found,) = await writer.write(batch)
    assert (found.relation, found.finding) == ("port_call", call(2).id)
    assert found.reason.startswith('new row for relation "port_call" violates check constraint')
    stored = await db.fetch("SELECT id FROM port_call ORDER BY id")
    assert [row["id"].int for row in stored] == [1, 3]
    assert await ships(db) == [1]


@pytest.mark.parametrize("name", ["A\ud800", "A\0"])
async def test_what_has_no_form_is_kept_as_far_as_it_has_one(
    db: asyncpg.Connection, name: str
) -> None:
    """A name that is no text for PostgreSQL, among others."""
    writer = await Writer.open(db)
    batch = await bare(writer, fleet(1))
    batch.refusals = [("roof", "late", 1), (name, "late", 2), ("roof", "frozen", 3)]
    (found,) = await writer.write(batch)
    assert found.relation == "refusal"
    assert await kept(db) == [("refusal", [name, "late", 2])]
    counts = await db.fetch("SELECT count FROM refusal ORDER BY count")
    assert [row["count"] for row in counts] == [1, 3]


async def test_more_than_so_many_are_no_rows_fault(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the batch is refused then, in the database's own words, and nothing of it is there."""
    monkeypatch.setattr(refused, "MOST_REFUSED", 3)
    await ban(db, "position", "true")
    writer = await Writer.open(db)
    with pytest.raises(asyncpg.CheckViolationError):
        await writer.write(await bare(writer, fleet(1, 2, 3, 4)))
    assert await kept(db) == []
    assert len(await writer.write(await bare(writer, fleet(1, 2, 3)))) == 3


async def test_what_the_engine_goes_on_from_is_never_left_out(
    database: str, db: asyncpg.Connection
) -> None:
    """How far the input was taken is true or nothing is."""
    await ban(db, "source_offset", "lines = 7")

    async def take() -> None:
        async with connected(database) as connection:
            writer = await Writer.open(connection)
            batch = await bare(writer, fleet(1))
            batch.offsets = [offset(7)]
            await writer.write(batch)

    with pytest.raises(BatchRefusedError, match="banned"):
        await take()
    assert await ships(db) == []
    assert await kept(db) == []


async def test_only_the_newest_are_kept(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of a long one only its begin."""
    monkeypatch.setattr("monitor.store.writer.MOST_KEPT", 2)
    monkeypatch.setattr(refused, "CONTENT_CHARS", 20)
    await ban(db, "refusal", "count > 0")
    writer = await Writer.open(db)
    for number in (1, 2, 3):
        batch = await bare(writer)
        batch.refusals = [("roof", f"reason {number}", 1)]
        await writer.write(batch)
    found = await db.fetch("SELECT content FROM refused_row ORDER BY id")
    assert [row["content"] for row in found] == ['["roof", "reason 2",', '["roof", "reason 3",']
