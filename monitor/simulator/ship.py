"""A ship: who she says she is, where she truly goes, and what her radio does wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from monitor.simulator.voyage import Motion

Window = tuple[float, float]
"""From and until, seconds since the epoch."""

StatusHabit = Literal["right", "always_zero", "always_moored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What the static reports say."""

    mmsi: int
    name: str
    callsign: str
    imo: int
    ship_type: int  # ITU-R M.1371-5 table 53
    length_m: int
    beam_m: int
    draught_m: float
    destination: str
    is_class_b: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the radio differs from an honest one."""

    status: StatusHabit = "right"
    sog_missing: bool = False  # sends 1023, "not available"
    false_sog: tuple[Window, ...] = ()  # sends up to 6.8 kn while the position stands still
    dark: tuple[Window, ...] = ()  # sends nothing
    long_range: tuple[Window, ...] = ()  # only type 27 is heard, by satellite
    teleports: int = 0  # single positions with one wrong bit
    is_clone: bool = False  # uses the MMSI of another ship, far away


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """One ship of a scenario."""

    particulars: Particulars
    motion: Motion
    habits: Habits = field(default_factory=Habits)
