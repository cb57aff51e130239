"""An engine that stands by answers of itself alone."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from monitor.api.standing import ANSWERED, standing_by
from monitor.service.status import ClusterStatus


async def answers(status: ClusterStatus, path: str) -> tuple[int, str, str | None]:
    """Status, text and Retry-After."""

    async def whatever(_: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application(middlewares=[standing_by(status)])
    app.router.add_get("/{path:.*}", whatever)
    async with TestClient(TestServer(app)) as client, client.get(path) as answer:
        return answer.status, await answer.text(), answer.headers.get("Retry-After")


def cluster(role: str, *, leads: bool, leader: str | None = None) -> ClusterStatus:
    return ClusterStatus(
        role=role, name="", stream="s", where="w", since=0, leads=leads, leader=leader
    )


@pytest.mark.parametrize("status", [cluster("engine", leads=True), cluster("edge", leads=False)])
async def test_who_leads_and_an_edge_answer(status: ClusterStatus) -> None:
    assert await answers(status, "/alerts") == (200, "here", None)


async def test_one_that_stands_by_says_who_leads() -> None:
    status = cluster("engine", leads=False, leader="process 7 on north")
    code, text, after = await answers(status, "/alerts")
    assert (code, after) == (503, "5")
    assert "This engine stands by: process 7 on north leads. Ask the one that leads" in text


@pytest.mark.parametrize("path", ANSWERED)
async def test_of_itself_it_answers(path: str) -> None:
    assert (await answers(cluster("engine", leads=False), path))[0] == 200
