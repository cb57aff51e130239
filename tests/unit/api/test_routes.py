"""Routes as data: each tells of its path's words, and an application has what its rows say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from monitor.api import GROUPS, login
from monitor.api.routes import TABLE, Answer, Parameter, Route, add_routes

ID = Parameter(name="id", words="Its id.", form={"type": "string"}, place="path", required=True)


async def handler(_: web.Request) -> web.Response:
    """Answer nothing."""
    return web.Response()


def row(path: str, *parameters: Parameter, **words: Any) -> Route:
    told: dict[str, Any] = {
        "method": "GET", "handler": handler, "summary": "It.", "needs": None,
        "answer": Answer(words="It."), **words,
    }  # fmt: skip
    return Route(path=path, parameters=parameters, **told)


def test_a_row_tells_of_each_word_of_its_path() -> None:
    """And of none that it has not."""
    assert row("/ships/{id}", ID).words == []
    for path, parameters in (("/ships/{id}", ()), ("/ships", (ID,)), ("/ships/{name}", (ID,))):
        with pytest.raises(ValueError, match="in its path, and tells of"):
            row(path, *parameters)


def test_an_application_has_its_rows() -> None:
    app = web.Application()
    rows = (row("/ships/{id}", ID), row("/ships/{id}", ID, method="POST"))
    add_routes(app, [SimpleNamespace(ROUTES=rows)])
    assert app[TABLE] == rows
    methods = [route.method for route in app.router.routes()]
    assert sorted(methods) == ["GET", "HEAD", "POST"]


def test_what_all_rows_say() -> None:
    """A sentence, a name of its own, parameters with words; and writing needs a scope."""
    rows = [route for group in GROUPS for route in group.ROUTES]
    assert len({route.operation for route in rows}) == len(rows)
    assert len({(route.method, route.path) for route in rows}) == len(rows)
    for route in rows:
        assert route.summary.endswith(".")
        assert all(each.words.endswith(".") for each in route.parameters)
        assert route.method == "GET" or route.needs not in {None, "read"} or route in login.ROUTES
