"""Convoys: two ships that sail together for hours, and not by chance of the lane.

    state     the two at an instant                        next
    none      abreast                                   -> abreast
    abreast   abreast                                   -> abreast  (a common turn is counted)
    abreast   in station for STATION_US, and bound by
              more than the lane (below)                -> convoy   ConvoyFormed
    any       BREAK_US behind the last instant abreast  -> none     (ConvoyParted, if it was told)

*Abreast* is within CONVOY_M, both faster than UNDER_WAY_KN and their courses within COURSE_DEG.
Ships of one lane are abreast for days and know nothing of each other. So a convoy must have TURNS
common turns of more than TURN_DEG within LANE_M or more that it sailed, or have left the same
watched port together: abreast for the first time within LEFT_M of it, and further off since; or
have kept their station for a day. Ships
that left one port on one day but found each other later are told by their turns, or not at all.
Nor is it enough to leave one behind the other and to sail one lane: who means it keeps *station*.
The other stays where she was, within STATION_M, as seen on a compass or from the bridge: a column
that turns keeps the latter, a line abreast the former. Whoever does not begins her station anew.

A convoy of three is three pairs. What sends no AIS is in no convoy: warships mostly are not seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from monitor.engine.detect.abreast import Abreast, abreast, near_pairs
from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import FenceSet, near_distance_m
from monitor.engine.sphere import turned_deg
from monitor.model import EventKind, Fix, ShipPair, Span
from monitor.units import DAY_US, DEGREE_M, HOUR_US, MINUTE_US, NAUTICAL_MILE_M, NO_TIME, to_iso

CONVOY_M = 5 * NAUTICAL_MILE_M
COURSE_DEG = 15.0
UNDER_WAY_KN = 3.0
"""Distance, courses and speed of RadianceFleet's convoy detector: its authors' numbers. Its four
hours alone are those of many who know nothing of each other (below)."""

TURNS, TURN_DEG, LANE_M = 2, 20.0, 100 * NAUTICAL_MILE_M
"""Lanes are straight for a hundred miles (research, section 4.2): whoever shares two turns on such
a way follows the other, or a bend of the lane; three ships in a row at a headland do the latter."""

STATION_US, STATION_M = 6 * HOUR_US, 0.5 * NAUTICAL_MILE_M
"""Who keeps that by chance is as fast as the other to a twelfth of a knot: of ships of one kind,
which make 10 to 13 kn, one pair in twenty. Such twins of one lane are told still, as likely."""

DAY_STATION_US = DAY_US
"""Who keeps her station for a day means it, whatever way they go: to a fiftieth of a knot."""

LEFT_M = 25 * NAUTICAL_MILE_M
"""From a port's middle: half an hour (EVERY_US) behind a territorial sea, at 15 kn and more."""

BREAK_US = 2 * HOUR_US
"""A ship that stops for less has not left her convoy; it is as long as a receiver's bad hour."""

LIKELY = 2
"""Confidence that they sail together on purpose: it is concluded, and nobody saw them join."""

EVERY_US = 3 * SLOT_US
"""Nobody leaves a circle of CONVOY_M unseen in half an hour but at 10 kn more than the other."""


@dataclass(slots=True)
class Company:
    """Two ships that are abreast, or were just now."""

    since: int  # us; the first instant abreast
    last_at: int  # us; the last
    first: tuple[Fix, ...]  # by which they were known then
    last: tuple[Fix, ...]
    course_deg: float  # the common one, since the last turn
    lon: float  # of the first ship, at ``last_at``
    lat: float
    gone_at: int | None = None  # us; since then they are heard, and not abreast
    turns: int = 0
    sailed_m: float = 0.0
    gap_us: int = 0  # the longest time between two instants abreast
    furthest_m: float = 0.0
    left: str | None = None  # id of the port near which they were abreast first
    left_m: float = 0.0  # how far from it
    told: bool = False
    station_at: int = NO_TIME  # us; since then each keeps her station
    station_m: tuple[float, ...] = ()  # where the second was then: see ``_place_m``


