"""What ships say in a batch, and their fixes, each with the instant at which it was known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np

from monitor.engine.detect.detector import Seen
from monitor.engine.identity import News
from monitor.model import Fix, Ship


class Word(NamedTuple):
    """What comes next of a ship: a static report, or a fix."""

    now: int  # us
    news: News | None = None
    fix: Fix | None = None


def words_of(
    seen: Seen, is_new: Callable[[News], bool], watched: Collection[Ship], open_: Collection[Ship]
) -> Iterator[tuple[Ship, Word]]:
    """What ships say that say something new or are watched, in time order.

    ``is_new`` is asked of what says anything else than before. What those say that are watched may
    be new against what is remembered of them, whatever they said before.
    Of those of which something may be new, and of ``open_``, their fixes too.
    """
    known = {ship.mmsi for ship in watched if not ship.track}
    ships = {
        mmsi: Ship(mmsi, 0)
        for one in seen.news
        if (mmsi := one.before.mmsi) in known or (one.changes and is_new(one))
    }
    told = [
        (one.now, 0, ship, Word(one.now, news=one))
        for one in seen.news
        if (ship := ships.get(one.before.mmsi)) is not None
    ]
    heard = fixes_of(seen, {*ships.values(), *open_})
    found = [*told, *((now, 1, ship, Word(now, fix=fix)) for ship, now, fix in heard)]
    for _, _, ship, word in sorted(found, key=lambda row: row[:3]):
        yield ship, word


def fixes_of(seen: Seen, ships: Collection[Ship]) -> Iterator[tuple[Ship, int, Fix]]:
    """Ship, instant (us) and fix: by ship and track, in time order."""
    tracks = seen.tracks
    for place, head in enumerate(tracks.heads):
        if head not in ships:
            continue
        begin, end = tracks.bounds(place)
        decided = tracks.links["decided_at"][begin:end]
        fixes = tracks.fixes[begin:end]
        nows = np.maximum(decided, fixes["at"]).tolist()
        ship = Ship(*head)
        for fix, now in zip(fixes.tolist(), nows, strict=True):
            yield ship, now, Fix._make(fix)
