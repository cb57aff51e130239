"""Packed positions as rows of ``position_packed``: for binary COPY, and of what is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from monitor.store import pgcopy
from monitor.store.packed import BYTES, SAID, Packed
from monitor.units import from_datetime

NAMES = tuple(name.partition("_")[0] for name in SAID)

COLUMNS = (
    "mmsi", "fixes", "first_at", "last_at", "around", "delay_from", "line_from", "at_step",
    "delay_step", "scale", "track", "raw_size", *(f"{name}_from" for name in NAMES),
    *(f"{name}_many" for name in NAMES[1:]), "planes", "data", "raw", "places", "moves",
)  # fmt: skip
"""Of ``copy_rows``, in their order."""


def copy_rows(packed: Packed) -> bytes:
    """Rows of binary COPY."""
    if not len(packed.mmsi):
        return b""
    return pgcopy.rows_with(
        [
            pgcopy.integer(packed.mmsi, 4),
            pgcopy.integer(packed.fixes, 4),
            pgcopy.instant(packed.first_at),
            pgcopy.instant(packed.last_at),
            pgcopy.box(packed.box),
            pgcopy.integer(packed.delay, 8),
            pgcopy.integer(packed.line, 8),
            pgcopy.integer(packed.at_step, 4),
            pgcopy.integer(packed.delay_step, 4),
            pgcopy.integer(packed.scale, 4),
            pgcopy.integer(packed.track, 2),
            pgcopy.integer(packed.raw_size, 2),
            *(pgcopy.integer(column, 2) for column in packed.least.T),
            *(pgcopy.integer(column, 2) for column in packed.many.T),
            pgcopy.blob(packed.planes.view(f"V{packed.planes.shape[1]}").ravel()),
        ],
        [
            list(packed.data),
            packed.raw,
            [None if each is None else pgcopy.floats(list(each), 8) for each in packed.places],
            [None if each is None else pgcopy.floats(each, 4) for each in packed.moves],
        ],
    )


def packed_of(rows: Sequence[Any]) -> Packed:
    """Packed positions of rows that have these columns; of ``around`` west, south, east, north."""

    def column(name: str, kind: str) -> Any:
        return np.array([row[name] for row in rows], dtype=kind)

    count = len(rows)
    planes = np.frombuffer(b"".join([row["planes"] for row in rows]), dtype=np.uint8)
    return Packed(
        mmsi=column("mmsi", "i4"),
        track=column("track", "i2"),
        first_at=np.array([from_datetime(row["first_at"]) for row in rows], dtype="i8"),
        last_at=np.array([from_datetime(row["last_at"]) for row in rows], dtype="i8"),
        fixes=column("fixes", "i4"),
        box=np.column_stack([column(side, "f8") for side in ("west", "south", "east", "north")]),
        at_step=column("at_step", "i4"),
        delay=column("delay_from", "i8"),
        delay_step=column("delay_step", "i4"),
        scale=column("scale", "i4"),
        line=column("line_from", "i8"),
        least=np.column_stack([column(f"{name}_from", "i2") for name in NAMES]),
        many=np.column_stack([column(f"{name}_many", "i2") for name in NAMES[1:]]),
        raw_size=column("raw_size", "i2"),
        planes=planes.reshape(count, len(BYTES) + 1),
        data=[row["data"] for row in rows],
        raw=[row["raw"] for row in rows],
        places=[row["places"] for row in rows],
        moves=[row["moves"] for row in rows],
    )
