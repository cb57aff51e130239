"""When a ship sent and nobody could hear her: parts of the sea without receivers, and outages.

Instants are int64 microseconds (ISO 8601 in the JSON), true to a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from monitor.simulator.falsify import Flags, within
from monitor.simulator.radio import GROUPS, groups
from monitor.simulator.receiver import Hearing, in_boxes
from monitor.simulator.ship import Ship, Window
from monitor.units import SECOND_US

STEP_S = 60.0


Why = Literal["hole", "outage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnheardTruth:
    """For a while nobody could hear her. ``why``: where she was, or when it was."""

    began_at: int
    until: int
    why: Why


def unheard_truth(
    ship: Ship, window: Window, reception: Hearing, from_s: float
) -> tuple[UnheardTruth, ...]:
    """All of it within the window, in order of time; ``from_s``: when the log begins."""
    if not reception.holes and not reception.deaf:
        return ()
    motion = ship.motion
    begin, end = max(window[0], motion.at_s[0]), min(window[1], motion.at_s[-1])
    at = np.arange(np.ceil(begin), end, STEP_S)
    lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
    group = groups(ship.habits, lon, lat)
    out = np.zeros(at.size, dtype=np.bool_)
    for name, since, until in reception.deaf:
        span = (from_s + since, from_s + until)
        out |= (group == GROUPS.index(name)) & within(at, (span,))
    hole = in_boxes(reception.holes, lon, lat)
    parts: tuple[tuple[Why, Flags], ...] = (("hole", hole), ("outage", out & ~hole))
    found = [
        UnheardTruth(
            began_at=round(at[first]) * SECOND_US, until=round(at[last]) * SECOND_US, why=why
        )
        for why, flags in parts
        for first, last in _stretches(flags)
    ]
    return tuple(sorted(found, key=lambda one: one.began_at))


def _stretches(flags: Flags) -> list[tuple[int, int]]:
    """First and last row of each run of true ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))
