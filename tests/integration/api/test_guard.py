"""The guard: nothing is answered before it is known who asks; what changes something is proven."""

from __future__ import annotations

from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from monitor.api.app import make_app
from monitor.api.keys import ACCESS
from monitor.api.routes import TABLE
from monitor.exposure import LOCAL
from monitor.service.live import Live
from monitor.store.database import connected
from tests.integration.api.doors import asking, code, let_in
from tests.integration.api.standing import Served, Standing, status
from tests.integration.api.test_alerts import OPEN, keep, steps
from tests.integration.api.test_app import nowhere, whole
from tests.unit.alert.stories import EPISODE

ACK = f"/alerts/{EPISODE}/ack"


def test_every_route_is_in_the_table() -> None:
    """What is in no row would be guarded as what readers need, whatever it does."""
    app = whole()
    rows = {(row.method, row.path) for row in app[TABLE]}
    found = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert found == rows


async def test_a_route_that_is_in_no_table_is_not_open(database: str) -> None:
    await let_in(database)
    app = make_app(cast("Live", Standing(status())), nowhere)

    async def forgotten(_: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/forgotten", forgotten)
    app[ACCESS].exposure = LOCAL._replace(local=False)  # type: ignore[misc]
    async with TestClient(Served(app)) as client:
        assert await code(client, "/forgotten") == 401


async def test_what_changes_something_needs_the_word_of_its_session(database: str) -> None:
    """Not another session's, not half of it; by a token it needs none."""
    let = await let_in(database)
    async with connected(database) as connection:
        await keep(connection, OPEN)
    async with asking(database) as client:
        good = let.session("officer")
        for headers, status_, detail in (
            ({"Cookie": good["Cookie"]}, 403, "A session needs the header X-CSRF-Token"),
            (let.session("officer", "admin"), 403, "A session needs the header"),
            ({**good, "X-CSRF-Token": good["X-CSRF-Token"][:-1]}, 403, "A session needs"),
            ({**good, "Sec-Fetch-Site": "cross-site"}, 403, "This came from a page of elsewhere"),
            ({**good, "Sec-Fetch-Site": "same-site"}, 403, "This came from a page of elsewhere"),
        ):
            async with client.post(ACK, headers=headers, json={}) as answer:
                told = await answer.json()
                assert (answer.status, told["detail"][: len(detail)]) == (status_, detail)
        assert await steps(database) == []
        async with client.post(
            ACK, headers={**good, "Sec-Fetch-Site": "same-origin"}, json={}
        ) as answer:
            assert answer.status == 200
        async with client.post(ACK, headers=let.token("officer"), json={}) as answer:
            assert answer.status == 200
    assert await steps(database) == [("ack", "officer")]


@pytest.mark.parametrize("path", ["/login", "/invitation/abc"])
async def test_no_page_of_elsewhere_logs_anybody_in(database: str, path: str) -> None:
    """As another user, whose doings he would then take for his own."""
    async with asking(database) as client:
        headers = {"Sec-Fetch-Site": "cross-site"}
        async with client.post(path, headers=headers, json={}) as answer:
            assert answer.status == 403


async def test_officers_act_in_their_own_names(database: str) -> None:
    """A user may say so, and act for nobody else; who bears the common token says who he is."""
    let = await let_in(database)
    async with connected(database) as connection:
        await keep(connection, OPEN)
    common = {"Authorization": "Bearer sesam-open-4711-sesam"}
    wishes: list[tuple[dict[str, str], dict[str, Any], int]] = [
        (let.session("officer"), {"to": "Bea"}, 200),
        (let.session("officer"), {"to": "Cy", "by": "officer"}, 200),
        (let.session("officer"), {"to": "Di", "by": "ann"}, 400),
        (let.token("officer"), {"to": "Ed"}, 200),
        (common, {"to": "Flo"}, 400),
        (common, {"to": "Flo", "by": "ann"}, 200),
    ]
    async with asking(database) as client:
        for headers, words, status_ in wishes:
            path = f"/alerts/{EPISODE}/assign"
            async with client.post(path, headers=headers, json=words) as answer:
                assert answer.status == status_, await answer.text()
        async with client.post(f"/alerts/{EPISODE}/mute", headers=let.session("officer"),
                               json={"reason": "a tug"}) as answer:  # fmt: skip
            assert answer.status == 200
    assert await steps(database) == [
        ("assign", "officer"), ("assign", "officer"), ("assign", "token officer"),
        ("assign", "ann"), ("mute", "officer"),
    ]  # fmt: skip
