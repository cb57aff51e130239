"""A day of ships as feeds bring it, drawn with numpy: with the noise that makes it hard to pack.

Half of them lie still: their positions swing by metres, courses are random. The others sail with
noise of position, course, heading and speed, and turn. Each is heard at intervals of her own, by
three feeds that share the lines; lines are received up to some seconds late, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from monitor.store.packed import STORED
from monitor.units import DEGREE_M, SECOND_US

BEGIN = 1_733_097_600 * SECOND_US
"""2024-12-02T00:00:00Z."""

DAY_S = 86_400
Box = tuple[float, float, float, float]


def day_of(
    ships: Sequence[int],
    *,
    at: int = BEGIN,
    every_s: float | None = None,
    port: Box | None = None,
) -> Any:
    """Rows (STORED) of ships by their numbers, in the order in which they come in.

    ``every_s``: how often each is heard; None: as rules and receivers have it. ``port``: where one
    ship in two hundred lies.
    """
    seed = int(at // SECOND_US)
    parts = [_ship(ship, np.random.default_rng((seed, ship)), every_s, port) for ship in ships]
    rows = np.concatenate(parts)
    for name in ("at", "received_at"):
        rows[name] += at
    rows = rows[np.argsort(rows["received_at"], kind="stable")]
    for feed in (1, 2, 3):
        heard = rows["source"] == feed
        rows["line"][heard] = 20 * np.arange(1, heard.sum() + 1)
    return rows


def _ship(ship: int, random: np.random.Generator, every_s: float | None, port: Box | None) -> Any:
    in_port = port is not None and ship % 200 == 0
    lies = in_port or random.random() < 0.55
    usual = random.choice([180.0, 360.0]) if lies else random.choice([10.0, 30, 60, 60, 120])
    every = every_s or float(usual)
    seconds = np.cumsum(random.exponential(every, int(DAY_S / every * 1.1) + 10))
    seconds = np.unique(seconds[seconds < DAY_S].astype(np.int64))
    count = len(seconds)
    rows = np.zeros(count, dtype=STORED)
    rows["mmsi"], rows["at"] = 200_000_000 + 13 * ship, seconds * SECOND_US
    late = (random.lognormal(0.2, 0.6, count) * SECOND_US).astype(np.int64)
    rows["received_at"] = rows["at"] + late
    if lies:
        west, south, east, north = port if in_port and port is not None else (-20, 28, 40, 60)
        lon = np.full(count, random.uniform(west, east))
        lat = np.full(count, random.uniform(south, north))
        kn, course = np.abs(random.normal(0, 0.06, count)), random.uniform(0, 360, count)
        heading = random.uniform(0, 360) + random.normal(0, 1, count)
    else:
        lon, lat, kn, course, heading = _way(random, seconds, every)
    noise_m = 3 if lies else 4
    for name, value in (("lon", lon), ("lat", lat)):
        noisy = value + random.normal(0, noise_m / DEGREE_M, count)
        rows[name] = np.rint(noisy * 600_000) / 600_000.0
    rows["sog_kn"], rows["cog_deg"] = np.rint(kn * 10) / 10, np.rint(course % 360 * 10) % 3600 / 10
    rows["heading_deg"] = np.rint(heading) % 360 if random.random() < 0.9 else -1
    if random.random() < 0.25:
        rows["status"], rows["type"] = -1, 18
    else:
        rows["status"], rows["type"] = 5 if lies else 0, random.choice([1, 1, 1, 3], count)
    rows["cog_deg"][random.random(count) < 0.002] = np.nan
    rows["source"] = random.choice([1, 2, 3], count, p=[0.7, 0.2, 0.1])
    rows["content"] = random.integers(-(2**31), 2**31, count)
    return rows


def _way(random: np.random.Generator, seconds: Any, every: float) -> tuple[Any, ...]:
    """Where a ship that sails is, and what she says of her motion."""
    count = len(seconds)
    wheel = random.normal(0, 0.25, count) * np.sqrt(every / 60)
    turns = np.cumsum(wheel + (random.random(count) < 0.004) * random.normal(0, 40, count))
    course = random.uniform(0, 360) + turns
    kn = np.clip(random.uniform(5, 18) + np.cumsum(random.normal(0, 0.03, count)), 0.5, 25)
    run_deg = kn * np.diff(seconds, prepend=seconds[0]) / 3600 / 60
    lat = random.uniform(28, 55) + np.cumsum(run_deg * np.cos(np.radians(course)))
    east = run_deg * np.sin(np.radians(course)) / np.cos(np.radians(lat))
    lon = random.uniform(-20, 35) + np.cumsum(east)
    heading = course + random.normal(0, 1.5, count)
    told_kn = np.clip(kn + random.normal(0, 0.1, count), 0, 102)
    return lon, lat, told_kn, course + random.normal(0, 0.8, count), heading
