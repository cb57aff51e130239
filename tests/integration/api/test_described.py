"""The addresses where the API tells of itself, to programs, to GDAL and QGIS, and to people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from aiohttp.test_utils import TestClient

from monitor.api.app import make_app
from monitor.api.described import OPENAPI_30, OPENAPI_31
from monitor.service.live import Live
from tests.integration.api.standing import Client, Served, Standing, status
from tests.integration.api.test_app import nowhere

GDAL = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, */*"


@asynccontextmanager
async def asking() -> AsyncIterator[Client]:
    app = make_app(cast("Live", Standing(status())), nowhere)
    async with TestClient(Served(app)) as client:
        yield client


async def test_the_newer_one() -> None:
    async with asking() as client, client.get("/openapi.json") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert (await answer.json())["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("accept", "media", "version"),
    [
        (GDAL, OPENAPI_30, "3.0.3"),
        ("*/*", OPENAPI_30, "3.0.3"),
        ("application/json", OPENAPI_30, "3.0.3"),
        (OPENAPI_30, "application/vnd.oai.openapi+json;version=3.0", "3.0.3"),
        (OPENAPI_31, "application/vnd.oai.openapi+json;version=3.1", "3.1.0"),
    ],
)
async def test_the_older_one_has_its_type_letter_for_letter(
    accept: str, media: str, version: str
) -> None:
    """GDAL refuses it with a charset."""
    headers = {"Accept": accept}
    async with asking() as client, client.get("/api", headers=headers) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, media)
        assert (await answer.json(content_type=None))["openapi"] == version


@pytest.mark.parametrize("path", ["/docs", "/api"])
async def test_a_browser_reads_a_page_that_runs_nothing(path: str) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with asking() as client, client.get(path, headers=headers) as answer:
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "GET /port-calls" in await answer.text()
