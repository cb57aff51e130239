"""Vessels that go dark near a port, and come back: there, or somewhere else.

A silence is stamped with its deadline (last fix plus SILENCE_US), whoever notices it when.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import SILENCE_US, PortStep, deepest
from monitor.engine.geofence import Port, distance_m
from monitor.model import EventKind, Fix, Span
from monitor.units import HOUR_US, NAUTICAL_MILE_M, SECOND_US


@dataclass(slots=True)
class Silence:
    """Whether the vessel is dark."""

    dark: bool = False

    def deadline(self, last: Fix) -> int | None:
        """When the silence must be told; None while it already is."""
        return None if self.dark else last.at + SILENCE_US

    def fall(self, port: Port, last: Fix, inside: int) -> Fact:
        """The deadline has passed: the vessel went dark after ``last``."""
        self.dark = True
        return Fact(
            kind=EventKind.WENT_DARK_INSIDE,
            span=Span(earliest=last.at, at=None, latest=last.at + SILENCE_US),
            decided_at=last.at + SILENCE_US,
            geofence=deepest(port, inside),
            place=last,
            fixes=(last,),
            why=f"Not heard for {SILENCE_US // HOUR_US} h; last seen here.",
            figures={"silence_s": SILENCE_US // SECOND_US},
            key_at=last.at,
        )

    def step(self, step: PortStep) -> list[Fact]:
        """Take a fix: if the vessel was dark, she is back."""
        if not self.dark or step.prev is None:
            return []
        self.dark = False
        prev, fix = step.prev, step.fix
        here = bool(step.near)
        away = float(distance_m(prev.lon, prev.lat, fix.lon, fix.lat))
        hours = (fix.at - prev.at) / HOUR_US
        return [
            Fact(
                kind=EventKind.REAPPEARED_INSIDE if here else EventKind.REAPPEARED_ELSEWHERE,
                span=Span(earliest=prev.at, at=fix.at, latest=fix.at),
                decided_at=step.decided_at,
                geofence=deepest(step.port, step.inside) if here else None,
                place=fix,
                fixes=(prev, fix),
                why=f"Heard again after {hours:.1f} h, {away / NAUTICAL_MILE_M:.1f} NM from there.",
                figures={"away_m": round(away), "silent_s": (fix.at - prev.at) // SECOND_US},
                key_at=fix.at,
            )
        ]
