"""Tiles over HTTP: kept, told apart, and refused where there are none."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from aiohttp.test_utils import TestServer

from monitor.api.keys import TILES
from monitor.report.tiles import MVT
from monitor.store.sql import query
from tests.integration.api.features.sea import NIGHT, asking, fill
from tests.integration.api.standing import Client

TILE = "/tiles/density/5/19/12.mvt?datetime=2024-12-13/2024-12-14"
TRACKS = "/tiles/tracks/6/38/25.mvt?datetime=2024-12-13"


@pytest.fixture
async def sea(db: asyncpg.Connection) -> asyncpg.Connection:
    """The sea of the features."""
    await fill(db)
    return db


async def got(client: Client, path: str, **headers: str) -> tuple[int, bytes, Any]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_a_tile_is_made_once_and_told_to_hold(sea: asyncpg.Connection, database: str) -> None:
    async with asking(database) as client:
        server = client.server
        assert isinstance(server, TestServer)
        memory = server.app[TILES]
        code, body, headers = await got(client, TILE)
        assert (code, headers["Content-Type"], memory.bytes) == (200, MVT, len(body))
        assert b"ship_days" in body
        assert headers["Cache-Control"] == "private, no-cache"
        memory.put(next(iter(memory._held)), b"made before")
        assert (await got(client, TILE))[1] == b"made before"
        code, body, again = await got(client, TILE, **{"If-None-Match": headers["ETag"]})
        assert (code, body, again["ETag"]) == (304, b"", headers["ETag"])
        await sea.execute(query("mark_days"), [NIGHT.date()])
        code, _, again = await got(client, TILE, **{"If-None-Match": headers["ETag"]})
        assert code == 200
        assert again["ETag"] != headers["ETag"]


@pytest.mark.usefixtures("sea")
async def test_tracks_are_there(database: str) -> None:
    async with asking(database) as client:
        code, body, _ = await got(client, TRACKS)
        assert code == 200
        assert b"SEVERNYY VETER" in body
        code, body, _ = await got(client, "/tiles/tracks.json")
        assert code == 200
        assert b"/tiles/tracks/{z}/{x}/{y}.mvt" in body


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/tiles/tracks/1/0/0.mvt", 404), ("/tiles/tracks/6/64/0.mvt", 404),
        ("/tiles/density/9/0/0.mvt", 404), ("/tiles/fish/6/0/0.mvt", 404),
        ("/tiles/tracks/6/0/0.mvt?datetime=2024-12-01/..", 400),
        ("/tiles/tracks/6/0/0.mvt?since=2024-12-01", 400),
        ("/tiles/tracks.json?f=html", 400),
    ],
)  # fmt: skip
async def test_what_is_not_there_or_too_much(database: str, path: str, code: int) -> None:
    async with asking(database) as client:
        assert (await got(client, path))[0] == code


async def test_before_days_are_counted_it_is_said(database: str) -> None:
    async with asking(database) as client:
        code, body, _ = await got(client, TILE)
        assert code == 503
        assert b"not counted by places yet" in body
