"""What handlers are given with the application, each under a typed key."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from monitor.api.turns import Turns
from monitor.feed.kind import AnyFeed
from monitor.service.follow import Connect
from monitor.service.live import Live

LIVE: web.AppKey[Live] = web.AppKey("live", Live)
"""The watch."""

CONNECT: web.AppKey[Connect] = web.AppKey("connect")
"""Gives a connection to the store."""

FEEDS: web.AppKey[Sequence[AnyFeed]] = web.AppKey("feeds")
"""Those that may be posted to are among them."""

LISTS: web.AppKey[Turns] = web.AppKey("lists", Turns)
"""Whose list is made."""
