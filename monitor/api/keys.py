"""What handlers are given with the application, each under a typed key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from aiohttp import web
from pydantic import SecretStr

from monitor.alert.rules import Rule
from monitor.api.access import Access
from monitor.api.memory import Memory
from monitor.api.turns import Turns
from monitor.feed.kind import AnyFeed
from monitor.roles import Caller
from monitor.service.follow import Connect
from monitor.service.live import Live
from monitor.service.newsroom import Newsroom


class Desk(NamedTuple):
    """The desk of officers: how they write, by which token, and the rules they read about."""

    connect: Connect | None = None  # to the store, for one who writes
    token: SecretStr | None = None  # None: nobody may
    rules: Mapping[str, Rule] = MappingProxyType({})


LIVE: web.AppKey[Live] = web.AppKey("live", Live)
"""The watch."""

CONNECT: web.AppKey[Connect] = web.AppKey("connect")
"""Gives a connection to the store."""

READ: web.AppKey[Connect] = web.AppKey("read")
"""Gives a connection that can only read, and does not work on a statement for long."""

DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
"""What officers who work with alerts need; they write by it."""

FEEDS: web.AppKey[Sequence[AnyFeed]] = web.AppKey("feeds")
"""Those that may be posted to are among them."""

NEWSROOM: web.AppKey[Newsroom] = web.AppKey("newsroom", Newsroom)
"""Who listens."""

LISTS: web.AppKey[Turns] = web.AppKey("lists", Turns)
"""Whose list is made."""

TILES: web.AppKey[Memory] = web.AppKey("tiles", Memory)
"""Tiles that were made."""

ACCESS: web.AppKey[Access] = web.AppKey("access", Access)
"""Who is let in; it is the same behind both doors."""

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)
"""Who asks, of each request that was let through to a handler which needs that."""
