"""Positions of ships as numpy reads them, and as SQL is asked for them: packed or not, the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from monitor.report.features.collections import COLLECTIONS
from monitor.store.columnar import positions
from monitor.store.conditions import Every
from monitor.store.items import items, ship_words
from monitor.store.packed import some, unpack
from monitor.store.packed_rows import packed_of
from monitor.store.reader import history
from monitor.store.sql import query
from monitor.store.stored import stored_between
from monitor.units import to_datetime
from tests.integration.store.packs import WHOLE, pack_all, put
from tests.rows import BEGIN, drawn, in_order

LONG_AGO, NEVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


async def partly(db: asyncpg.Connection, rows: Any, seed: int) -> None:
    """Store rows of which some are packed, some not, and some were packed as they came."""
    later = rows["mmsi"] % 3 == 0
    await put(db, rows[~later])
    if seed % 4 != 0:
        await pack_all(db)
    await put(db, rows[later])
    if seed % 4 == 2:
        await pack_all(db)


@pytest.mark.parametrize("seed", range(6))
async def test_ships_between_two_instants(db: asyncpg.Connection, seed: int) -> None:
    """By ship and time, to the last bit: as if all were rows."""
    rows, draw = drawn(seed), random.Random(seed)
    await partly(db, rows, seed)
    ordered = rows[(rows["track"] >= 0)]
    ordered = ordered[
        sorted(range(len(ordered)), key=lambda n: (ordered["mmsi"][n], ordered["at"][n]))
    ]
    for _ in range(6):
        ships = draw.sample(sorted(set(rows["mmsi"].tolist())), 3)
        begin, end = sorted(draw.choices(rows["at"].tolist(), k=2))
        wanted = ordered[(ordered["at"] >= begin) & (ordered["at"] < end)]
        wanted = wanted[[int(mmsi) in ships for mmsi in wanted["mmsi"]]]
        found = await stored_between(db, ships, to_datetime(begin), to_datetime(end))
        assert found.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("seed", range(4))
async def test_columns_for_analysts(db: asyncpg.Connection, seed: int) -> None:
    """Of all, of a ship, of a time and of a box."""
    rows = drawn(seed)
    await partly(db, rows, seed)
    ship, (first, last) = int(rows["mmsi"][0]), sorted((rows["at"][5], rows["at"][-5]))
    box = tuple(float(rows[side][3] + by) for by in (-1, 1) for side in ("lon", "lat"))
    for words, held in (
        ({}, rows["at"] > 0),
        ({"ships": [ship]}, rows["mmsi"] == ship),
        ({"since": to_datetime(int(first)), "until": to_datetime(int(last))},
         (rows["at"] >= first) & (rows["at"] < last)),
        ({"box": box}, (rows["lon"] >= box[0]) & (rows["lon"] <= box[2])
         & (rows["lat"] >= box[1]) & (rows["lat"] <= box[3])),
    ):  # fmt: skip
        found = await positions(db, **words)  # type: ignore[arg-type]
        wanted = rows[held]
        wanted = wanted[
            sorted(range(len(wanted)), key=lambda n: (wanted["mmsi"][n], wanted["at"][n]))
        ]
        for name in ("mmsi", "at", "lon", "lat", "track", "source", "received_at", "line"):
            assert found[name].tolist() == wanted[name].tolist(), (name, words)


ASKED = {
    "position_of(ARRAY[{ship}, 211000003], {since}, {before})":
        "mmsi IN ({ship}, 211000003) AND at >= {since} AND at < {before}",
    "position_of(ARRAY[{ship}], NULL, {before})": "mmsi = {ship} AND at < {before}",
    "position_of(ARRAY[{ship}], {since}, NULL)": "mmsi = {ship} AND at >= {since}",
    "position_during({since}, {before})": "at >= {since} AND at < {before}",
    "position_within({area}, {since}, {before})":
        "geom && {area} AND at >= {since} AND at < {before}",
    "position_within({area}, NULL, NULL)": "geom && {area}",
    "position_before({ship}, NULL, {since}, {most})":
        "mmsi = {ship} AND at <= {since} ORDER BY at DESC LIMIT {most}",
    "position_after({ship}, NULL, {since}, {most})":
        "mmsi = {ship} AND at > {since} ORDER BY at LIMIT {most}",
    "position_before({ship}, 1::smallint, {since}, {most})":
        "mmsi = {ship} AND track = 1 AND at <= {since} ORDER BY at DESC LIMIT {most}",
    "position_after({ship}, 0::smallint, {since}, {most})":
        "mmsi = {ship} AND track = 0 AND at > {since} ORDER BY at LIMIT {most}",
}  # fmt: skip
"""What is asked of packed and other positions -> the same of a plain table."""


@pytest.mark.parametrize("seed", range(5))
async def test_what_is_asked_is_told_as_of_a_table(db: asyncpg.Connection, seed: int) -> None:
    """Each function against plain SQL on rows, with bounds at and beside fixes."""
    rows, draw = drawn(seed + 20), random.Random(seed)
    await put(db, rows)
    await db.execute("CREATE TABLE plain AS SELECT * FROM position")
    await db.execute("TRUNCATE position_recent")
    await partly(db, rows, seed)
    told = 0
    for _ in range(8):
        one, other = draw.choice(rows), draw.choice(rows)
        first, last = sorted((int(one["at"]), int(other["at"])))
        west, south = float(one["lon"]) - draw.choice([0.0, 0.3]), float(one["lat"]) - 0.2
        words = {
            "ship": int(one["mmsi"]), "most": draw.choice([1, 2, 7, 40]),
            "since": f"'{to_datetime(first - draw.choice([0, 1])).isoformat()}'::timestamptz",
            "before": f"'{to_datetime(last + draw.choice([0, 1])).isoformat()}'::timestamptz",
            "area": f"ST_MakeEnvelope({west!r}, {south!r}, {west + 0.5!r}, {south + 0.5!r}, 4326)",
        }  # fmt: skip
        for function, condition in ASKED.items():
            asked = f"SELECT {WHOLE} FROM {function.format(**words)}"  # noqa: S608
            plain = f"SELECT {WHOLE} FROM plain WHERE {condition.format(**words)}"  # noqa: S608
            found = sorted(map(tuple, await db.fetch(asked)))
            wanted = sorted(map(tuple, await db.fetch(plain)))
            assert found == wanted, (asked, plain)
            told += len(wanted)
    assert told > 300


async def test_other_months_are_not_looked_into(db: asyncpg.Connection) -> None:
    """The plan of a question about a day has the packed rows of its month alone."""
    rows = drawn(1)
    for month in range(3):
        part = rows.copy()
        for name in ("at", "received_at"):
            part[name] += month * 40 * 86_400_000_000
        await put(db, part)
    await pack_all(db)
    since = to_datetime(BEGIN)
    for asked in ("position_of(ARRAY[211000001], $1, $2)", "position_during($1, $2)"):
        sql = f"EXPLAIN SELECT * FROM {asked}"  # noqa: S608
        plan = await db.fetch(sql, since, since + timedelta(days=1))
        text = "\n".join(row[0] for row in plan)
        assert "position_packed_2024_12" in text
        assert "position_packed_2025" not in text
        assert "Function Scan on position" not in text  # it is merged into the question


async def test_packed_rows_are_read_as_they_were_written(db: asyncpg.Connection) -> None:
    """Also those with places and speeds that are kept as they are."""
    rows = drawn(12, ships=12)
    await put(db, rows)
    await pack_all(db)
    ships = sorted(set(rows["mmsi"].tolist()))
    found = packed_of(await db.fetch(query("ship_packed"), ships, LONG_AGO, NEVER, LONG_AGO))
    assert any(found.places)
    assert any(found.moves)
    for ship in ships:
        one = unpack(some(found, found.mmsi == ship))
        assert in_order(one).tobytes() == in_order(rows[rows["mmsi"] == ship]).tobytes()


@pytest.mark.parametrize("name", ["positions", "tracks"])
async def test_features_are_given_in_the_order_of_their_keys(
    db: asyncpg.Connection, name: str
) -> None:
    """Page by page, each once; the same when all is packed, and of one ship alone."""
    (of,) = (each for each in COLLECTIONS if each.id == name)
    rows = drawn(31)
    await put(db, rows)

    async def given(ship: int | None = None) -> list[dict[str, Any]]:
        wanted = Every(parts=())
        words = ship_words(None, None, ship)
        found = items(db, of.shelf, wanted, words=words, limit=10**6, page_rows=37)
        return [dict(row) async for row in found]

    before = await given()
    keys = [tuple(row[column] for column in of.key) for row in before]
    assert keys == sorted(set(keys))
    if name == "positions":
        assert len(keys) == len(rows)
    await pack_all(db)
    assert await given() == before
    ship = int(rows["mmsi"][0])
    assert await given(ship) == [row for row in before if row["mmsi"] == ship] != []


async def test_a_history_is_the_same_when_it_is_packed(db: asyncpg.Connection) -> None:
    """Of any stretch of it, in pages of any size."""
    rows = drawn(32, days=4, most=900)
    ship = int(rows["mmsi"][0])
    await put(db, rows)
    stretches = [(None, None), *((to_datetime(int(at)), None) for at in rows["at"][::200])]
    stretches += [(None, to_datetime(int(at))) for at in rows["at"][::300]]

    async def told() -> list[Any]:
        return [
            [row async for row in history(db, ship, since=since, until=until, page_rows=size)]
            for since, until in stretches
            for size in (3, 100_000)
        ]

    before = await told()
    assert len(before[0]) == (rows["mmsi"] == ship).sum()
    await pack_all(db)
    assert await told() == before
