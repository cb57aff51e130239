"""Tells areas of interference anew, where what is heard of ships that are astray has changed.

They are told of what is heard of many ships, so ships that are taken again cannot tell them. What
was heard of each that is astray is stored (``detect/vessel/astray.py``), and once a day the areas
as they stood. From there the same detector takes it again, up to where the watch has come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from monitor.engine.detect.detector import OffTrack, Seen, Told
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.place.interference import Area, Interference, order_of
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import NotReadableError
from monitor.engine.snapshot import Areas
from monitor.engine.track import Tracks
from monitor.engine.tracked import TRACKED
from monitor.model import FIX, NamedArea, Ship


@dataclass(slots=True)
class Regrouped:
    """What is told of areas when they are told anew."""

    areas: Lookout  # as they stand now
    told: list[Told]  # begins of those that stood at first, and all since
    stood: set[NamedArea]  # at first
    put_by: list[Areas] = field(default_factory=list)  # as they stood when days were over


def regrouped(
    fences: FenceSet,
    areas: Areas | None,
    moments: Iterable[OffTrack],
    days: Sequence[int],
    until: int,
) -> Regrouped:
    """Go on from ``areas`` (None: nothing was heard yet) with all moments after those.

    ``days``: instants since (us), sorted, at which they are put by; ``until``: the watermark, us.
    NotReadableError where ``areas`` are of another release.
    """
    lookout = Lookout(Interference(fences))
    if areas is not None and (notes := lookout.restore(areas.states)):
        raise NotReadableError(notes[0])
    known: dict[NamedArea, Area] = lookout.states
    told: list[Told] = [(key, area.begin) for key, area in known.items() if area.begin is not None]
    made = Regrouped(lookout, told, set(known))
    waiting = sorted(moments, key=order_of)
    for day in days:
        count = sum(one.decided_at <= day for one in waiting)
        told += _taken(lookout, waiting[:count], day)
        made.put_by.append(Areas(day, lookout.kept()))
        waiting = waiting[count:]
    told += _taken(lookout, waiting, until)
    return made


def _taken(lookout: Lookout, moments: list[OffTrack], until: int) -> list[Told]:
    told: list[Told] = [(Ship(one.fix.mmsi, one.number), one) for one in moments]
    return lookout.take(Seen(tracks=_NONE, told=told, until=until))


_NONE = Tracks(
    fixes=np.zeros(0, dtype=FIX), links=np.zeros(0, dtype=TRACKED), heads=[],
    starts=np.zeros(0, dtype=np.int64), before=np.zeros(0, dtype=FIX), leaps={},
)  # fmt: skip
"""No ship was heard."""
