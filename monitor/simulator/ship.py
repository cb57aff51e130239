"""A ship: who she says she is, where she truly goes, and what her radio does wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from monitor.simulator.sea import Place
from monitor.simulator.voyage import Motion

Window = tuple[float, float]
"""From and until, seconds since the epoch."""

StatusHabit = Literal["right", "always_zero", "always_moored"]
Rounding = Literal["none", "tenth_minute", "three_decimals"]

GNSS_NOISE_M = 4.0  # one standard deviation of a good GNSS position, each axis


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
class Spoof:
    """For a while her positions lie at a place, or run on a circle around it."""

    window: Window
    place: Place
    radius_m: float = 0.0  # 0: a point
    speed_kn: float = 0.0  # along the circle, and said


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the radio differs from an honest one, and how well it is heard."""

    status: StatusHabit = "right"
    sog_missing: bool = False  # sends 1023, "not available"
    false_sog: tuple[Window, ...] = ()  # sends up to 6.8 kn while the position stands still
    dark: tuple[Window, ...] = ()  # sends nothing
    long_range: tuple[Window, ...] = ()  # only type 27 is heard, by satellite
    teleports: int = 0  # single positions with one wrong bit
    is_clone: bool = False  # uses the MMSI of another ship
    spoofed: tuple[Spoof, ...] = ()  # positions are elsewhere
    swapped: tuple[Window, ...] = ()  # latitude and longitude change places
    zero_latitude: tuple[Window, ...] = ()  # the latitude is 0, the longitude right
    frozen: tuple[Window, ...] = ()  # the position stays the same, bit for bit; the speed goes on
    bad_fixes: int = 0  # single fixes 0.8 to 2 km off, each told twice with other rounding
    strangers: int = 0  # places all over the world where others use her MMSI, three fixes each
    rounding: Rounding = "none"  # of each position, whatever the type of the message promises
    noise_m: float = GNSS_NOISE_M  # one standard deviation of her positions, each axis
    antennas_m: float = 0.0  # between two antennas, of which each has its hour
    at_rest_every_s: float | None = None  # a report each so often at rest; None: thinned
    heard: tuple[Window, ...] = ()  # heard then only, and all that is sent; (): always, as usual
    by_satellite: bool = False  # heard by satellites only, near the ports as well
    by_chain: bool = False  # heard by receivers all over the sea, but where and when they are deaf

    @property
    def faults(self) -> dict[str, int]:
        """What is wrong with her radio all the time, or how she is heard: 1 each."""
        kinds = {
            "sog_missing": self.sog_missing,
            "wrong_status": self.status != "right",
            "false_sog": bool(self.false_sog),
            "long_range": bool(self.long_range),
            "clone": self.is_clone,
            "rounded": self.rounding != "none",
            "two_antennas": bool(self.antennas_m),
            "heard_in_bursts": bool(self.heard),
            "by_satellite": self.by_satellite,
        }
        return {name: 1 for name, there in kinds.items() if there}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """From an instant on her static reports say something else."""

    at_s: float  # since the epoch
    who: Particulars
    what: str  # the field that is another: "name", "destination" …
    holds: bool = True  # False: a slip, that is put right with the next report


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """One ship of a scenario."""

    particulars: Particulars
    motion: Motion
    habits: Habits = field(default_factory=Habits)
    sayings: tuple[Saying, ...] = ()  # in order of time; what she says before: ``particulars``
    consort: int | None = None  # MMSI of the ship with which she sails on purpose

    def says(self, at_s: float) -> Particulars:
        """What her static reports say at an instant."""
        known = [saying.who for saying in self.sayings if saying.at_s <= at_s]
        return known[-1] if known else self.particulars
