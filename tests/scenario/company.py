"""Draws two ships and more on the open sea, by where each is when, and lets the pipe tell.

A way is knots (minute, east_m, north_m) from OFF_M east of the port's middle; the ship goes
straight between them, and reports every so many minutes with her true speed and course.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Event, EventKind, Fix, Reports, StaticReport
from monitor.units import HOUR_US, KNOT_MPS
from tests.scenario.sea import MMSI, START, fix_at, square_port
from tests.sizes import lone

OFF_M = 60_000.0
"""More than twenty kilometres beyond all that is near the port."""

ONE, TWO, THREE = MMSI, MMSI + 1, MMSI + 2
TOGETHER = {
    EventKind.SHIPS_MET, EventKind.SHIPS_PARTED, EventKind.CONVOY_FORMED, EventKind.CONVOY_PARTED,
}  # fmt: skip
FENCES = FenceSet(ports=(square_port(),))

Knot = tuple[float, float, float]


def sails(
    mmsi: int, *way: Knot, every: float = 5, off_m: float = OFF_M, shift: float = 0, **said: float
) -> list[Fix]:
    """Reports of a ship; ``shift``: minutes by which they are later than even ones."""
    minutes = np.arange(way[0][0] + shift, way[-1][0], every)
    knots = np.array(way)
    place = [np.interp(minutes, knots[:, 0], knots[:, i]) for i in (1, 2)]
    fixes = []
    for minute, east, north in zip(minutes.tolist(), *place, strict=True):
        leg = min(int(np.searchsorted(knots[:, 0], minute, side="right")), len(knots) - 1)
        time, dx, dy = (knots[leg] - knots[leg - 1]).tolist()
        words = {
            "sog_kn": math.hypot(dx, dy) / (time * 60) / KNOT_MPS,
            "cog_deg": math.degrees(math.atan2(dx, dy)) % 360.0,
        }
        fixes.append(fix_at(minute, off_m + east, north, mmsi=mmsi, **(words | said)))
    return fixes


def lies(
    mmsi: int, until: float, east_m: float = 0, north_m: float = 0, **words: float
) -> list[Fix]:
    """Reports of a ship that lies still."""
    return sails(mmsi, (0, east_m, north_m), (until, east_m, north_m), **words)


def silent(fixes: Sequence[Fix], begin: float, end: float) -> list[Fix]:
    """Without what was sent between two minutes."""
    sent = [(fix.at - START) / 60e6 for fix in fixes]
    return [fix for fix, minute in zip(fixes, sent, strict=True) if not begin < minute < end]


def rows_of(fixes: Sequence[Fix]) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """As they come in, each of its own content."""
    rows = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    rows = rows[np.lexsort([rows["mmsi"], rows["at"]])]
    rows["line"] = np.arange(len(rows)) + 1
    rows["content"] = rows["line"]
    return rows


def tell(
    *ships: Sequence[Fix], statics: Sequence[StaticReport] = (), fences: FenceSet = FENCES,
    then_h: float = 13, kinds: Collection[EventKind] = TOGETHER,
) -> list[Event]:  # fmt: skip
    """What of these kinds is told of ships, in one batch, by 17 and line by line: the same."""
    rows = rows_of([fix for ship in ships for fix in ship])
    found = _run(rows, statics, fences, len(rows), then_h)
    for size, ticks in ((17, False), (lone(len(rows)), True)):
        assert _run(rows, statics, fences, size, then_h, ticks=ticks) == found, f"cut by {size}"
    return [event for event in found if event.kind in kinds]


def _run(
    rows: np.ndarray[tuple[int], np.dtype[np.void]], statics: Sequence[StaticReport],
    fences: FenceSet, size: int, then_h: float, *, ticks: bool = False,
) -> list[Event]:  # fmt: skip
    pipeline = Pipeline(fences)
    outcomes = []
    for begin in range(0, len(rows), size):
        batch = rows[begin : begin + size].copy()
        batch["seq"] = np.arange(len(batch))
        if ticks:
            outcomes.append(pipeline.advance(int(batch["received_at"][0])))
        reports = Reports(positions=batch, lines=len(batch), clock=batch["received_at"].copy())
        reports.statics = list(statics) if not begin else []
        outcomes.append(pipeline.take("station", reports))
    outcomes.append(pipeline.advance(int(rows["received_at"][-1] + then_h * HOUR_US)))
    outcomes.append(pipeline.finish())
    return [one for outcome in outcomes for one in outcome.findings if isinstance(one, Event)]


def minute_of(instant: int | None) -> float | None:
    """Minutes after START; None: not known."""
    return None if instant is None else (instant - START) / 60e6
