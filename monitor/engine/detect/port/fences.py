"""Geofences entered and left, with hysteresis.

Theory of operation. Of each fence a vessel is *out*, *entering*, *in* or *leaving*:

    out       a fix inside                    -> entering
    entering  another fix inside              -> in        GeofenceEntered
    entering  a fix beyond the exit margin    -> out       (touched only: one fix proves nothing)
    in        a fix beyond the exit margin    -> leaving
    leaving   another fix beyond the margin   -> out       GeofenceLeft
    leaving   a fix within the margin         -> in        (one bad fix is not a departure)

Between the border and the margin nothing changes, so jitter on the border gives one event. Times
are intervals between the last fix on one side and the first on the other. A vessel first seen
inside enters no fence: nobody saw it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.engine.detect.detector import Fact, Step, crossing
from monitor.model import EventKind, Fix

CONFIRMING_FIXES = 2


@dataclass(slots=True)
class FenceState:
    """Where the vessel is with regard to one fence that it is not simply out of."""

    state: str  # "entering", "in", "leaving"
    before: Fix | None  # last fix on the old side of the border being crossed
    first: Fix  # first fix on the new side
    count: int = 1


@dataclass(slots=True)
class Membership:
    """The fences of one port for one vessel."""

    fences: dict[int, FenceState] = field(default_factory=dict)
    calm: tuple[int, int] | None = None  # (inside, near) of a fix that changed nothing, nor can

    def mask(self) -> int:
        """Bits of the fences the vessel is in (or leaving, not yet confirmed)."""
        return sum(1 << i for i, held in self.fences.items() if held.state in {"in", "leaving"})

    def step(self, step: Step) -> list[Fact]:
        """Take a fix; return the fences entered and left by it."""
        if self.calm == (step.inside, step.near):
            return []
        facts: list[Fact] = []
        held = sum(1 << index for index in self.fences)
        for index in range(len(step.port.fences)):
            if (step.inside | held) >> index & 1:
                fact = self._fence(index, step)
                if fact is not None:
                    facts.append(fact)
        calm = self.mask() == step.inside and all(f.state == "in" for f in self.fences.values())
        self.calm = (step.inside, step.near) if calm else None
        return facts

    def _fence(self, index: int, step: Step) -> Fact | None:
        inside, near = bool(step.inside >> index & 1), bool(step.near >> index & 1)
        held = self.fences.get(index)
        if held is None:
            self.fences[index] = FenceState("entering", step.prev, step.fix)
        elif held.state == "entering":
            if inside:
                held.count += 1
                if held.count < CONFIRMING_FIXES:
                    return None
                held.state = "in"
                return None if held.before is None else _fact(index, step, held, entered=True)
            if not near:
                del self.fences[index]
        elif held.state == "in":
            if not near:
                self.fences[index] = FenceState("leaving", step.prev, step.fix)
        elif near:
            held.state = "in"
        else:
            held.count += 1
            if held.count >= CONFIRMING_FIXES:
                del self.fences[index]
                return _fact(index, step, held, entered=False)
        return None


def _fact(index: int, step: Step, held: FenceState, *, entered: bool) -> Fact:
    fence = step.port.fences[index]
    span = crossing(fence.shape, held.before, held.first)
    way = "inside" if entered else "beyond the exit margin of"
    fixes = tuple(fix for fix in (held.before, held.first, step.fix) if fix is not None)
    return Fact(
        kind=EventKind.GEOFENCE_ENTERED if entered else EventKind.GEOFENCE_LEFT,
        span=span,
        decided_at=step.decided_at,
        fence=index,
        place=held.first,
        fixes=fixes,
        why=f"{CONFIRMING_FIXES} fixes {way} {fence.name}, the one before on the other side.",
        figures={"confirming_fixes": CONFIRMING_FIXES},
        key_at=held.first.at,
    )
