"""Drops old positions, a month at a time; what events and port calls rest on stays.

A month's partition is never replaced: what stays is set aside, the partition is emptied and filled
again, in one transaction. So its name, its grants and what the writer remembers of it stay good,
and nothing but that month is locked: its writers wait from the beginning, its readers only while
what stays is put back. ``position`` itself and the other months are never held up. (To swap in
another table would lock all of ``position``, behind its longest reader.)

A fix that comes at the same time is either there before the lock, and judged like all others, or
it waits and comes after, and the next run judges it: a pruned month says in its comment how many
fixes it kept, and one that holds more has got new ones.

What is packed of the month goes in the same transaction; what stays of it stays as rows, and is
packed again when its day is due.

The writer owns no tables: the deed is ``prune_position_partition`` of migration 0027, which runs
with the owner's rights and may be called by ``monitor_writer``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import asyncpg

from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.store.sql import query
from monitor.units import DAY_US, to_datetime

AROUND = timedelta(hours=6)
"""Fixes so near to an event or to a bound of a port call stay: more than the longest silence (4 h)
and the longest stop (30 min) that events are decided on."""

LEAST_DAYS = 7
"""Feeds that were cut off catch up for days; the database refuses less, too."""

MOST_DAYS = 36_500
"""A hundred years: more is a slip of the pen."""

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Between attempts at a month that others hold; after the last it is left for the next run."""


class State(StrEnum):
    """What became of a month."""

    DUE = "due"
    PRUNED = "pruned"
    IN_USE = "in use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of positions before pruning, and what of it stays."""

    partition: str
    since: datetime
    fixes: int  # counted before the month is locked: one that comes in between is not in it
    size: int  # bytes, with indexes
    kept_fixes: int
    kept_size: int  # bytes; while the month is due, in proportion to the fixes
    state: State


def check_days(days: int) -> None:
    """Raise UsageError unless so many days are an age that positions may be dropped at."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        message = (
            f"Positions cannot be dropped at an age of {days} days: give {LEAST_DAYS} to"
            f" {MOST_DAYS:,} days."
        )
        raise UsageError(message)


async def due(
    connection: asyncpg.Connection, older_than_days: int, *, now: Callable[[], int] = now_us
) -> AsyncIterator[Month]:
    """Yield the months that ended so long ago and may hold what can be dropped, oldest first."""
    check_days(older_than_days)
    until = to_datetime(now() - older_than_days * DAY_US)
    for row in await connection.fetch(query("prunable_months"), until):
        bounds = row["since"], row["before"]
        fixes = await connection.fetchval(query("count_positions"), *bounds)
        if fixes in {0, row["kept_last"]}:
            continue
        kept = await connection.fetchval(query("count_kept_positions"), *bounds, AROUND)
        yield Month(
            partition=row["partition"], since=row["since"], fixes=fixes, size=row["bytes"],
            kept_fixes=kept, kept_size=row["bytes"] * kept // fixes, state=State.DUE,
        )  # fmt: skip


async def prune(
    connection: asyncpg.Connection,
    older_than_days: int,
    *,
    now: Callable[[], int] = now_us,
    pauses_s: Sequence[float] = PAUSES_S,
) -> list[Month]:
    """Prune each month that is due, in a transaction of its own; say what became of each.

    The connection must not be in a transaction. Doing it again changes nothing. Do not prune months
    that a replay is going through: an event that is not yet found keeps no fixes.
    """
    months = due(connection, older_than_days, now=now)
    return [await _prune(connection, month, pauses_s) async for month in months]


async def _prune(connection: asyncpg.Connection, month: Month, pauses_s: Sequence[float]) -> Month:
    for pause_s in (*pauses_s, None):
        try:
            kept = await connection.fetchval(query("prune_month"), month.since, AROUND)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        else:
            size = await connection.fetchval(query("partition_bytes"), month.partition)
            return replace(month, kept_fixes=kept, kept_size=size, state=State.PRUNED)
    return replace(month, state=State.IN_USE)
