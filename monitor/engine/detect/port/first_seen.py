"""Ships whose first report ever was near a port: when they came is not known.

It is told with her second fix there, or when she falls silent: one report may be a bit error.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import PortStep, deepest
from monitor.engine.geofence import Port
from monitor.model import EventKind, Fix, Span


@dataclass(slots=True)
class FirstSeen:
    """Whether the vessel was seen here first, and only once."""

    fix: Fix | None = None

    def step(self, step: PortStep, inside: int) -> list[Fact]:
        """Take a fix; ``inside``: the fences that held the one before."""
        if step.prev is None:
            self.fix = step.fix
            return []
        first, self.fix = self.fix, None
        if first is None or not inside:
            return []
        return [_fact(step.port, first, (first, step.fix), inside, step.decided_at)]

    def fall(self, port: Port, inside: int, at: int) -> list[Fact]:
        """She fell silent: nothing more will come, for now."""
        first, self.fix = self.fix, None
        return [] if first is None else [_fact(port, first, (first,), inside, at)]


def _fact(port: Port, first: Fix, fixes: tuple[Fix, ...], inside: int, decided_at: int) -> Fact:
    return Fact(
        kind=EventKind.FIRST_SEEN_INSIDE,
        span=Span(earliest=None, at=None, latest=first.at),
        decided_at=decided_at,
        geofence=deepest(port, inside),
        place=first,
        fixes=fixes,
        why="Her first report ever was here: when she came is not known.",
        key_at=first.at,
    )
