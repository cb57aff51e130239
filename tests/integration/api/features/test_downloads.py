"""Whole files over HTTP: all that is found, filtered as pages are, read by real readers."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from pathlib import Path

import asyncpg
import pytest
import zstandard

from monitor.api.features import downloads as group
from monitor.report.features.collections import COLLECTIONS
from monitor.report.features.parquet import DOWNLOADS
from tests.integration.api.features.sea import HOURS, SHIPS, asking, fill
from tests.integration.api.standing import problem

READ = """
import sys, geopandas, pyogrio
file = sys.argv[1]
if file.endswith("parquet"):
    print(len(geopandas.read_parquet(file)))
else:
    layers = [name for name, _ in pyogrio.list_layers(file)]
    print(max(len(pyogrio.read_dataframe(file, layer=name)) for name in layers))
"""


async def read_by_gdal(file: Path) -> int:
    """How many features a stranger finds in a file."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READ, str(file), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return int(out)


@pytest.mark.parametrize("form", DOWNLOADS)
async def test_each_form_is_read(
    database: str, db: asyncpg.Connection, tmp_path: Path, form: str
) -> None:
    """By GDAL or geopandas; a file has all, and no page's limit."""
    await fill(db)
    async with asking(database) as client:
        where = f"/collections/positions/download?form={form}&mmsi=271000001"
        async with client.get(where) as answer:
            data = await answer.read()
            assert answer.status == 200
            assert answer.headers["Content-Type"] == DOWNLOADS[form].MEDIA
            ending = DOWNLOADS[form].ENDING
            assert answer.headers["Content-Disposition"] == (
                f'attachment; filename="positions.{ending}"'
            )
    file = tmp_path / f"positions.{ending}"
    file.write_bytes(data)
    assert await read_by_gdal(file) == HOURS


async def test_all_collections_and_filters(database: str, db: asyncpg.Connection) -> None:
    """More than a page's worth; a filter as of items; packed for whoever takes that."""
    await fill(db)
    async with asking(database) as client:
        for each in COLLECTIONS:
            async with client.get(f"/collections/{each.id}/download?form=geojson") as answer:
                whole = json.loads(await answer.read())
                assert answer.status == 200, each.id
                if each.id == "positions":
                    assert len(whole["features"]) == HOURS * len(SHIPS)
        where = "/collections/positions/download?form=csv&bbox=23,31,25,33"
        async with client.get(where, headers={"Accept-Encoding": "identity"}) as answer:
            plain = await answer.read()
            assert "Content-Encoding" not in answer.headers
        async with client.session.get(
            client.make_url(where), headers={"Accept-Encoding": "gzip"}, auto_decompress=False
        ) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(await answer.read()) == plain
        assert plain.count(b"\r\n") == HOURS + 1


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        ("", f"Say which form the file is to have: form={' or form='.join(DOWNLOADS)}."),
        ("?form=doc", f"Say which form the file is to have: form={' or form='.join(DOWNLOADS)}."),
        ("?form=csv&limit=5",
         "A file has all that is found: leave limit out, or ask for pages of items."),
        ("?form=csv&bbox=1,2",
         "A bbox has four numbers, or six with heights: write west,south,east,north in degrees."),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken(database: str, words: str, detail: str) -> None:
    path = "/collections/positions/download"
    async with asking(database) as client, client.get(f"{path}{words}") as answer:
        found = await answer.json()
    assert (answer.status, found["instance"]) == (400, path)
    if "bbox" not in words:
        assert found == problem(400, detail, path)
    assert len(group.ROUTES) == len(COLLECTIONS)


async def test_zstd_for_whoever_takes_it(database: str, db: asyncpg.Connection) -> None:
    await fill(db)
    async with asking(database) as client:
        for each in ("positions", "vessels"):
            where = f"/collections/{each}/download?form=csv"
            async with client.get(where, headers={"Accept-Encoding": "identity"}) as answer:
                plain = await answer.read()
            async with client.session.get(
                client.make_url(where), headers={"Accept-Encoding": "gzip, zstd"},
                auto_decompress=False,
            ) as answer:  # fmt: skip
                assert answer.headers["Content-Encoding"] == "zstd"
                assert answer.headers["Vary"] == "Accept-Encoding"
                packed = await answer.read()
            assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == plain


async def test_who_has_a_file_is_told_whether_it_changed(
    database: str, db: asyncpg.Connection
) -> None:
    """Another form or filter is another file; where no change would be known, there is no tag."""
    await fill(db)
    async with asking(database) as client:

        async def tag(where: str, has: str = "") -> tuple[int, str | None, bytes]:
            headers = {"If-None-Match": has} if has else {}
            async with client.get(f"/collections/{where}", headers=headers) as answer:
                return answer.status, answer.headers.get("ETag"), await answer.read()

        tags = set()
        for where in (
            "positions/download?form=csv", "positions/download?form=csv&mmsi=271000001",
            "positions/download?form=geojson", "events/download?form=csv",
            "port-calls/download?form=csv", "voyages/download?form=csv", "alerts/download?form=csv",
        ):  # fmt: skip
            code, found, _ = await tag(where)
            assert (code, await tag(where, found or "-")) == (200, (304, found, b""))
            assert (await tag(where, 'W/"other"'))[0] == 200
            tags.add(found)
        assert len(tags) == 7
        for each in ("vessels", "tracks", "geofences"):
            assert (await tag(f"{each}/download?form=csv"))[1] is None
        await db.execute("UPDATE event SET name = 'x'")
        assert (await tag("events/download?form=csv"))[1] not in tags
