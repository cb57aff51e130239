"""Which of several engines leads, as the database knows it.

The leader holds a lock on a connection of its own, and says something there every second. One that
is killed or cut off loses it with the connection; one that stands still, or says nothing since it
does not hear the broker, has its connection ended by one who stands by. Whoever leads first ends
the connections on which others wrote: what a frozen engine had begun is undone by then, and when it
goes on there is no way from it to the tables but to ask for the lead again.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import asyncpg

from monitor.store.database import holder_of
from monitor.store.sql import query

ASKED_S = 3.0
"""A server that takes longer over so little stands still, or is gone."""

ENDED_S, ENDED_TRIES = 0.02, 100
"""A server's process that is told to end does so at once, unless it stands still."""


class Leader(NamedTuple):
    """The engine that leads."""

    number: int  # the server's, of its connection
    process: str | None  # in words; None: that may not be seen
    silent_s: float  # for so long it has said nothing


async def take_lead(connection: asyncpg.Connection) -> bool:
    """Lead from now on, as long as this connection lasts; False: another does."""
    async with asyncio.timeout(ASKED_S):
        return bool(await connection.fetchval(query("take_lead")))


async def leader(connection: asyncpg.Connection) -> Leader | None:
    """Who leads; None: nobody."""
    async with asyncio.timeout(ASKED_S):
        row = await connection.fetchrow(query("leader"))
    if row is None:
        return None
    process = holder_of(row["application_name"])
    return Leader(int(row["pid"]), process, max(0.0, float(row["silent_s"] or 0.0)))


async def beat(connection: asyncpg.Connection) -> None:
    """Say something."""
    async with asyncio.timeout(ASKED_S):
        await connection.fetchval(query("beat"))


async def end_leader(connection: asyncpg.Connection, former: Leader) -> None:
    """End the connection of a leader who says nothing any more."""
    async with asyncio.timeout(ASKED_S):
        await connection.fetchval(query("end_leader"), former.number)


async def begin_writing(connection: asyncpg.Connection, led_by: int) -> bool:
    """Of a connection that a leader is about to write on: end those of engines before it.

    ``led_by`` is the server's number of the connection by which it leads; False: it does so no
    longer. TimeoutError if the others do not end.
    """
    for _ in range(ENDED_TRIES):
        async with asyncio.timeout(ASKED_S):
            ended = await connection.fetch(query("end_engines"), led_by)
            if not ended and await connection.fetchval(query("be_engine")):
                break
        await asyncio.sleep(ENDED_S)
    else:
        raise TimeoutError
    async with asyncio.timeout(ASKED_S):
        return bool(await connection.fetchval(query("is_leader"), led_by))
