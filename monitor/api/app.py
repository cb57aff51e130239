"""The application: the routes of every group of endpoints, behind one door or two."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from ssl import SSLContext
from typing import NamedTuple

import structlog
from aiohttp import web

from monitor.api import GROUPS, PUSHERS, READERS, pushed
from monitor.api.access import Access
from monitor.api.door import IDLE_S, Hall, most_guests
from monitor.api.guard import guarded
from monitor.api.headers import be_strict
from monitor.api.hosts import known_hosts
from monitor.api.keys import (
    ACCESS,
    CONNECT,
    DESK,
    FEEDS,
    LISTS,
    LIVE,
    NEWSROOM,
    READ,
    TILES,
    Desk,
)
from monitor.api.lists import MOST_LISTS, MOST_WAITING
from monitor.api.live import press
from monitor.api.memory import Memory
from monitor.api.problems import told
from monitor.api.routes import Group, add_routes
from monitor.api.standing import standing_by
from monitor.api.tiles import MOST_BYTES
from monitor.api.turns import Turns
from monitor.errors import MonitorError
from monitor.feed.kind import AnyFeed, reason_of
from monitor.service.follow import Connect
from monitor.service.live import Live
from monitor.service.newsroom import MOST_LISTENERS, Newsroom
from monitor.settings import Settings

log = structlog.get_logger()


class Place(NamedTuple):
    """Where some of the endpoints are answered, and the setting that says so."""

    listen: str
    setting: str
    groups: Sequence[Group]


def places(settings: Settings) -> list[Place]:
    """One door for all, or one for those who push and one for those who read."""
    pushers, readers = settings.pushers_at, settings.readers_at
    if pushers == readers:
        return [Place(readers, "--listen", GROUPS)]
    own = {settings.listen_pushers: "listen_pushers", settings.listen_readers: "listen_readers"}
    return [
        Place(readers, own.get(readers, "--listen"), READERS),
        Place(pushers, own.get(pushers, "--listen"), PUSHERS),
    ]


def make_app(
    live: Live,
    connect: Connect,
    groups: Sequence[Group] = GROUPS,
    hosts: Collection[str] = (),
    desk: Desk | None = None,
    access: Access | None = None,
    *,
    reading: Connect | None = None,
) -> web.Application:
    """Some endpoints, for those who ask for one of ``hosts``; ``connect`` leads to the store.

    ``desk`` is for officers who write; None: nobody may. ``access`` says who is let in; None: as
    on loopback, where no user is. ``reading`` leads to the store for those who read features;
    None: as ``connect``.
    """
    stands = [] if live.status.cluster is None else [standing_by(live.status.cluster)]
    app = web.Application(middlewares=[known_hosts(hosts), told, *stands, guarded])
    app.on_response_prepare.append(be_strict)
    app[ACCESS] = access or Access(shared=desk.token if desk else None)
    app[LIVE] = live
    app[CONNECT] = connect
    app[READ] = reading or connect
    app[FEEDS] = live.feeds
    app[DESK] = desk or Desk()
    app[NEWSROOM] = Newsroom(connect, live.board, press(app), most_listeners())
    app[LISTS] = Turns(MOST_LISTS, MOST_WAITING)
    app[TILES] = Memory(MOST_BYTES)
    add_routes(app, groups)
    return app


def most_listeners() -> int:
    """Those who listen stay: others must find room as well."""
    return min(MOST_LISTENERS, most_guests() * 5 // 8)


class Site(web.TCPSite):
    """Where a door is; who begins TLS there has as long for it as for the head of a request."""

    async def start(self) -> None:
        """See aiohttp, which waits for a minute."""
        await web.BaseSite.start(self)
        server = self._runner.server
        assert server is not None  # noqa: S101 - BaseSite raises where there is none
        limit_s = None if self._ssl_context is None else IDLE_S
        self._server = await asyncio.get_running_loop().create_server(
            server, self._host, self._port, ssl=self._ssl_context, backlog=self._backlog,
            ssl_handshake_timeout=limit_s,
        )  # fmt: skip


async def serve_posts(feed: AnyFeed, listen: str) -> None:
    """Answer ``POST /feeds/NAME`` for one feed, and nothing else, until cancelled."""
    app = web.Application(middlewares=[told])
    app[FEEDS] = [feed]
    add_routes(app, [pushed])
    await serve(app, listen)


async def serve(
    app: web.Application, listen: str, setting: str = "--listen", tls: SSLContext | None = None
) -> None:
    """Answer on ``host:port`` until cancelled, by TLS if it is given; MonitorError if not free."""
    host, _, port = listen.rpartition(":")
    runner = Hall(app)
    await runner.setup()
    try:
        try:
            await Site(runner, host.strip("[]"), int(port), ssl_context=tls).start()
        except OSError as error:
            reason = reason_of(error)
            message = f"{listen} cannot be listened on: {reason}. Set another with {setting}."
            raise MonitorError(message) from error
        scheme = "http" if tls is None else "https"
        log.info(f"Answering on {scheme}://{listen}", listen=listen)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
