"""Ships that come through the approach and go again without a call.

Not seen to stop is not "did not stop": they are told only where there was no time for a stop. Who
anchored on the way, or lay there, is no passer-by, though a stop in the approach alone is no call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.bounds import could_have_stopped
from monitor.engine.detect.port.signs import STOPS
from monitor.engine.detect.port.step import PortStep
from monitor.engine.geofence import near_distance_m
from monitor.model import EventKind, Fix, Span


@dataclass(slots=True)
class Passage:
    """What is needed to say "passed through": the way in, and the nearest point."""

    entered: Fact | None = None
    closest_m: float | None = None
    closest: Fix | None = None
    called: bool = False
    hidden_at: int | None = None  # us; the end of the last gap in which she could have stopped

    def hidden_since(self, at: int) -> bool:
        """Whether there was time for a stop that nobody heard, in a gap that ended at or after."""
        return self.hidden_at is not None and self.hidden_at >= at

    def measure(self, step: PortStep) -> None:
        """Note the nearest point to the middle of the port, and what was not heard."""
        fix, prev = step.fix, step.prev
        if prev is not None and could_have_stopped(step.port, prev, fix):
            self.hidden_at = fix.at
        if self.called:
            self.closest_m = self.closest = None
            return
        lon, lat = step.port.centre
        away = near_distance_m(fix.lon, fix.lat, lon, lat)
        if self.closest_m is None or away < self.closest_m:
            self.closest_m, self.closest = away, fix

    def stop(self, stays: Iterable[Fact]) -> None:
        """Take what was told of stays: who stopped has not passed through since she came in."""
        if any(fact.kind in STOPS for fact in stays):
            self.entered = None

    def step(self, step: PortStep, crossings: list[Fact], *, in_port: bool) -> list[Fact]:
        """Take the fences crossed by a fix; ``in_port``: a call is open and confirmed."""
        self.called |= in_port
        entered = self.entered
        through = entered is not None and not self.called and not self.hidden_since(entered.key_at)
        told: list[Fact] = []
        for fact in crossings:
            if not step.port.bit_of.get(fact.geofence or "", 0) & step.port.approach_bits:
                continue
            if fact.kind is EventKind.GEOFENCE_ENTERED:
                self.entered = fact
            elif through:
                told.append(self._fact(fact))
        return told

    def _fact(self, left: Fact) -> Fact:
        entered = self.entered if self.entered is not None else left
        closest = self.closest if self.closest is not None else left.place
        fixes = (*entered.fixes[:2], closest, *left.fixes[:2])
        return Fact(
            kind=EventKind.PASSED_THROUGH,
            span=Span(
                earliest=entered.span.earliest,
                at=None if closest is None else closest.at,
                latest=left.span.latest,
            ),
            decided_at=left.decided_at,
            geofence=left.geofence,
            place=closest,
            fixes=tuple(fix for fix in fixes if fix is not None),
            why="Through the approach without stopping or entering the harbour to stay.",
            figures={"closest_m": None if self.closest_m is None else round(self.closest_m)},
            key_at=entered.key_at,
        )
