"""Packed rows: some of them, and taken apart."""

from __future__ import annotations

import numpy as np

from monitor.store.pack import pack
from monitor.store.packed import BYTES, NOTHING, SAID, STORED, some, unpack
from tests.rows import drawn, in_order


def test_some_of_them() -> None:
    """All columns are of those that were picked, in their order."""
    rows = in_order(drawn(4))
    packed, _ = pack(rows)
    picked = packed.mmsi == packed.mmsi[-1]
    assert (
        unpack(some(packed, picked)).tobytes() == rows[rows["mmsi"] == rows["mmsi"][-1]].tobytes()
    )
    assert some(packed, np.ones(len(picked), dtype=np.bool_)) is packed
    assert len(unpack(some(packed, np.zeros(len(picked), dtype=np.bool_)))) == 0


def test_nothing_is_taken_apart_to_nothing() -> None:
    assert unpack(NOTHING).dtype == STORED
    assert len(unpack(NOTHING)) == 0


def test_what_is_said_has_a_place_for_each() -> None:
    """Of columns that a row has; and an hour stands before the minutes."""
    assert set(SAID) < set(STORED.names or ())
    assert SAID[0] == "cog_deg"
    assert list(BYTES)[-1] == "raw"
