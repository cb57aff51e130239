"""Geofences entered and left, with hysteresis.

Theory of operation. Of each fence a vessel is *out*, *entering*, *in* or *leaving*:

    out       a fix inside                    -> entering
    entering  another fix inside, a minute on -> in        GeofenceEntered
    entering  a fix beyond the exit margin    -> out       (touched only: one fix proves nothing)
    in        a fix beyond the exit margin    -> leaving
    leaving   another beyond it, a minute on  -> out       GeofenceLeft
    leaving   silent, after one farther on    -> out       GeofenceLeft (ten minutes: no third came)
    leaving   a fix within the margin         -> in        (one bad fix is not a departure)

Between the border and the margin nothing changes, so jitter on the border gives one event. Times
are intervals between the last fix on one side and the first on the other. A vessel first seen
inside enters no fence: nobody saw it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import (
    CONFIRMING_FIXES,
    CONFIRMING_US,
    SILENCE_US,
    PortStep,
)
from monitor.engine.geofence import Port, crossing_fraction
from monitor.engine.reach import away_m
from monitor.model import EventKind, Fix, Span
from monitor.units import MINUTE_US

FARTHER_M = 100.0
"""Two fixes within seconds are of two places, and no copies rounded each in its own way."""
QUIET_US = 10 * MINUTE_US
"""After two such fixes no third is waited for any longer: she is out of range."""


@dataclass(slots=True)
class FenceState:
    """Where the vessel is with regard to one fence that it is not simply out of."""

    state: str  # "entering", "in", "leaving"
    before: Fix | None  # last fix on the old side of the border being crossed
    first: Fix | None  # first fix on the new side; None of one that is in

    def proved(self, fix: Fix) -> bool:
        """Whether another fix on the new side proves the crossing."""
        return self.first is not None and fix.at - self.first.at >= CONFIRMING_US


@dataclass(slots=True)
class Membership:
    """The fences of one port for one vessel."""

    fences: dict[str, FenceState] = field(default_factory=dict)  # by the id of the fence
    calm: tuple[int, int] | None = None  # (inside, near) of a fix that changed nothing, nor can

    def mask(self, port: Port) -> int:
        """Bits of the fences the vessel is in (or leaving, not yet confirmed)."""
        bits = port.bit_of
        return sum(bits[id_] for id_, held in self.fences.items() if held.state != "entering")

    def step(self, step: PortStep) -> list[Fact]:
        """Take a fix; return the fences entered and left by it."""
        if self.calm == (step.inside, step.near):
            return []
        facts: list[Fact] = []
        for fence, bit in step.port.bit_of.items():
            if step.inside & bit or fence in self.fences:
                fact = self._fence(fence, bit, step)
                if fact is not None:
                    facts.append(fact)
        calm = self.mask(step.port) == step.inside and all(
            held.state == "in" for held in self.fences.values()
        )
        self.calm = (step.inside, step.near) if calm else None
        return facts

    def may_have_left(self, last: Fix) -> bool:
        """Whether a silence after her last fix proves that she left a fence.

        Copies of one bad fix lie where it does: another place, so far on, is hers.
        """
        return any(
            held.state == "leaving" and held.first is not None and last.at > held.first.at
            and away_m(held.first, last) > FARTHER_M
            for held in self.fences.values()
        )  # fmt: skip

    def fall(self, step: PortStep) -> list[Fact]:
        """She is silent, by ``step.decided_at``, since her last fix."""
        if not self.may_have_left(step.fix):
            return []
        left = {fence: held for fence, held in self.fences.items() if held.state == "leaving"}
        for fence in left:
            del self.fences[fence]
        return [_fact(fence, step, held, entered=False) for fence, held in left.items()]

    def redraw(self, port: Port, inside: int, near: int) -> None:
        """The port is drawn anew: she is where she is, and crosses nothing by that.

        ``inside`` and ``near`` are the new masks of her last fix. A fence that she was leaving is
        left by her own way, if it is still there: her next fix proves it.
        """
        bits, self.calm = port.bit_of, None
        for fence, held in list(self.fences.items()):
            bit = bits.get(fence, 0)
            if not bit or (held.state != "leaving" and not near & bit):
                del self.fences[fence]
        for fence, bit in bits.items():
            if inside & bit and fence not in self.fences:
                self.fences[fence] = FenceState("in", None, None)

    def _fence(self, fence: str, bit: int, step: PortStep) -> Fact | None:
        inside, near = bool(step.inside & bit), bool(step.near & bit)
        held = self.fences.get(fence)
        if held is None:
            self.fences[fence] = FenceState("entering", step.prev, step.fix)
        elif held.state == "entering":
            if inside:
                if not held.proved(step.fix):
                    return None
                self.fences[fence] = FenceState("in", None, None)
                return None if held.before is None else _fact(fence, step, held, entered=True)
            if not near:
                del self.fences[fence]
        elif held.state == "in":
            if not near:
                self.fences[fence] = FenceState("leaving", step.prev, step.fix)
        elif near:
            self.fences[fence] = FenceState("in", None, None)
        elif held.proved(step.fix):
            del self.fences[fence]
            return _fact(fence, step, held, entered=False)
        return None


def crossing(shape: Any, before: Fix | None, after: Fix) -> Span:
    """When the border of ``shape`` was crossed between two fixes; best: where the line meets it."""
    if before is None:
        return Span(earliest=None, at=None, latest=after.at)
    if after.at - before.at > SILENCE_US:
        return Span(earliest=before.at, at=None, latest=after.at)
    share = crossing_fraction(shape, before.lon, before.lat, after.lon, after.lat)
    at = before.at + round(share * (after.at - before.at))
    return Span(earliest=before.at, at=at, latest=after.at)


def _fact(fence_id: str, step: PortStep, held: FenceState, *, entered: bool) -> Fact:
    first = held.first if held.first is not None else step.fix
    fence = next(fence for fence in step.port.fences if fence.id == fence_id)
    way = "inside" if entered else "beyond the exit margin of"
    fixes = tuple(fix for fix in (held.before, first, step.fix) if fix is not None)
    return Fact(
        kind=EventKind.GEOFENCE_ENTERED if entered else EventKind.GEOFENCE_LEFT,
        span=crossing(fence.shape, held.before, first),
        decided_at=step.now,
        geofence=fence_id,
        place=first,
        fixes=fixes,
        why=f"{CONFIRMING_FIXES} fixes {way} {fence.name}, the one before on the other side.",
        figures={"confirming_fixes": CONFIRMING_FIXES},
        key_at=first.at,
    )
