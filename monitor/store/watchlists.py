"""Entries of watchlists in the store: they are added and removed, and stay readable for ever.

An entry that says something else of the same ship, on the same list, takes the place of the one
that is there: that one is removed, not changed, so the past keeps what was known in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import asyncpg

from monitor.alert.entry import Entry
from monitor.errors import StoreError
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

PAGE_ROWS = 5_000


class Became(StrEnum):
    """What an entry that was to be added came to."""

    ADDED = "added"
    REPLACED = "replaced"  # another of the same ship stood there
    SAME = "same"  # it stood there already, word for word


class Saved(NamedTuple):
    """What an entry came to."""

    entry: Entry  # with its number
    became: Became
    former: int | None  # the number of the entry in whose place it is


async def watch_entries(
    connection: asyncpg.Connection,
    *,
    list_: str | None = None,
    known_at: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Entry]:
    """Entries as they were added, page by page.

    ``list_`` None: of all lists. ``known_at`` None: also those that were removed.
    """
    behind = 0
    while True:
        rows = await connection.fetch(
            query("watch_entries"), list_, known_at, behind, page_rows
        )  # fmt: skip
        for row in rows:
            yield entry_of_row(row)
        if len(rows) < page_rows:
            return
        behind = rows[-1]["id"]


async def save_entries(connection: asyncpg.Connection, entries: Iterable[Entry]) -> list[Saved]:
    """Add entries, all or none; those that are there word for word stay as they are."""
    try:
        async with connection.transaction():
            there = {
                (entry.list, entry.who): entry
                async for entry in watch_entries(connection)
                if entry.removed_at is None
            }
            saved = []
            for entry in entries:
                came = await _save(connection, entry, there.get((entry.list, entry.who)))
                there[entry.list, entry.who] = came.entry
                saved.append(came)
    except asyncpg.UniqueViolationError as error:
        message = "Somebody else changed the same watchlist at this moment: try again."
        raise StoreError(message) from error
    return saved


async def _save(connection: asyncpg.Connection, entry: Entry, there: Entry | None) -> Saved:
    former = None
    if there is not None:
        if there.says_the_same(entry):
            return Saved(there, Became.SAME, there.id)
        former = there.id
        at, by = to_datetime(entry.recorded_at), entry.added_by
        await connection.fetchval(query("remove_watch_entry"), former, at, by)
    number = await connection.fetchval(query("add_watch_entry"), *row_of(entry))
    became = Became.ADDED if former is None else Became.REPLACED
    return Saved(replace(entry, id=number), became, former)


async def remove_entries(
    connection: asyncpg.Connection, ids: Iterable[int], *, removed_at: datetime, removed_by: str
) -> list[int]:
    """Remove entries from their lists; the numbers of those that stood there."""
    removed = []
    async with connection.transaction():
        for number in sorted(set(ids)):
            found = await connection.fetchval(
                query("remove_watch_entry"), number, removed_at, removed_by
            )
            if found is not None:
                removed.append(number)
    return removed


def row_of(entry: Entry) -> tuple[Any, ...]:
    """Arguments of ``add_watch_entry``."""
    return (
        entry.list, entry.mmsi, entry.imo, entry.callsign, entry.name, entry.flag, entry.ship_type,
        entry.reason, entry.source, entry.note, _datetime(entry.valid_from),
        _datetime(entry.valid_to), to_datetime(entry.recorded_at), entry.added_by,
    )  # fmt: skip


def entry_of_row(row: Mapping[str, Any]) -> Entry:
    """The entry of a row of ``watch_entries``."""
    words: dict[str, Any] = {
        name: from_datetime(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
    return Entry(**words)


def _datetime(at_us: int | None) -> datetime | None:
    return None if at_us is None else to_datetime(at_us)
