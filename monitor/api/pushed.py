"""Feeds that are pushed to us: POST /feeds/NAME."""

from __future__ import annotations

from aiohttp import web

from monitor.api.keys import FEEDS
from monitor.feed.pushed import Pushed


def add(app: web.Application) -> None:
    """POST /feeds/{name}."""
    app.router.add_post("/feeds/{name}", take)


async def take(request: web.Request) -> web.Response:
    """Hand a body to the feed of that name; it says what it thinks of it."""
    name = request.match_info["name"]
    for feed in request.app[FEEDS]:
        if feed.config.name == name and isinstance(feed, Pushed):
            headers = {
                "encoding": request.headers.get("Content-Encoding"),
                "authorization": request.headers.get("Authorization"),
            }
            try:
                status, words = feed.refusal(**headers) or await feed.receive(
                    await _body(request, feed.config.max_body_bytes), **headers
                )
            except (ConnectionError, web.RequestPayloadError):
                status, words = 400, "The body broke off: send it again."
            return web.Response(status=status, text=f"{words}\n")
    return web.Response(status=404, text=f"There is no feed {name!r} that can be posted to.\n")


async def _body(request: web.Request, longest: int) -> bytes:
    """Read the body; of one that is longer than is taken, no more than shows it."""
    parts, size = [], 0
    async for part in request.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > longest:
            break
    return b"".join(parts)
