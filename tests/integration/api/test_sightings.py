"""Sightings over HTTP: analysts enter and remove them in their own name, everybody reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient

from monitor.api.access import Access
from monitor.api.app import make_app
from monitor.api.connections import NO_STORE
from monitor.api.keys import Desk
from monitor.report.sighting_forms import EnteredForm, SightedForm
from monitor.service.live import Live
from monitor.store.database import connected
from tests.integration.api.doors import OUTSIDE, Let, let_in
from tests.integration.api.standing import Client, Served, Standing, status
from tests.ports import ports

SEEN: dict[str, Any] = {
    "seen_by": "satellite", "hull": "landing ship", "length_m": 112, "lon": 35.8668,
    "lat": 34.9086, "since": "2024-12-14T12:00Z", "source": "Sentinel-2", "reliability": "B",
    "credibility": 2,
}  # fmt: skip


@asynccontextmanager
async def asked(database: str, *, writes: bool = True) -> AsyncIterator[tuple[Client, Let]]:
    """A watch of both ports, with people and programs who are let in."""
    let = await let_in(database)

    def opened() -> Any:
        return connected(database)

    app = make_app(
        cast("Live", Standing(status(), fences=ports())), opened,
        desk=Desk(opened if writes else None), access=Access(opened, None, OUTSIDE),
    )  # fmt: skip
    async with TestClient(Served(app)) as client:
        yield client, let


async def posted(
    client: Client, path: str, headers: dict[str, str], body: Any = None
) -> tuple[int, Any]:
    async with client.post(path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def got(client: Client, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_an_analyst_enters_reads_and_removes_one(database: str) -> None:
    """In his own name; again changes nothing; what is removed stays readable."""
    async with asked(database) as (client, let):
        analyst, viewer = let.session("analyst"), let.session("viewer")
        code, entered = await posted(client, "/sightings", analyst, SEEN)
        assert code == 200
        EnteredForm.model_validate(entered)
        one = entered["sighting"]
        assert (entered["changed"], one["added_by"], one["port"]) == (True, "analyst", "tartus")
        assert await posted(client, "/sightings", analyst, SEEN) == (
            200, {"changed": False, "sighting": one},
        )  # fmt: skip
        code, (row,) = await got(client, "/sightings?port=tartus", viewer)
        assert (code, SightedForm.model_validate(row).ais.value) == (200, "unknown")
        path = f"/sightings/{one['id']}"
        assert await got(client, path, viewer) == (200, row)
        code, gone = await posted(client, f"{path}/remove", let.token("analyst"), {})
        assert (code, gone["changed"]) == (200, True)
        assert gone["sighting"]["removed_by"] == "token analyst"
        code, again = await posted(client, f"{path}/remove", analyst)
        assert (code, again["changed"]) == (200, False)
        assert await got(client, "/sightings", viewer) == (200, [])
        code, kept = await got(client, path, viewer)
        assert (code, kept["removed_by"]) == (200, "token analyst")


async def test_who_may_not(database: str) -> None:
    """Viewers and officers read; nobody unknown does."""
    async with asked(database) as (client, let):
        for name in ("viewer", "officer"):
            assert (await posted(client, "/sightings", let.session(name), SEEN))[0] == 403
        assert (await posted(client, "/sightings", {}, SEEN))[0] == 401
        assert (await got(client, "/sightings", {}))[0] == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"reliability": "G"},
            "reliability: 'G' is no reliability: write A (reliable)",
        ),
        (
            {"port": "narvik"},
            "There is no port 'narvik': use one of tartus, tobruk,",
        ),
        ({"colour": "red"}, "There is no word 'colour': use seen_by, mmsi,"),
        ({"since": None}, "since: "),
        ({"lat": None}, "A place needs both: give lon and lat."),
        ({"note": "a\0b"}, "note holds a sign that cannot be printed"),
        ({"link": "javascript:alert(1)"}, "link: 'javascript:alert(1)' is no link"),
        ({"added_by": "eve"}, "There is no word 'added_by'"),
    ],
)
async def test_what_cannot_be_entered(database: str, words: dict[str, Any], said: str) -> None:
    async with asked(database) as (client, let):
        code, answer = await posted(client, "/sightings", let.session("analyst"), {**SEEN, **words})
        assert code == 400
        assert answer["detail"].startswith(said)
        assert await got(client, "/sightings", let.session("viewer")) == (200, [])


async def test_what_is_not_there(database: str) -> None:
    async with asked(database) as (client, let):
        analyst = let.session("analyst")
        for path in ("/sightings/7", "/sightings/seven", "/sightings/9999999999999999999"):
            assert (await got(client, path, analyst))[0] == 404
            assert (await posted(client, f"{path}/remove", analyst))[0] == 404


async def test_where_nothing_can_be_written(database: str) -> None:
    async with asked(database, writes=False) as (client, let):
        code, answer = await posted(client, "/sightings", let.session("analyst"), SEEN)
        assert (code, answer["detail"]) == (503, NO_STORE)


async def test_it_is_a_feature_and_stands_in_port(database: str) -> None:
    """At its place, with its properties; removed ones are none."""
    async with asked(database) as (client, let):
        analyst = let.session("analyst")
        _, entered = await posted(client, "/sightings", analyst, SEEN)
        number = entered["sighting"]["id"]
        _, found = await got(client, "/collections/sightings/items?port=tartus", analyst)
        (feature,) = found["features"]
        assert feature["geometry"]["coordinates"] == [35.8668, 34.9086]
        assert (feature["id"], feature["properties"]["hull"]) == (number, "landing ship")
        path = f"/collections/sightings/items/{number}"
        assert (await got(client, path, analyst))[0] == 200
        await posted(client, f"/sightings/{number}/remove", analyst)
        assert (await got(client, path, analyst))[0] == 404
