"""Clients that know nothing of packing read the view: GDAL's own program, and what QGIS asks."""

from __future__ import annotations

import asyncio
import shutil
from typing import Any

import asyncpg
import pytest

from tests.integration.store.packs import pack_all, put
from tests.rows import drawn

needs_gdal = pytest.mark.skipif(
    shutil.which("ogrinfo") is None, reason="gdal-bin is not installed: see .ci/setup"
)

QGIS = """
DECLARE qgisf0_1 BINARY CURSOR FOR
SELECT st_asbinary("geom", 'NDR'), "mmsi", "at"::text, "sog_kn", "track"
FROM "public"."position"
WHERE "geom" && st_makeenvelope($1, $2, $3, $4, 4326) AND "mmsi" > 0
"""
"""As QGIS 3.22 asks a view for what a map shows."""


async def test_qgis_sees_on_its_map_what_is_there(db: asyncpg.Connection) -> None:
    """Points, with their system of coordinates; the same packed and not."""
    rows = drawn(41)
    await put(db, rows)
    west, south = float(rows["lon"][0]) - 0.1, float(rows["lat"][0]) - 0.1
    held = (rows["lon"] >= west) & (rows["lon"] <= west + 0.2)
    held &= (rows["lat"] >= south) & (rows["lat"] <= south + 0.2)

    async def shown() -> list[Any]:
        sql = QGIS.partition("FOR\n")[2]
        found = await db.fetch(sql, west, south, west + 0.2, south + 0.2)
        return sorted(map(tuple, found))

    before = await shown()
    assert len(before) == held.sum() > 10
    await pack_all(db)
    assert await shown() == before
    kind = (
        "SELECT type, srid, coord_dimension FROM geometry_columns WHERE f_table_name = 'position'"
    )
    assert tuple(await db.fetchrow(kind)) == ("POINT", 4326, 2)


@needs_gdal
async def test_gdal_reads_the_view(database: str, db: asyncpg.Connection) -> None:
    """Its fields, its extent and a ship of it."""
    rows = drawn(42)
    await put(db, rows)
    await pack_all(db)
    ship = int(rows["mmsi"][0])
    folder, port = database.partition("host=")[2].split("&port=")
    name = database.partition("@/")[2].partition("?")[0]
    source = f"PG:dbname={name} host={folder} port={port} user=monitor_owner tables=position"
    process = await asyncio.create_subprocess_exec(
        "ogrinfo", "-ro", "-so", "-where", f"mmsi = {ship}", source, "position",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    told = out.decode()
    assert "Geometry: Point" in told
    assert f"Feature Count: {(rows['mmsi'] == ship).sum()}" in told
    for field in ("mmsi: Integer", "at: DateTime", "sog_kn: Real(Float32)", "raw: Binary"):
        assert field.partition(":")[0] in told
