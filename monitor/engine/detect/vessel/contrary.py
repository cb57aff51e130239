"""Ships that left a watched port and sail away from the port that they declare.

    since she left        she declares, twice           what is told
    nearer to it          a port that is known          nothing
    FARTHER_NM farther    the same, and by sea, too     DestinationDoubted, once a port declared
    than she was
    farther by the crow   the same, not by sea          nothing: she sails around land
    farther               the port that she left, none, nothing: what was typed before she came is
                          or "for orders"               often left as it was
    she arrives, or nobody heard her for FORGET_US      nothing more

By sea: the shortest way (``seaway.py``). A declaration that is changed begins anew. Where she goes
is not said by that, nor that she means to hide it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from monitor.destinations import Haven
from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.geofence import distance_m
from monitor.engine.stood import stood_twice
from monitor.model import EventKind, EventState, Fix, Ship, ShipAtPort, Span
from monitor.units import DAY_US, HOUR_US, NAUTICAL_MILE_M, to_iso
from monitor.words import destination_text

FARTHER_NM = 60.0
"""Five hours of a slow ship: drifting, weather and a wait for the berth cost less."""

FORGET_US = 14 * DAY_US
"""A voyage across these seas is over by then."""

ENDS = frozenset({EventKind.PORT_ARRIVED, EventKind.FIRST_SEEN_INSIDE})


@dataclass(slots=True)
class Outbound:
    """A ship that left a watched port."""

    port: str
    heard_at: int  # us
    code: str | None = None  # of the port that she declares
    near: Fix | None = None  # where she was nearest to it, since she declares it
    near_m: float = 0.0  # by the crow
    told: list[str] = field(default_factory=list)  # codes


class Next(NamedTuple):
    """What comes next of a ship: that she left or came, or the first fix of an hour."""

    now: int  # us
    fact: Fact | None = None
    port: str = ""
    fix: Fix | None = None
    declared: str | None = None  # what stands; None: nothing does


class Contraries(Detector[Ship, Outbound, Next]):
    """The detector of ships that sail away from where they say they go; it stands below visits."""

    NAME: ClassVar[str] = "contrary"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Outbound

    def rows(self, seen: Seen, states: Mapping[Ship, Outbound]) -> Iterator[tuple[Ship, Next]]:
        """Departures and arrivals, and the first fix of each hour of those that left."""
        found = [
            (fact.decided_at, 0, Ship(at.mmsi, at.track), Next(fact.decided_at, fact, at.port))
            for at, fact in seen.told
            if isinstance(at, ShipAtPort)
            and isinstance(fact, Fact)
            and fact.kind in {EventKind.PORT_DEPARTED, *ENDS}
        ]
        watched = {*states, *(ship for _, _, ship, _ in found)}
        if not watched:
            return
        found += [(moment.now, 1, ship, moment) for ship, moment in _hourly(seen, watched)]
        for _, _, ship, moment in sorted(found, key=lambda row: row[:3]):
            yield ship, moment

    def step(self, state: Outbound | None, moment: Next) -> tuple[Outbound | None, list[Found]]:
        """Take what comes next; see Detector."""
        fact, fix = moment.fact, moment.fix
        if fact is not None:
            return _came_or_left(state, fact, moment.port), []
        if state is None or fix is None:
            return state, []
        state.heard_at = fix.at
        haven = self._declared(state, moment)
        if haven is None or haven.place is None:
            state.code, state.near = None, None
            return state, []
        away_m = float(distance_m(fix.lon, fix.lat, *haven.place))
        if haven.code != state.code or state.near is None or away_m < state.near_m:
            state.code, state.near, state.near_m = haven.code, fix, away_m
            return state, []
        farther = away_m - state.near_m > FARTHER_NM * NAUTICAL_MILE_M
        if not farther or haven.code in state.told:
            return state, []
        was_m, far_m = self._by_sea(state.near, haven), self._by_sea(fix, haven)
        if was_m is None or far_m is None or far_m - was_m < FARTHER_NM * NAUTICAL_MILE_M:
            return state, []
        state.told.append(haven.code)
        text = moment.declared or haven.name
        words = self.fences.destinations.words(text)
        left = self.fences.name_of(state.port)
        return state, [_away(moment.now, left, words, haven, (state.near, fix), (was_m, far_m))]

    def deadline(self, state: Outbound) -> int | None:
        """When her voyage is over; see Detector."""
        return state.heard_at + FORGET_US

    def wake(self, key: Ship, state: Outbound, at: int) -> tuple[Outbound | None, list[Found]]:
        """Forget it; see Detector."""
        del key, state, at
        return None, []

    def holds(self, state: Outbound) -> bool:
        """Nothing is told of her while she is not heard; see Detector."""
        del state
        return False

    def _declared(self, state: Outbound, moment: Next) -> Haven | None:
        if moment.declared is None:
            return None
        haven = self.fences.destinations.of(moment.declared).haven
        return None if haven is None or haven.port == state.port else haven

    def _by_sea(self, fix: Fix, haven: Haven) -> float | None:
        place = haven.place
        if self.fences.by_sea is None or place is None:
            return None
        return self.fences.by_sea(fix.lon, fix.lat, *place)


def _came_or_left(state: Outbound | None, fact: Fact, port: str) -> Outbound | None:
    if fact.kind in ENDS:
        return state if fact.state is EventState.WITHDRAWN else None
    if fact.state is EventState.WITHDRAWN:
        return None
    if state is not None and state.port == port:
        return state  # the same departure, known better
    return Outbound(port, fact.decided_at)


def _hourly(seen: Seen, ships: Collection[Ship]) -> Iterator[tuple[Ship, Next]]:
    """The first fix in each hour of ships, and what they declare by then."""
    tracks = seen.tracks
    for place, head in enumerate(tracks.heads):
        if head not in ships:
            continue
        ship = Ship(*head)
        begin, end = tracks.bounds(place)
        links = tracks.links[begin:end]
        at = tracks.fixes["at"][begin:end]
        for row in np.flatnonzero(at // HOUR_US != links["prev_at"] // HOUR_US).tolist():
            now = max(int(at[row]), int(links["decided_at"][row]))
            stands = stood_twice(*seen.stood(ship.mmsi, now).of("destination"))
            said = destination_text(seen.said(ship.mmsi, now)[1]) if stands else None
            yield ship, Next(now, fix=seen.fix(begin + row), declared=said)


def _away(
    now: int, left: str, declared: str, haven: Haven, way: tuple[Fix, Fix],
    off_m: tuple[float, float],
) -> Fact:  # fmt: skip
    """``off_m``: how far by sea the port is from both fixes."""
    near, fix = way
    hours = (fix.at - near.at) / HOUR_US
    farther_nm, off_nm = (off_m[1] - off_m[0]) / NAUTICAL_MILE_M, off_m[1] / NAUTICAL_MILE_M
    return Fact(
        kind=EventKind.DESTINATION_DOUBTED,
        span=Span(earliest=near.at, at=None, latest=fix.at),
        decided_at=now, place=fix, fixes=ordered(near, fix),
        why=(
            f"She left {left} and declares {declared}; within {hours:.0f} h she came"
            f" {farther_nm:.0f} NM farther from it by sea, and is {off_nm:.0f} NM off."
        ),
        figures={
            "declared_port": haven.name, "declared_code": haven.code,
            "nearest_at": to_iso(near.at), "farther_m": round(off_m[1] - off_m[0]),
            "off_m": round(off_m[1]), "least_nm": FARTHER_NM,
        },
        key_at=near.at,
    )  # fmt: skip
