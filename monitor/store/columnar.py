"""Fixes for analysts, by column: binary COPY in rows of one width, so that numpy reads them.

What comes is parsed piece by piece as it arrives: beside the columns themselves no more than
PIECE_BYTES wait in memory, and no Python object is made of a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.store import pgcopy
from monitor.store.database import one_moment
from monitor.store.packed import unpack
from monitor.store.packed_rows import packed_of
from monitor.store.sql import query
from monitor.units import from_datetime

Columns = dict[str, NDArray[Any]]
"""Name -> values, all of one length."""

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""

PIECE_BYTES = 8 << 20
PIECE_ROWS = 50
"""Packed rows that are taken apart at once: of 4,096 fixes each at most, 30 MB."""

READ_S = 3_600.0
"""A month of the world takes minutes; a reader that hangs is let go all the same."""

_FIELDS = (
    ("mmsi", ">i4", "i4"), ("at", ">i8", "i8"), ("lon", ">f8", "f8"), ("lat", ">f8", "f8"),
    ("sog_kn", ">f4", "f4"), ("cog_deg", ">f4", "f4"), ("heading_deg", ">i2", "f4"),
    ("status", ">i2", "i1"), ("type", ">i2", "i1"), ("track", ">i2", "i2"), ("source", ">i2", "i2"),
    ("received_at", ">i8", "i8"), ("line", ">i8", "i8"),
)  # fmt: skip
"""Of a row of ``positions``: name, how it comes, how it is given."""

_ROW = np.dtype(
    [("count", ">i2")]
    + [part for name, kind, _ in _FIELDS for part in ((f"{name}_bytes", ">i4"), (name, kind))]
)


class _Parser:
    """Takes the bytes of a binary COPY as they come, and makes columns of them."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._begun = False
        self._parts: dict[str, list[NDArray[Any]]] = {name: [] for name, _, _ in _FIELDS}

    async def take(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= PIECE_BYTES:
            self._parse()

    def add(self, stored: NDArray[Any]) -> None:
        """The same of stored fixes (STORED)."""
        for name, _, kind in _FIELDS:
            self._keep(name, stored[name].astype(kind))

    def columns(self) -> Columns:
        """All of them by ship and time."""
        self._parse()
        found = {
            name: np.concatenate([np.empty(0, dtype=kind), *self._parts.pop(name)])
            for name, _, kind in _FIELDS
        }
        order = np.lexsort((found["at"], found["mmsi"]))
        for name, _, _ in _FIELDS:
            found[name] = found[name][order]
        return found

    def _parse(self) -> None:
        """Take the whole rows of what waits; the trailer is shorter than any."""
        begin = 0 if self._begun else len(pgcopy.HEADER)
        count = max(0, len(self._waiting) - begin) // _ROW.itemsize
        if not count:
            return
        self._begun = True
        end = begin + count * _ROW.itemsize
        rows = np.frombuffer(bytes(self._waiting[begin:end]), dtype=_ROW)
        del self._waiting[:end]
        for name, _, kind in _FIELDS:
            column = rows[name].astype(kind)
            if name in {"at", "received_at"}:
                column += pgcopy.PG_EPOCH_US
            self._keep(name, column)

    def _keep(self, name: str, column: NDArray[Any]) -> None:
        if name == "heading_deg":
            column[column < 0] = np.nan
        self._parts[name].append(column)


async def positions(
    connection: asyncpg.Connection,
    *,
    ships: Sequence[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    box: Box | None = None,
) -> Columns:
    """Fixes by ship and time: columns as ``history`` names them; ``ships`` None: of all.

    Instants are us since 1970; speeds, courses and headings NaN and the status -1 where a report
    has none; ``source`` is the number of ``sources``.
    """
    parser = _Parser()
    words = None if ships is None else list(ships), since, until, *(box or (None,) * 4)
    async with one_moment(connection, positions=True):
        await connection.copy_from_query(
            query("positions").rstrip(";"), *words, output=parser.take, format="binary",
            timeout=READ_S,
        )  # fmt: skip
        rows = []
        async for row in connection.cursor(query("packed_positions"), *words, timeout=READ_S):
            rows.append(row)
            if len(rows) == PIECE_ROWS:
                parser.add(_within(unpack(packed_of(rows)), since, until, box))
                rows = []
        parser.add(_within(unpack(packed_of(rows)), since, until, box))
    return parser.columns()


def _within(
    stored: NDArray[Any], since: datetime | None, until: datetime | None, box: Box | None
) -> NDArray[Any]:
    """Of fixes, those of a time and in a box."""
    held = np.ones(len(stored), dtype=np.bool_)
    if since is not None:
        held &= stored["at"] >= from_datetime(since)
    if until is not None:
        held &= stored["at"] < from_datetime(until)
    if box is not None:
        west, south, east, north = box
        held &= (stored["lon"] >= west) & (stored["lon"] <= east)
        held &= (stored["lat"] >= south) & (stored["lat"] <= north)
    found: NDArray[Any] = stored if held.all() else rows_at(stored, held)
    return found


async def sources(connection: asyncpg.Connection) -> dict[int, str]:
    """Names of the sources, by their numbers."""
    return {row["id"]: row["name"] for row in await connection.fetch(query("source_names"))}


async def reception(
    connection: asyncpg.Connection,
    *,
    port: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Any]:
    """What each feed heard near each port, in buckets of ten minutes, by port, feed and time."""
    rows: list[Any] = await connection.fetch(query("reception_between"), port, since, until)
    return rows


async def heard_near(
    connection: asyncpg.Connection, port: str, since: datetime, until: datetime
) -> list[Any]:
    """The same of one port, with the MMSIs (``vessels``) of each ten minutes of a feed."""
    rows: list[Any] = await connection.fetch(query("heard_between"), [port], since, until)
    return rows


async def make_read_only(connection: asyncpg.Connection) -> None:
    """From here on nothing can be written over this connection."""
    await connection.execute(query("read_only"))


async def heard_to(connection: asyncpg.Connection) -> datetime | None:
    """When the last position was received; None: none ever was."""
    at: datetime | None = await connection.fetchval(query("heard_to"))
    return at
