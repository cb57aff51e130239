"""Presence: what it says of a place is what positions say, whatever is written meanwhile."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from monitor.box import Box
from monitor.store import presence
from monitor.store.presence import AT_ONCE, QUIET, all_days_known, count_days
from monitor.store.questions import MOST_ROWS
from monitor.store.sql import query
from monitor.store.tables import Tables

NIGHT = datetime(2024, 12, 13, tzinfo=UTC)
SHIPS = range(271_000_001, 271_000_013)
HOURS = 72
BOXES = (
    Box(35.0, 34.0, 36.0, 35.0), Box(35.8, 34.85, 35.95, 34.95), Box(35.5, 34.5, 35.5, 34.5),
    Box(-180, -90, 180, 90), Box(179.0, -1.0, 180.0, 90.0), Box(0, 0, 1, 1),
)  # fmt: skip
SPANS = ((0, 72), (5, 6), (20, 50), (24, 48), (100, 200))


async def sail(db: asyncpg.Connection, *, ships: Sequence[int] = SHIPS, hours: int = HOURS) -> None:
    """Ships that drift over borders of cells and of days, one along the edge of the map."""
    draw = random.Random(5)
    await db.execute(query("make_partition"), NIGHT)
    rows = []
    for ship in ships:
        lon, lat = draw.uniform(35, 36), draw.uniform(34, 35)
        for hour in range(hours):
            lon, lat = lon + draw.gauss(0, 0.05), lat + draw.gauss(0, 0.03)
            rows.append((ship, NIGHT + timedelta(hours=hour), lon, lat, ship % 2))
    rows.append((9, NIGHT, 180.0, 90.0, 0))
    await db.executemany(
        "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
        " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 1, $5, $2, 1, 1)",
        rows,
    )


async def agree(db: asyncpg.Connection) -> int:
    """Presence and positions say the same of each box and span; how many ships they tell."""
    told = 0
    for box in BOXES:
        for since, until in SPANS:
            words = (*box, NIGHT + since * timedelta(hours=1), NIGHT + until * timedelta(hours=1))
            plain = await db.fetch(query("ask_inside"), *words, MOST_ROWS)
            counted = await db.fetch(query("ask_inside_counted"), *words, MOST_ROWS)
            assert list(map(dict, counted)) == list(map(dict, plain)), (box, since, until)
            told += len(plain)
    return told


async def counted(db: asyncpg.Connection) -> list[date]:
    found: list[Any] = await db.fetch("SELECT day FROM presence_day WHERE counted ORDER BY day")
    return [row["day"] for row in found]


async def test_a_place_is_told_of_as_by_positions_alone(db: asyncpg.Connection) -> None:
    """Whether all days are counted, some, or none."""
    await sail(db)
    assert not await all_days_known(db)
    assert await count_days(db, AT_ONCE) == [date(2024, 12, day) for day in (13, 14, 15)]
    assert await all_days_known(db)
    assert await agree(db) > 50
    for day in (14, 13, 15):
        await Tables(db).mark([date(2024, 12, day)])
        assert await agree(db) > 50
    assert await counted(db) == []


async def test_positions_that_come_and_go_are_counted_again(db: asyncpg.Connection) -> None:
    await sail(db, ships=SHIPS[:6])
    await count_days(db, AT_ONCE)
    gone = [(SHIPS[0], NIGHT + timedelta(hours=hour)) for hour in range(20, 30)]
    await db.execute(query("delete_positions"), *map(list, zip(*gone, strict=True)))
    await Tables(db).mark({at.date() for _, at in gone})
    assert await agree(db) > 10
    assert await count_days(db, AT_ONCE) == [date(2024, 12, 13), date(2024, 12, 14)]
    assert await agree(db) > 10


async def test_a_day_is_counted_when_it_has_been_quiet(db: asyncpg.Connection) -> None:
    await sail(db)
    await count_days(db, AT_ONCE)
    await Tables(db).mark([date(2024, 12, 14)])
    assert await count_days(db) == []
    await db.execute("UPDATE presence_day SET touched_at = now() - $1::interval", QUIET)
    assert await count_days(db) == [date(2024, 12, 14)]


async def test_what_changes_while_it_is_counted_is_not_taken_for_counted(
    db: asyncpg.Connection, database: str
) -> None:
    """A writer that commits in between, and one that has not committed yet."""
    await sail(db)
    await count_days(db, AT_ONCE)
    day = date(2024, 12, 14)
    await Tables(db).mark([day])
    (due,) = await db.fetch(query("days_due"), AT_ONCE)
    other = await asyncpg.connect(database)
    try:
        await Tables(other).mark([day])
    finally:
        await other.close()
    assert not await presence._count(db, *due)
    assert await counted(db) == [date(2024, 12, 13), date(2024, 12, 15)]
    assert await agree(db) > 50
    assert await count_days(db, AT_ONCE) == [day]


async def test_a_month_that_is_pruned_is_counted_again(db: asyncpg.Connection) -> None:
    """Nothing rests on these positions: all go."""
    await sail(db)
    await count_days(db, AT_ONCE)
    await db.fetchval(query("prune_month"), NIGHT, timedelta(hours=6))
    assert await counted(db) == []
    assert await agree(db) == 0
    await count_days(db, AT_ONCE)
    assert await agree(db) == 0
    assert await db.fetchval("SELECT count(*) FROM presence") == 0