class Convoys(Detector[ShipPair, Company, Abreast]):
    """The detector of ships that sail together."""

    NAME: ClassVar[str] = "convoy"
    VERSION: ClassVar[int] = 2
    KEY: ClassVar[type[Any]] = ShipPair
    STATE: ClassVar[type[Any]] = Company

    def rows(
        self, seen: Seen, states: Mapping[ShipPair, Company]
    ) -> Iterator[tuple[ShipPair, Abreast]]:
        """Ships that are under way and near each other, and those that were."""
        picture = seen.picture
        if picture is None or not len(picture):
            return
        pick = (picture.sog_kn > UNDER_WAY_KN) & ~picture.in_port & (picture.at % EVERY_US == 0)
        one, two = near_pairs(picture, pick, CONVOY_M)
        course = picture.cog_deg
        alike = turned_deg(course[one], course[two]) <= COURSE_DEG
        for key, moment in abreast(picture, states, (one[alike], two[alike]), EVERY_US):
            if key in states or _is_abreast(moment):
                yield key, moment

    def step(self, state: Company | None, moment: Abreast) -> tuple[Company | None, list[Found]]:
        """Take how two ships stand at the next instant; see Detector."""
        if not _is_abreast(moment):
            if state is not None and state.gone_at is None:
                state.gone_at = moment.at
            return state, []
        if state is None:
            return _begun(moment, self.fences), []
        _go_on(state, moment)
        is_kept = moment.at - state.station_at >= STATION_US
        if state.told or not is_kept or not self._is_bound(state):
            return state, []
        state.told = True
        return state, [_formed(state, moment.at)]

    def upgrade(self, key: ShipPair, state: Any, version: int) -> Any:
        """See Detector. Version 1 knew no stations: one begins at the next instant abreast."""
        if version != 1 or not isinstance(state, dict):
            return super().upgrade(key, state, version)
        return {**state, "station_at": state["last_at"], "station_m": []}

    def deadline(self, state: Company) -> int | None:
        """When they are a convoy no more; see Detector."""
        return state.last_at + BREAK_US

    def wake(self, key: ShipPair, state: Company, at: int) -> tuple[Company | None, list[Found]]:
        """They were not abreast again; see Detector."""
        del key
        return None, [_parted(state, at)] if state.told else []

    def _is_bound(self, state: Company) -> bool:
        """Whether more than the lane holds them together."""
        if state.turns >= TURNS and state.sailed_m >= LANE_M:
            return True
        if state.last_at - state.station_at >= DAY_STATION_US:
            return True
        port = self.fences.by_id.get(state.left or "")
        return port is not None and _off(port.centre, state.lon, state.lat) > state.left_m


def _is_abreast(moment: Abreast) -> bool:
    one, two = moment.courses_deg
    under_way = min(moment.speeds_kn) > UNDER_WAY_KN
    return (
        moment.away_m <= CONVOY_M and under_way and moment.at_sea
        and bool(turned_deg(one, two) <= COURSE_DEG)
    )  # fmt: skip


def _begun(moment: Abreast, fences: FenceSet) -> Company:
    one = moment.places[0]
    lon, lat = float(moment.picture.lon[one]), float(moment.picture.lat[one])
    company = Company(
        moment.at, moment.at, moment.fixes, moment.fixes, _common(moment), lon, lat,
        furthest_m=moment.away_m, station_at=moment.at, station_m=_place_m(moment),
    )  # fmt: skip
    near = [(_off(port.centre, lon, lat), port.id) for port in fences.ports]
    if near and min(near)[0] <= LEFT_M:
        company.left_m, company.left = min(near)
    return company


