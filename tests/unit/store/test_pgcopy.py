r"""Columns in PostgreSQL's binary COPY form, byte by byte (manual: COPY, File Formats).

    file      PGCOPY\n\377\r\n\0 · flags, int4 · length of the header's extension, int4
    tuple     number of fields, int2 · for each: length, int4 (-1: NULL, and no bytes) · its bytes
    trailer   -1, int2

All of it is big-endian. What PostgreSQL itself makes of these bytes is tried in
``tests/integration/store/test_pgcopy_roundtrip.py``.
"""

from __future__ import annotations

import struct

import numpy as np
import pytest

from monitor.store import pgcopy
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

NULL = "ffffffff"


def tuples(*fields: Field) -> str:
    """Bytes of the rows, as hexadecimal digits."""
    return rows_of(list(fields)).hex()


def test_a_file_begins_and_ends_as_the_manual_says() -> None:
    assert HEADER == b"PGCOPY\n\xff\r\n\0" + b"\0\0\0\0" + b"\0\0\0\0"
    assert len(HEADER) == 19
    assert TRAILER == b"\xff\xff"


@pytest.mark.parametrize(
    ("width", "values", "tuples_hex"),
    [
        (2, [1, -1], "0001 00000002 0001  0001 00000002 ffff"),
        (4, [230_108_610], "0001 00000004 0db72dc2"),
        (8, [2**40, -(2**63)], "0001 00000008 0000010000000000  0001 00000008 8000000000000000"),
    ],
)
def test_whole_numbers(width: int, values: list[int], tuples_hex: str) -> None:
    assert tuples(integer(values, width)) == tuples_hex.replace(" ", "")


def test_a_real_is_four_bytes_of_ieee_754_and_not_a_number_is_null() -> None:
    found = tuples(real([1.0, -12.5, np.nan]))
    assert found == f"0001 00000004 3f800000 0001 00000004 c1480000 0001 {NULL}".replace(" ", "")


def test_a_real_whose_nulls_are_said_may_be_not_a_number() -> None:
    null = np.array([False, True])
    found = tuples(real([np.nan, 1.0], null))
    assert found == f"0001 00000004 7fc00000 0001 {NULL}".replace(" ", "")


def test_an_instant_counts_microseconds_from_the_year_2000() -> None:
    """PostgreSQL's zero is 2000-01-01T00:00:00Z, ours 1970; before it the number is negative."""
    y2k = 946_684_800_000_000
    assert tuples(instant([y2k, y2k + 1, y2k - 1])) == (
        "0001000000080000000000000000"
        "0001000000080000000000000001"
        "000100000008ffffffffffffffff"
    )  # fmt: skip


def test_an_instant_may_be_null() -> None:
    assert tuples(instant([0], np.array([True]))) == f"0001{NULL}"


def test_a_point_is_extended_wkb_with_its_srid() -> None:
    """PostGIS manual, 4.1: byte order 0, type 1 with the SRID flag 0x20000000, 4326, x, y."""
    found = tuples(point([24.5], [-60.25]))
    assert found == (
        "000100000019"
        "0020000001000010e64038800000000000c04e200000000000"
    )  # fmt: skip


def test_a_structured_row_is_kept_as_its_bytes() -> None:
    rows = np.array([(7, 1.5), (8, 2.5)], dtype=[("mmsi", "<i4"), ("lon", "<f8")])
    raw = [struct.pack("<id", 7, 1.5).hex(), struct.pack("<id", 8, 2.5).hex()]
    assert tuples(blob(rows)) == f"00010000000c{raw[0]}00010000000c{raw[1]}"
    assert tuples(blob(rows[::-1])) == f"00010000000c{raw[1]}00010000000c{raw[0]}"


def test_fields_stand_in_order_and_each_row_says_how_many() -> None:
    assert tuples(integer([1, 2], 2), integer([3, 4], 4)) == (
        "00020000000200010000000400000003"
        "00020000000200020000000400000004"
    )  # fmt: skip


def test_nulls_leave_no_hole_behind() -> None:
    """A row's bytes close up; those of the rows beside it stay."""
    middle = np.array([False, True, False])
    assert tuples(integer([1, 2, 3], 2), integer([4, 5, 6], 2, middle), integer([7, 8, 9], 2)) == (
        "0003000000020001000000020004000000020007"
        "0003000000020002ffffffff000000020008"
        "0003000000020003000000020006000000020009"
    )  # fmt: skip


def test_a_row_of_nothing_but_nulls() -> None:
    first = np.array([True, False])
    assert tuples(integer([1, 2], 2, first), real([np.nan, 1.0])) == (
        "0002ffffffffffffffff"
        "0002000000020002000000043f800000"
    )  # fmt: skip


def test_a_column_that_is_null_throughout() -> None:
    every, none = np.ones(2, dtype=np.bool_), np.zeros(2, dtype=np.bool_)
    assert tuples(integer([1, 2], 8, every), integer([3, 4], 2, none)) == (
        "0002ffffffff000000020003"
        "0002ffffffff000000020004"
    )  # fmt: skip


def test_rows_are_taken_apart_again() -> None:
    """Each tuple by itself, and its fields; NULL is none."""
    middle = np.array([False, True, False])
    rows = rows_of([integer([1, 2, -3], 2), integer([4, 5, 6], 4, middle)])
    found = pgcopy.tuples(rows)
    assert b"".join(found) == rows
    assert [pgcopy.fields(row) for row in found] == [
        [b"\0\1", b"\0\0\0\4"], [b"\0\2", None], [b"\xff\xfd", b"\0\0\0\6"],
    ]  # fmt: skip
    assert pgcopy.tuples(b"") == []


def test_no_rows_are_no_bytes() -> None:
    nothing = np.zeros(0)
    assert rows_of([integer(nothing, 4), real(nothing), instant(nothing), point([], [])]) == b""


@pytest.mark.parametrize("seed", range(5))
def test_a_plain_writer_makes_the_same_bytes(seed: int) -> None:
    """Row by row with ``struct``, as a person would write it, over masks at random."""
    chance = np.random.default_rng(seed)
    count = 50
    numbers = chance.integers(-(2**31), 2**31, count)
    speeds = np.where(chance.random(count) < 0.3, np.nan, chance.random(count) * 30)
    stamps = chance.integers(0, 2**51, count)
    no_number, no_stamp = chance.random(count) < 0.3, chance.random(count) < 0.3
    expected = b""
    for index in range(count):
        expected += struct.pack(">h", 3)
        for form, size, value, null in (
            (">i", 4, int(numbers[index]), no_number[index]),
            (">f", 4, float(speeds[index]), np.isnan(speeds[index])),
            (">q", 8, int(stamps[index]) - 946_684_800_000_000, no_stamp[index]),
        ):
            expected += struct.pack(">i", -1 if null else size)
            expected += b"" if null else struct.pack(form, value)
    fields = [integer(numbers, 4, no_number), real(speeds), instant(stamps, no_stamp)]
    assert rows_of(fields) == expected
