"""Bodies over a real socket: bounded in length and time, and understood or refused in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pydantic import BaseModel, ConfigDict

from monitor.api.bodies import MOST_FIELDS, read_body, understood
from monitor.api.problems import told
from monitor.errors import UsageError
from tests.integration.api.standing import Client, Served


class Wish(BaseModel):
    """What is asked for here."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str


@asynccontextmanager
async def reading(within_s: float = 30.0) -> AsyncIterator[Client]:
    async def take(request: web.Request) -> web.Response:
        return web.Response(body=await read_body(request, 100, within_s))

    app = web.Application(middlewares=[told])
    app.router.add_post("/", take)
    async with TestClient(Served(app)) as client:
        yield client


async def test_a_body_is_read_whole_up_to_its_bound() -> None:
    async with reading() as client:
        async with client.post("/", data=b"x" * 100) as answer:
            assert (answer.status, await answer.read()) == (200, b"x" * 100)
        async with client.post("/", data=b"x" * 101) as answer:
            assert answer.status == 413
            assert (await answer.json())[
                "detail"
            ] == "The body is longer than 100 bytes: send less."


async def test_one_that_does_not_come_is_not_waited_for() -> None:
    async def drops() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(30)

    async with reading(0.05) as client, client.post("/", data=drops()) as answer:
        assert answer.status == 408


def test_json_and_forms_say_the_same() -> None:
    assert understood(b'{"name": "a&b"}', Wish) == Wish(name="a&b")
    assert understood(b"name=a%26b", Wish, encoded=True) == Wish(name="a&b")
    assert understood(b"name=", Wish, encoded=True) == Wish(name="")


@pytest.mark.parametrize(
    ("body", "encoded", "sentence"),
    [
        (b"", False, "The body must be a JSON object with some of name."),
        (b"[1]", False, "The body must be a JSON object with some of name."),
        (b"{}", False, "name: is missing."),
        (b'{"name": 1}', False, "name: must be a text, in quotes."),
        (b'{"name": "\\ud800"}', False, "The body must be a JSON object with some of name."),
        (b'{"name": "a", "by": 1}', False, "There is no word 'by': use name."),
        (b"", True, "name: is missing."),
        (b"name=a&by=1", True, "There is no word 'by': use name."),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), True,
         "The form has more than 10 fields: send those that are asked for."),
    ],
)  # fmt: skip
def test_what_is_not_understood(body: bytes, encoded: bool, sentence: str) -> None:  # noqa: FBT001
    with pytest.raises(UsageError) as caught:
        understood(body, Wish, encoded=encoded)
    assert str(caught.value) == sentence
