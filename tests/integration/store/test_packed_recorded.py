"""Recorded positions of all forms: the view is the same before and after they are packed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from monitor.decode.decoder import Told
from monitor.engine.geofence import FenceSet
from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.model import Lines
from monitor.service.logs import LogOptions, open_log
from monitor.store.positions import stored_of
from monitor.units import NO_TIME
from tests.integration.store.packs import all_of, loose, pack_all, put
from tests.ports import ports
from tests.sizes import sized

START = 1_700_000_000_000_000
"""us; of logs that do not say when they began."""

NOW = 1_790_000_000_000_000
"""us; what is dated later is a slip of a clock, and no day that is over."""

MOST_BYTES = sized(200_000, 50_000_000)


def recorded(shared: Path) -> Iterator[Any]:
    """Positions (dtype FIX) of each log that has some."""
    for path in sorted(shared.rglob("*")):
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        log = LogFile(str(path))
        try:
            one = open_log(log, LogOptions(told=Told(date_order="day-first", mmsi=227_000_001)))
            decoder = one.decoder()
            decoder.decode(Lines(data=log.head, source="x"), final=True)
            start = START if decoder.clock.at == NO_TIME else NO_TIME
            reports = one.decoder(start=start).decode(
                Lines(data=path.read_bytes(), source=path.name), final=True
            )
        except (InputError, ValueError):
            continue
        finally:
            log.close()
        found = reports.positions
        told = ~np.isnan(found["lon"]) & ~np.isnan(found["lat"])
        told &= (found["at"] > 0) & (found["at"] < NOW)
        if told.any():
            yield found[told]


def near_or_far(positions: Any, number: int, fences: FenceSet) -> Any:
    """As they are stored; of every other log all sentences are kept."""
    tracks = np.zeros(len(positions), dtype=np.int8)
    rows = stored_of(positions, tracks, [number] * 70_000, fences)
    if number % 2:
        rows["raw"] = positions["raw"]
    return rows


async def test_what_was_recorded_is_the_same_packed(db: asyncpg.Connection, shared: Path) -> None:
    """Row for row and to the last bit; nearly nothing fits in no packed row."""
    parts = [
        near_or_far(found, number % 9 + 1, ports()) for number, found in enumerate(recorded(shared))
    ]
    assert len(parts) > 20
    rows = np.concatenate(parts)
    _, first = np.unique(np.stack([rows["mmsi"], rows["at"]]), axis=1, return_index=True)
    rows = rows[np.sort(first)]
    await put(db, rows)
    before = await all_of(db)
    assert len(before) == len(rows) > 5000
    days = await pack_all(db)
    assert await all_of(db) == before
    assert await loose(db) == sum(day.left for day in days) < len(rows) / 100
