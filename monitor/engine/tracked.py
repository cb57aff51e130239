"""What is known of tracks beside their fixes, as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.engine.candidate import Taken, Way
from monitor.engine.reach import DOUBTED_M, DOUBTED_US, doubted
from monitor.model import Fix
from monitor.units import NO_TIME

TRACKED = np.dtype(
    [
        ("track", "i1"),
        ("leap", "?"),  # no ship can have come here from the fix before: nothing is known between
        ("decided_at", "<i8"),  # us; when the fix was believed: its own time unless it was held
        ("prev_at", "<i8"),  # us; NO_TIME: first fix of the track, or behind a leap
        ("prev_lon", "<f8"),
        ("prev_lat", "<f8"),
    ]
)

HEARD = np.dtype(
    [
        ("since_at", "<i8"),  # us; no leap of her track since; NO_TIME: for longer than is known
        ("under_way", "?"),  # this and the others: as in ``reach.Known``
        ("jump_at", "<i8"),
        ("before_at", "<i8"),
        ("before_lon", "<f8"),
        ("before_lat", "<f8"),
    ]
)
"""What is known of a vessel beside her last fix."""
UNHEARD = np.array((NO_TIME, False, NO_TIME, NO_TIME, 0.0, 0.0), dtype=HEARD)


def hardly_gone(fixes: Any, links: Any, last: Any, slots: Any, moved_m: Any) -> NDArray[np.bool_]:
    """Mask of fixes to which hardly any ship has gone: see ``reach.doubted``.

    ``last``: fixes before the batch, of which ``slots`` gives the row of each fix's vessel.
    """
    mask: NDArray[np.bool_] = (links["prev_at"] != NO_TIME) & (moved_m > DOUBTED_M)
    mask &= fixes["at"] - links["prev_at"] <= DOUBTED_US
    for row in np.flatnonzero(mask).tolist():
        first = row == 0 or fixes["mmsi"][row - 1] != fixes["mmsi"][row]
        before = last[slots[row]] if first else fixes[row - 1]
        mask[row] = doubted(Fix._make(before.item()), Fix._make(fixes[row].item()))
    return mask


def facts_of(taken: Taken, prev: Fix | None) -> tuple[Any, ...]:
    """A row of TRACKED."""
    head = (taken.number, taken.way is Way.LEAP, taken.decided_at)
    if prev is None or taken.way is not Way.FROM_BEFORE:
        return (*head, NO_TIME, 0.0, 0.0)
    return (*head, prev.at, prev.lon, prev.lat)
