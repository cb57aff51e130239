"""The whole of what a watch answers: every group is there, and errors are problems."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, suppress
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from monitor.api import GROUPS, PUSHERS, READERS
from monitor.api.app import make_app, places, serve
from monitor.errors import BatchRefusedError, MonitorError, StoreError, UnknownError, UsageError
from monitor.feed.aiscatcher_http import AisCatcherHttp, AisCatcherHttpConfig
from monitor.feed.pushed import MOST_AT_ONCE
from monitor.report.features.collections import COLLECTIONS
from monitor.service.live import Live
from monitor.settings import Settings
from tests.integration.api.standing import Client, Served, Standing, problem, status
from tests.integration.feed.collect import Collected, running
from tests.live import free_port

TOKEN: dict[str, Any] = {"token": "s3cret"}


@asynccontextmanager
async def nowhere() -> AsyncIterator[Any]:
    """A store that is away."""
    message = "The database cannot be reached: no route. Check MONITOR_DATABASE_URL."
    raise StoreError(message)
    yield


def whole() -> web.Application:
    return make_app(cast("Live", Standing(status())), nowhere)


@asynccontextmanager
async def failing(error: Exception) -> AsyncIterator[Client]:
    """The whole application, and one endpoint that fails."""
    app = whole()

    async def fail(_: web.Request) -> web.Response:
        raise error

    app.router.add_get("/fail", fail)
    async with TestClient(Served(app)) as client:
        yield client


async def asked(client: Client, path: str) -> tuple[int, Any]:
    async with client.get(path) as answer:
        media = "application/problem+json" if answer.status >= 400 else "application/json"
        assert answer.content_type == media
        return answer.status, await answer.json()


def test_the_endpoints_there_are() -> None:
    """What the README tells of; a group that is not in GROUPS would be missing here."""
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in whole().router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    collections = {f"GET /collections/{each.id}" for each in COLLECTIONS}
    tails = ("", "/queryables", "/items", "/items/{feature}")
    assert {f"{each}{tail}" for each in collections for tail in tails} <= routes
    routes = {route for route in routes if not route.startswith("GET /collections/")}
    assert routes == {
        "GET /health/live", "GET /health/ready", "GET /status", "GET /metrics",
        "POST /feeds/{name}", "GET /events", "GET /port-calls", "GET /vessels", "GET /voyages",
        "GET /vessels/{mmsi}/history", "GET /alerts", "GET /alerts/{id}",
        "GET /alerts/{id}/messages",
        "POST /alerts/{id}/ack", "POST /alerts/{id}/assign", "POST /alerts/{id}/close",
        "POST /alerts/{id}/mute", "GET /openapi.json", "GET /api", "GET /docs", "GET /live",
        "GET /", "GET /conformance", "GET /collections", "GET /ask/in-port", "GET /ask/inside",
        "GET /ask/where", "GET /ask/story", "GET /ask/activity", "GET /ask/traffic",
        "GET /ask/reception", "GET /ask/fleet", "GET /ask/distance", "GET /ask/hulls",
        "GET /ask/identity", "GET /ask/fleets", "GET /ask/reach",
        "GET /sightings", "POST /sightings", "GET /sightings/{id}", "POST /sightings/{id}/remove",
        "GET /login", "POST /login", "POST /logout", "GET /me", "GET /invitation/{code}",
        "POST /invitation/{code}", "GET /geofences", "GET /console", "GET /console/{digest}/{name}",
        "GET /console/{digest}/{folder}/{name}", "GET /areas", "POST /areas", "DELETE /areas/{id}",
        "GET /past/vessels", "GET /past/alerts", "GET /past/alerts/{id}", "GET /past/port-calls",
        "GET /past/voyages", "GET /past/ports", "GET /watched", "GET /tiles/tracks.json",
        "GET /tiles/density.json", "GET /tiles/tracks/{z}/{x}/{y}.mvt",
        "GET /tiles/density/{z}/{x}/{y}.mvt", "GET /users", "POST /users",
        "POST /users/{name}/reset", "POST /users/{name}/role", "POST /users/{name}/disable",
        "GET /tokens", "POST /tokens", "POST /tokens/{name}/revoke",
    }  # fmt: skip
    assert len(GROUPS) == 22


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("There is no parameter 'hue': use mmsi."), 400),
        (UnknownError("There is no alert whose id begins with ab."), 404),
        (MonitorError("It does not go."), 503),
        (StoreError("The database went away: no route."), 503),
        (BatchRefusedError("The database refused: no."), 503),
    ],
)
async def test_an_error_of_ours_is_its_sentence(error: MonitorError, code: int) -> None:
    """400 where the caller can mend it, 503 where only time or we can."""
    async with failing(error) as client:
        assert await asked(client, "/fail") == (
            code, problem(code, str(error), "/fail"),
        )  # fmt: skip


async def test_an_error_of_nobodys_is_told_to_the_log_alone() -> None:
    """The caller learns that it was not his fault; paths and secrets stay with us."""
    with capture_logs() as logged:
        async with failing(RuntimeError("s3cret")) as client:
            assert await asked(client, "/fail") == (
                500,
                problem(500, "The watch failed to answer this; its log says why.", "/fail"),
            )
    (entry,) = logged
    assert (entry["event"], entry["path"]) == ("An endpoint failed", "/fail")
    assert (entry["log_level"], entry["exc_info"]) == ("error", True)


async def test_a_method_that_is_not_taken_is_answered_with_those_that_are() -> None:
    """RFC 9110, 15.5.6: an Allow header."""
    async with TestClient(Served(whole())) as client, client.delete("/events") as answer:
        words = "DELETE is not taken at '/events': use GET, HEAD."
        assert (answer.status, await answer.json()) == (405, problem(405, words, "/events"))
        assert answer.headers["Allow"] == "GET,HEAD"


async def test_without_a_store_what_needs_none_is_answered() -> None:
    async with TestClient(Served(whole())) as client:
        words = "The database cannot be reached: no route. Check MONITOR_DATABASE_URL."
        assert await asked(client, "/events") == (503, problem(503, words, "/events"))
        assert (await asked(client, "/health/live"))[0] == 200
        assert (await asked(client, "/status"))[0] == 200


@pytest.mark.parametrize("path", ["/nothing", "/events/", "/vessels/1", "/collections/fish"])
async def test_what_is_not_there(path: str) -> None:
    async with TestClient(Served(whole())) as client:
        words = f"Nothing is answered at {path!r}: see /docs for what is."
        assert await asked(client, path) == (404, problem(404, words, path))


async def test_it_answers_where_it_was_told_to_until_it_is_cancelled() -> None:
    listen = f"127.0.0.1:{free_port()}"
    task = asyncio.ensure_future(serve(whole(), listen))
    try:
        found = await first_answer(f"http://{listen}/health/live")
        assert found == {"live": True}
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    host, _, port = listen.rpartition(":")
    with socket.create_server((host, int(port))):
        pass


async def first_answer(url: str) -> Any:
    """Ask until something answers."""
    async with asyncio.timeout(60), ClientSession() as session:
        while True:
            with suppress(OSError):
                async with session.get(url) as answer:
                    return await answer.json()
            await asyncio.sleep(0.01)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_it_answers_on_ipv6() -> None:
    port = free_port()
    task = asyncio.ensure_future(serve(whole(), f"[::1]:{port}"))
    try:
        assert await first_answer(f"http://[::1]:{port}/health/live") == {"live": True}
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_an_address_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        listen = f"127.0.0.1:{busy.getsockname()[1]}"
        with pytest.raises(MonitorError) as refusal:
            await serve(whole(), listen)
    assert str(refusal.value) == (
        f"{listen} cannot be listened on: Address already in use. Set another with --listen."
    )


def test_all_are_answered_at_one_place_unless_two_are_set() -> None:
    """Those who push and those who read, each at a door of its own; what is not set is listen."""
    both, push, read = "127.0.0.1:8080", "0.0.0.0:8081", "127.0.0.1:8082"
    for words, found in (
        ({}, [(both, "--listen", GROUPS)]),
        ({"listen_pushers": push, "listen_readers": push}, [(push, "--listen", GROUPS)]),
        (
            {"listen_pushers": push},
            [(both, "--listen", READERS), (push, "listen_pushers", PUSHERS)],
        ),
        (
            {"listen_readers": read},
            [(read, "listen_readers", READERS), (both, "--listen", PUSHERS)],
        ),
        (
            {"listen_pushers": push, "listen_readers": read},
            [(read, "listen_readers", READERS), (push, "listen_pushers", PUSHERS)],
        ),
    ):
        assert places(Settings(listen=both, **words)) == found
    assert sorted(map(str, GROUPS)) == sorted(map(str, (*READERS, *PUSHERS)))


async def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(MonitorError) as refusal:
        await serve(whole(), "192.0.2.7:8080")
    assert str(refusal.value) == (
        "192.0.2.7:8080 cannot be listened on: Cannot assign requested address."
        " Set another with --listen."
    )


async def test_who_is_let_go_before_he_is_read_is_no_failure() -> None:
    """The door makes room for others: what was posted is not there to be read any more."""
    feed, sink = AisCatcherHttp(AisCatcherHttpConfig(name="roof", **TOKEN)), Collected()
    app = make_app(cast("Live", Standing(status(), feeds=[feed])), nowhere)
    begun = b"POST /feeds/roof HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cret\r\n"
    with capture_logs() as logs, ExitStack() as held:
        async with running(feed, sink), TestClient(Served(app)) as client:
            async with AsyncExitStack() as room:
                for _ in range(MOST_AT_ONCE):
                    await room.enter_async_context(feed.room)
                for _ in range(MOST_AT_ONCE):
                    sender = socket.create_connection((client.host, client.port))
                    held.enter_context(closing(sender)).sendall(
                        begun + b"Content-Length: 9\r\n\r\n"
                    )
                await asyncio.sleep(0.05)
            for guest in cast("Any", client.server).runner.server.connections:
                guest.force_close()
            await asyncio.sleep(0.05)
            assert not feed.room.locked()
    assert logs == []
