"""Which ships were truly together, by where they truly were: for tests of what is told of two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from monitor.simulator.sea import metres_east
from monitor.simulator.truth import Truth
from monitor.units import DEGREE_M, SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherTruth:
    """A stretch in which two ships were near each other: the lower MMSI first."""

    mmsi: int
    other_mmsi: int
    began_at: int  # us; the first minute of it
    ended_at: int  # us; the last
    nearest_m: float


def together(
    truth: Truth, *, within_m: float, least_s: float, slowest_kn: float = 0.0,
    fastest_kn: float = 100.0,
) -> list[TogetherTruth]:  # fmt: skip
    """Stretches of ``least_s`` and more in which two were within ``within_m`` all the time.

    Both made at least ``slowest_kn`` then, and at most ``fastest_kn``. Looked at once a minute.
    """
    found = []
    tracks = [(ship, ship.track()) for ship in sorted(truth.vessels, key=lambda ship: ship.mmsi)]
    for (one, mine), (two, theirs) in combinations(tracks, 2):
        if one.mmsi == two.mmsi:
            continue
        at, away, near = _near(mine, theirs, (within_m, slowest_kn, fastest_kn))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(np.int8), [0]])))
        for begin, end in zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True):
            if at[end] - at[begin] >= least_s:
                found.append(
                    TogetherTruth(
                        mmsi=one.mmsi, other_mmsi=two.mmsi,
                        began_at=round(at[begin]) * SECOND_US, ended_at=round(at[end]) * SECOND_US,
                        nearest_m=float(away[begin : end + 1].min()),
                    )
                )  # fmt: skip
    return found


def _near(
    mine: NDArray[np.float64], theirs: NDArray[np.float64], limits: tuple[float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Minutes of both, how far they were from each other, and in which they were together."""
    within_m, slowest_kn, fastest_kn = limits
    at, here, there = np.intersect1d(
        mine[:, 0], theirs[:, 0], assume_unique=True, return_indices=True
    )
    mine, theirs = mine[here], theirs[there]
    east = metres_east(mine[:, 1] - theirs[:, 1], mine[:, 2])
    away = np.hypot(east, (mine[:, 2] - theirs[:, 2]) * DEGREE_M)
    fastest = np.maximum(mine[:, 3], theirs[:, 3])
    slowest = np.minimum(mine[:, 3], theirs[:, 3])
    return at, away, (away <= within_m) & (fastest <= fastest_kn) & (slowest >= slowest_kn)
