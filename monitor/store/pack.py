"""Packs positions: finds the units of each row, and takes apart what it holds (``packed.py``)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.store.packed import BYTES, NOTHING, SAID, TENTHS, Packed
from monitor.units import DAY_US, SECOND_US

MOST_FIXES = 4096
"""Of a row: a megabyte is unpacked at once at most, and one damaged row is a ship's day at most."""

STEPS_US = (SECOND_US, SECOND_US // 1000, 1)
"""Units of time."""

SCALES = (600_000, 1_000_000, 10_000_000, 30_000_000)
"""Parts of a degree that places are wholes of: AIS has 1/10,000 minute, logs have decimals. The
last holds both."""

ALL_PLANES = [(name, byte) for name, size in BYTES.items() for byte in reversed(range(size))]
"""Column and byte (0: the lowest) of each plane, where all columns have all they may have."""


def pack(rows: NDArray[Any], *, least: int = 1) -> tuple[Packed, NDArray[np.bool_]]:
    """Pack rows (STORED) as far as they fit; which of them, of ``rows``, were not packed.

    Of fewer than ``least`` fixes no row is made. The order of ``rows`` does not matter; no two may
    have the same ship and instant.
    """
    order = _order(rows)
    rows = rows if order is None else rows_at(rows, order)
    starts = _starts(rows)
    sizes = np.diff(np.append(starts, len(rows)))
    if not len(rows):
        return NOTHING, np.zeros(0, dtype=np.bool_)
    table = _Table(rows, starts, sizes)
    fits = table.fits() & (sizes >= least)
    left = np.repeat(~fits, sizes)
    if order is not None:
        left[order] = left.copy()
    return table.packed(np.flatnonzero(fits)), left


def _order(rows: NDArray[Any]) -> NDArray[np.int64] | None:
    """Rows by ship, track and time; None: they are so, as the engine lets them out."""
    mmsi, track, at_us = (np.ascontiguousarray(rows[name]) for name in ("mmsi", "track", "at"))
    ships, tracks = np.diff(mmsi.astype(np.int64)), np.diff(track.astype(np.int64))
    behind = (ships > 0) | (ships == 0) & ((tracks > 0) | (tracks == 0) & (np.diff(at_us) >= 0))
    return None if behind.all() else np.lexsort((at_us, track, mmsi))


def _starts(rows: NDArray[Any]) -> NDArray[np.int64]:
    """Where each packed row begins: another ship, track or day (UTC), or enough of this one."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    other = np.zeros(len(rows), dtype=np.bool_)
    other[0] = True
    for values in (rows["mmsi"], rows["track"], rows["at"] // DAY_US):
        other[1:] |= values[1:] != values[:-1]
    starts = np.flatnonzero(other)
    sizes = np.diff(np.append(starts, len(rows)))
    within = np.arange(len(rows)) - np.repeat(starts, sizes)
    return np.flatnonzero(within % MOST_FIXES == 0)


class _Table:
    """What is to be packed: rows in their order, cut into stretches that become one row each."""

    def __init__(
        self, rows: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]
    ) -> None:
        """Not empty."""
        self.rows, self.starts, self.sizes = rows, starts, sizes
        self.values: dict[str, NDArray[Any]] = {}
        at_us = rows["at"]
        self.first, self.last = at_us[starts], at_us[starts + sizes - 1]
        self.at_step = self._in_steps("at", at_us, self.first)
        delay = rows["received_at"] - at_us
        self.delay = self._least(delay)
        self.delay_step = self._in_steps("delay", delay, self.delay)
        self.line = self._above("line", rows["line"])
        self._places()
        self.as_they_are = np.zeros(len(starts), dtype=np.bool_)  # speeds and courses
        codes = {name: self._tenths(name) for name in ("sog_kn", "cog_deg")}
        for name in ("heading_deg", "status"):
            codes[name] = rows[name].astype(np.int64) + 1
        for name in ("type", "source"):
            codes[name] = rows[name].astype(np.int64)
        for name in ("sog_kn", "cog_deg"):
            codes[name][self._each(self.as_they_are)] = 0
        self.least = np.column_stack([self._above(name, codes[name]) for name in SAID])
        self.many = np.column_stack([self._most(self.values[name]) + 1 for name in SAID])
        said = np.zeros(len(rows), dtype=np.int64)
        for number, name in enumerate(SAID):
            said = said * self._each(self.many[:, number]) + self.values.pop(name)
        self.values["said"] = said
        self.values["content"] = rows["content"].view(np.uint32).astype(np.int64)
        self.values["raw"] = np.char.str_len(rows["raw"]).astype(np.int64)
        self.most = {name: self._most(values) for name, values in self.values.items()}

    def fits(self) -> NDArray[np.bool_]:
        """Which stretches can be packed: no number is too large for its planes."""
        fits = np.ones(len(self.starts), dtype=np.bool_)
        for numbers in (*self.least.T, *self.many.T):
            fits &= np.abs(numbers) < 1 << 15
        fits &= self.many.prod(axis=1, dtype=np.float64) < 1 << 8 * BYTES["said"]
        for name, size in BYTES.items():
            fits &= self.most[name] < 1 << 8 * size
        same = np.diff(self.rows["at"]) == 0  # no two of a row are of one instant
        return fits & ~self._any(np.append(same & (np.diff(self.rows["mmsi"]) == 0), False))

    def packed(self, picked: NDArray[np.int64]) -> Packed:
        """These stretches."""
        rows, starts, sizes = self.rows, self.starts[picked], self.sizes[picked]
        spans = list(zip(starts.tolist(), (starts + sizes).tolist(), strict=True))
        sentences = self.most["raw"][picked].astype(np.int16)
        planes = self._planes()[picked]
        lists = _lists(planes)
        matrix = self._matrix()
        unscaled = (self.scale[picked] == 0).tolist()
        as_they_are = self.as_they_are[picked].tolist()
        return Packed(
            mmsi=rows["mmsi"][starts],
            track=rows["track"][starts],
            first_at=self.first[picked],
            last_at=self.last[picked],
            fixes=sizes.astype(np.int32),
            box=self._boxes()[picked],
            at_step=self.at_step[picked],
            delay=self.delay[picked],
            delay_step=self.delay_step[picked],
            scale=self.scale[picked],
            line=self.line[picked],
            least=self.least[picked].astype(np.int16),
            many=self.many[picked, 1:].astype(np.int16),
            raw_size=sentences,
            planes=planes,
            data=[
                matrix[held, begin:end].tobytes()
                for held, (begin, end) in zip(lists, spans, strict=True)
            ],
            raw=[
                rows["raw"][begin:end].astype(f"S{size}").tobytes() if size else None
                for (begin, end), size in zip(spans, sentences.tolist(), strict=True)
            ],
            places=[
                _pairs(rows[begin:end], "lon", "lat") if exact else None
                for (begin, end), exact in zip(spans, unscaled, strict=True)
            ],
            moves=[
                _pairs(rows[begin:end], "sog_kn", "cog_deg") if exact else None
                for (begin, end), exact in zip(spans, as_they_are, strict=True)
            ],
        )

    def _planes(self) -> NDArray[np.uint8]:
        """With which plane each column of a stretch begins, and where the last one ends."""
        held = np.zeros((len(self.starts), len(BYTES) + 1), dtype=np.uint8)
        for number, (name, size) in enumerate(BYTES.items(), 1):
            for byte in range(size):
                held[:, number] += self.most[name] >> 8 * byte > 0
        return np.cumsum(held, axis=1, dtype=np.uint8)

    def _matrix(self) -> NDArray[np.uint8]:
        """All planes that any stretch may have: those of ALL_PLANES."""
        matrix = np.empty((len(ALL_PLANES), len(self.rows)), dtype=np.uint8)
        for plane, (name, byte) in zip(matrix, ALL_PLANES, strict=True):
            np.right_shift(self.values[name], 8 * byte, out=plane, casting="unsafe")
        return matrix

    def _each(self, values: NDArray[Any]) -> NDArray[Any]:
        """What a stretch has, for each of its rows."""
        return np.repeat(values, self.sizes)

    def _least(self, values: NDArray[Any]) -> NDArray[Any]:
        found: NDArray[Any] = np.minimum.reduceat(values, self.starts)
        return found

    def _most(self, values: NDArray[Any]) -> NDArray[Any]:
        found: NDArray[Any] = np.maximum.reduceat(values, self.starts)
        return found

    def _any(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.logical_or.reduceat(holds, self.starts)
        return found

    def _above(self, name: str, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count from the least of each stretch, which is returned."""
        least = self._least(values)
        self.values[name] = values - self._each(least)
        return least

    def _in_steps(
        self, name: str, values: NDArray[np.int64], least: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Count times from the least of each stretch, in the largest unit that holds them."""
        above = values - self._each(least)
        steps = np.full(len(least), STEPS_US[-1], dtype=np.int32)
        for step in reversed(STEPS_US[:-1]):
            steps[~self._any(above % step != 0)] = step
        self.values[name] = above // self._each(steps)
        return steps

    def _places(self) -> None:
        """Count places in parts of a degree: of the first scale that brings them all back."""
        lon, lat = self.rows["lon"], self.rows["lat"]
        self.scale = np.zeros(len(self.starts), dtype=np.int32)
        wholes = np.zeros((2, len(lon)), dtype=np.int64)
        for scale in SCALES:
            open_ = self.scale == 0
            if not open_.any():
                break
            east, north = _whole(lon * scale), _whole(lat * scale)
            back = _same(east / scale, lon) & _same(north / scale, lat)
            found = open_ & ~self._any(~back) & self._near(east) & self._near(north)
            pick = self._each(found)
            wholes[0, pick], wholes[1, pick] = east[pick], north[pick]
            self.scale[found] = scale
        for name, whole in zip(("lon", "lat"), wholes, strict=True):
            self._above(name, whole)

    def _near(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Of which stretches these lie so near together that the planes of a place hold them."""
        near: NDArray[np.bool_] = self._most(values) - self._least(values) < 1 << 8 * BYTES["lon"]
        return near

    def _tenths(self, name: str) -> NDArray[np.int64]:
        """Speeds or courses as tenths, one more than they are; 0 is null. Others as they are."""
        values = self.rows[name]
        null = np.isnan(values)
        tenths = _whole(np.where(null, 0, values).astype(np.float64) * TENTHS)
        held = (tenths >= 0) & (tenths < 1 << 14)
        back = (_same((tenths / TENTHS).astype(np.float32), values) | null) & held
        self.as_they_are |= self._any(~back)
        return np.where(null | ~back, 0, tenths + 1).astype(np.int64)

    def _boxes(self) -> NDArray[np.float64]:
        lon, lat = self.rows["lon"], self.rows["lat"]
        return np.column_stack(
            [self._least(lon), self._least(lat), self._most(lon), self._most(lat)]
        )


def _lists(planes: NDArray[np.uint8]) -> list[NDArray[np.intp]]:
    """Which of ALL_PLANES rows have, by what their ``planes`` say."""
    known: dict[bytes, NDArray[np.intp]] = {}
    ends = np.cumsum(list(BYTES.values()))
    found = []
    for row in planes:
        key = row.tobytes()
        if key not in known:
            spans = zip(ends.tolist(), np.diff(row).tolist(), strict=True)
            known[key] = np.concatenate([np.arange(end - held, end) for end, held in spans])
        found.append(known[key])
    return found


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """To the nearest whole number; of minus zero, zero."""
    return np.rint(values) + 0.0


def _same(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether floats are the same to the last bit: -0.0 is not 0.0."""
    kind = f"i{one.dtype.itemsize}"
    same: NDArray[np.bool_] = one.view(kind) == np.ascontiguousarray(other).view(kind)
    return same


def _pairs(rows: NDArray[Any], *names: str) -> list[Any]:
    """Values of two columns in turn; NaN, which is null, is None."""
    pairs = np.column_stack([rows[name] for name in names]).ravel().tolist()
    return [None if math.isnan(value) else value for value in pairs]
