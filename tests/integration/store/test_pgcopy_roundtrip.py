"""What PostgreSQL and PostGIS read out of our COPY bytes, and whether they would write the same."""

from __future__ import annotations

import io
import math
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import numpy as np
import pytest

from monitor.store.pgcopy import (
    HEADER,
    TRAILER,
    Field,
    blob,
    instant,
    integer,
    point,
    real,
    rows_of,
)

TABLE = (
    "CREATE TEMPORARY TABLE sample (small smallint, whole integer, big bigint, speed real,"
    " at timestamptz, place geometry(Point, 4326), raw bytea)"
)
AT = 1_734_062_400_123_456  # us: 2024-12-13T04:00:00.123456Z


@pytest.fixture
async def connection(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that has the table ``sample``."""
    opened = await asyncpg.connect(database)
    await opened.execute("SET timezone = 'UTC'")
    await opened.execute(TABLE)
    yield opened
    await opened.close()


async def copied(connection: asyncpg.Connection, fields: list[Field]) -> list[dict[str, Any]]:
    """Copy columns into ``sample``; its rows, the place as text."""
    with io.BytesIO(HEADER + rows_of(fields) + TRAILER) as source:
        await connection.copy_to_table("sample", source=source, format="binary")
    rows = await connection.fetch(
        "SELECT small, whole, big, speed, at::text, ST_AsEWKT(place) AS place, raw FROM sample"
    )
    return [dict(row) for row in rows]


def columns(count: int, null: np.ndarray | None = None) -> list[Field]:
    """Rows that differ; ``null``: the rows in which all that may be is NULL."""
    rows = np.arange(count)
    kept = np.array([(row, row / 2) for row in rows.tolist()], dtype=[("n", "<i4"), ("x", "<f8")])
    return [
        integer(rows - 1, 2, null), integer(rows * 100_000_000, 4, null),
        integer(rows * 2**40, 8, null), real(rows / 4, null), instant(AT + rows, null),
        point(rows - 180.0, rows / 8), blob(kept),
    ]  # fmt: skip


async def test_every_kind_of_column_is_read_as_it_was_meant(connection: asyncpg.Connection) -> None:
    assert (await copied(connection, columns(3)))[2] == {
        "small": 1, "whole": 200_000_000, "big": 2_199_023_255_552, "speed": 0.5,
        "at": "2024-12-13 04:00:00.123458+00", "place": "SRID=4326;POINT(-178 0.25)",
        "raw": b"\x02\0\0\0\0\0\0\0\0\0\xf0\x3f",
    }  # fmt: skip


async def test_nulls_are_null_in_their_rows_and_in_no_other(connection: asyncpg.Connection) -> None:
    found = await copied(connection, columns(4, np.array([False, True, False, True])))
    gone = {name: [row[name] is None for row in found] for name in found[0]}
    some, none = [False, True, False, True], [False] * 4
    assert gone == {
        "small": some, "whole": some, "big": some, "speed": some, "at": some, "place": none,
        "raw": none,
    }  # fmt: skip
    assert [row["place"] for row in found][1] == "SRID=4326;POINT(-179 0.125)"
    assert found[2]["small"] == 1


async def test_columns_that_are_null_throughout(connection: asyncpg.Connection) -> None:
    found = await copied(connection, columns(2, np.ones(2, dtype=np.bool_)))
    assert [row["small"] for row in found] == [None, None]
    assert [row["at"] for row in found] == [None, None]
    assert [row["raw"][:4] for row in found] == [b"\0\0\0\0", b"\x01\0\0\0"]


async def test_a_speed_that_is_not_available_is_null_and_not_nan(
    connection: asyncpg.Connection,
) -> None:
    """NaN in a column would be greater than every speed, and every average would be NaN."""
    fields = columns(2)
    fields[3] = real([math.nan, 11.5])
    assert [row["speed"] for row in await copied(connection, fields)] == [None, 11.5]


async def test_no_rows_are_a_whole_copy_of_nothing(connection: asyncpg.Connection) -> None:
    assert await copied(connection, columns(0)) == []


async def test_postgresql_writes_the_same_bytes(connection: asyncpg.Connection) -> None:
    """Its own binary COPY of the rows, but of points: PostGIS writes those little-endian."""
    fields = columns(5, np.array([False, True, True, False, True]))
    await copied(connection, fields)
    with io.BytesIO() as out:
        await connection.copy_from_query(
            "SELECT small, whole, big, speed, at, raw FROM sample", output=out, format="binary"
        )
        assert out.getvalue() == HEADER + rows_of(fields[:5] + fields[6:]) + TRAILER


@pytest.mark.parametrize(
    "at", [-62_135_596_800_000_000, 0, 946_684_799_999_999, 4_102_444_800_000_001]
)
async def test_instants_of_any_year(connection: asyncpg.Connection, at: int) -> None:
    """The year 1, our zero, the last before theirs, and the year 2100: to the microsecond."""
    fields = columns(1)
    fields[4] = instant([at])
    await copied(connection, fields)
    micros = "SELECT (extract(epoch FROM at) * 1000000)::bigint FROM sample"
    assert await connection.fetchval(micros) == at
