"""How many ships were in a port, over time: at least, and at most. Pure.

At least: those that were there for certain. At most: those too that may have been there unheard, of
the ships that are given. Where nothing was heard of the port no least is given: a port
that is not heard is not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.report.whereabouts import KINDS, Interval, Reach, Vessel, certain, possible

POINTS = 750
"""Instants at which it is counted: an hour apart in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """Counts of one port; all arrays have the length of ``at``."""

    port: str
    at: NDArray[np.int64]  # us
    least: dict[str, NDArray[np.float64]]  # class -> ships; NaN while the port is not heard
    most: NDArray[np.int64]
    watched: NDArray[np.float64]  # of the least, those on a watchlist

    @property
    def total(self) -> NDArray[np.float64]:
        """The least of all classes together."""
        total: NDArray[np.float64] = np.sum(list(self.least.values()), axis=0)
        return total


def occupancy(
    vessels: Iterable[Vessel], port: Reach, deaf: Sequence[Interval], *, since: int, until: int
) -> Occupancy:
    """Count; ``deaf`` are the times in which nothing was heard of the port."""
    at = np.linspace(since, until, POINTS).astype(np.int64)
    least = {kind: np.zeros(POINTS) for kind in KINDS}
    most, watched = np.zeros(POINTS, dtype=np.int64), np.zeros(POINTS)
    for vessel in vessels:
        there = _held(certain(vessel, port.port.id, until), at)
        most += there | _held(possible(vessel, port, until), at)
        least[vessel.kind] += there
        watched += there if vessel.lists else False
    unheard = _held(deaf, at)
    for counts in (*least.values(), watched):
        counts[unheard] = np.nan
    return Occupancy(port=port.port.id, at=at, least=least, most=most, watched=watched)


def _held(intervals: Iterable[Interval], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which instants lie in one of the intervals."""
    held = np.zeros(at.size, dtype=np.bool_)
    for begin, end in intervals:
        held |= (at >= begin) & (at <= end)
    return held
