"""The application: every group of endpoints, and errors as one sentence of JSON."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from monitor.api import GROUPS, pushed
from monitor.api.door import Hall
from monitor.api.keys import CONNECT, FEEDS, LISTS, LIVE
from monitor.api.records import MOST_LISTS
from monitor.errors import MonitorError, UsageError
from monitor.feed.kind import AnyFeed, reason_of
from monitor.service.follow import Connect
from monitor.service.live import Live

log = structlog.get_logger()


def make_app(live: Live, connect: Connect) -> web.Application:
    """All endpoints; ``connect`` gives a connection to the store."""
    app = web.Application(middlewares=[_one_sentence])
    app[LIVE] = live
    app[CONNECT] = connect
    app[FEEDS] = live.feeds
    app[LISTS] = asyncio.Semaphore(MOST_LISTS)
    for group in GROUPS:
        group.add(app)
    return app


@web.middleware
async def _one_sentence(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except UsageError as error:
        return web.json_response({"error": str(error)}, status=400)
    except MonitorError as error:
        return web.json_response({"error": str(error)}, status=503)
    except web.HTTPException as error:
        allowed = {name: value for name, value in error.headers.items() if name == "Allow"}
        words = {"error": f"{error.reason}."}
        return web.json_response(words, status=error.status, headers=allowed)
    except Exception:
        log.exception("An endpoint failed", path=request.path)
        words = {"error": "The watch failed to answer this; its log says why."}
        return web.json_response(words, status=500)


async def serve_posts(feed: AnyFeed, listen: str) -> None:
    """Answer ``POST /feeds/NAME`` for one feed, and nothing else, until cancelled."""
    app = web.Application(middlewares=[_one_sentence])
    app[FEEDS] = [feed]
    pushed.add(app)
    await serve(app, listen)


async def serve(app: web.Application, listen: str) -> None:
    """Answer on ``host:port`` until cancelled; MonitorError if that is not free."""
    host, _, port = listen.rpartition(":")
    runner = Hall(app)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            reason = reason_of(error)
            message = f"{listen} cannot be listened on: {reason}. Set another with --listen."
            raise MonitorError(message) from error
        log.info(f"Answering on http://{listen}", listen=listen)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
