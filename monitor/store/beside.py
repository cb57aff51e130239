"""What is stored of the ships that some others were near: two ships are an event of both.

When a ship is taken again, so is what she was to others. They are not: their tracks stand as they
are, and nothing is told of them but together with her. Read is who was within BESIDE_M of one of
her reports, within an hour or so, and of each of these all from then until what the two were to
each other is over for sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.pair.convoy import BREAK_US, CONVOY_M
from monitor.engine.detect.pair.meeting import PAUSE_US
from monitor.engine.detect.picture import FASTEST_KN, FRESH_US, NOBODY, SLOT_US, Standing
from monitor.model import StaticReport
from monitor.store.history import fixes_of_stored, sources, static_of
from monitor.store.sql import query
from monitor.store.stored import stored_by
from monitor.units import (
    DEGREE_M,
    HOUR_US,
    KNOT_MPS,
    SECOND_US,
    from_datetime,
    to_datetime,
)

BESIDE_M = 2 * CONVOY_M + 2 * FASTEST_KN * KNOT_MPS * FRESH_US / SECOND_US
"""Who was further off at her reports was not near her, nor near those near her: each is at most
FRESH_US on from there."""

OVER_US = max(PAUSE_US, BREAK_US) + FRESH_US + SLOT_US
"""By then two ships that were near each other, and are not any more, are forgotten as a pair."""

CELL_DEG = 0.25
"""Reports within a cell and an hour are asked about at once."""


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
) -> Beside:
    """Read of others what is older than ``passed`` (us), for ``ships`` with all their reports.

    ``reports``: dtype FIX, believed or not; ``number_of`` gives the engine's number of a source.
    """
    windows = windows_of(reports)
    if not len(windows):
        return NONE_BESIDE
    times = [[to_datetime(at) for at in column] for column in windows[:, :2].astype(int).T.tolist()]
    rows = await connection.fetch(
        query("ships_beside"), *times, *windows[:, 2:].T.tolist(), list(ships)
    )
    spans = merged([(row["mmsi"], from_datetime(row["since"]), from_datetime(row["until"]))
                     for row in rows], passed)  # fmt: skip
    if not spans:
        return NONE_BESIDE
    numbers = {id_: number_of(name) for id_, name in (await sources(connection)).items()}
    others = sorted({mmsi for mmsi, _, _ in spans})
    stored = await stored_by(
        connection, query("positions_beside"), [mmsi for mmsi, _, _ in spans],
        [to_datetime(since) for _, since, _ in spans],
        [to_datetime(until) for _, _, until in spans], timedelta(microseconds=SLOT_US),
    )  # fmt: skip
    fixes, tracks = fixes_of_stored(stored, numbers)
    decided = fixes["at"].copy()
    for row in await connection.fetch(query("believed_late"), others):
        first, last = from_datetime(row["first_at"]), from_datetime(row["last_at"])
        held = (fixes["mmsi"] == row["mmsi"]) & (tracks == row["track"])
        held &= (fixes["at"] >= first) & (fixes["at"] <= last)
        decided[held] = from_datetime(row["decided_at"])
    statics = [static_of(row) for row in await connection.fetch(query("ship_statics"), others)]
    return Beside(known=Standing(fixes, tracks, decided), statics=statics)


def windows_of(reports: Any) -> NDArray[np.float64]:
    """Where and when others are to be looked for: rows of (from, before, west, south, east, north).

    Instants in us, the rest in degrees.
    """
    with np.errstate(invalid="ignore"):
        seen = reports[reports["sog_kn"] <= FASTEST_KN]
    cells = np.zeros((len(seen), 3), dtype=np.int64)
    cells[:, 0] = seen["at"] // HOUR_US
    cells[:, 1] = np.floor(seen["lon"] / CELL_DEG)
    cells[:, 2] = np.floor(seen["lat"] / CELL_DEG)
    cells = np.unique(cells, axis=0)
    hour, west, south = cells[:, 0], cells[:, 1] * CELL_DEG, cells[:, 2] * CELL_DEG
    high = BESIDE_M / DEGREE_M
    pole = np.minimum(np.maximum(np.abs(south), np.abs(south + CELL_DEG)) + high, 89.0)
    wide = high / np.cos(np.radians(pole))
    found = np.column_stack(
        [
            hour * HOUR_US - FRESH_US, (hour + 1) * HOUR_US + FRESH_US,
            west - wide, south - high, west + CELL_DEG + wide, south + CELL_DEG + high,
        ]
    )  # fmt: skip
    turn = np.array([0, 0, 360.0, 0, 360.0, 0])
    over = [found[found[:, 2] < -180] + turn, found[found[:, 4] > 180] - turn]
    return np.concatenate([found, *over])


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
