"""What ships say of themselves that is new, as it truly was.

Instants are int64 microseconds (ISO 8601 in the JSON); nothing outside the window of the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.simulator.ship import Ship, Window
from monitor.units import SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTruth:
    """From an instant on she says something else."""

    at: int
    what: str  # the field: "name", "destination" …
    old: str
    new: str
    holds: bool  # False: a slip, that is put right with the next report


def said_truth(ship: Ship, window: Window) -> tuple[SaidTruth, ...]:
    """All that is new within the window."""
    found, before = [], ship.particulars
    for saying in ship.sayings:
        if window[0] <= saying.at_s < window[1]:
            old, new = (str(getattr(who, saying.what)) for who in (before, saying.who))
            at = round(saying.at_s * SECOND_US)
            found.append(SaidTruth(at=at, what=saying.what, old=old, new=new, holds=saying.holds))
        before = saying.who
    return tuple(found)
