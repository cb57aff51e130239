"""Pages of features: a statement of queries.sql as a table, with conditions, order and an end.

Each page begins behind the last row of the one before, by a key that no two rows share: none is
left out or given twice, also where many have the same time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from monitor.box import Box
from monitor.store.conditions import Behind, Condition, Every, Kind, Writer
from monitor.store.sql import Query, query

GEOMETRY = "geometry"
"""The column with the place as GeoJSON, or null."""

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

DIGITS = 6
"""Of a degree: 0.1 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where features of a kind are taken from."""

    statement: str  # its name in queries.sql
    columns: Mapping[str, Kind]  # of the statement, but ``geom``
    key: tuple[str, ...]  # columns in whose order rows are given; no two rows have the same
    in_order: bool = False  # the statement gives them so itself: no more is done than is asked for


def page_statement(
    shelf: Shelf, words: Sequence[Any], condition: Condition, limit: int
) -> tuple[Query, list[Any]]:
    """A page in SQL and what stands beside it; ``words`` are the statement's own.

    The only place where a statement is put together: of parts of the program, never of a caller's.
    """
    writer = Writer(shelf.columns, words)
    columns = ", ".join(writer.name(column) for column in shelf.columns)
    where = writer.written(condition)
    order = ", ".join(writer.name(column) for column in shelf.key)
    ordered = "" if shelf.in_order else f"ORDER BY {order}\n"
    table = query(shelf.statement).rstrip().removesuffix(";")
    text = (
        f"SELECT {columns}, ST_AsGeoJSON(item.geom, {DIGITS}) AS {GEOMETRY}\n"
        f"FROM (\n{table}\n) AS item\nWHERE {where}\n{ordered}"
        f"LIMIT {writer.bound(limit, 'bigint')}"
    )
    return Query(text), writer.words


Words = Callable[[tuple[Any, ...] | None], Sequence[Any]]
"""What a statement itself is given, by the key behind which it begins."""


def same_words(*words: Any) -> Words:
    """The same for each page."""
    return lambda _: words


def ship_words(since: datetime | None, before: datetime | None, ship: int | None = None) -> Words:
    """Of statements that go ship by ship: from and before when, and the first ship and instant.

    ``ship``: the only one that is wanted.
    """

    def words(behind: tuple[Any, ...] | None) -> Sequence[Any]:
        mmsi, at = (-1, LONG_AGO) if behind is None else behind[:2]
        return since, before, mmsi, at, ship

    return words


def near_words(box: Box, since: datetime | None, before: datetime | None) -> Words:
    """Of statements that look in a box: it, from and before when, and the first ship wanted."""
    return lambda behind: (*box, since, before, -1 if behind is None else behind[0])


async def items(
    connection: asyncpg.Connection,
    shelf: Shelf,
    condition: Condition,
    *,
    words: Words,
    behind: tuple[Any, ...] | None = None,
    limit: int,
    page_rows: int,
) -> AsyncIterator[Mapping[str, Any]]:
    """So many rows that meet a condition, in the order of their key; ``behind``: after that key."""
    given = 0
    while given < limit:
        after = [] if behind is None else [Behind(columns=shelf.key, values=behind)]
        most = min(page_rows, limit - given)
        statement, beside = page_statement(
            shelf, words(behind), Every(parts=(condition, *after)), most
        )
        rows = await connection.fetch(statement, *beside)
        for row in rows:
            yield row
        given += len(rows)
        if len(rows) < most:
            return
        behind = tuple(rows[-1][column] for column in shelf.key)
