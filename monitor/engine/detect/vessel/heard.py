"""The fixes of some ships in a batch, each with the instant at which it was known."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from monitor.engine.detect.detector import Seen
from monitor.model import Fix, Ship


def fixes_of(seen: Seen, ships: Collection[Ship]) -> Iterator[tuple[Ship, int, Fix]]:
    """Ship, instant (us) and fix: by ship and track, in time order."""
    tracks = seen.tracks
    for place, head in enumerate(tracks.heads):
        if head not in ships:
            continue
        begin, end = tracks.bounds(place)
        decided = tracks.links["decided_at"][begin:end]
        nows = np.maximum(decided, tracks.fixes["at"][begin:end]).tolist()
        for row, now in zip(range(begin, end), nows, strict=True):
            yield Ship(*head), now, seen.fix(row)
