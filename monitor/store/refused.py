"""What the database refuses of a batch: found by halving, left out alone, kept with its reason.

Each group of rows is written in a savepoint. One that is refused is undone and written again in
halves, down to the row that is at fault; all others are stored, of whatever feed they are. What the
engine goes on from (its state, how far the input was taken) is never left out.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from monitor.store import pgcopy
from monitor.store.database import NEVER, reason_of
from monitor.store.lost import transaction
from monitor.units import to_iso

UNEXPRESSED = (ValueError, OverflowError, struct.error)
"""What is raised on a value that the wire has no form for."""

REFUSES = (*NEVER, *UNEXPRESSED)

MOST_REFUSED = 100
"""Of one batch: where more are refused, it is no row's fault, or the batch is tried in pieces."""

MOST_KEPT = 1000
"""The newest of them, some megabytes at most."""

CONTENT_CHARS, REASON_CHARS = 8000, 1000

UNREAD = frozenset({"fix", "heard", "report", "digest"})
"""Columns that only the engine reads."""

FINDINGS = frozenset({"event", "port_call"})

Rows = bytes | Sequence[Any]
"""Tuples of binary COPY, or rows."""

Write = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that the database refused."""

    relation: str
    content: str  # JSON
    reason: str
    finding: str | None  # id of the event or port call that it is


class Sieve:
    """Writes rows and leaves out those that are refused; ``found`` are they."""

    def __init__(self, connection: asyncpg.Connection, on_undone: Callable[[], None]) -> None:
        """Write in the transaction of this connection; say when a part of it was undone."""
        self._connection = connection
        self._on_undone = on_undone
        self.found: list[Refused] = []

    async def put(self, relation: str, columns: Sequence[str], rows: Rows, write: Write) -> None:
        """Write rows of a table; ``columns`` are those of COPY tuples.

        Raises the database's own error if too many are refused.
        """
        if isinstance(rows, bytes):
            tuples = pgcopy.tuples(rows)
            await self._put(relation, columns, tuples, lambda some: write(b"".join(some)))
        elif rows:
            await self._put(relation, columns, rows, write)

    async def _put(
        self, relation: str, columns: Sequence[str], rows: Sequence[Any], write: Write
    ) -> None:
        try:
            async with transaction(self._connection):
                await write(rows)
        except REFUSES as error:
            self._on_undone()
            if len(rows) == 1:
                self._leave_out(relation, columns, rows[0], error)
                return
        else:
            return
        half = len(rows) // 2
        await self._put(relation, columns, rows[:half], write)
        await self._put(relation, columns, rows[half:], write)

    def _leave_out(self, relation: str, columns: Sequence[str], row: Any, error: Exception) -> None:
        if len(self.found) == MOST_REFUSED:
            raise error
        words = _named(columns, row) if isinstance(row, bytes) else list(row)
        reason = reason_of(error).encode(errors="backslashreplace").decode().replace("\0", "")
        self.found.append(
            Refused(
                relation=relation,
                content=json.dumps(words, default=str)[:CONTENT_CHARS],
                reason=reason[:REASON_CHARS],
                finding=str(row[0]) if relation in FINDINGS else None,
            )
        )


def _named(columns: Sequence[str], row: bytes) -> dict[str, Any]:
    """A tuple of binary COPY in words, without what only the engine reads."""
    fields = zip(columns, pgcopy.fields(row), strict=True)
    return {name: _value(name, data) for name, data in fields if name not in UNREAD}


def _value(name: str, data: bytes | None) -> Any:
    if data is None:
        return None
    if name == "geom":
        return list(struct.unpack(">dd", data[-16:]))
    if name in {"sog_kn", "cog_deg"}:
        return round(struct.unpack(">f", data)[0], 3)
    if name in {"raw", "reason"}:
        return data.decode("latin-1")
    number = int.from_bytes(data, "big", signed=True)
    return to_iso(number + pgcopy.PG_EPOCH_US) if name.endswith("at") else number