def _go_on(state: Company, moment: Abreast) -> None:
    one = moment.places[0]
    lon, lat = float(moment.picture.lon[one]), float(moment.picture.lat[one])
    state.sailed_m += near_distance_m(state.lon, state.lat, lon, lat)
    state.gap_us = max(state.gap_us, moment.at - state.last_at)
    state.furthest_m = max(state.furthest_m, moment.away_m)
    state.last_at, state.last, state.lon, state.lat = moment.at, moment.fixes, lon, lat
    state.gone_at = None
    place = _place_m(moment)
    if not _is_kept(state.station_m, place):
        state.station_at, state.station_m = moment.at, place
    course = _common(moment)
    if turned_deg(course, state.course_deg) > TURN_DEG:
        state.turns, state.course_deg = state.turns + 1, course


def _formed(state: Company, at: int) -> Fact:
    hours = (at - state.since) / HOUR_US
    if state.turns >= TURNS and state.sailed_m >= LANE_M:
        bound = f"with {state.turns} common turns"
    elif state.last_at - state.station_at >= DAY_STATION_US:
        bound = "day and night"
    else:
        bound = f"since they left {state.left}"
    why = (
        f"Abreast within {CONVOY_M / NAUTICAL_MILE_M:.0f} NM for {hours:.1f} h and"
        f" {state.sailed_m / NAUTICAL_MILE_M:.0f} NM, {bound}; each keeps her station."
    )
    return Fact(
        kind=EventKind.CONVOY_FORMED,
        span=Span(earliest=None, at=state.since, latest=state.since), decided_at=at,
        place=state.first[0], fixes=(*state.first, *state.last), why=why,
        figures=_figures(state), key_at=state.since, confidence=LIKELY,
    )  # fmt: skip


def _parted(state: Company, at: int) -> Fact:
    why = f"Abreast no more: not within {BREAK_US / HOUR_US:.0f} h of when they were last."
    if state.gone_at is None:
        why += " They were not heard to part."
    heard_at = min(fix.at for fix in state.last)
    return Fact(
        kind=EventKind.CONVOY_PARTED,
        span=Span(earliest=heard_at, at=state.last_at, latest=state.gone_at), decided_at=at,
        place=state.last[0], fixes=(*state.first, *state.last), why=why,
        figures=_figures(state), key_at=state.since,
    )  # fmt: skip


def _figures(state: Company) -> dict[str, Any]:
    return {
        "since": to_iso(state.since), "limit_m": CONVOY_M, "furthest_m": round(state.furthest_m),
        "course_limit_deg": COURSE_DEG, "together_h": round(
            (state.last_at - state.since) / HOUR_US, 1
        ),
        "sailed_m": round(state.sailed_m), "turns": state.turns, "turn_deg": TURN_DEG,
        "left": state.left, "gap_min": state.gap_us // MINUTE_US,
        "station_since": to_iso(state.station_at), "station_limit_m": STATION_M,
    }  # fmt: skip


def _place_m(moment: Abreast) -> tuple[float, ...]:
    """Where the second ship is from the first: east, north, ahead and abeam, metres."""
    (one, two), picture = moment.places, moment.picture
    lon, lat = (column[two] - column[one] for column in (picture.lon, picture.lat))
    east = float((lon + 180.0) % 360.0 - 180.0) * DEGREE_M
    east *= math.cos(math.radians(float(picture.lat[one])))
    north, course = float(lat) * DEGREE_M, math.radians(_common(moment))
    ahead = east * math.sin(course) + north * math.cos(course)
    return east, north, ahead, east * math.cos(course) - north * math.sin(course)


def _is_kept(station: tuple[float, ...], place: tuple[float, ...]) -> bool:
    """Whether the second ship is in her station: on the compass, or from the bridge."""
    if not station:
        return False
    moved = [now - then for now, then in zip(place, station, strict=True)]
    return min(math.hypot(*moved[:2]), math.hypot(*moved[2:])) <= STATION_M


def _common(moment: Abreast) -> float:
    """The course of both: the middle of theirs, degrees."""
    one, two = (math.radians(course) for course in moment.courses_deg)
    middle = math.atan2(math.sin(one) + math.sin(two), math.cos(one) + math.cos(two))
    return math.degrees(middle) % 360.0


def _off(centre: tuple[float, float], lon: float, lat: float) -> float:
    return near_distance_m(*centre, lon, lat)
