"""A page in SQL: put together of the statement, its columns, conditions, key and bound."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.store.conditions import Compare, Every, Op
from monitor.store.items import Shelf, items, page_statement, same_words, ship_words
from monitor.store.sql import query

SHELF = Shelf(
    statement="feature_vessels", columns={"mmsi": "integer", "name": "text"}, key=("mmsi",)
)


def test_a_page_is_the_statement_as_a_table() -> None:
    wanted = Compare(column="name", op=Op.EQ, value="'; DROP TABLE event")
    text, words = page_statement(SHELF, (), wanted, 10)
    head, _, tail = text.partition(query("feature_vessels").removesuffix(";"))
    assert head == (
        'SELECT item."mmsi", item."name", ST_AsGeoJSON(item.geom, 6) AS geometry\nFROM (\n'
    )
    assert tail == (
        '\n) AS item\nWHERE item."name" = $1::text\nORDER BY item."mmsi"\nLIMIT $2::bigint'
    )
    assert words == ["'; DROP TABLE event", 10]


class Shelved:
    """A store of so many rows, that notes what it is asked."""

    def __init__(self, rows: int) -> None:
        """Numbered from 0."""
        self.rows = [{"mmsi": number, "name": None} for number in range(rows)]
        self.asked: list[tuple[Any, ...]] = []

    async def fetch(self, _: str, *words: Any) -> list[dict[str, Any]]:
        """A page."""
        self.asked.append(words)
        behind, most = words if len(words) == 2 else (-1, words[0])
        return [row for row in self.rows if row["mmsi"] > behind][:most]


@pytest.mark.parametrize(
    ("rows", "limit", "asked"),
    [
        (7, 5, [(3,), (2, 2)]),
        (7, 100, [(3,), (2, 3), (5, 3)]),
        (6, 6, [(3,), (2, 3)]),
        (0, 5, [(3,)]),
    ],
)
async def test_pages_begin_behind_each_other(
    rows: int, limit: int, asked: list[tuple[int, ...]]
) -> None:
    store: Any = Shelved(rows)
    found = [
        row["mmsi"]
        async for row in items(
            store, SHELF, Every(parts=()), words=same_words(), limit=limit, page_rows=3
        )
    ]
    assert found == list(range(min(rows, limit)))
    assert store.asked == asked


def test_statements_of_days_are_told_where_to_begin() -> None:
    """The first ship and day of what is wanted: the rest is not gathered at all."""
    day = datetime(2024, 12, 13, tzinfo=UTC)
    words = ship_words(day, None)
    assert words(None) == (day, None, -1, datetime(1, 1, 1, tzinfo=UTC), None)
    assert words((7, day, 0)) == (day, None, 7, day, None)
    assert ship_words(None, day, 9)(None)[1:] == (day, -1, datetime(1, 1, 1, tzinfo=UTC), 9)
