"""Vessels that go dark near a port, and come back: there, or somewhere else.

A silence is stamped with its deadline, whoever notices it when. A ship that is heard rarely here
(by a satellite each five hours) is not dark each time: what is usual is no news.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import CONFIRMING_US, SILENCE_US, PortStep, deepest
from monitor.engine.geofence import Port, distance_m
from monitor.engine.reach import hardly, needed_kn
from monitor.model import UNKNOWN, EventKind, Fix, Span
from monitor.units import HOUR_US, NAUTICAL_MILE_M, SECOND_US

RARE_US = HOUR_US
"""Gaps between fixes that are longer say how a ship is heard; shorter ones are those within one
satellite's pass."""
RHYTHM = 3
"""So many of them in a row are a usual interval."""
LATE_SHARE = 1.5
"""A ship is dark when she is overdue by half her usual interval: one missed pass."""


@dataclass(slots=True)
class Silence:
    """Whether the vessel is dark, and how she is heard."""

    dark: bool = False
    away: Fix | None = None  # where she was heard behind it, while that is not proved
    gaps: list[int] = field(default_factory=list)  # us; the last long gaps between fixes

    @property
    def limit_us(self) -> int:
        """How long she may be silent."""
        if len(self.gaps) < RHYTHM:
            return SILENCE_US
        return max(SILENCE_US, round(LATE_SHARE * median(self.gaps)))

    def fall(self, port: Port, last: Fix, inside: int, at: int) -> Fact:
        """The deadline ``at`` has passed: the vessel went dark after ``last``."""
        self.dark = True
        limit = self.limit_us
        return Fact(
            kind=EventKind.WENT_DARK_INSIDE,
            span=Span(earliest=last.at, at=None, latest=last.at + limit),
            decided_at=at,
            geofence=deepest(port, inside),
            place=last,
            fixes=(last,),
            why=f"Not heard for {limit / HOUR_US:.3g} h; last seen here.",
            figures={"silence_s": limit // SECOND_US},
            key_at=last.at,
        )

    def holds(self, step: PortStep) -> bool:
        """Whether a fix elsewhere, behind a silence, must wait: copies of one prove nothing.

        A ship that is on the air again is shown by spoofing anywhere that she could have reached.
        """
        if not self.dark or step.near:
            return False
        if self.away is None:
            self.away = step.fix
        return step.fix.at - self.away.at < CONFIRMING_US

    def step(self, step: PortStep, last: Fix | None = None) -> list[Fact]:
        """Take a fix: if the vessel was dark, she is back; ``last``: where she was before."""
        if step.prev is None:
            return []
        self._hear(step.fix.at - step.prev.at)
        if not self.dark:
            return []
        fix = step.fix if self.away is None or step.near else self.away
        self.dark, self.away = False, None
        return [_back(step, last if last is not None else step.prev, fix)]

    def _hear(self, gap: int) -> None:
        """Note how long she was not heard: long gaps, and whether they go on."""
        if gap > RARE_US:
            self.gaps = [*self.gaps[-RHYTHM:], gap]
        elif self.gaps and gap > RARE_US // 10:
            self.gaps = self.gaps[1:]


def _gap(prev: Fix, fix: Fix) -> tuple[dict[str, Any], float, float, float]:
    """What lies between two fixes: figures of evidence, hours, miles, and the knots it takes."""
    away = float(distance_m(prev.lon, prev.lat, fix.lon, fix.lat))
    silent, needed = fix.at - prev.at, needed_kn(prev, fix)
    figures = {
        "away_m": round(away), "silent_s": silent // SECOND_US, "needed_kn": round(needed, 1),
    }  # fmt: skip
    return figures, silent / HOUR_US, away / NAUTICAL_MILE_M, needed


def _back(step: PortStep, prev: Fix, fix: Fix) -> Fact:
    here = bool(step.near)
    figures, hours, miles, needed = _gap(prev, fix)
    why = f"Heard again after {hours:.1f} h, {miles:.1f} NM from there."
    doubted = hardly(prev, fix)
    if doubted:
        why += f" That takes {needed:.0f} kn all the way, which hardly any ship makes."
    return Fact(
        kind=EventKind.REAPPEARED_INSIDE if here else EventKind.REAPPEARED_ELSEWHERE,
        span=Span(earliest=prev.at, at=fix.at, latest=fix.at),
        decided_at=step.now,
        geofence=deepest(step.port, step.inside) if here else None,
        place=fix,
        fixes=(prev, fix),
        why=why,
        figures=figures,
        key_at=fix.at,
        confidence=1 if doubted else None,
    )  # fmt: skip


def leapt(step: PortStep, prev: Fix) -> Fact:
    """Her number is heard where no ship can be that was where she was last heard: a contradiction.

    One of the two places is false, or they are two ships; which, is not known. So nothing ends by
    it, and no time is bounded.
    """
    fix = step.fix
    figures, hours, miles, needed = _gap(prev, fix)
    return Fact(
        kind=EventKind.REAPPEARED_ELSEWHERE,
        span=UNKNOWN,
        decided_at=step.now,
        place=fix,
        fixes=(prev, fix),
        why=f"Heard {miles:,.0f} NM away after {hours:.1f} h: that takes"
        f" {needed:,.0f} kn, and no ship is so fast. One of the places is false, or there are two"
        " ships: whether she left is not known.",
        figures={**figures, "leap": True},
        key_at=fix.at,
        confidence=1,
    )  # fmt: skip
