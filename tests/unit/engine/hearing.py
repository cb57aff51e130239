"""Seas made by hand: who was heard where and when around one port."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.engine.reception import BUCKET_US, Reception
from monitor.model import FIX
from monitor.units import HOUR_US, SECOND_US

NOON = 1_736_942_400 * SECOND_US  # 2025-01-15T12:00:00Z, on the edge of a bucket
SHE = 211_000_001
OTHERS = tuple(range(212_000_001, 212_000_011))
LON, LAT = 35.8, 34.9

Rows = Any


def port_at(lon: float, lat: float, name: str = "home") -> Port:
    """A port that is one small harbour."""
    shape = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    fence = Fence(id="harbour", kind=FenceKind.HARBOUR, name="harbour", shape=shape)
    return Port(id=name, name=name, fences=(fence,), hash="0" * 64)


def reports(
    *mmsi: int, at: int, lon: float = LON, lat: float = LAT, source: int = 0, every: int = 0
) -> Rows:
    """One report of each vessel at an instant; or every so often within ten minutes of it."""
    times = [at] if not every else list(range(at, at + BUCKET_US, every))
    rows = np.zeros(len(mmsi) * len(times), dtype=FIX)
    rows["received_at"] = rows["at"] = np.repeat(times, len(mmsi))
    rows["mmsi"] = np.tile(mmsi, len(times))
    rows["lon"], rows["lat"], rows["source"] = lon, lat, source
    return rows


def span(begin_h: float, end_h: float, *mmsi: int, **options: Any) -> Rows:
    """Each vessel heard every ten minutes, in the middle of each, between hours from NOON."""
    first, last = NOON + round(begin_h * HOUR_US), NOON + round(end_h * HOUR_US)
    times = range(first + BUCKET_US // 2, last, BUCKET_US)
    return joined(*(reports(*mmsi, at=at, **options) for at in times))


def joined(*parts: Rows) -> Rows:
    """All reports in order of reception."""
    rows = np.concatenate([np.zeros(0, dtype=FIX), *parts])
    rows = rows[np.argsort(rows["received_at"], kind="stable")]
    rows["seq"] = np.arange(len(rows))
    return rows


def heard(*parts: Rows, ports: tuple[Port, ...] = (port_at(LON, LAT),)) -> Reception:
    """What was heard, taken in one go."""
    reception = Reception(FenceSet(ports=ports))
    reception.take(joined(*parts))
    return reception


def word(reception: Reception, begin_h: float = 0, end_h: float = 4) -> str | None:
    """Why she was not heard between two hours from NOON."""
    begin, end = NOON + round(begin_h * HOUR_US), NOON + round(end_h * HOUR_US)
    return reception.cause("home", SHE, begin, end).word
