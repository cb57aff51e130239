"""Ships whose first report ever was near a port: when they came is not known.

It is told with a fix there some time after, or when she falls silent: one report may be a bit
error. A ship that leapt here, or that lay here when the port was first watched, is told as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import PortStep, deepest
from monitor.model import EventKind, Fix, Span
from monitor.units import SECOND_US

SEEN_US = 20 * SECOND_US
"""A second fix so much later is no copy of the first; that she was here is all that it says."""

EVER = "Her first report ever was here: when she came is not known."
WATCHED = "She was here when this port was first watched: when she came is not known."
HURRIED = "Hardly any ship has come so far so fast: when this one came is not known."
LEAPT = "Her number leapt here, as no ship can: whether and when she came is not known."


@dataclass(slots=True)
class FirstSeen:
    """The first fix of a vessel that was found here, until it is told."""

    fix: Fix | None = None
    fence: str | None = None  # the deepest that held it
    why: str = EVER

    def begin(self, step: PortStep, *, watched: bool, hurried: bool = False) -> None:
        """Take her first fix; ``watched``: she was here before the port was."""
        self.fix, self.fence = step.fix, deepest(step.port, step.inside)
        self.why = LEAPT if step.leapt is not None else WATCHED if watched else EVER
        if hurried and not watched:
            self.why = HURRIED

    def step(self, step: PortStep) -> list[Fact]:
        """Take a fix."""
        first = self.fix
        if first is None or step.fix.at - first.at < SEEN_US:
            return []
        return self._tell((first, step.fix), step.now)

    def fall(self, at: int) -> list[Fact]:
        """She fell silent: nothing more will come, for now."""
        return [] if self.fix is None else self._tell((self.fix,), at)

    def _tell(self, fixes: tuple[Fix, ...], decided_at: int) -> list[Fact]:
        first, fence = fixes[0], self.fence
        self.fix = None
        if fence is None:
            return []
        return [
            Fact(
                kind=EventKind.FIRST_SEEN_INSIDE,
                span=Span(earliest=None, at=None, latest=first.at),
                decided_at=decided_at,
                geofence=fence,
                place=first,
                fixes=fixes,
                why=self.why,
                figures={"leap": True} if self.why in {LEAPT, HURRIED} else {},
                key_at=first.at,
            )
        ]
