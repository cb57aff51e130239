"""Which ships are heard where at sea: so that who fell silent there can be told from who is deaf.

Around the watched ports, as far as ships are watched for silences, the sea is cut twice: into areas
of a degree, by half hours, and into cells of a quarter of it, by six hours. Of each the ships are
kept that were heard there, feed by feed, before anything is judged. They are kept as ``reception``
keeps those near a port, under names that begin with SEA. Pure: told the time by ``received_at``,
and the same however the batches were cut. What they say of a silence: ``deaf.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from monitor.engine.geofence import FenceSet, near_distance_m
from monitor.engine.grid import grid_of
from monitor.engine.reception import (
    BASELINE_US,
    KEEP_US,
    RANGE_NM,
    SEA,
    Bucket,
    Buckets,
    Key,
)
from monitor.units import HOUR_US, NAUTICAL_MILE_M, NO_TIME

AREA, CELL = f"{SEA}area ", f"{SEA}cell "
"""Begins of the names under which they are kept."""

WATCHED_DEG = 400.0 / 60.0
"""Around a watched port: as far as silences are told (``vessel/gap.py``)."""

CELLS = 4
"""To a degree, each way: 12 to 15 NM, the breadth of a lane, and an hour's way of most ships."""

AREA_US, CELL_US = HOUR_US // 2, 6 * HOUR_US
"""Of an area it is asked who fell silent at one time, of a cell who was heard at all."""

MOST_BEGINS = 64
"""Half hours of which is remembered who was heard everywhere: a silence asks for some forty."""

_WIDE, _HIGH = 360 * CELLS, 180 * CELLS
_SLOTS = 1 << 16


class Cell(NamedTuple):
    """A part of the sea: its row and its column from the south pole and the date line."""

    row: int
    column: int


def area_name(cell: Cell) -> str:
    """Of the area that a cell is in."""
    return f"{AREA}{cell.row // CELLS - 90:+03d}{cell.column // CELLS - 180:+04d}"


def cell_name(cell: Cell) -> str:
    """Of a cell: its south-west corner."""
    lat, lon = cell.row / CELLS - 90, cell.column / CELLS - 180
    return f"{CELL}{lat:+06.2f}{lon:+07.2f}"


def middle_of(area: str) -> tuple[float, float]:
    """Lon and lat of an area's middle, by its name."""
    text = area.removeprefix(AREA)
    return float(text[3:]) + 0.5, float(text[:3]) + 0.5


def cells_of(lon: Any, lat: Any) -> list[Cell]:
    """The cells of places in degrees."""
    rows = np.floor((np.asarray(lat) + 90.0) * CELLS).astype(np.int64).clip(0, _HIGH - 1)
    columns = np.floor((np.asarray(lon) + 180.0) * CELLS).astype(np.int64) % _WIDE
    return [Cell(*one) for one in zip(rows.tolist(), columns.tolist(), strict=True)]


@lru_cache(maxsize=1 << 14)
def _names(number: int) -> tuple[str, str]:
    """Of the area and the cell, by the cell's number."""
    cell = Cell(*divmod(number, _WIDE))
    return area_name(cell), cell_name(cell)


