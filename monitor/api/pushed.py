"""Feeds that are pushed to us: POST /feeds/NAME."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

from aiohttp import web

from monitor.api.keys import CALLER, FEEDS
from monitor.api.problems import problem
from monitor.api.routes import TEXT, Answer, Parameter, Route
from monitor.feed.pushed import Pushed

BODY_S = 60.0
"""How long a body may take: 8 MB in a minute is 1 Mbit/s, and nobody posts so much."""


class Shown(TypedDict):
    """What a feed is told of a sender, beside the body."""

    encoding: str | None
    authorization: str | None
    let_in: bool  # by a token of the API: his feed need not look at what he shows


async def take(request: web.Request) -> web.Response:
    """Hand a body to the feed of that name; it says what it thinks of it.

    What is taken is answered with a line of text, what is not with a problem.
    """
    name = request.match_info["name"]
    for feed in request.app[FEEDS]:
        if feed.config.name == name and isinstance(feed, Pushed):
            caller = request.get(CALLER)
            headers = Shown(
                encoding=request.headers.get("Content-Encoding"),
                authorization=request.headers.get("Authorization"),
                let_in=caller is not None and "push" in caller.scopes,
            )
            status, words = feed.refusal(**headers) or await _received(request, feed, headers)
            if status >= 400:
                wanted = {"WWW-Authenticate": "Bearer"} if status == 401 else None
                return problem(status, words, request, wanted)
            return web.Response(status=status, text=f"{words}\n")
    return problem(404, f"There is no feed {name!r} that can be posted to.", request)


async def _received(request: web.Request, feed: Pushed[Any], headers: Shown) -> tuple[int, str]:
    """Read a body when there is room for it, and hand it to its feed."""
    try:
        async with asyncio.timeout(BODY_S) as limit, feed.room:
            body = await _body(request, feed.config.max_body_bytes)
            limit.reschedule(None)
            return await feed.receive(body, **headers)
    except TimeoutError:
        return 408, f"The body was not whole within {BODY_S:g} s: send less at a time."
    except (ConnectionError, web.RequestPayloadError):
        return 400, "The body broke off: send it again."


async def _body(request: web.Request, longest: int) -> bytes:
    """Read the body; of one that is longer than is taken, no more than shows it."""
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > longest:
                break
    except RuntimeError as error:  # aiohttp's, of one who left while it waited for room
        raise ConnectionResetError(str(error)) from error
    return bytes(body)


ROUTES = (
    Route(
        method="POST", path="/feeds/{name}", handler=take, needs="push",
        summary="Push messages to a feed: lines of NMEA or JSON, plain or packed by gzip.",
        parameters=(
            Parameter(
                name="name", words="Of the feed, as the settings have it.", place="path",
                required=True, form={"type": "string"},
            ),
        ),
        body_media=("application/octet-stream",),
        answer=Answer(words="What was taken is on disk.", media=(TEXT,)),
        problems=(400, 401, 404, 408, 413, 503),
    ),
)  # fmt: skip
"""What stations ask."""
