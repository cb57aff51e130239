"""Problems as RFC 9457 has them: of our errors and of aiohttp's, before any handler too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from monitor.api.app import make_app
from monitor.api.problems import MEDIA, Problem, problem, problem_body
from monitor.service.live import Live
from tests.integration.api.standing import Served, Standing, status
from tests.integration.api.test_app import nowhere


def test_a_problem_is_what_its_model_says() -> None:
    """Whatever was asked for, with a stop at the end of its sentence."""
    found = Problem.model_validate_json(problem_body(404, "There is no such ship", "/vessels/1"))
    assert (found.title, found.status, found.instance) == ("Not Found", 404, "/vessels/1")
    assert found.detail == "There is no such ship."
    assert Problem.model_validate_json(problem_body(503, "Later.")).instance is None


def test_headers_of_an_error_go_with_it() -> None:
    answer = problem(401, "Who are you", headers={"WWW-Authenticate": "Bearer"})
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == MEDIA


async def raw(question: bytes) -> tuple[bytes, dict[str, object]]:
    """The first line and the problem that a whole application answers."""
    app = make_app(cast("Live", Standing(status())), nowhere)
    async with TestClient(Served(app)) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(question)
        told = await reader.read()
        writer.close()
    head, _, body = told.partition(b"\r\n\r\n")
    assert f"Content-Type: {MEDIA}".encode() in head
    return head.split(b"\r\n")[0], json.loads(body)


@pytest.mark.parametrize("path", [b"/status", b"/nothing"])
async def test_an_expectation_that_nobody_knows(path: bytes) -> None:
    """It is refused before any handler is asked, where there is none, too."""
    line, words = await raw(
        b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n"
    )
    assert line == b"HTTP/1.1 417 Expectation Failed"
    assert words["detail"] == (
        "Nothing is expected here but 100-continue: leave the header Expect out."
    )


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (lambda: web.HTTPGone(reason="It was here"), 410),
        (lambda: web.HTTPRequestEntityTooLarge(1, 2, reason="Too long"), 413),
        (lambda: web.HTTPTooManyRequests(reason="Wait", headers={"Retry-After": "9"}), 429),
    ],
)
async def test_what_a_handler_raises_becomes_a_problem(
    raised: Callable[[], web.HTTPException], code: int
) -> None:
    """With the headers that belong to it, and the sentence it was raised with."""
    app = make_app(cast("Live", Standing(status())), nowhere)

    async def fail(_: web.Request) -> web.Response:
        raise raised()

    app.router.add_get("/fail", cast("Callable[[web.Request], Awaitable[web.Response]]", fail))
    async with TestClient(Served(app)) as client, client.get("/fail") as answer:
        found = Problem.model_validate(await answer.json(content_type=MEDIA))
        assert (answer.status, found.status, found.instance) == (code, code, "/fail")
        assert answer.headers.get("Retry-After") == ("9" if code == 429 else None)
