"""A ship's next fix near a port, with the fences that hold it: what all that is about ports takes.

Bit i of a mask is ``port.fences[i]``.
"""

from __future__ import annotations

from typing import NamedTuple

from monitor.engine.geofence import DEPTH, Port
from monitor.model import Fix
from monitor.units import HOUR_US, SECOND_US

SILENCE_US = 4 * HOUR_US
"""A vessel not heard for longer has gone dark: Global Fishing Watch's PORT_GAP. A ship at rest
reports every 3 minutes, and receivers lose her for an hour or two without meaning anything."""

CONFIRMING_FIXES = 2
CONFIRMING_US = 60 * SECOND_US
"""Fixes that prove a change must be as far apart: copies of one bad fix come from several providers
within seconds, rounded each in its own way."""


class PortStep(NamedTuple):
    """A fix of the vessel, the one before it, and the fences of the port that hold it.

    A tuple, for one is made of every fix near a port.
    """

    port: Port
    fix: Fix
    prev: Fix | None  # None: the vessel was never seen before, or leapt here
    inside: int  # mask of the fences as drawn
    near: int  # mask of the fences widened by their exit margins
    decided_at: int  # us; when the fix was believed
    leapt: Fix | None = None  # the fix before, from where no ship can have come
    elsewhere: bool = False  # she is deeper in another port's waters than in this one's
    away: bool = False  # no fix of hers: her number leapt from here to where she cannot be

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)

    @property
    def dark_before(self) -> bool:
        """Whether the vessel was not heard for SILENCE_US before this fix (or never)."""
        return self.prev is None or self.fix.at - self.prev.at > SILENCE_US


def deepest(port: Port, mask: int) -> str | None:
    """Id of the innermost fence of a mask: berth, harbour, anchorage, roads, approach."""
    held = [fence for i, fence in enumerate(port.fences) if mask >> i & 1]
    found = min(held, key=lambda fence: DEPTH.index(fence.kind), default=None)
    return None if found is None else found.id
