"""Tiles: what is in them, read by GDAL, and what they are bounded by."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pyogrio
import pytest

from monitor.errors import StoreError, UsageError
from monitor.store import tiles
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.store.tiles import Tile

NIGHT = datetime(2024, 12, 13, tzinfo=UTC)
BEFORE = NIGHT + timedelta(days=2)
SHIPS = {271_000_001: (35.7, 34.9, -0.02), 271_000_002: (179.0, -20.0, 0.05), 9: (0.0, 90.0, 0.0)}
"""Where each begins, and how far east it goes in a quarter of an hour; the last is a pole."""


def around(zoom: int, lon: float, lat: float) -> Tile:
    """The tile of a place."""
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(zoom, int((lon + 180) / 360 * n), int(y * n))


def read(folder: Path, tile: Tile, data: bytes) -> Any:
    """Features as GDAL finds them, in degrees."""
    path = folder / str(tile.zoom) / str(tile.x) / f"{tile.y}.mvt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return pyogrio.read_dataframe(path).set_crs(3857).to_crs(4326)


async def sail(db: asyncpg.Connection) -> None:
    """Two days; the first ship is not heard for four hours of the first."""
    await db.execute(query("make_partition"), NIGHT)
    rows = [
        (mmsi, NIGHT + timedelta(minutes=15 * n), (lon + east * n + 180) % 360 - 180, lat)
        for mmsi, (lon, lat, east) in SHIPS.items()
        for n in range(192) if mmsi != 271_000_001 or not 40 <= n < 56
    ]  # fmt: skip
    await db.executemany(
        "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
        " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 1, 0, $2, 1, 1)",
        rows,
    )
    await db.execute("INSERT INTO vessel (mmsi, name, ship_type) VALUES (271000001, 'VETER', 70)")


async def test_before_days_are_counted_it_is_said(db: asyncpg.Connection) -> None:
    await sail(db)
    with pytest.raises(StoreError, match="not counted by places yet"):
        await tiles.stamp(db, NIGHT, BEFORE)


@pytest.mark.parametrize("counted", [True, False])
async def test_tracks_are_cut_where_nothing_was_heard(
    db: asyncpg.Connection,
    tmp_path: Path,
    counted: bool,  # noqa: FBT001
) -> None:
    """The same of days that are counted and of others."""
    await sail(db)
    await count_days(db, AT_ONCE)
    if not counted:
        await Tables(db).mark([date(2024, 12, 13)])
    tile = around(6, 34.0, 34.9)
    found = read(tmp_path, tile, await tiles.tracks(db, tile, NIGHT, BEFORE))
    found = found.sort_values("begun_at")
    assert found["begun_at"].tolist() == ["2024-12-13T00:00:00Z", "2024-12-13T14:00:00Z"]
    assert found["fixes"].tolist() == [40, 55]
    assert set(found["mmsi"]) == {271_000_001}
    assert set(found["name"]) == {"VETER"}
    _, south, east, north = found.total_bounds
    assert (round(east, 1), round(south, 1), round(north, 1)) == (35.7, 34.9, 34.9)
    day = await tiles.tracks(db, tile, NIGHT, NIGHT + timedelta(hours=1))
    assert read(tmp_path, tile, day)["fixes"].tolist() == [4]


async def test_a_ship_over_the_antimeridian_has_a_line_on_each_side(
    db: asyncpg.Connection, tmp_path: Path
) -> None:
    await sail(db)
    await count_days(db, AT_ONCE)
    for lon in (179.5, -179.0):
        tile = around(5, lon, -20.0)
        found = read(tmp_path, tile, await tiles.tracks(db, tile, NIGHT, BEFORE))
        (width,) = (found.bounds["maxx"] - found.bounds["minx"]).tolist()
        assert width < 9


async def test_density_counts_ships_and_days(db: asyncpg.Connection, tmp_path: Path) -> None:
    """Farther out the same sum, in larger cells."""
    await sail(db)
    await count_days(db, AT_ONCE)
    whole = await db.fetchval("SELECT count(*) FROM presence WHERE mmsi = 271000001")
    for zoom in (4, 1):
        tile = around(zoom, 34.0, 34.9)
        found = read(tmp_path, tile, await tiles.density(db, tile, NIGHT, BEFORE))
        near = found.cx[20:40, 30:40]
        assert near["ship_days"].sum() == whole
    sizes = near.bounds["maxx"] - near.bounds["minx"]
    assert sizes.max() == pytest.approx(2.0, abs=0.1)
    assert len(near) < whole


async def test_too_much_for_one_tile_is_refused(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sail(db)
    await count_days(db, AT_ONCE)
    monkeypatch.setattr(tiles, "MOST_FIXES", 50)
    with pytest.raises(UsageError, match="more than 50 fixes: ask for a shorter time"):
        await tiles.tracks(db, around(5, 34.0, 34.9), NIGHT, BEFORE)


async def test_the_stamp_changes_with_the_positions_of_its_days(db: asyncpg.Connection) -> None:
    await sail(db)
    await count_days(db, AT_ONCE)
    before = [await tiles.stamp(db, NIGHT, BEFORE)]
    await Tables(db).mark([date(2024, 12, 15)])
    assert await tiles.stamp(db, NIGHT, BEFORE) in before
    await Tables(db).mark([date(2024, 12, 14)])
    assert await tiles.stamp(db, NIGHT, BEFORE) not in before
