"""Fixes as they are stored: rows of ``position_recent``, or packed rows, each month by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.engine.geofence import FenceSet
from monitor.store import pgcopy
from monitor.store.pack import pack
from monitor.store.packed import STORED, Packed
from monitor.units import DAY_US, to_datetime

POSITION = (
    "mmsi", "at", "geom", "sog_kn", "cog_deg", "heading_deg", "status", "type", "track",
    "received_at", "source", "line", "content", "raw",
)  # fmt: skip
"""Columns of ``position_rows``, in their order."""

LEAST_PACKED = 8
"""Fixes of a ship in a batch from which on they are packed at once: of fewer a packed row takes as
much as rows do, and is merged with others later all the same."""

LEAST_BATCH = 20_000
"""Fixes of a batch from which on that is worth while: a small log stays as rows."""


def stored_of(fixes: Any, tracks: Any, numbers: list[int], fences: FenceSet) -> NDArray[Any]:
    """Fixes (dtype FIX) as they are stored (STORED); ``numbers`` of the store by the pipeline's.

    Sentences are kept of what is within a degree or so of a port, an area or a gate, for they are a
    quarter of a row, and what is told of other positions is not worth that.
    """
    rows = np.zeros(len(fixes), dtype=STORED)
    for name in ("mmsi", "at", "lon", "lat", "sog_kn", "cog_deg", "status", "type", "received_at",
                 "line"):  # fmt: skip
        rows[name] = fixes[name]
    heading = fixes["heading_deg"]
    rows["heading_deg"] = np.where(np.isnan(heading), -1, heading)
    rows["track"] = tracks
    rows["source"] = np.array(numbers, dtype=np.int16)[fixes["source"]] if len(fixes) else 0
    rows["content"] = short(fixes["content"])
    near = fences.near_any(fixes["lon"], fixes["lat"])
    near |= fences.near_areas(fixes["lon"], fixes["lat"])
    near |= fences.near_gates(fixes["lon"], fixes["lat"])
    rows["raw"][near] = fixes["raw"][near]
    return rows


def short(content: Any) -> Any:
    """Half of the hash of a report's content, int32.

    Copies are looked for among a vessel's reports of half a minute: there four bytes will do.
    """
    return content.astype(np.uint32).view(np.int32)


def months_of(stored: NDArray[Any]) -> list[tuple[int, bytes]]:
    """Rows of table ``position_recent``, each month by itself: (an instant of it, rows)."""
    return [(int(part["at"][0]), position_rows(part)) for part in _by_month(stored)]


def packed_months(stored: NDArray[Any]) -> tuple[list[tuple[int, Packed]], NDArray[Any]]:
    """Packed rows, each month by itself, and what of the fixes is better left as rows."""
    if len(stored) < LEAST_BATCH:
        return [], stored
    months, others = [], [stored[:0]]
    for part in _by_month(stored):
        packed, left = pack(part, least=LEAST_PACKED)
        others.append(rows_at(part, left))
        if len(packed.mmsi):
            months.append((int(packed.first_at[0]), packed))
    return months, np.concatenate(others)


def days_of(at: Any) -> set[date]:
    """The days (UTC) of instants."""
    return {to_datetime(day * DAY_US).date() for day in np.unique(at // DAY_US).tolist()}


def position_rows(stored: NDArray[Any]) -> bytes:
    """Rows of table ``position_recent``."""
    sizes = np.char.str_len(stored["raw"])
    parts = []
    for size in np.unique(sizes).tolist():  # rows of one width are made faster
        rows = np.flatnonzero(sizes == size)
        parts.append(_rows(rows_at(stored, rows) if len(rows) < len(stored) else stored, size))
    return b"".join(parts)


def _rows(stored: NDArray[Any], size: int) -> bytes:
    """Rows with sentences of so many bytes."""
    heading, status = stored["heading_deg"], stored["status"]
    return pgcopy.rows_of(
        [
            pgcopy.integer(stored["mmsi"], 4),
            pgcopy.instant(stored["at"]),
            pgcopy.point(stored["lon"], stored["lat"]),
            pgcopy.real(stored["sog_kn"]),
            pgcopy.real(stored["cog_deg"]),
            pgcopy.integer(heading, 2, heading < 0),
            pgcopy.integer(status, 2, status < 0),
            pgcopy.integer(stored["type"], 2),
            pgcopy.integer(stored["track"], 2),
            pgcopy.instant(stored["received_at"]),
            pgcopy.integer(stored["source"], 2),
            pgcopy.integer(stored["line"], 8),
            pgcopy.integer(stored["content"], 4),
            pgcopy.words(stored["raw"], size),
        ]
    )


def _by_month(stored: NDArray[Any]) -> list[NDArray[Any]]:
    """Rows of each month (UTC), as they stand."""
    days = (stored["at"] // DAY_US).astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    found = np.unique(months).tolist()
    if len(found) == 1:
        return [stored]
    return [rows_at(stored, np.flatnonzero(months == month)) for month in found]
