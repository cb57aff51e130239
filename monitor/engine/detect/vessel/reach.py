"""Where a ship that went dark can be: from when on each watched port cannot be excluded.

    state     event                                       next
    none      WentDark, confirmed                      -> waiting, for each port
    waiting   the earliest instant she can be there    -> none     MayHaveReached, stamped with it
    waiting   she is heard, or it is withdrawn         -> none     nothing is told

Earliest: the shortest line (the geodesic, which no way at sea is shorter than) at the greatest
speed that she can make. So the bound holds, whatever she does; that she did go there is not said.
Likely is when she would be there at her usual speed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.feasible import DARK, least_m, sailing_us
from monitor.engine.geofence import Port
from monitor.model import EventKind, EventState, Fix, Ship, ShipAtPort, Span
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NAUTICAL_MILE_M, to_iso

LONGEST_US = 14 * DAY_US
"""Ports that she needs longer for are no news: by then she may be anywhere."""


@dataclass(slots=True)
class Approach:
    """A dark ship, and a port that she may be under way to."""

    last: Fix
    way_m: float  # at least
    greatest_kn: float
    usual_kn: float | None
    earliest_at: int  # us


class Word(NamedTuple):
    """What was told of a ship's silence, with regard to a port."""

    now: int  # us
    fact: Fact
    port: Port


class Reaches(Detector[ShipAtPort, Approach, Word]):
    """The detector of ports that dark ships can have reached; it stands below that of gaps."""

    NAME: ClassVar[str] = "reach"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = Approach

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, Approach]
    ) -> Iterator[tuple[ShipAtPort, Word]]:
        """Silences that were told, for each port; and that ships are heard again."""
        kinds = {EventKind.WENT_DARK, EventKind.REAPPEARED}
        found = [
            (fact.decided_at, subject, fact)
            for subject, fact in seen.told
            if isinstance(subject, Ship) and isinstance(fact, Fact) and fact.kind in kinds
        ]
        for now, ship, fact in sorted(found, key=lambda item: item[:2]):
            for port in self.fences.ports:
                key = ShipAtPort(ship.mmsi, ship.track, port.id)
                if key in states or _begins(fact):
                    yield key, Word(now, fact, port)

    def step(self, state: Approach | None, moment: Word) -> tuple[Approach | None, list[Found]]:
        """Take what was told; see Detector."""
        fact, last = moment.fact, moment.fact.place
        if fact.kind is EventKind.REAPPEARED or fact.state is EventState.WITHDRAWN or last is None:
            return None, []
        if not _begins(fact):
            return state, []  # the same silence, told again
        way_m = least_m(moment.port, last.lon, last.lat)
        greatest: float = fact.figures["greatest_kn"]
        needed = sailing_us(way_m, greatest)
        if needed > LONGEST_US:
            return None, []
        begun = Approach(last, way_m, greatest, fact.figures["usual_kn"], last.at + needed)
        if begun.earliest_at >= moment.now:
            return begun, []
        return None, [_may_be_there(moment.port.name, begun, moment.now)]

    def deadline(self, state: Approach) -> int | None:
        """When she can be there; see Detector."""
        return state.earliest_at

    def wake(
        self, key: ShipAtPort, state: Approach, at: int
    ) -> tuple[Approach | None, list[Found]]:
        """She can be there from now on; see Detector."""
        return None, [_may_be_there(self.fences.name_of(key.port), state, at)]


def _begins(fact: Fact) -> bool:
    """Whether a silence is told as one for the first time."""
    dark = fact.kind is EventKind.WENT_DARK and fact.state is EventState.CONFIRMED
    return dark and fact.figures["grade"] == DARK


def _may_be_there(port: str, by: Approach, at: int) -> Fact:
    likely = None
    if by.usual_kn:
        likely = max(by.earliest_at, by.last.at + sailing_us(by.way_m, by.usual_kn))
    miles, hours = by.way_m / NAUTICAL_MILE_M, (at - by.last.at) / HOUR_US
    why = f"Not heard for {hours:.0f} h, then {miles:.0f} NM off: at {by.greatest_kn:.1f} kn she"
    why += f" can be at {port}"
    if likely is not None:
        why += (
            f"; at her usual {by.usual_kn:.1f} kn from {to_iso(likely // MINUTE_US * MINUTE_US)} on"
        )
    return Fact(
        kind=EventKind.MAY_HAVE_REACHED,
        span=Span(earliest=by.earliest_at, at=likely, latest=None),
        decided_at=at, place=by.last, fixes=(by.last,),
        why=f"{why}. That she went there is not known.",
        figures={
            "way_m": round(by.way_m), "greatest_kn": by.greatest_kn, "usual_kn": by.usual_kn,
            "silent_since": to_iso(by.last.at),
            "likely_at": None if likely is None else to_iso(likely),
        },
        key_at=by.last.at,
    )  # fmt: skip
