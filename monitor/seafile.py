"""Reads the sea that ways are looked for in: ``sea.npz``, of which ``SEA.md`` tells."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from monitor.engine.seaway import Labels, Seaway
from monitor.engine.shore import Shore

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
