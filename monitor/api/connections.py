"""Connections of those who ask: each says whose it is, so that private areas stay private."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from monitor.api.keys import CALLER, DESK
from monitor.errors import StoreError
from monitor.service.follow import Connect
from monitor.store.areas import sees

ACT_S = 30.0
"""How long one who changes something waits for the database; he is told, and asks again."""

NO_STORE = "Nothing can be written from here: ask where the watch writes."


def actor_of(request: web.Request) -> str | None:
    """In whose name a request is made; None: nobody's who is known."""
    caller = request.get(CALLER)
    return None if caller is None else caller.actor


@asynccontextmanager
async def asking(request: web.Request, connect: Connect) -> AsyncIterator[Any]:
    """A connection that shows what the caller may see."""
    async with connect() as connection:
        await sees(connection, actor_of(request))
        yield connection


@asynccontextmanager
async def acting(request: web.Request) -> AsyncIterator[Any]:
    """The same for one who may write; he does not wait for ever."""
    connect = request.app[DESK].connect
    if connect is None:
        raise StoreError(NO_STORE)
    try:
        async with asyncio.timeout(ACT_S), asking(request, connect) as connection:
            yield connection
    except TimeoutError:
        message = f"The database did not answer within {ACT_S:g} s: ask again."
        raise StoreError(message) from None
