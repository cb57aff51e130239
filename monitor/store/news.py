"""News: what changed in the store, in an order that a listener can resume in.

Rows are read below the oldest transaction that runs, in order of (transaction, number): what is
committed later comes later, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from monitor.model import Event, PortCall
from monitor.store.alerts import Stored, stored_of
from monitor.store.findings import call_of, event_of
from monitor.store.sql import query


class Mark(NamedTuple):
    """A place in the news: of the last piece that somebody has."""

    xid: int
    seq: int

    def __str__(self) -> str:
        """As a listener is given it."""
        return f"{self.xid}-{self.seq}"


BEGIN = Mark(0, 0)
"""Before all news."""


def mark_of(text: str) -> Mark | None:
    """The place that a listener names; None: it is none of ours."""
    xid, dash, seq = text.partition("-")
    if not dash or not all(part.isascii() and part.isdecimal() for part in (xid, seq)):
        return None
    mark = Mark(int(xid), int(seq))
    return mark if mark.xid < 2**63 and mark.seq < 2**63 else None


class Piece(NamedTuple):
    """Something that changed."""

    mark: Mark
    topic: str  # event, alert or call
    ref: UUID


async def head(connection: asyncpg.Connection) -> Mark:
    """Where the news stand."""
    row = await connection.fetchrow(query("news_head"))
    return Mark(row["xid"], row["seq"])


async def is_kept(connection: asyncpg.Connection, mark: Mark) -> bool:
    """Whether all that came behind a mark can be told still."""
    if mark == BEGIN:
        return not await connection.fetchval(query("news_any"))
    kept: bool = await connection.fetchval(query("news_kept"), str(mark.xid), mark.seq)
    return kept


async def since(connection: asyncpg.Connection, mark: Mark, most: int) -> list[Piece]:
    """What is final of the news behind a mark, in order; no more than so many."""
    rows = await connection.fetch(query("news_since"), str(mark.xid), mark.seq, most)
    return [Piece(Mark(row["xid"], row["seq"]), row["topic"], row["ref"]) for row in rows]


async def forget(connection: asyncpg.Connection, before: datetime) -> None:
    """Let go of what is older."""
    await connection.execute(query("news_forget"), before)


Changed = Event | PortCall | Stored


async def read(
    connection: asyncpg.Connection, pieces: Iterable[Piece]
) -> dict[tuple[str, UUID], Changed]:
    """What the pieces are about, as it stands now; what is gone is left out."""
    wanted: dict[str, set[UUID]] = {}
    for piece in pieces:
        wanted.setdefault(piece.topic, set()).add(piece.ref)
    found: dict[tuple[str, UUID], Changed] = {}
    for topic, ids in wanted.items():
        if topic in _READ:
            statement, made = _READ[topic]
            for row in await connection.fetch(query(statement), sorted(ids)):
                found[topic, row["id"]] = made(row)
    return found


async def owners(
    connection: asyncpg.Connection, found: Mapping[tuple[str, UUID], Changed]
) -> dict[tuple[str, UUID], str]:
    """Of what is about a private area, whose that is: nobody else is told of it."""
    about = {key: area for key, changed in found.items() if (area := _area_of(changed))}
    if not about:
        return {}
    rows = await connection.fetch(query("private_areas"), sorted(set(about.values())))
    whose = {row["id"]: row["owner"] for row in rows}
    return {key: whose[area] for key, area in about.items() if area in whose}


def _area_of(changed: Changed) -> str | None:
    if isinstance(changed, Event):
        return getattr(changed.subject, "area", None)
    return None if isinstance(changed, PortCall) else changed.alert.area


_READ: dict[str, tuple[str, Any]] = {
    "event": ("events_seen", event_of),
    "alert": ("alerts_seen", stored_of),
    "call": ("calls_seen", call_of),
}
