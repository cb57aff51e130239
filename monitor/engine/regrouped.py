"""Tells areas of interference anew, where what is heard of ships that are astray has changed.

They are told of what is heard of many ships, so ships that are taken again cannot tell them. What
was heard of each that is astray is stored (``detect/vessel/astray.py``), and once a day the areas
as they stood. From there the same detector takes it again, day by day: up to where the watch has
come to, or to a day from which on they stand as they stood before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from monitor.engine import kept
from monitor.engine.detect.detector import OffTrack, Seen, Told
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.place.interference import Area, Interference, order_of
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import Kept, NotReadableError
from monitor.engine.snapshot import Areas
from monitor.engine.track import Tracks
from monitor.engine.tracked import TRACKED
from monitor.model import FIX, Fix, NamedArea, Ship


class Regrouping:
    """Areas that are told anew."""

    def __init__(self, fences: FenceSet, areas: Areas | None) -> None:
        """Go on from ``areas``; None: nothing was heard yet.

        NotReadableError where they are of another release.
        """
        self.areas = Lookout(Interference(fences))
        if areas is not None and (notes := self.areas.restore(areas.states)):
            raise NotReadableError(notes[0])
        known: dict[NamedArea, Area] = self.areas.states
        self.told: list[Told] = [
            (key, area.begin) for key, area in known.items() if area.begin is not None
        ]
        """Begins of those that stood at first, as they were told last, and all since."""
        self.put_by: list[Areas] = []

    def take(self, moments: Iterable[OffTrack], until: int) -> None:
        """Take all moments from the last call on up to ``until``, us."""
        told: list[Told] = [
            (Ship(one.fix.mmsi, one.number), one) for one in sorted(moments, key=order_of)
        ]
        self.told += self.areas.take(Seen(tracks=_NONE, told=told, until=until))

    def end_day(self, stood: Areas) -> bool:
        """The day is over when ``stood`` was put by; whether they stand now as they stood then."""
        now = self.areas.kept()
        self.put_by.append(Areas(stood.at, now))
        return _said(now) == _said(stood.states)


def _said(states: list[Kept]) -> list[Any]:
    """What areas are, however the reports came that they are told of."""
    return sorted(
        (row.key, row.version, repr(_plain(kept.parsed(row.state or "")["state"])))
        for row in states
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list) and len(value) == len(Fix._fields) and isinstance(value[-1], str):
        fix = dict(zip(Fix._fields, value, strict=True))
        return [fix[name] for name in ("mmsi", "at", "lon", "lat", "source", "line")]
    return [_plain(item) for item in value] if isinstance(value, list) else value


_NONE = Tracks(
    fixes=np.zeros(0, dtype=FIX), links=np.zeros(0, dtype=TRACKED), heads=[],
    starts=np.zeros(0, dtype=np.int64), before=np.zeros(0, dtype=FIX), leaps={},
)  # fmt: skip
"""No ship was heard."""