class Earshot(Buckets):
    """All areas and cells."""

    def __init__(self, fences: FenceSet) -> None:
        """Nothing was heard."""
        super().__init__()
        self.fences = fences
        self._heard: dict[int, dict[str, list[Bucket]]] = {}  # the same, by begin and name
        self._everywhere: dict[int, tuple[set[int], set[int]]] = {}  # see ``everywhere``
        self._coasts: dict[str, bool] = {}
        self._areas = grid_of([shapely.box(*_around(port.centre)) for port in fences.ports])
        self._near = np.repeat(np.repeat(self._areas, CELLS, axis=0), CELLS, axis=1).ravel()
        self._known = np.zeros((2, _SLOTS), dtype=np.int64)  # code and MMSI that came last
        self._lead = np.zeros(_SLOTS, dtype=np.int64)

    def take(self, positions: Any, passed: int = NO_TIME) -> None:
        """Note position reports (dtype FIX) as they came, before any is refused.

        ``passed`` is the watermark (us): what is received earlier is of a log older than the last.
        """
        codes, ships = self._news(positions)
        starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
        numbers, areas = ships.tolist(), dict[Key, set[int]]()
        for begin, end in zip(starts, [*starts[1:], len(codes)], strict=False):
            code, heard = int(codes[begin]), set(numbers[begin:end])
            at, cell, source = (code >> 36) * AREA_US, code >> 16 & 0xFFFFF, code & 0xFFFF
            area, name = _names(cell)
            areas.setdefault((source, area, at), set()).update(heard)
            self._note((source, name, at // CELL_US * CELL_US), CELL_US, heard, passed)
        for key, heard in areas.items():
            self._note(key, AREA_US, heard, passed)

    def _news(self, positions: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ships that were not heard in a cell, by a feed, in AREA_US before: codes and MMSIs.

        A code is the time, the cell and the feed: equal ones stand together. What came last of a
        ship is known by her number; two may drive each other out of there, and are noted again.
        """
        with np.errstate(invalid="ignore"):  # NaN becomes the south pole's
            row = ((positions["lat"] + 90.0) * CELLS).astype(np.int32)
            column = ((positions["lon"] + 180.0) * CELLS).astype(np.int32)
        place = np.clip(row, 0, _HIGH - 1) * np.int32(_WIDE) + np.clip(column, 0, _WIDE - 1)
        rows = np.flatnonzero(self._near[place] & (row < _HIGH) & (column <= _WIDE))
        code = place[rows].astype(np.int64)
        code += positions["received_at"][rows] // AREA_US << 20
        code = (code << 16) + positions["source"][rows]
        mmsi = positions["mmsi"][rows].astype(np.int64)
        slot = (mmsi + 7919 * (code & 0xFFFF)) & (_SLOTS - 1)
        new = np.flatnonzero((self._known[0, slot] != code) | (self._known[1, slot] != mmsi))
        code, mmsi, slot = code[new], mmsi[new], slot[new]
        self._known[0, slot], self._known[1, slot] = code, mmsi
        number = np.arange(len(new))
        self._lead[slot[::-1]] = number[::-1]
        lead = self._lead[slot]  # what came first of a ship in this batch
        own = np.flatnonzero((number == lead) | (code != code[lead]) | (mmsi != mmsi[lead]))
        code, mmsi = code[own], mmsi[own]
        order = np.argsort(code, kind="stable")
        return code[order], mmsi[order]

    def _note(self, key: Key, long_us: int, ships: set[int], passed: int) -> None:
        in_memory = key[2] >= self._horizon or key in self.buckets
        buckets = self.buckets if in_memory else self.added
        bucket = buckets.get(key)
        if bucket is None:
            bucket = buckets[key] = Bucket(heard_at=key[2])
            if in_memory:
                self._hear(key, bucket)
        elif ships <= bucket.vessels:
            return
        bucket.vessels |= ships
        if in_memory:
            self._changed.add(key)
            self._everywhere.pop(key[2], None)
        if key[2] + long_us <= passed:
            self.rewritten.add((SEA, key[2]))
        if long_us == CELL_US:
            self.recall([(key[1], key[2], len(bucket.vessels))])

    def _hear(self, key: Key, bucket: Bucket) -> None:
        self._heard.setdefault(key[2], {}).setdefault(key[1], []).append(bucket)

    @property
    def area_names(self) -> list[str]:
        """All areas that are listened to."""
        rows, columns = np.nonzero(self._areas)
        return [
            area_name(Cell(row * CELLS, column * CELLS))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]

    # -- telling -------------------------------------------------------------------------------

    def ships(self, cell: str, begin: int) -> AbstractSet[int]:
        """Ships that were heard in a cell in the bucket that begins then."""
        return _all_of(self._heard.get(begin, {}).get(cell, ()))

    def areas(self, begin: int) -> Mapping[str, AbstractSet[int]]:
        """Who was heard in which area in the bucket that begins then."""
        known = self._heard.get(begin, {})
        return {name: _all_of(by) for name, by in known.items() if name.startswith(AREA)}

    def everywhere(self, begin: int) -> tuple[AbstractSet[int], AbstractSet[int]]:
        """Who was heard at sea in the bucket that begins then, and who near a port."""
        found = self._everywhere.get(begin)
        if found is None:
            sea, port = set[int](), set[int]()
            for name, ships in self.areas(begin).items():
                (port if self.is_coast(name) else sea).update(ships)
            if len(self._everywhere) >= MOST_BEGINS:
                del self._everywhere[next(iter(self._everywhere))]
            found = self._everywhere[begin] = sea, port
        return found

    def is_coast(self, area: str) -> bool:
        """Whether the middle of an area is within the range of a port's receivers."""
        if area not in self._coasts:
            lon, lat = middle_of(area)
            self._coasts[area] = any(
                near_distance_m(*port.centre, lon, lat) <= RANGE_NM * NAUTICAL_MILE_M
                for port in self.fences.ports
            )
        return self._coasts[area]

    # -- restart -------------------------------------------------------------------------------

    def recall(self, usual: Iterable[tuple[str, int, int]]) -> None:
        """Know better how many were heard: (cell, bucket, ships)."""
        for name, begin, ships in usual:
            if name.startswith(CELL):
                self.usual[name, begin] = max(ships, self.usual.get((name, begin), 0))

    def restore(
        self,
        buckets: Iterable[tuple[Key, Bucket]],
        usual: Iterable[tuple[str, int, int]],
        horizon: int = NO_TIME,
    ) -> None:
        """Go on from kept buckets since ``horizon`` (us), and (cell, bucket, ships) before."""
        self._horizon, self._heard, self.usual, self._everywhere = horizon, {}, {}, {}
        self._known[:] = 0
        self.buckets = {key: bucket for key, bucket in buckets if key[1].startswith(SEA)}
        for key, bucket in self.buckets.items():
            self._hear(key, bucket)
        self.recall((key[1], key[2], len(bucket.vessels)) for key, bucket in self.buckets.items())
        self.recall(usual)

    def forget(self, until: int) -> None:
        """Let go of what no silence can need any more; ``until`` is the watermark."""
        if not self.buckets or min(key[2] for key in self.buckets) >= until - KEEP_US - CELL_US:
            return
        self.buckets = {
            key: bucket
            for key, bucket in self.buckets.items()
            if key[2] >= until - KEEP_US or key in self._changed  # those are still to be stored
        }
        self._horizon = max(self._horizon, until - KEEP_US)
        self._heard, self._everywhere = {}, {}
        for key, bucket in self.buckets.items():
            self._hear(key, bucket)
        oldest = until - BASELINE_US - KEEP_US
        self.usual = {key: count for key, count in self.usual.items() if key[1] >= oldest}


def _all_of(buckets: Sequence[Bucket]) -> AbstractSet[int]:
    """Ships that one feed or another heard."""
    if len(buckets) == 1:
        return buckets[0].vessels
    return frozenset[int]().union(*(bucket.vessels for bucket in buckets))


def _around(centre: tuple[float, float]) -> tuple[float, float, float, float]:
    """The box of what is watched around a port, degrees."""
    lon, lat = centre
    wide = WATCHED_DEG / max(0.1, float(np.cos(np.radians(lat))))
    return lon - wide, lat - WATCHED_DEG, lon + wide, lat + WATCHED_DEG
