"""The collections and their queryables, as JSON and as pages."""

from __future__ import annotations

from monitor.report.features.collections import COLLECTIONS
from monitor.report.features.documents import collection, collections, queryables
from tests.integration.api.features.sea import asking, got


async def test_the_collections_and_each_of_them(database: str) -> None:
    async with asking(database) as client:
        base = str(client.make_url("")).rstrip("/")
        assert await got(client, "/collections") == (200, collections(base))
        for each in COLLECTIONS:
            path = f"/collections/{each.id}"
            assert await got(client, path) == (200, collection(base, each))
            async with client.get(f"{path}/queryables") as answer:
                assert answer.content_type == "application/schema+json"
                assert await answer.json(content_type=None) == queryables(base, each)


async def test_what_is_asked_wrongly_is_refused(database: str) -> None:
    async with asking(database) as client:
        for path in ("", "/vessels", "/vessels/queryables"):
            for query in ("hue=red", "f=xml", "f=json&f=json"):
                code, words = await got(client, f"/collections{path}?{query}")
                assert (code, words["status"]) == (400, 400)
