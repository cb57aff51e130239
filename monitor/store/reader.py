"""Queries for the faces, page by page: what is asked for may be larger than memory.

Each page begins behind the last row of the one before, so none is skipped or given twice however
long the reading takes, and no transaction is held open for a slow reader. (An event whose time
becomes known better meanwhile may be given twice, as it was and as it is, or not.)
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from numpy.typing import NDArray

from monitor.model import Event, PortCall
from monitor.store.findings import call_of, event_of
from monitor.store.sql import Query, query
from monitor.store.stored import stored_between
from monitor.units import to_datetime

PAGE_ROWS = 5_000
"""Some megabytes of the largest rows there are, events with their evidence."""

LONG_AGO, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
NOTHING = UUID(int=0)

FIRST_EVENT = (LONG_AGO, LONG_AGO, -1, "", NOTHING)

T = TypeVar("T")


def event_key(row: Any) -> tuple[Any, ...]:
    """Of the last event of a page: the next one begins behind it."""
    told_at = row["at"] or row["latest"] or row["earliest"] or row["decided_at"]
    return told_at, row["decided_at"], row["mmsi"] or 0, row["kind"], row["id"]


async def events(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    port: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Event]:
    """Events, filtered, oldest first."""
    words = (mmsi, port, kind, since, until)
    found = pages(connection, query("events"), words, FIRST_EVENT, event_key, page_rows)
    async for row in found:
        yield event_of(row)


async def voyages(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    from_: str | None = None,
    to: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Event]:
    """Voyages made, and begun and not made yet, filtered, oldest first."""
    words = (mmsi, from_, to, since, until)
    found = pages(connection, query("voyages"), words, FIRST_EVENT, event_key, page_rows)
    async for row in found:
        yield event_of(row)


async def candidates(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Any]:
    """Positions that no ship could have reached, and what came of them, oldest first."""
    begin = (LONG_AGO, -1)
    found = pages(
        connection, query("candidates"), (mmsi, since, until), begin,
        lambda row: (row["first_at"], row["mmsi"]), page_rows,
    )  # fmt: skip
    async for row in found:
        yield row


async def port_calls(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    port: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[PortCall]:
    """Port calls, filtered, oldest first."""

    def key(row: Any) -> tuple[Any, ...]:
        told_at = row["arrived_at"] or row["arrived_latest"] or row["decided_at"]
        return told_at, row["mmsi"], row["id"]

    words, begin = (mmsi, port, since, until), (LONG_AGO, -1, NOTHING)
    async for row in pages(connection, query("port_calls"), words, begin, key, page_rows):
        yield call_of(row)


async def vessels(
    connection: asyncpg.Connection,
    *,
    mmsi: int | None = None,
    name: str | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Any]:
    """Vessels with their last fix, by MMSI."""
    words = (mmsi, name)
    found = pages(connection, query("vessels"), words, (-1,), lambda r: (r["mmsi"],), page_rows)
    async for row in found:
        yield row


SHOWN = (
    "mmsi", "at", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "status", "type", "track",
    "received_at", "source", "line",
)  # fmt: skip
"""Of a position, in a history."""


async def history(
    connection: asyncpg.Connection,
    mmsi: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Any]:
    """Positions of a vessel, oldest first."""
    names = {row["id"]: row["name"] for row in await connection.fetch(query("source_names"))}
    begin, end = since or LONG_AGO, until or NEVER
    days = await connection.fetch(query("ship_days"), mmsi, begin, end)
    begins, count = [begin], 0
    for row in days:
        if count and count + row["fixes"] > page_rows:
            begins.append(max(begin, row["day"]))
            count = 0
        count += row["fixes"]
    for first, before in pairwise([*begins, end]):
        for record in _records(await stored_between(connection, [mmsi], first, before), names):
            yield record


def _records(stored: NDArray[Any], names: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Fixes as records; a speed of 12.3 is 12.3, though it is stored in four bytes."""
    columns = {name: stored[name].tolist() for name in SHOWN}
    for name in ("at", "received_at"):
        columns[name] = [to_datetime(value) for value in columns[name]]
    for name in ("sog_kn", "cog_deg"):
        plain = {v: float(f"{v:.6g}") for v in set(columns[name]) if not math.isnan(v)}
        columns[name] = [plain.get(value) for value in columns[name]]
    for name in ("heading_deg", "status"):
        columns[name] = [None if value < 0 else value for value in columns[name]]
    columns["source"] = [names.get(value) for value in columns["source"]]
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


async def pages(
    connection: asyncpg.Connection,
    statement: Query,
    words: tuple[Any, ...],
    begin: tuple[Any, ...],
    key: Callable[[Any], tuple[Any, ...]],
    page_rows: int,
) -> AsyncIterator[Any]:
    """Rows of a statement whose last arguments are a key and how many rows to give behind it."""
    behind = begin
    while True:
        rows = await connection.fetch(statement, *words, *behind, page_rows)
        for row in rows:
            yield row
        if len(rows) < page_rows:
            return
        behind = key(rows[-1])


async def every(rows: AsyncIterator[T]) -> list[T]:
    """All of it in memory."""
    return [row async for row in rows]
