"""Every endpoint refuses every wrong caller by the right status: the table in api/README.md, asked.

The endpoints are those of the routes, so one that is added is asked as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from monitor.api.routes import Route
from monitor.feed.aiscatcher_http import AisCatcherHttp, AisCatcherHttpConfig
from monitor.store import alerts
from monitor.store.database import connected
from tests.integration.api.doors import Let, asking, let_in
from tests.integration.api.standing import Client
from tests.integration.api.test_alerts import OPEN, keep
from tests.integration.feed.collect import Collected, running
from tests.refusals import CROOKED, PAGE, ROWS, WRONG, Ask, Wrong, best, drawn, path_of
from tests.unit.alert.stories import EPISODE

NO_ANSWER = {400, 401, 404, 405}


@asynccontextmanager
async def watched(database: str) -> AsyncIterator[tuple[Client, Let, Collected]]:
    """A watch with a feed that is pushed, people, programs, and an alert."""
    words = {"name": "roof", "token": "s3cret", "max_body_bytes": 1 << 10}
    feed, sink = AisCatcherHttp(AisCatcherHttpConfig.model_validate(words)), Collected()
    let = await let_in(database)
    async with connected(database) as connection:
        await keep(connection, OPEN)
    async with running(feed, sink), asking(database, feed) as client:
        await asyncio.sleep(0)  # the feed begins
        yield client, let, sink


async def told(client: Client, ask: Ask) -> int:
    """The status of an answer, which is a problem where it is a refusal."""
    # as it stands: a client would mend a crooked path
    url = URL(f"http://{client.host}:{client.port}{ask.path}", encoded=True)
    async with client.session.request(
        ask.method, url, headers=ask.headers, data=ask.body, allow_redirects=False
    ) as answer:
        if 400 <= answer.status < 500 and ask.method != "HEAD":
            assert answer.content_type == "application/problem+json"
            assert (await answer.json())["status"] == answer.status
        if answer.status == 401:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        return answer.status


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.words)
async def test_each_wrong_caller_is_refused_by_each_endpoint(database: str, wrong: Wrong) -> None:
    """And nothing came of it."""
    asked = 0
    async with watched(database) as (client, let, sink):
        for route in ROWS:
            status = wrong.told(route)
            if status is None:
                continue
            for ask in wrong.asks(route, let):
                assert await told(client, ask) == status, (route.method, route.path, ask)
                asked += 1
        assert not sink.data
    assert asked
    async with connected(database) as connection:
        assert await alerts.history(connection, EPISODE) == []


async def test_no_crooked_path_leads_past_the_guard(database: str) -> None:
    """Doubled strokes, dots, escapes, other letters: each is refused or is nowhere."""
    asked = 0
    async with watched(database) as (client, let, _):
        for route in ROWS:
            if CROOKED.told(route) is not None:
                for ask in CROOKED.asks(route, let):
                    assert await told(client, ask) in NO_ANSWER, ask
                    asked += 1
    assert asked > len(ROWS)


async def test_who_may_is_not_refused(database: str) -> None:
    """Or all the others would prove nothing."""
    async with watched(database) as (client, let, _):
        for route in ROWS:
            ask = Ask(route.method, path_of(route), best(route, let))
            assert await told(client, ask) not in {401, 403, 405}, route.path


def test_what_may_be_left_out_of_the_table() -> None:
    """Each endpoint that needs anything is asked by most of them; an open one by some."""
    for route in ROWS:
        rows = [wrong for wrong in WRONG if wrong.told(route) is not None]
        assert len(rows) >= (13 if route.needs else 2), route.path


def test_the_table_that_is_printed_is_this_one() -> None:
    """`make docs` writes it."""
    assert drawn(PAGE.read_text("utf-8")) == PAGE.read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize("needs", ["read", "officer", "analyst", "admin", "push"])
def test_a_route_that_is_added_is_asked(needs: str) -> None:
    """Whatever it needs."""
    like = next(route for route in ROWS if route.needs == "officer")
    added = Route(
        method="DELETE", path="/new", handler=like.handler, summary="New.", needs=needs,  # type: ignore[arg-type]
        answer=like.answer,
    )  # fmt: skip
    assert sum(wrong.told(added) is not None for wrong in WRONG) >= 13
