"""News: written by whoever changes something, read in an order in which nothing is passed over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from monitor.clock import now_us
from monitor.model import Event, PortCall
from monitor.store import news
from monitor.store.alerts import Stored, alert_row
from monitor.store.news import BEGIN, Mark, mark_of
from monitor.store.sql import query
from monitor.units import DAY_US, to_datetime
from tests.findings import call, event, store
from tests.unit.alert.stories import alert_of, berthed, rule

OPEN = alert_of([(berthed(), [rule()])])


async def topics(db: asyncpg.Connection, mark: Mark = BEGIN) -> list[tuple[str, int]]:
    """What is new behind a mark, and whom it is about."""
    return [(piece.topic, piece.ref.int) for piece in await news.since(db, mark, 100)]


async def test_whatever_changes_is_news(db: asyncpg.Connection) -> None:
    """Written anew and changed, each; and it is read as it stands now."""
    await store(db, event(1))
    await store(db, call(2))
    await db.execute(query("save_alert"), *alert_row(OPEN))
    mark = await news.head(db)
    assert await topics(db) == [("event", 1), ("call", 2), ("alert", UUID(OPEN.id).int)]
    await store(db, event(1, name="OTHER"))
    (piece,) = await news.since(db, mark, 100)
    assert (piece.topic, piece.ref.int, piece.mark > mark) == ("event", 1, True)
    found = await news.read(db, await news.since(db, BEGIN, 100))
    kinds = {topic: type(one) for (topic, _), one in found.items()}
    assert kinds == {"event": Event, "call": PortCall, "alert": Stored}
    assert found["event", UUID(int=1)].name == "OTHER"  # type: ignore[union-attr]


async def test_what_is_committed_later_comes_later(db: asyncpg.Connection, database: str) -> None:
    """An officer's change has the lower number and is committed behind: it is not missed."""
    other = await asyncpg.connect(database)
    try:
        slow = other.transaction()
        await slow.start()
        await store(other, event(1))
        await store(db, event(2))
        seen = await topics(db)
        mark = await news.head(db)
        await slow.commit()
        assert sorted(seen + await topics(db, mark)) == [("event", 1), ("event", 2)]
    finally:
        await other.close()


async def test_what_is_taken_back_is_no_news(db: asyncpg.Connection) -> None:
    async def fails() -> None:
        async with db.transaction():
            await store(db, event(1))
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own
        await fails()
    assert await topics(db) == []
    assert await news.head(db) == BEGIN


async def test_a_mark_holds_as_long_as_its_piece_is_kept(db: asyncpg.Connection) -> None:
    """And the begin as long as there was none."""
    assert await news.is_kept(db, BEGIN)
    await store(db, event(1))
    first = await news.head(db)
    assert not await news.is_kept(db, BEGIN)
    assert await news.is_kept(db, first)
    await news.forget(db, to_datetime(now_us() - DAY_US))
    assert await news.is_kept(db, first)
    await news.forget(db, to_datetime(now_us()) + timedelta(hours=1))
    assert not await news.is_kept(db, first)


async def test_no_more_than_so_many(db: asyncpg.Connection) -> None:
    for number in range(1, 6):
        await store(db, event(number))
    pieces = await news.since(db, BEGIN, 2)
    assert [piece.ref.int for piece in pieces] == [1, 2]
    assert [piece.ref.int for piece in await news.since(db, pieces[-1].mark, 9)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("7-8", Mark(7, 8)), ("0-0", BEGIN), ("", None), ("7", None), ("-7", None), ("7-", None),
        ("a-b", None), ("7-8-9", None), ("\u0667-8", None), (f"{2**63}-1", None),
        ("1-" + "9" * 40, None),
    ],
)  # fmt: skip
def test_marks_that_listeners_name(text: str, mark: Mark | None) -> None:
    """What is none of ours is none."""
    assert mark_of(text) == mark
    if mark is not None:
        assert mark_of(str(mark)) == mark


async def test_of_what_is_gone_nothing_is_read(db: asyncpg.Connection) -> None:
    await store(db, event(1))
    await db.execute("DELETE FROM event")
    pieces: Any = await news.since(db, BEGIN, 9)
    assert len(pieces) == 1
    assert await news.read(db, pieces) == {}
