"""What detectors are given and what they tell: one step of one vessel near one port."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from monitor.engine.geofence import Port, crossing_fraction
from monitor.model import EventKind, Fix, Span
from monitor.units import HOUR_US, MINUTE_US

SILENCE_US = 4 * HOUR_US
"""A vessel not heard for longer has gone dark: Global Fishing Watch's PORT_GAP. A ship at rest
reports every 3 minutes, and receivers lose her for an hour or two without meaning anything."""


class Step(NamedTuple):
    """A fix of the vessel, the one before it, and the fences of the port that hold it.

    A tuple, for one is made of every fix near a port.
    """

    port: Port
    fix: Fix
    prev: Fix | None  # None: the vessel was never seen before
    inside: int  # bit i: inside port.fences[i] as drawn
    near: int  # bit i: inside port.fences[i] widened by its exit margin
    decided_at: int  # us; when the fix was believed

    @property
    def dark_before(self) -> bool:
        """Whether the vessel was not heard for SILENCE_US before this fix (or never)."""
        return self.prev is None or self.fix.at - self.prev.at > SILENCE_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a detector found. ``call.py`` makes port calls of facts; most are events too."""

    kind: EventKind
    span: Span
    decided_at: int
    fence: int | None  # index into port.fences
    place: Fix  # where it is shown on a map
    fixes: tuple[Fix, ...]  # evidence, in time order
    why: str
    figures: dict[str, Any] = field(default_factory=dict)  # distances, thresholds: name_unit
    key_at: int = 0  # us; the instant that tells this one from others of its kind


def ordered(*fixes: Fix | None) -> tuple[Fix, ...]:
    """Fixes in time order, each once: told apart by arrival, for NaN is not equal to itself."""
    once = {fix.seq: fix for fix in fixes if fix is not None}
    return tuple(sorted(once.values(), key=lambda fix: (fix.at, fix.seq)))


def crossing(shape: Any, before: Fix | None, after: Fix) -> Span:
    """When the border of ``shape`` was crossed between two fixes; best: where the line meets it."""
    if before is None:
        return Span(earliest=None, at=None, latest=after.at)
    if after.at - before.at > SILENCE_US:
        return Span(earliest=before.at, at=None, latest=after.at)
    share = crossing_fraction(shape, before.lon, before.lat, after.lon, after.lat)
    at = before.at + round(share * (after.at - before.at))
    return Span(earliest=before.at, at=at, latest=after.at)


def confidence_of(span: Span) -> int:
    """How well a time is known: 4 within 10 minutes, 3 within SILENCE_US, 2 wider, 1 no bound."""
    width = span.width()
    if width is None:
        return 1
    if width <= 10 * MINUTE_US:
        return 4
    return 3 if width <= SILENCE_US else 2


def deepest(port: Port, mask: int) -> int | None:
    """Index of the innermost fence of a mask: berth, harbour, anchorage, roads, approach."""
    rank = ("berth", "harbour", "anchorage", "roads", "approach")
    held = [i for i in range(len(port.fences)) if mask >> i & 1]
    return min(held, key=lambda i: rank.index(port.fences[i].kind.value), default=None)
