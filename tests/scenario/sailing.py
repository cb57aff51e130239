"""Ships at sea off a drawn port, and what the real pipe tells of their silences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Event, EventKind, Fix, Reports, StaticReport
from monitor.units import HOUR_US, KNOT_MPS, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at, square_port
from tests.sizes import sized

FENCES = FenceSet(ports=(square_port(),))
"""One port, at the middle of what is drawn."""

AT_SEA = frozenset({EventKind.WENT_DARK, EventKind.REAPPEARED, EventKind.MAY_HAVE_REACHED})

EVERY_H = 0.25


def sailing(
    from_h: float,
    to_h: float,
    *,
    off_nm: float = 150.0,
    knots: float = 12.0,
    every_h: float = EVERY_H,
    **words: Any,
) -> list[Fix]:
    """A ship that sails east, ``off_nm`` east of the port at hour 0; fixes of these hours."""
    fixes = []
    for number in range(round((to_h - from_h) / every_h) + 1):
        hour = from_h + number * every_h
        east = off_nm * NAUTICAL_MILE_M + hour * 3600 * knots * KNOT_MPS
        at = START + round(hour * HOUR_US)
        said = {"sog_kn": knots, "cog_deg": 90.0} | words
        fixes.append(fix_at(0, east, 0.0, at=at, received_at=at, **said))
    return fixes


def told(
    fixes: Sequence[Fix],
    *,
    until_h: float | None = None,
    statics: Sequence[StaticReport] = (),
    cuts: Iterable[int] | None = None,
    kinds: Collection[EventKind] = AT_SEA,
    fences: FenceSet = FENCES,
) -> list[Event]:
    """Events at sea, by one batch and by batches cut at ``cuts``: they are the same.

    ``cuts`` None: where five fixes make a batch; and one by one, if all is asked for. Time goes on
    to ``until_h``; None: the input ends with the last fix.
    """
    every = one_by_one(fixes)
    ways = [[], cuts or every[::5], *sized([], [every])]
    runs = [_run(fixes, some, until_h, statics, fences) for some in ways]
    assert all(run == runs[0] for run in runs)
    return [event for event in runs[0] if event.kind in kinds]


def one_by_one(fixes: Sequence[Fix]) -> list[int]:
    """Cuts behind each fix."""
    return list(range(1, len(fixes)))


def _run(
    fixes: Sequence[Fix],
    cuts: Iterable[int],
    until_h: float | None,
    statics: Sequence[StaticReport],
    fences: FenceSet,
) -> list[Event]:
    pipeline = Pipeline(fences)
    outcomes: list[Outcome] = []
    ends = [*cuts, len(fixes)]
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        rows = np.array([tuple(fix) for fix in fixes[begin:end]], dtype=FIX)
        rows["seq"] = np.arange(len(rows))
        rows["line"] = rows["content"] = np.arange(begin, end) + 1
        last = int(rows["received_at"][-1])
        before = int(fixes[begin - 1].received_at) if begin else -1
        said = [one for one in statics if before < one.received_at <= last]
        reports = Reports(
            positions=rows, statics=said, lines=len(rows), clock=rows["received_at"].copy()
        )
        outcomes.append(pipeline.take("log", reports))
    if until_h is not None:
        outcomes.append(pipeline.advance(START + round(until_h * HOUR_US)))
    outcomes.append(pipeline.finish())
    found = [finding for outcome in outcomes for finding in outcome.findings]
    return [finding for finding in found if isinstance(finding, Event)]


def words(events: Iterable[Event]) -> list[str]:
    """Each as kind, state and grade, with the hour it was decided at."""
    return [
        f"{event.kind} {event.evidence.figures.get('grade', '')} {event.state}"
        f" @ {(event.decided_at - START) / HOUR_US:g}"
        for event in events
    ]
