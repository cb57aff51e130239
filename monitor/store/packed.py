"""Packed positions: many fixes of one ship, track and day as one row, and back, exactly.

What a row holds (table ``position_packed``, migration 0023): whose fixes they are, from when to
when, how many and within which box, as plain columns; and ``data``, the rest as planes of bytes.
Each value of a column is a whole number of its unit above the row's least one; a plane holds one
byte of each of them, and a column has as many planes as its greatest number has bytes: none where
all are the same. What takes few values each (course, heading, speed, type, source, status) is put
together to one number, as hours, minutes and seconds are. So noise takes little more than it must,
and what hardly ever changes lies side by side, where PostgreSQL's compression (lz4) takes it away.
``planes`` tells with which plane each
column begins, the highest byte first, and where the last one ends. Plain SQL takes the numbers
out again with ``get_byte``.

Units are found for each row, and only taken where every value comes back to the last bit: places
that are no fractions of a degree, or speeds that are no tenths of a knot, are kept as they are
(``places``, ``moves``). What fits in no way is not packed: ``pack.py`` tells: they stay rows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.model import RAW_BYTES

STORED = np.dtype(
    [
        ("mmsi", "<i4"),
        ("at", "<i8"),  # us
        ("lon", "<f8"),  # degrees
        ("lat", "<f8"),
        ("sog_kn", "<f4"),  # NaN: null
        ("cog_deg", "<f4"),  # NaN: null
        ("heading_deg", "<i2"),  # -1: null
        ("status", "<i2"),  # -1: null
        ("type", "<i2"),
        ("track", "<i2"),
        ("received_at", "<i8"),  # us
        ("source", "<i2"),  # the store's number
        ("line", "<i8"),
        ("content", "<i4"),
        ("raw", f"S{RAW_BYTES}"),  # empty: not kept
    ]
)
"""A row of table ``position``."""

BYTES = {
    "at": 5, "delay": 5, "lon": 4, "lat": 4, "line": 5, "content": 4, "said": 6, "raw": 1,
}  # fmt: skip
"""Columns in their order, and the most planes of each. 5: two weeks of us, or 10^12 lines; ``said``
is what SAID is put together to, and ``raw`` how long a sentence is."""

SAID = ("cog_deg", "heading_deg", "sog_kn", "type", "source", "status")
"""What is put together, the first one as hours are: what changes slowly comes first. Of speed,
course, heading and status 0 is null, and 1 is 0."""

TENTHS = 10.0
"""Of a knot, of a degree."""


class Packed(NamedTuple):
    """Rows of ``position_packed``: columns of one length."""

    mmsi: NDArray[np.int32]
    track: NDArray[np.int16]
    first_at: NDArray[np.int64]  # us
    last_at: NDArray[np.int64]  # us
    fixes: NDArray[np.int32]
    box: NDArray[np.float64]  # (n, 4): west, south, east, north
    at_step: NDArray[np.int32]  # us
    delay: NDArray[np.int64]  # us; the least of received_at - at
    delay_step: NDArray[np.int32]  # us
    scale: NDArray[np.int32]  # parts of a degree; 0: ``places`` holds them
    line: NDArray[np.int64]  # the least
    least: NDArray[np.int16]  # (n, 6): of each of SAID
    many: NDArray[np.int16]  # (n, 5): how many values each of SAID but the first may take
    raw_size: NDArray[np.int16]  # bytes that each sentence takes in ``raw``
    planes: NDArray[np.uint8]  # (n, 9): where each column begins, and where the last one ends
    data: list[bytes]
    raw: list[bytes | None]
    places: list[list[float] | None]  # lon, lat, lon, lat ...
    moves: list[list[float | None] | None]  # sog_kn, cog_deg, sog_kn ...; None: both are tenths


NOTHING = Packed(
    mmsi=np.zeros(0, "i4"), track=np.zeros(0, "i2"), first_at=np.zeros(0, "i8"),
    last_at=np.zeros(0, "i8"), fixes=np.zeros(0, "i4"), box=np.zeros((0, 4)),
    at_step=np.zeros(0, "i4"), delay=np.zeros(0, "i8"), delay_step=np.zeros(0, "i4"),
    scale=np.zeros(0, "i4"), line=np.zeros(0, "i8"), least=np.zeros((0, len(SAID)), "i2"),
    many=np.zeros((0, len(SAID) - 1), "i2"),
    raw_size=np.zeros(0, "i2"), planes=np.zeros((0, len(BYTES) + 1), "u1"),
    data=[], raw=[], places=[], moves=[],
)  # fmt: skip


def some(packed: Packed, picked: NDArray[np.bool_]) -> Packed:
    """Some of these rows."""
    if picked.all():
        return packed
    kept = np.flatnonzero(picked).tolist()
    columns: list[Any] = [
        [column[row] for row in kept] if isinstance(column, list) else column[picked]
        for column in packed
    ]
    return Packed(*columns)


def unpack(packed: Packed) -> NDArray[Any]:
    """The rows (STORED) of packed ones, in their order."""
    sizes = packed.fixes
    found = _Planes(packed)
    rows = np.zeros(len(found.within), dtype=STORED)
    for name, values in (("mmsi", packed.mmsi), ("track", packed.track)):
        rows[name] = np.repeat(values, sizes)
    at_us = np.repeat(packed.first_at, sizes) + found["at"] * np.repeat(packed.at_step, sizes)
    delay = np.repeat(packed.delay, sizes) + found["delay"] * np.repeat(packed.delay_step, sizes)
    rows["at"], rows["received_at"] = at_us, at_us + delay
    for name, side in (("lon", 0), ("lat", 1)):
        least = np.rint(packed.box[:, side] * packed.scale).astype(np.int64)
        scale = np.repeat(np.maximum(packed.scale, 1), sizes)
        rows[name] = (np.repeat(least, sizes) + found[name]) / scale
    rows["line"] = np.repeat(packed.line, sizes) + found["line"]
    code, said = {}, found["said"]
    for number in reversed(range(len(SAID))):
        least = np.repeat(packed.least[:, number].astype(np.int64), sizes)
        if number:
            said, rest = np.divmod(said, np.repeat(packed.many[:, number - 1], sizes))
        else:
            rest = said
        code[SAID[number]] = least + rest
    for name in ("sog_kn", "cog_deg"):
        tenths = np.where(code[name] != 0, (code[name] - 1) / TENTHS, np.nan)
        rows[name] = tenths.astype(np.float32)
    for name in ("heading_deg", "status"):
        rows[name] = code[name] - 1
    for name in ("type", "source"):
        rows[name] = code[name]
    rows["content"] = found["content"].astype(np.uint32).view(np.int32)
    _put_exact(packed, rows)
    return rows


class _Planes:
    """The numbers of packed rows: by the name of a column those of all fixes."""

    def __init__(self, packed: Packed) -> None:
        sizes = packed.fixes.astype(np.int64)
        self._sizes = sizes
        self._planes = packed.planes
        self.within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self._data = np.frombuffer(b"".join(packed.data), dtype=np.uint8)
        lengths = np.array([len(data) for data in packed.data], dtype=np.int64)
        self._begins = np.cumsum(lengths) - lengths

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        number = list(BYTES).index(name)
        ends = self._planes[:, number + 1].astype(np.int64)
        held = ends - self._planes[:, number]
        found = np.zeros(len(self.within), dtype=np.int64)
        for byte in range(int(held.max(initial=0))):
            begins = self._begins + (ends - 1 - byte) * self._sizes
            some = np.repeat(held > byte, self._sizes)
            place = np.repeat(begins, self._sizes) + self.within
            if some.all():
                found |= self._data[place].astype(np.int64) << 8 * byte
            else:
                found[some] |= self._data[place[some]].astype(np.int64) << 8 * byte
        return found


def _put_exact(packed: Packed, rows: NDArray[Any]) -> None:
    """Put in what is not in the planes: sentences, and values that are kept as they are."""
    end = 0
    for number, size in enumerate(packed.fixes.tolist()):
        begin, end = end, end + size
        raw, places, moves = packed.raw[number], packed.places[number], packed.moves[number]
        if raw is not None:
            rows["raw"][begin:end] = np.frombuffer(raw, dtype=f"S{packed.raw_size[number]}")
        if places is not None:
            rows["lon"][begin:end], rows["lat"][begin:end] = places[::2], places[1::2]
        if moves is not None:
            told = np.array(moves, dtype=np.float32)  # None becomes NaN
            rows["sog_kn"][begin:end], rows["cog_deg"][begin:end] = told[::2], told[1::2]
