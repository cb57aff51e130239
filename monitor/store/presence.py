"""Presence: days of positions are counted when they have been quiet, so that a place can be asked.

Whoever writes positions marks their days in the same transaction (``tables.py``). A day is counted
in a transaction of its own, which holds up nobody: that its positions did not change meanwhile is
looked at last, and if they did, it is counted again another time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import asyncpg

from monitor.store.lost import transaction
from monitor.store.sql import query

QUIET = timedelta(hours=1)
"""A day that positions come to is counted when none came for so long."""

COUNT_S = 600.0
"""A day of the world's traffic is counted in a minute, on a slow disk in some."""

AT_ONCE = timedelta(0)
"""Where no more will come."""


class _ChangedError(Exception):
    """Positions of a day came while it was counted."""


async def all_days_known(connection: asyncpg.Connection) -> bool:
    """Whether presence can be asked at all: not before days were counted once."""
    found: bool = await connection.fetchval(query("all_days_known"))
    return found


async def know_days(connection: asyncpg.Connection) -> None:
    """Find all days of which there are positions, if that was not done yet."""
    if not await all_days_known(connection):
        await connection.execute(query("find_days"), timeout=COUNT_S)
        await connection.execute(query("days_found"))


async def count_days(
    connection: asyncpg.Connection,
    quiet: timedelta = QUIET,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[date]:
    """Count days that are due; those that were. The connection must not be in a transaction.

    ``stopped``: the rest is left for another time.
    """
    await know_days(connection)
    counted = list[date]()
    for row in await connection.fetch(query("days_due"), quiet):
        if stopped():
            break
        if await _count(connection, row["day"], row["version"]):
            counted.append(row["day"])
    return counted


async def _count(connection: asyncpg.Connection, day: date, version: int) -> bool:
    try:
        async with transaction(connection):
            await connection.execute(query("forget_presence"), day, timeout=COUNT_S)
            await connection.execute(query("count_presence"), day, timeout=COUNT_S)
            _unchanged(await connection.fetchval(query("day_counted"), day, version))
    except (_ChangedError, asyncpg.UniqueViolationError):
        return False  # or somebody else counts it
    return True


def _unchanged(day: date | None) -> None:
    if day is None:
        raise _ChangedError
