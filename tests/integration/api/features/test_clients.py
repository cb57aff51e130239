"""Real clients read what is answered, untaught: GDAL of the wheel of pyogrio, and Debian's own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.findings import MMSI
from tests.integration.api.features.sea import ASKED, HOURS, SHIPS, asking, fill
from tests.integration.api.standing import Client

PYOGRIO = """
import json, sys, pyogrio
words = json.loads(sys.argv[2])
if "bbox" in words:
    words["bbox"] = tuple(words["bbox"])
frame = pyogrio.read_dataframe(sys.argv[1], **words)
print(json.dumps({
    "columns": {name: str(kind) for name, kind in frame.dtypes.items()}, "rows": len(frame),
    "ids": sorted(map(str, frame[sys.argv[3]])),
}))
"""

README = Path(__file__).parents[4] / "README.md"

needs_gdal = pytest.mark.skipif(
    shutil.which("ogrinfo") is None, reason="gdal-bin is not installed: see .ci/setup"
)


async def run(*command: str) -> str:
    """What a program prints; it must end well and complain of nothing."""
    env = {**os.environ, "CPL_DEBUG": "OFF", "GDAL_HTTP_TIMEOUT": "60"}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=env
    )
    out, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (0, ""), (command, errors.decode())
    return out.decode()


def address(client: Client) -> str:
    return f"OAPIF:{client.make_url('/')}"


async def read(client: Client, layer: str, key: str = "mmsi", **words: Any) -> dict[str, Any]:
    """What pyogrio makes of a collection."""
    told = json.dumps({"layer": layer, **words})
    out = await run(sys.executable, "-c", PYOGRIO, address(client), told, key)
    found: dict[str, Any] = json.loads(out)
    return found


async def test_pyogrio_lists_and_reads_each_collection(
    database: str, db: asyncpg.Connection
) -> None:
    await fill(db)
    lists = (
        "import pyogrio, sys; print(sorted(name for name, _ in pyogrio.list_layers(sys.argv[1])))"
    )
    async with asking(database) as client:
        out = await run(sys.executable, "-c", lists, address(client))
        assert out.strip() == str(
            ["alerts", "areas", "events", "gates", "geofences", "interference", "port-calls",
             "positions", "sightings", "tracks", "vessels", "voyages"]
        )  # fmt: skip
        for layer, key, rows in (
            ("vessels", "mmsi", 5), ("tracks", "mmsi", 10), ("voyages", "mmsi", 2),
            ("geofences", "kind", None), ("alerts", "severity", 5), ("port-calls", "port", 6),
            ("areas", "name", 3),
        ):  # fmt: skip
            found = await read(client, layer, key)
            assert found["rows"] == rows or (rows is None and found["rows"] > 10)


async def test_pyogrio_reads_each_row_once_with_numbers_and_times(
    database: str, db: asyncpg.Connection
) -> None:
    """Over pages of 7; what is a number or a time there is one here."""
    await fill(db)
    async with asking(database) as client:
        found = await read(client, "positions", "at", PAGE_SIZE="7")
        kinds = found["columns"]
    assert found["rows"] == len(SHIPS) * HOURS
    assert (kinds["mmsi"][:3], kinds["sog_kn"], kinds["at"][:8]) == ("int", "float64", "datetime")


async def test_pyogrio_asks_for_a_box_and_for_properties(
    database: str, db: asyncpg.Connection
) -> None:
    await fill(db)
    async with asking(database) as client:
        found = await read(client, "positions", bbox=[23, 31, 25, 33])
        assert (found["rows"], set(found["ids"])) == (HOURS, {"636012345"})
        for where, rows in (
            (f"mmsi = {MMSI}", HOURS),
            (f"mmsi = {MMSI} AND at >= '2024/12/14 00:00:00+00'", HOURS // 2),
            ("mmsi > 600000000", HOURS),
        ):
            found = await read(client, "positions", where=where)
            assert (where, found["rows"]) == (where, rows)
        found = await read(client, "events", "kind", where="port = 'tartus' AND kind = 'Berthed'")
        assert set(found["ids"]) == {"Berthed"}


async def test_pyogrio_lets_the_watch_filter(database: str, db: asyncpg.Connection) -> None:
    """It reads in the description what can be asked for, and asks for no more than that."""
    await fill(db)
    async with asking(database) as client:
        where = f"mmsi = {MMSI} AND at >= '2024/12/14 00:00:00+00'"
        await read(client, "positions", where=where, bbox=[0, 0, 90, 90])
        asked = client.app[ASKED]
    assert "/api" in asked
    page = asked[-1]  # before it a few features are looked at, to see what they have
    assert f"&mmsi={MMSI}&" in page
    assert "&datetime=2024-12-14T00:00:00Z" in page
    assert "&bbox=0" in page
    assert len([path for path in asked if "/items?" in path]) == 2


@needs_gdal
async def test_ogrinfo_knows_what_is_there(database: str, db: asyncpg.Connection) -> None:
    await fill(db)
    async with asking(database) as client:
        out = await run("ogrinfo", "-ro", "-so", address(client), "positions")
        assert "Geometry: Point" in out
        assert f"Feature Count: {len(SHIPS) * HOURS}" in out
        assert "mmsi: Integer" in out
        assert "at: DateTime" in out
        where = ("-where", f"mmsi = {MMSI}")
        out = await run("ogrinfo", "-ro", "-so", *where, address(client), "positions")
        assert f"Feature Count: {HOURS}" in out


@needs_gdal
async def test_ogr2ogr_copies_a_collection(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Page by page of its own size, in a box, and filtered."""
    await fill(db)
    async with asking(database) as client:
        for options, rows in (
            (("-oo", "PAGE_SIZE=50"), len(SHIPS) * HOURS),
            (("-spat", "23", "31", "25", "33"), HOURS),
            (("-where", f"mmsi = {MMSI} AND sog_kn = 12.3"), HOURS),
        ):
            path = tmp_path / f"{len(options)}{rows}.geojson"
            await run("ogr2ogr", "-f", "GeoJSON", str(path), address(client), "positions", *options)
            found = json.loads(path.read_text())["features"]
            assert (
                len({(each["properties"]["mmsi"], each["properties"]["at"]) for each in found})
                == rows
            )
            path.unlink()


def shown() -> list[str]:
    """What the first page shows for other programs."""
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if not line.startswith("monitor ")]


@needs_gdal
async def test_what_the_first_page_shows_runs(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Letter for letter, but for where the watch is."""
    await fill(db)
    lines, kept = shown(), str(tmp_path / "calls.gpkg")
    assert [line.split()[0] for line in lines] == ["ogr2ogr", "curl", "curl"]
    async with asking(database) as client:
        here = str(client.make_url("")).rstrip("/")
        for line in lines:
            words = shlex.split(line.replace("http://127.0.0.1:8080", here))
            if words[0] == "curl":
                words[1:1] = ["--silent", "--show-error", "--fail"]
            out = await run(*(word.replace("calls.gpkg", kept) for word in words))
            assert words[0] != "curl" or json.loads(out)["type"] == "FeatureCollection"
    assert (tmp_path / "calls.gpkg").stat().st_size > 0
