"""Rows of positions, drawn with what makes packing hard: gaps, nulls, odd places and speeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.store.packed import STORED
from monitor.units import DAY_US, SECOND_US

BEGIN = 1_733_788_800 * SECOND_US
"""2024-12-10T00:00:00Z."""


def drawn(seed: int, *, ships: int = 7, days: float = 1.5, most: int = 300) -> Any:
    """Rows (STORED) of some ships, in the order in which they came in."""
    random = np.random.default_rng(seed)
    parts = [_ship(random, 211_000_000 + ship, days, most) for ship in range(ships)]
    rows = np.concatenate(parts)
    rows = rows[np.argsort(rows["received_at"], kind="stable")]
    rows["line"] = np.cumsum(random.integers(1, 9, len(rows)))
    return rows


def rows_of(count: int, **columns: Any) -> Any:
    """So many rows of a ship, one a second, all the same but for these columns."""
    rows = np.zeros(count, dtype=STORED)
    rows["mmsi"], rows["at"] = 211_000_001, BEGIN + np.arange(count) * SECOND_US
    rows["received_at"] = rows["at"]
    for name, values in columns.items():
        rows[name] = values
    return rows


def in_order(rows: Any) -> Any:
    """As packed rows give them: by ship, track and time."""
    return rows[np.lexsort((rows["at"], rows["track"], rows["mmsi"]))]


def _ship(random: np.random.Generator, mmsi: int, days: float, most: int) -> Any:
    count = int(random.integers(1, most))
    unit = int(random.choice([SECOND_US, SECOND_US // 1000, 1]))
    at_us = BEGIN + np.unique(random.integers(0, int(days * DAY_US) // unit, count)) * unit
    rows = np.zeros(len(at_us), dtype=STORED)
    count = len(rows)
    rows["mmsi"], rows["at"] = mmsi, at_us
    rows["received_at"] = at_us + random.integers(-2, 9 * SECOND_US, count)
    scale = float(random.choice([600_000, 1e5, 1e7, 3.14159e8]))
    rows["lon"] = np.rint((random.uniform(-170, 170) + random.normal(0, 0.1, count)) * scale)
    rows["lat"] = np.rint((random.uniform(-80, 80) + random.normal(0, 0.1, count)) * scale)
    rows["lon"] /= scale
    rows["lat"] /= scale
    speeds = random.integers(0, 1023, count) / 10.0
    rows["sog_kn"] = speeds * (1.0 if random.random() < 0.8 else 1.003)
    rows["cog_deg"] = random.integers(0, 3600, count) / 10.0
    rows["heading_deg"] = random.integers(-1, 360, count)
    rows["status"] = random.integers(-1, 16, count) if random.random() < 0.5 else 5
    rows["type"] = random.choice([0, 1, 3, 18, 27], count)
    rows["track"] = random.integers(0, 2, count) if random.random() < 0.3 else 0
    rows["source"] = random.integers(1, 9, count)
    rows["content"] = random.integers(-(2**31), 2**31, count)
    for name in ("sog_kn", "cog_deg"):
        rows[name][random.random(count) < random.choice([0.0, 0.2])] = np.nan
    if random.random() < 0.5:
        told = random.random(count) < 0.6
        rows["raw"][told] = b"!AIVDM,1,1,,A,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"
        rows["raw"][told & (random.random(count) < 0.5)] = (
            b"!AIVDM,1,1,,B,B43JRq00LhTWc5VejDI>wwWUoP06,0*29"
        )
    return rows
