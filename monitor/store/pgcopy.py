"""Columns to PostgreSQL's binary COPY form with numpy: no Python object a row.

Form: PostgreSQL manual, COPY, "Binary Format". Each tuple is a field count, and for each field its
length and its bytes, big-endian; NULL is the length -1 and no bytes. All tuples are laid out at
full width in one matrix; where there are NULLs, their bytes are then squeezed out.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.units import SECOND_US

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
PG_EPOCH_US = 946_684_800 * SECOND_US  # 2000-01-01, timestamptz's zero

Mask = NDArray[np.bool_] | None
Field = tuple[NDArray[np.uint8], Mask]
"""The bytes of a column, (n, width), and which rows are NULL."""

NULL = b"\xff\xff\xff\xff"
_SIZE = struct.Struct(">i")

SIZED: Mask = np.zeros(0, dtype=np.bool_)
"""In the place of a mask: none is NULL, though there may be no bytes."""


def integer(values: Any, width: int, null: Mask = None) -> Field:
    """int2, int4 or int8 by ``width`` in bytes."""
    return _bytes(np.asarray(values).astype(f">i{width}")), null


def real(values: Any, null: Mask = None) -> Field:
    """float4; NaN is NULL unless a mask says otherwise."""
    data = np.asarray(values)
    return _bytes(data.astype(">f4")), np.isnan(data) if null is None else null


def instant(values: Any, null: Mask = None) -> Field:
    """Timestamptz from microseconds since 1970."""
    return _bytes((np.asarray(values, dtype=np.int64) - PG_EPOCH_US).astype(">i8")), null


def point(lon: Any, lat: Any) -> Field:
    """geometry(Point, 4326) as EWKB, big-endian."""
    rows = np.zeros(
        len(lon),
        dtype=[("order", "u1"), ("type", ">u4"), ("srid", ">u4"), ("x", ">f8"), ("y", ">f8")],
    )
    rows["type"], rows["srid"] = 0x20000001, 4326  # wkbPoint with the SRID flag
    rows["x"], rows["y"] = lon, lat
    return _bytes(rows), None


def blob(rows: Any) -> Field:
    """Bytea: each row of a structured array as its bytes."""
    return _bytes(np.ascontiguousarray(rows)), None


def words(column: Any, size: int) -> Field:
    """Bytea of a column of bytes (dtype S), all of them so long; of none, an empty one."""
    return _bytes(column)[:, :size], SIZED


def rows_of(fields: list[Field]) -> bytes:
    """Tuples of these columns, without header and trailer."""
    count = len(fields[0][0])
    fields = [_nothing(field) for field in fields]
    width = 2 + sum(4 + data.shape[1] for data, _ in fields)
    table = np.empty((count, width), dtype=np.uint8)
    table[:, :2] = np.array([len(fields)], dtype=">i2").view(np.uint8)
    place = 2
    holes: list[tuple[int, int, NDArray[np.bool_]]] = []
    for data, null in fields:
        size = data.shape[1]
        told = size if size or null is SIZED else -1
        table[:, place : place + 4] = np.array([told], dtype=">i4").view(np.uint8)
        table[:, place + 4 : place + 4 + size] = data
        if null is not None and null is not SIZED:
            table[null, place : place + 4] = 255
            holes.append((place + 4, size, null))
        place += 4 + size
    if not holes:
        return table.tobytes()
    kept = np.ones((count, width), dtype=np.bool_)
    for begin, size, null in holes:
        kept[null, begin : begin + size] = False
    return table[kept].tobytes()


def rows_with(fields: list[Field], variable: list[list[bytes | None]]) -> bytes:
    """Tuples of columns, none of them NULL, and behind them some whose values differ in length."""
    fixed = rows_of(fields)
    width = len(fixed) // max(1, len(fields[0][0]))
    count = struct.pack(">h", len(fields) + len(variable))
    parts: list[bytes] = []
    for number, values in enumerate(zip(*variable, strict=True)):
        parts += (count, fixed[number * width + 2 : (number + 1) * width])
        for value in values:
            parts += (NULL,) if value is None else (_SIZE.pack(len(value)), value)
    return b"".join(parts)


def floats(values: list[float | None], width: int) -> bytes:
    """float4[] or float8[] by ``width`` in bytes; None is NULL."""
    head = struct.pack(">iiIii", 1, int(None in values), 700 if width == 4 else 701, len(values), 1)
    form = struct.Struct(">if" if width == 4 else ">id")
    return head + b"".join([NULL if v is None else form.pack(width, v) for v in values])


def box(sides: Any) -> Field:
    """Box from rows of west, south, east and north: its upper right corner comes first."""
    corners = np.ascontiguousarray(sides[:, [2, 3, 0, 1]], dtype=">f8")
    return corners.view(np.uint8).reshape(len(sides), 32), None


def tuples(rows: bytes) -> list[bytes]:
    """What ``rows_of`` made, each tuple by itself."""
    found, begin = [], 0
    while begin < len(rows):
        end = begin + 2
        for _ in range(int.from_bytes(rows[begin:end], "big")):
            end += 4 + max(0, int.from_bytes(rows[end : end + 4], "big", signed=True))
        found.append(rows[begin:end])
        begin = end
    return found


def fields(row: bytes) -> list[bytes | None]:
    """The bytes of each field of a tuple; None: NULL."""
    found: list[bytes | None] = []
    place = 2
    while place < len(row):
        size = int.from_bytes(row[place : place + 4], "big", signed=True)
        place += 4
        found.append(None if size < 0 else row[place : place + size])
        place += max(0, size)
    return found


def _nothing(field: Field) -> Field:
    """A column that is NULL throughout takes no bytes at all."""
    data, null = field
    if null is SIZED:
        return field
    if null is None or not null.any():
        return data, None
    return (data[:, :0], None) if null.all() else field


def _bytes(column: Any) -> NDArray[np.uint8]:
    flat: NDArray[np.uint8] = np.ascontiguousarray(column).view(np.uint8)
    return flat.reshape(len(column), column.dtype.itemsize)
