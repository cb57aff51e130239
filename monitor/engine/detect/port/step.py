"""A ship's next fix near a port, with the fences that hold it: what all that is about ports takes.

Bit i of a mask is ``port.fences[i]``.
"""

from __future__ import annotations

from typing import NamedTuple

from monitor.engine.geofence import Port
from monitor.model import Fix
from monitor.units import HOUR_US

SILENCE_US = 4 * HOUR_US
"""A vessel not heard for longer has gone dark: Global Fishing Watch's PORT_GAP. A ship at rest
reports every 3 minutes, and receivers lose her for an hour or two without meaning anything."""


class PortStep(NamedTuple):
    """A fix of the vessel, the one before it, and the fences of the port that hold it.

    A tuple, for one is made of every fix near a port.
    """

    port: Port
    fix: Fix
    prev: Fix | None  # None: the vessel was never seen before
    inside: int  # mask of the fences as drawn
    near: int  # mask of the fences widened by their exit margins
    decided_at: int  # us; when the fix was believed

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
    rank = ("berth", "harbour", "anchorage", "roads", "approach")
    held = [fence for i, fence in enumerate(port.fences) if mask >> i & 1]
    found = min(held, key=lambda fence: rank.index(fence.kind.value), default=None)
    return None if found is None else found.id
