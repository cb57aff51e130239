"""What a scenario is: a name, who sails in it, how long, and how well they are heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from monitor.simulator.draw import Draw
from monitor.simulator.radio import Thinning
from monitor.simulator.receiver import Hearing
from monitor.simulator.ship import Ship

Behaviour = Callable[[Draw], list[Ship]]

CLEAN = Hearing(echo_share=0.0, longest_delay_s=2.0)
"""Each line once, soon and whole."""

MANY = Hearing(echo_share=0.15, longest_delay_s=20.0, garbled_share=0.004, interleaved=6)
"""Several receivers, some of them late or damaged."""

FLEET_THINNING = Thinning(moving=4.0, stationary=3.5)

EPOCH_S = 1_736_899_200.0
"""Logs begin at 2025-01-15T00:00:00Z unless a scenario says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named sea. Its log is ``days`` long; a fleet draws its own length up to that."""

    name: str
    description: str
    cast: Callable[[Draw], list[Ship]]
    begins_s: float = EPOCH_S  # seconds since the epoch
    days: float = 4.0
    is_fleet: bool = False
    is_dirty: bool = False  # said of all DIRTY_SCENARIOS at once
    thinning: Thinning = field(default_factory=Thinning)
    reception: Hearing = CLEAN


def each(behaviours: Sequence[Behaviour], times: int = 3) -> Behaviour:
    """Cast every behaviour so many times."""

    def cast(draw: Draw) -> list[Ship]:
        return [ship for act in behaviours for _ in range(times) for ship in act(draw)]

    return cast
