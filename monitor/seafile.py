"""Reads the sea that ways are looked for in: ``sea.npz``, of which ``SEA.md`` tells."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from monitor.engine.reachable import Reachable, reachable
from monitor.engine.seaway import Ashore, Labels, Place, Seaway, Way
from monitor.engine.shore import Shore
from monitor.units import NAUTICAL_MILE_M

STEP_DEG = 1e-4
"""Corners are kept in so many degrees, some 11 m."""


@cache
def seaway() -> Seaway:
    """All ways at sea; read once, in some 0.1 s."""
    with files("monitor").joinpath("sea.npz").open("rb") as file, np.load(file) as parts:
        corners = parts["points"] * STEP_DEG
        shore = Shore(lon=corners[:, 0], lat=corners[:, 1], begins=parts["begins"].astype(np.int64))
        labels = Labels(
            begins=parts["labels"].astype(np.int64), hub=parts["hub"], far_m=parts["far_m"],
            toward=parts["toward"],
        )  # fmt: skip
    return Seaway(shore=shore, labels=labels)


@lru_cache(maxsize=64)
def reached(lon: float, lat: float, most_nm: int) -> Reachable | Ashore | None:
    """What is within so many nautical miles by sea of a place in degrees; see ``reachable``.

    It is remembered: a second officer who looks at the same ship waits for nothing.
    """
    return reachable(seaway(), Place(lon, lat), most_nm * NAUTICAL_MILE_M)


def by_sea(lon: float, lat: float, to_lon: float, to_lat: float) -> float | None:
    """How far it is between two places at sea at least, metres; None: on land, or no way is."""
    way = seaway().way(Place(lon, lat), Place(to_lon, to_lat))
    return way.least_m if isinstance(way, Way) else None
