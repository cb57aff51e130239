"""What a reader gives page by page, however small the pages are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from monitor.store.reader import every

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Ask = Callable[..., AsyncIterator[Any]]


def numbers(events: list[Any]) -> list[int]:
    return [int(each.id, 16) for each in events]


async def in_pages(ask: Ask, connection: asyncpg.Connection, *words: Any, **more: Any) -> list[Any]:
    """What pages of 1, 2, 3 and 7 rows and one page give alike."""
    whole = await every(ask(connection, *words, **more))
    for rows in (1, 2, 3, 7, len(whole) or 1):
        paged = []
        async for row in ask(connection, *words, page_rows=rows, **more):
            paged.append(row)
            assert len(paged) <= len(whole), f"pages of {rows} rows give some twice"
        assert paged == whole, f"pages of {rows} rows give something else"
    return whole
