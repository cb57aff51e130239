"""Fixes of ships as they are stored (STORED), whether as rows or packed.

Rows come by binary COPY, all of one width, so that numpy reads them at once; packed ones are taken
apart by numpy too, a column at a time.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.model import RAW_BYTES
from monitor.store import pgcopy
from monitor.store.database import one_moment
from monitor.store.packed import STORED, Packed, unpack
from monitor.store.packed_rows import packed_of
from monitor.store.sql import Query, query
from monitor.units import DAY_US, from_datetime, to_datetime

_ROW = np.dtype(
    [("count", ">i2")]
    + [
        part
        for name, kind in (
            ("mmsi", ">i4"), ("at", ">i8"), ("received_at", ">i8"), ("lon", ">f8"),
            ("lat", ">f8"), ("sog_kn", ">f4"), ("cog_deg", ">f4"), ("heading_deg", ">i2"),
            ("status", ">i2"), ("type", ">i2"), ("track", ">i2"), ("source", ">i2"),
            ("line", ">i8"), ("content", ">i4"), ("raw", f"S{RAW_BYTES}"),
        )
        for part in ((f"{name}_bytes", ">i4"), (name, kind))
    ]
)  # fmt: skip
"""A row of ``ship_rows`` in binary COPY."""


async def stored_by(connection: asyncpg.Connection, statement: Query, *words: Any) -> NDArray[Any]:
    """Fixes (STORED) by a statement with the columns of ``ship_rows``, in its order.

    ``words`` are the statement's arguments.
    """
    with io.BytesIO() as into:
        await connection.copy_from_query(
            statement.rstrip(";"), *words, output=into, format="binary"
        )
        data = into.getvalue()
    body = data[len(pgcopy.HEADER) : len(data) - len(pgcopy.TRAILER)]
    rows = np.frombuffer(body, dtype=_ROW)
    stored = np.zeros(len(rows), dtype=STORED)
    for name in STORED.names or ():
        stored[name] = rows[name]
    for name in ("at", "received_at"):
        stored[name] += pgcopy.PG_EPOCH_US
    return stored


async def packed_by(connection: asyncpg.Connection, statement: Query, *words: Any) -> Packed:
    """Packed rows by a statement with the columns of ``ship_packed``."""
    return packed_of(await connection.fetch(statement, *words))


async def stored_between(
    connection: asyncpg.Connection, ships: Sequence[int], since: datetime, before: datetime
) -> NDArray[Any]:
    """Fixes of ships from an instant on and before another, by ship and time.

    Rows and packed ones of one moment: in between some may be packed, or made rows. Within a
    transaction that is one of ``one_moment``, or began like it.
    """
    words = list(ships), since, before
    begin = from_datetime(since)
    day = to_datetime(begin - begin % DAY_US)
    async with one_moment(connection, positions=True):
        rows = await stored_by(connection, query("ship_rows"), *words)
        parts = await packed_by(connection, query("ship_packed"), *words, day)
    packed = unpack(parts)
    if len(packed):
        within = (packed["at"] >= begin) & (packed["at"] < from_datetime(before))
        rows = joined(rows, packed if within.all() else rows_at(packed, within))
    found: NDArray[Any] = rows_at(rows, np.lexsort((rows["at"], rows["mmsi"])))
    return found
