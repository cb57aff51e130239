"""A watch that stands still: a status written down by hand, behind one group of endpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from monitor.api.door import Hall
from monitor.api.keys import FEEDS, LIVE
from monitor.api.problems import told
from monitor.api.routes import Group, add_routes
from monitor.engine.geofence import FenceSet
from monitor.feed.kind import AnyFeed
from monitor.service.board import Board
from monitor.service.live import Live
from monitor.service.outbox import ChannelStatus
from monitor.service.status import FeedState, FeedStatus, SpoolStatus, Status, StoreStatus
from monitor.units import SECOND_US

NOON = 1_767_268_800 * SECOND_US
"""2026-01-01T12:00:00Z."""

Client = TestClient[web.Request, web.Application]


def problem(code: int, detail: str, path: str) -> dict[str, Any]:
    """A problem as it is answered: what went wrong, in one sentence."""
    return {
        "type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": detail,
        "instance": path,
    }  # fmt: skip


def status(**changes: Any) -> Status:
    """A watch that began at noon and has heard nothing yet."""
    words: dict[str, Any] = {
        "started_at": NOON,
        "store": StoreStatus(since=NOON),
        "spool": SpoolStatus(directory="/spool", recorded=False, limit_bytes=1 << 30),
        **changes,
    }
    return Status(**words)


def feed(name: str = "harbour", state: FeedState = FeedState.LIVE, **words: Any) -> FeedStatus:
    """A feed that is in a state since noon."""
    return FeedStatus(
        name=name, kind="nmea-tcp", where="192.0.2.7:10110", since=NOON, state=state, **words
    )


def channel(name: str = "mail", **words: Any) -> ChannelStatus:
    """A channel that nothing was sent through yet."""
    return ChannelStatus(name=name, kind="email", where="mail.example:587", since=NOON, **words)


@dataclass
class Standing:
    """What the endpoints read of a watch."""

    status: Status
    feeds: list[AnyFeed] = field(default_factory=list)
    fences: FenceSet = field(default_factory=lambda: FenceSet(ports=()))
    buffered_bytes: int = 0
    board: Board = field(default_factory=Board)
    spool_noted: int = 0

    def note_spool(self) -> None:
        """See Live: here it only counts how often it was asked for."""
        self.spool_noted += 1


def app_of(group: Group, watch: Standing) -> web.Application:
    """One group of endpoints."""
    app = web.Application(middlewares=[told])
    app[LIVE] = cast("Live", watch)
    app[FEEDS] = watch.feeds
    add_routes(app, [group])
    return app


class Served(TestServer):
    """An application that is run as a watch runs its own."""

    async def _make_runner(self, **_: Any) -> web.AppRunner:
        return Hall(self.app)


@asynccontextmanager
async def asking(group: Group, watch: Standing) -> AsyncIterator[Client]:
    """A client of one group of endpoints, on loopback."""
    async with TestClient(Served(app_of(group, watch))) as client:
        yield client
