"""What a rule sees: one event, with its context as it was known when the event was decided.

Never positions, and nothing that became known later: so the same function says what a rule raises
live, and what it would have raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.engine.geofence import Fence, FenceSet
from monitor.model import Event, EventKind, EventState, ShipPair, Static
from monitor.units import HOUR_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event and its context."""

    event: Event
    fence: Fence | None  # that it was told at; None: at none, or one that is drawn no more
    lists: Mapping[str, str] = field(default_factory=dict)
    """Watchlists that the ship surely was on -> why, in a sentence."""

    possible: Mapping[str, str] = field(default_factory=dict)
    """Those that she may have been on: they are shown, and meet no rule."""

    @property
    def said(self) -> Static:
        """What the ship was known to say of herself."""
        return self.event.said or Static(mmsi=self.event.mmsi or 0)

    @property
    def parties(self) -> list[Static]:
        """What each ship that it is about was known to say of herself; none: it is about none."""
        subject, figures = self.event.subject, self.figures
        found = [] if self.event.said is None else [self.event.said]
        if isinstance(subject, ShipPair):
            name, imo = figures.get("other_name"), figures.get("other_imo")
            found.append(Static(mmsi=subject.other_mmsi, name=name, imo=imo))
        return found

    @property
    def figures(self) -> dict[str, Any]:
        """Distances, thresholds and names that the event rests on."""
        return self.event.evidence.figures

    @property
    def place(self) -> str | None:
        """The port it is about: of a voyage, where it ends, or began; of a silence, whose it is.

        Of a ship in an area, what its owner calls that; of one that passed a gate, its id.
        """
        known = [self.figures.get(name) for name in ("to", "from", "port", "area", "gate")]
        return next((port for port in [self.event.port, *known] if isinstance(port, str)), None)

    @property
    def is_private(self) -> bool:
        """Whether it is about an area that its owner alone sees: no channel tells it."""
        return self.figures.get("shared") is False

    @property
    def happened_at(self) -> int | None:
        """The best that is known of when it happened, us."""
        span = self.event.span
        known = (span.at, span.latest, span.earliest)
        return next((at for at in known if at is not None), None)

    @property
    def gap_h(self) -> float | None:
        """How long she was not heard, h; None: it is about no silence."""
        silence_s = self.figures.get("silence_s", self.figures.get("unheard_s"))
        if not isinstance(silence_s, int | float):
            return None
        return silence_s * 1_000_000 / HOUR_US

    @property
    def holds(self) -> bool:
        """Whether the event is not withdrawn."""
        return self.event.state is not EventState.WITHDRAWN


def said_before(event: Event) -> Static | None:
    """What a ship said of herself before she changed it; None: it is about no such change.

    Lists name her by it: whoever takes another name is watched still.
    """
    if event.kind is not EventKind.IDENTITY_CHANGED or event.said is None:
        return None
    old = {name: event.evidence.figures.get(f"old_{name}") for name in OLD}
    words = {name: OLD[name](value) for name, value in old.items() if value is not None}
    return replace(event.said, **words)


OLD: dict[str, Callable[[Any], Any]] = {"name": str, "callsign": str, "imo": int, "ship_type": int}
"""What is told of what she was, and of which kind it is in a static report."""


def fence_of(fences: FenceSet, event: Event) -> Fence | None:
    """The polygon that an event was told at."""
    port = fences.by_id.get(event.port or "")
    if port is None or event.geofence is None:
        return None
    return next((fence for fence in port.fences if fence.id == event.geofence), None)
