"""Two ships at an instant, for the tests of detectors that take them step by step."""

from __future__ import annotations

import numpy as np

from monitor.engine.detect.abreast import Abreast
from monitor.engine.detect.picture import NOBODY, SLOT_US, Picture
from monitor.model import FIX, ShipPair
from monitor.units import DEGREE_M, SECOND_US
from tests.scenario.sea import MMSI, START, fix_at

PAIR = ShipPair(MMSI, 0, MMSI + 1, 0)
BEGIN = (START // (3 * SLOT_US) + 1) * 3 * SLOT_US


def abreast_at(
    slot: int, away_m: float, *, speeds: tuple[float, float] = (0.1, 0.1),
    courses: tuple[float, float] = (90.0, 90.0), in_port: bool = False, status: int = 0,
    lon: float = 20.0,
) -> Abreast:  # fmt: skip
    """Two ships so far from each other, ``slot`` instants after BEGIN; heard a minute before."""
    at = BEGIN + slot * SLOT_US
    fixes = np.array(
        [
            tuple(fix_at(0, 0, n * away_m, mmsi=PAIR[2 * n], at=at - 60 * SECOND_US,
                         seq=10 * slot + n, sog_kn=speeds[n], cog_deg=courses[n], status=status))
            for n in range(2)
        ],
        dtype=FIX,
    )  # fmt: skip
    picture = Picture(
        at=np.array([at, at]), mmsi=np.array(PAIR[::2]), track=np.zeros(2, dtype=np.int64),
        lon=np.array([lon, lon]), lat=np.array([0.0, away_m / DEGREE_M]),
        sog_kn=np.array(speeds), cog_deg=np.array(courses), in_port=np.array([in_port, False]),
        row=np.arange(2), known=NOBODY._replace(fixes=fixes),
    )  # fmt: skip
    return Abreast(at, away_m, (0, 1), picture)
