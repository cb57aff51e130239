"""Which row answers a request: what middlewares go by."""

from __future__ import annotations

from types import SimpleNamespace

from aiohttp import web
from aiohttp.test_utils import TestClient
from aiohttp.typedefs import Handler

from monitor.api.health import ROUTES
from monitor.api.routes import Route, add_routes, route_of
from tests.integration.api.standing import Served


async def test_a_middleware_knows_the_row_before_the_handler_is_asked() -> None:
    """HEAD is the GET's; what is not answered has none."""
    found: list[Route | None] = []

    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        assert handler is not None  # aiohttp hands it on by this name
        found.append(route_of(request))
        return web.Response()

    app = web.Application(middlewares=[look])
    add_routes(app, [SimpleNamespace(ROUTES=ROUTES)])
    async with TestClient(Served(app)) as client:
        for method, path in (
            ("GET", "/health/live"), ("HEAD", "/health/ready"), ("POST", "/health/live"),
            ("GET", "/nothing"),
        ):  # fmt: skip
            async with client.request(method, path):
                pass
    assert found == [*ROUTES, None, None]
