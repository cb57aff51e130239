"""Questions by name: what each asks of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from monitor.box import Box
from monitor.errors import UsageError
from monitor.store.presence import all_days_known
from monitor.store.sql import query

Rows = list[Mapping[str, Any]]

MOST_ROWS = 10_000
NEARBY = 200
"""Positions on each side of an instant: enough where several ships use one number."""

MOST_PAIRS = 500
"""Of two MMSIs with one IMO number: for each the store looks where both were."""

MOST_DAYS_HEARD = 7
"""A feed has 144 rows a day of each port that it hears."""

MOST_DAYS_INSIDE, MOST_DAYS = 31, 366
"""Of a box all positions of the time are looked at; of a port a row a day is given."""


async def in_port(connection: asyncpg.Connection, port: str | None) -> Rows:
    """Ships whose calls are not known to have ended; None: at all ports."""
    found: Rows = await connection.fetch(query("ask_in_port"), port)
    return found


async def around(connection: asyncpg.Connection, mmsi: int, at: datetime) -> tuple[Rows, Rows]:
    """Her positions before an instant, the newest first, and those behind it, in order."""
    before = await connection.fetch(query("ask_before"), mmsi, at, NEARBY)
    return before, await connection.fetch(query("ask_behind"), mmsi, at, NEARBY)


async def numbers(connection: asyncpg.Connection, imo: int) -> Rows:
    """MMSIs under which an IMO number was said, and from when on, in order."""
    found: Rows = await connection.fetch(query("ask_numbers"), imo)
    return found


async def silences(connection: asyncpg.Connection, mmsi: int) -> Rows:
    """Silences of a ship that were told of: since when, and how fast she can be, knots."""
    found: Rows = await connection.fetch(query("ask_silences"), mmsi)
    return found


async def inside(
    connection: asyncpg.Connection, box: Box, since: datetime, until: datetime
) -> Rows:
    """Ships that were heard in a box; UsageError where the time is too long."""
    bounded(since, until, MOST_DAYS_INSIDE)
    name = "ask_inside_counted" if await all_days_known(connection) else "ask_inside"
    found: Rows = await connection.fetch(query(name), *box, since, until, MOST_ROWS)
    return found


async def inside_area(
    connection: asyncpg.Connection, area: str, since: datetime, until: datetime
) -> Rows:
    """The same of an area, by its id."""
    bounded(since, until, MOST_DAYS_INSIDE)
    found: Rows = await connection.fetch(query("ask_inside_area"), area, since, until, MOST_ROWS)
    return found


async def activity(
    connection: asyncpg.Connection, port: str, since: datetime, until: datetime
) -> Rows:
    """Arrivals and departures day by day; UsageError where the time is too long."""
    bounded(since, until, MOST_DAYS)
    found: Rows = await connection.fetch(query("ask_activity"), port, since, until)
    return found


async def reception(
    connection: asyncpg.Connection, port: str | None, since: datetime, until: datetime
) -> Rows:
    """What each feed heard near ports in ten minutes; UsageError where the time is too long."""
    bounded(since, until, MOST_DAYS_HEARD)
    found: Rows = await connection.fetch(query("reception_between"), port, since, until)
    return found


async def traffic(
    connection: asyncpg.Connection,
    from_: str | None,
    to: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Rows:
    """Voyages made, counted by where from and where to."""
    found: Rows = await connection.fetch(query("ask_traffic"), from_, to, since, until)
    return found


async def hulls(
    connection: asyncpg.Connection, imo: int | None, mmsi: int | None,
    ships: Sequence[int] | None = None,
) -> Rows:  # fmt: skip
    """IMO numbers that were said under two MMSIs, each pair once, the newest first.

    Of one number, of one ship, and of pairs that one of some ships is of; None: of all.
    """
    found: Rows = await connection.fetch(query("ask_hulls"), imo, mmsi, MOST_PAIRS, ships)
    return found


async def claimed(connection: asyncpg.Connection, mmsi: int) -> Rows:
    """What a ship said of herself, and when first and last."""
    found: Rows = await connection.fetch(query("ask_identity"), mmsi, MOST_ROWS)
    return found


async def story(
    connection: asyncpg.Connection, mmsi: int, since: datetime | None, until: datetime | None
) -> tuple[Rows, Rows]:
    """What happened to a ship, and what she said of herself."""
    words = mmsi, since, until, MOST_ROWS
    events = await connection.fetch(query("ask_story_events"), *words)
    return events, await connection.fetch(query("ask_story_claims"), *words)


def bounded(since: datetime, until: datetime, most_days: int) -> None:
    """UsageError unless a time is one, and not too long."""
    if until <= since:
        raise UsageError("The time ends before it begins: write an earlier since.")
    if until - since > timedelta(days=most_days):
        message = f"That is longer than {most_days} days: ask for a shorter time."
        raise UsageError(message)
