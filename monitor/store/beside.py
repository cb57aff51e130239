"""What is stored of the ships that some others were near: two ships are an event of both.

When a ship is taken again, so is what she was to others. They are not: their tracks stand as they
are, and nothing is told of them but together with her. Read is who was within BESIDE_M of one of
her reports, within an hour or so, and of each of these all from then until what the two were to
each other is over for sure.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.pair.convoy import BREAK_US, CONVOY_M
from monitor.engine.detect.pair.meeting import PAUSE_US
from monitor.engine.detect.picture import FASTEST_KN, FRESH_US, NOBODY, SLOT_US, Standing
from monitor.model import StaticReport
from monitor.store.history import sources, static_of
from monitor.store.others import Others
from monitor.store.sql import query
from monitor.units import (
    DAY_US,
    DEGREE_M,
    HOUR_US,
    KNOT_MPS,
    SECOND_US,
    to_datetime,
)

BESIDE_M = 2 * CONVOY_M + 2 * FASTEST_KN * KNOT_MPS * FRESH_US / SECOND_US
"""Who was further off at her reports was not near her, nor near those near her: each is at most
FRESH_US on from there."""

OVER_US = max(PAUSE_US, BREAK_US) + FRESH_US + SLOT_US
"""By then two ships that were near each other, and are not any more, are forgotten as a pair."""

CELLS = 4
"""Of a degree: reports within a cell and an hour are asked about at once."""

PARTS = HOUR_US // FRESH_US
"""Of an hour, twenty minutes each: FRESH_US before and behind an hour is one on either side. The
query ``ships_beside`` has both numbers, too."""


@dataclass(slots=True, kw_only=True)
class Beside:
    """Fixes of ships that others were near, with their tracks, and what they said."""

    known: Standing
    statics: list[StaticReport]


NONE_BESIDE = Beside(known=NOBODY, statics=[])


async def beside(
    connection: asyncpg.Connection,
    ships: Sequence[int],
    reports: Any,
    number_of: Callable[[str], int],
    *,
    passed: int,
    known: Others | None = None,
) -> Beside:
    """Read of others what is older than ``passed`` (us), for ``ships`` with all their reports.

    ``reports``: dtype FIX, believed or not; ``number_of`` gives the engine's number of a source;
    ``known``: what was read of others before.
    """
    around = around_of(reports)
    if not len(around.keys):
        return NONE_BESIDE
    times = [
        [to_datetime(at) for at in column]
        for bounds in (around.times, around.days) for column in bounds.T.tolist()
    ]  # fmt: skip
    rows = await connection.fetch(
        query("ships_beside"), around.keys.tolist(), *times, *around.boxes.T.tolist(), list(ships)
    )
    loop = asyncio.get_running_loop()
    spans = await loop.run_in_executor(None, _spans_of, rows, passed)
    if not spans:
        return NONE_BESIDE
    numbers = {id_: number_of(name) for id_, name in (await sources(connection)).items()}
    others = sorted({mmsi for mmsi, _, _ in spans})
    known = Others() if known is None else known
    standing = await known.standing(connection, spans, numbers)
    said = await connection.fetch(query("statics_beside"), others)
    statics = [static_of(row) for row in said]
    return Beside(known=standing, statics=statics)


def _spans_of(rows: Sequence[Any], passed: int) -> list[tuple[int, int, int]]:
    """Times of ships, of rows of ``ships_beside``."""
    return merged([(row["mmsi"], *_span(row["slot"])) for row in rows], passed)


@dataclass(slots=True, kw_only=True)
class Around:
    """Where and when others are to be looked for."""

    keys: NDArray[np.int64]  # of cells in twenty minutes, each once: see ``key_of``
    times: NDArray[np.int64]  # rows of (from, before), us, apart from each other: all of ``keys``
    days: NDArray[np.int64]  # the same of each box
    boxes: NDArray[np.float64]  # rows of (west, south, east, north), degrees: all of ``keys``


def around_of(reports: Any) -> Around:
    """All that is within BESIDE_M and FRESH_US of the cell and the hour of any report.

    ``reports``: dtype FIX. Who says no speed, or is too fast, is nobody's neighbour.
    """
    with np.errstate(invalid="ignore"):
        seen = reports[reports["sog_kn"] <= FASTEST_KN]
    cells = np.empty((len(seen), 3), dtype=np.int64)
    cells[:, 0] = seen["at"] // HOUR_US
    cells[:, 1] = np.floor((seen["lon"] + 180) * CELLS)
    cells[:, 2] = np.floor((seen["lat"] + 90) * CELLS)
    cells = np.unique(cells, axis=0)
    hours = np.unique(cells[:, 0]) * HOUR_US
    times = np.column_stack([hours - FRESH_US, hours + HOUR_US + FRESH_US])
    cells_of_days = np.unique(np.column_stack([cells[:, 0] // 24, cells[:, 1:]]), axis=0)
    wide, high = reach(cells_of_days[:, 2])
    west, south = (cells_of_days[:, 1:] / CELLS - (180, 90)).T
    boxes = np.column_stack(
        [
            west - wide / CELLS, south - high / CELLS,
            west + (wide + 1) / CELLS, south + (high + 1) / CELLS,
        ]
    )  # fmt: skip
    day = cells_of_days[:, 0] * DAY_US
    days = np.column_stack([day - FRESH_US, day + DAY_US + FRESH_US])
    turn = np.array([360.0, 0, 360.0, 0])
    left, right = boxes[:, 0] < -180, boxes[:, 2] > 180
    return Around(
        keys=_keys(cells),
        times=_apart(times),
        days=np.concatenate([days, days[left], days[right]]),
        boxes=np.concatenate([boxes, boxes[left] + turn, boxes[right] - turn]),
    )


def reach(row: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """How many cells BESIDE_M are to the side and upwards, from cells of these rows."""
    high = BESIDE_M / DEGREE_M
    south = row / CELLS - 90
    pole = np.minimum(np.maximum(np.abs(south), np.abs(south + 1 / CELLS)) + high, 89.0)
    wide = np.ceil(high / np.cos(np.radians(pole)) * CELLS).astype(np.int64)
    return wide, math.ceil(high * CELLS)


def key_of(slot: Any, column: Any, row: Any) -> Any:
    """One number of a cell in twenty minutes; as ``ships_beside`` makes it of a fix."""
    return (slot * 1024 + row) * 2048 + column


def _keys(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keys of all that is around cells: rows of (hour, column, row)."""
    wide, high = reach(cells[:, 2])
    found = [np.empty(0, dtype=np.int64)]
    for most in np.unique(wide).tolist():
        hour, column, row = cells[wide == most].T[:, :, np.newaxis, np.newaxis, np.newaxis]
        slots = PARTS * hour + np.arange(-1, PARTS + 1)[:, np.newaxis, np.newaxis]
        rows = row + np.arange(-high, high + 1)[:, np.newaxis]
        columns = (column + np.arange(-most, most + 1)) % (360 * CELLS)
        found.append(np.unique(key_of(slots, columns, rows)))
    return np.unique(np.concatenate(found))


def _apart(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times in order, those that overlap as one."""
    if not len(times):
        return times
    new = np.append(True, times[1:, 0] > times[:-1, 1])
    last = np.append(new[1:], True)
    return np.column_stack([times[new, 0], times[last, 1]])


def _span(slot: int) -> tuple[int, int]:
    """The hours whose ships may have been near who was heard in twenty minutes, us."""
    first, last = -((PARTS - slot) // PARTS), (slot + 1) // PARTS
    return first * HOUR_US - FRESH_US, (last + 1) * HOUR_US + FRESH_US


def merged(found: list[tuple[int, int, int]], passed: int) -> list[tuple[int, int, int]]:
    """Times of each ship (MMSI, from, before), those that overlap as one, each until all is over.

    None is longer than up to ``passed`` (us).
    """
    spans: list[tuple[int, int, int]] = []
    for mmsi, since, last in sorted(found):
        until = min(last + OVER_US, passed)
        if spans and spans[-1][0] == mmsi and since <= spans[-1][2]:
            spans[-1] = (mmsi, spans[-1][1], max(until, spans[-1][2]))
        elif since < until:
            spans.append((mmsi, since, until))
    return spans
