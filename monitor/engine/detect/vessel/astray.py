"""Who is astray: positions that say nothing of where their ship is, told to the second stage.

    what is heard of a ship                                         what is told
    several positions agree where no ship can have come (LEAPT)     each of them
    the same to the last digit, of a ship that goes on (FROZEN)     each of them
    her track goes on (BACK)                                        its first fix
    a track begins behind a leap that nobody can have made          it, and each fix of it there
    that track leaves, or is silent for SILENT_US                   nothing more

No event comes of it by itself: one ship's receiver errs, and two ships share a number. What several
do at once is an area of interference (``place/interference.py``). What is told here rests on
one ship alone, so that it can be kept, and told anew when reports of hers come late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from monitor.engine.detect.detector import Detector, Found, OffTrack, Seen
from monitor.engine.detect.disturbed import RADIUS_M
from monitor.engine.geofence import near_distance_m
from monitor.model import Ship
from monitor.units import HOUR_US

THERE_M = 2 * RADIUS_M
"""Farther from where she leapt to she is within no area that she was taken for one of."""

SILENT_US = 2 * HOUR_US
"""As long as an area lasts of which nothing is heard."""


@dataclass(slots=True)
class Leapt:
    """A track that leapt, and is still there."""

    lon: float  # of where it leapt to
    lat: float
    last_at: int  # us; when that was last known


class Strays(Detector[Ship, Leapt, OffTrack]):
    """The detector of who is astray."""

    NAME: ClassVar[str] = "astray"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Leapt

    def rows(self, seen: Seen, states: Mapping[Ship, Leapt]) -> Iterator[tuple[Ship, OffTrack]]:
        """Positions that are not believed, and fixes of tracks that leapt."""
        for stray in seen.tracks.strays:
            fix = stray.fix
            moment = OffTrack(fix.at, stray.why, fix, stray.first, stray.origin, stray.alone)
            yield Ship(fix.mmsi, -1), moment
        if states or seen.tracks.leaps:
            yield from _fixes(seen, states)

    def step(self, state: Leapt | None, moment: OffTrack) -> tuple[Leapt | None, list[Found]]:
        """Tell of it; see Detector."""
        fix = moment.fix
        if moment.why is not None:
            return state, [moment]
        if moment.origin is not None:
            state = Leapt(fix.lon, fix.lat, moment.now)
        elif state is None:
            return None, []
        elif near_distance_m(state.lon, state.lat, fix.lon, fix.lat) > THERE_M:
            return None, [moment]
        state.last_at = moment.now
        return state, [moment]

    def deadline(self, state: Leapt) -> int | None:
        """When it is silent for long; see Detector."""
        return state.last_at + SILENT_US

    def wake(self, key: Ship, state: Leapt, at: int) -> tuple[Leapt | None, list[Found]]:
        """It is; see Detector."""
        del key, state, at
        return None, []

    def holds(self, state: Leapt) -> bool:
        """Nothing is told of her while she is not heard; see Detector."""
        del state
        return False


def _fixes(seen: Seen, states: Mapping[Ship, Leapt]) -> Iterator[tuple[Ship, OffTrack]]:
    """Fixes of tracks that leapt, in this batch or before."""
    begun = {Ship(mmsi, number) for mmsi, number, _ in seen.tracks.leaps}
    for place, head in enumerate(seen.tracks.heads):
        ship = Ship(*head)
        if ship not in begun and ship not in states:
            continue
        begin, end = seen.tracks.bounds(place)
        decided = np.maximum(
            seen.tracks.links["decided_at"][begin:end], seen.tracks.fixes["at"][begin:end]
        )
        for row, now in zip(range(begin, end), decided.tolist(), strict=True):
            fix = seen.fix(row)
            yield ship, OffTrack(now, None, fix, fix, seen.leapt(row), number=ship.track)
