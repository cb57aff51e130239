"""Feeds that are pushed to us: POST /feeds/NAME."""

from __future__ import annotations

from aiohttp import web

from monitor.api.keys import FEEDS
from monitor.feed.pushed import Pushed

MOST_BYTES = 32 << 20


def add(app: web.Application) -> None:
    """POST /feeds/{name}."""
    app.router.add_post("/feeds/{name}", take)


async def take(request: web.Request) -> web.Response:
    """Hand a body to the feed of that name; it says what it thinks of it."""
    name = request.match_info["name"]
    for feed in request.app[FEEDS]:
        if feed.config.name == name and isinstance(feed, Pushed):
            status, words = await feed.receive(
                await request.content.read(),
                encoding=request.headers.get("Content-Encoding"),
                authorization=request.headers.get("Authorization"),
            )
            return web.Response(status=status, text=f"{words}\n")
    return web.Response(status=404, text=f"There is no feed {name!r} that can be posted to.\n")
