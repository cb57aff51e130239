"""Packed rows for binary COPY: each tuple holds its columns, in their order."""

from __future__ import annotations

import struct

from monitor.store import pgcopy
from monitor.store.pack import pack
from monitor.store.packed import NOTHING
from monitor.store.packed_rows import COLUMNS, copy_rows
from tests.rows import drawn


def test_each_tuple_has_all_columns() -> None:
    """What differs in length comes last, and null has no bytes."""
    packed, _ = pack(drawn(12, ships=12))
    tuples = pgcopy.tuples(copy_rows(packed))
    assert len(tuples) == len(packed.mmsi)
    for number, row in enumerate(tuples):
        fields = dict(zip(COLUMNS, pgcopy.fields(row), strict=True))
        assert fields["mmsi"] == struct.pack(">i", packed.mmsi[number])
        assert fields["data"] == packed.data[number]
        assert fields["raw"] == packed.raw[number]
        assert (fields["places"] is None) == (packed.places[number] is None)
        assert (fields["moves"] is None) == (packed.moves[number] is None)
        west, south, east, north = packed.box[number]
        assert fields["around"] == struct.pack(">dddd", east, north, west, south)


def test_of_nothing_there_are_no_rows() -> None:
    assert copy_rows(NOTHING) == b""
