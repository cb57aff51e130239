"""A ship's master: sails her through the whole log, trip by trip, and remembers what she does when.

She begins alongside and ends there, so that she is never lost at sea by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.simulator.draw import DAY_S, HOUR_S, Draw, moored, way, ways_in, ways_out
from monitor.simulator.sea import OPEN_SEA, TARTUS, TOBRUK, Berth, Haven, Place, destination
from monitor.simulator.ship import Habits, Particulars, Saying, Ship, Window
from monitor.simulator.voyage import Voyage
from monitor.units import KNOT_MPS

CRUISE_KN = (10.0, 13.0)
TYPED_H = 7.0
"""So long before they cast off ships declare where they are bound for."""

AFTER_S = 2 * DAY_S
"""So long she lies alongside when the log has ended."""

ASIDE_DEG = 0.15
"""Half the breadth of the lanes, degrees of latitude."""

CARGO, TANKER, TUG, PILOT = 70, 80, 52, 50
"""Ship types (ITU-R M.1371-5 table 53)."""

LANE = OPEN_SEA
"""From Tartus to Tobruk."""

MIDDLE = slice(1, -1)
"""Way points in the open, of which each ship is somewhat aside."""


@dataclass(slots=True, kw_only=True)
class Master:
    """One ship's month, as far as it is drawn."""

    draw: Draw
    who: Particulars
    port: Haven
    berth: Berth
    voyage: Voyage
    speed_kn: float
    dark: list[Window] = field(default_factory=list)
    said: list[tuple[float, str, Any, bool]] = field(default_factory=list)

    @classmethod
    def of(cls, draw: Draw, port: Haven | None = None, ship_type: int = CARGO) -> Master:
        """Alongside when the log begins, and for half a day to three days."""
        port = port or draw.port()
        berth = draw.berth(port)
        voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
        who = replace(draw.particulars(towards=port.name.upper()), ship_type=ship_type)
        master = cls(
            draw=draw, who=who, port=port, berth=berth, voyage=voyage,
            speed_kn=draw.between(*CRUISE_KN),
        )  # fmt: skip
        master.lie(draw.between(12.0, 72.0))
        return master

    @property
    def at_s(self) -> float:
        """How far the month is drawn."""
        return self.voyage.at_s

    @property
    def other(self) -> Haven:
        """The port where she is not."""
        return TOBRUK if self.port is TARTUS else TARTUS

    @property
    def days_left(self) -> float:
        """Until the log ends."""
        return (self.draw.until_s - self.at_s) / DAY_S

    def lie(self, hours: float) -> None:
        """Lie alongside."""
        moored(self.voyage, self.port, self.berth, for_s=hours * HOUR_S)

    def leave(self) -> None:
        """Cast off and go to the channel's end, and say where she is bound for."""
        bound = self.other.name.upper()
        self.say(self.at_s - TYPED_H * HOUR_S, "destination", bound)
        ways = ways_out(self.port, self.berth)
        self.voyage.sail([*ways[:-1], replace(ways[-1], speed_kn=6.0)], onward=True)

    def sail(self, places: Sequence[Place], knots: float | None = None) -> Window:
        """Sail on from place to place without a stop; from when until when."""
        begin, speed = self.at_s, knots or self.speed_kn
        self.voyage.sail([way(place, speed) for place in places], under_way=True, onward=True)
        return begin, self.at_s

    def enter(self, port: Haven, knots: float | None = None) -> None:
        """Go in and alongside."""
        self.port, self.berth = port, self.draw.berth(port)
        first, *rest = ways_in(port, self.berth)
        self.voyage.sail([replace(first, speed_kn=knots or self.speed_kn), *rest], under_way=True)

    def drift(self, hours: float, knots: float, bearing: float) -> Window:
        """Make no way, but with wind and current; from when until when."""
        begin, here = self.at_s, self.voyage.place
        run_m = knots * KNOT_MPS * hours * HOUR_S
        end = destination(here, bearing=bearing, distance_m=run_m)
        self.voyage.sail([way(end, knots)], under_way=True, onward=True)
        return begin, self.at_s

    def lane(self, ways: Sequence[Place] = LANE) -> list[Place]:
        """Way points, which run from Tartus, towards the other port, somewhat aside."""
        aside = self.draw.between(-ASIDE_DEG, ASIDE_DEG)
        moved = [Place(lon=place.lon, lat=place.lat + aside) for place in ways[MIDDLE]]
        whole = [ways[0], *moved, ways[-1]]
        return whole if self.port is TARTUS else whole[::-1]

    def silent(self, begin_s: float, until_s: float) -> None:
        """Switch off, and on again."""
        self.dark.append((begin_s, until_s))

    def say(self, at_s: float, what: str, value: Any, *, holds: bool = True) -> None:
        """Say something else from an instant on."""
        self.said.append((at_s, what, value, holds))

    def ship(self, **habits: Any) -> Ship:
        """The ship, who lies alongside from now on until after the log."""
        left_s = self.draw.until_s + AFTER_S - self.at_s
        if left_s > 0:
            self.lie(left_s / HOUR_S)
        who, sayings = self.who, list[Saying]()
        for at_s, what, value, holds in sorted(self.said, key=lambda one: one[0]):
            if getattr(who, what) != value:
                who = replace(who, **{what: value})
                sayings.append(Saying(at_s=at_s, who=who, what=what, holds=holds))
        kept = Habits(dark=tuple(sorted(self.dark)), by_chain=True)
        return Ship(
            particulars=self.who, motion=self.voyage.motion(), sayings=tuple(sayings),
            habits=replace(kept, **habits),
        )  # fmt: skip
