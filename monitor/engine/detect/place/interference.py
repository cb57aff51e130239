"""Interference: areas where several ships leapt, or froze, at about the same time.

    state   what is heard of a ship                                next
    none    she leapt, or froze, and no area is near            -> watched
    watched so many ships within WITHIN_US                      -> told      InterferenceBegun
    told    others (twice as many as when it was told last)     -> told      (the same, told again)
    any     nothing of the kind within WITHIN_US                -> none      (InterferenceEnded)

*Leapt* is: CONFIRMING_FIXES positions agree where none of her tracks can have led, while her track
is silent (``odd.py``): no bit error, and no number that two ships share. *Froze* is: so many are
the same to the last digit, of a ship that goes on. A number counts once, whatever it does.

Spoofing puts ships of everywhere onto one airport or circle: they are grouped by where they leapt
to. Jamming makes receivers of one sea err each in its own way: they are grouped by where they were,
and who leapt to one place there counts once, for that is the other group's. So one cause is one
area. An area reaches AREA_M from where the first was; it lasts as long as somebody is heard so, and
as long as a number that was taken there for good (``Became.LEAPT``) is heard there.

What is told of others in it meanwhile is marked as in doubt: see ``disturbed.py``. When reports of
ships come late, what is heard of them is told anew, and then the areas: ``regrouped.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import Detector, Fact, Found, OffTrack, Seen
from monitor.engine.detect.disturbed import KEPT_US, RADIUS_M, Disturbance
from monitor.engine.geofence import near_distance_m
from monitor.engine.odd import CONFIRMING_FIXES
from monitor.model import EventKind, Fix, NamedArea, Span
from monitor.units import (
    DEGREE_M,
    HOUR_US,
    MINUTE_US,
    NAUTICAL_MILE_M,
    NO_TIME,
    to_datetime,
    to_iso,
)

SHIPS, WITHIN_US = 3, 2 * HOUR_US
"""Three ships within two hours: arXiv 2602.16257 (its second stage) and RadianceFleet's
``jamming_zone``; two may be an accident, and one shared number is."""

AREA_M = RADIUS_M
"""From the first: RadianceFleet's half a degree across. Airports to which ships are spoofed, and
the circles around them, are some miles wide."""

AWAY_US = 10 * MINUTE_US
"""Grouped by where they were, ships must be away for as long: of made-up numbers strangers are
heard for a minute anywhere on earth, again and again. As long a track must be heard to be known."""

SURE = 2 * SHIPS
"""With so many ships it is no accident (confidence 3)."""

MOST_SHIPS = 300
"""Of an area are remembered; Beirut's had 117. Of more it is only said that there were more."""

MOST_NAMED = 100
"""MMSIs in the evidence."""

MOST_AREAS = 300
"""Watched at once, told or not: beyond them a flood of made-up numbers begins nothing."""


@dataclass(slots=True)
class Member:
    """A ship that leapt, or froze."""

    since: int  # us; her first such position
    last_at: int  # us; the last
    known_at: int  # us; her last position before; NO_TIME: not known
    lon: float  # where she was said to be first
    lat: float
    froze: bool
    fixes: int
    number: int = -1  # of the track that her false positions became; -1: of none
    back_at: int = NO_TIME  # us; her track goes on


@dataclass(slots=True)
class Area:
    """Where ships leapt to, or were when they leapt or froze."""

    to: bool  # they leapt to here
    place: Fix  # of the first; its middle
    since: int  # us; by it this area is told from others
    last_at: int  # us; the last such position
    box: list[float]  # west, south, east, north of what was heard there
    ships: dict[int, Member] = field(default_factory=dict)  # MMSI -> what of her
    evidence: list[Fix] = field(default_factory=list)
    more: bool = False  # than MOST_SHIPS
    told: int = 0  # how many ships, when it was told last
    told_at: int = NO_TIME  # us; when it was told first
    began: int = NO_TIME  # us; as told then
    ended_at: int = NO_TIME  # us; when that was decided
    begin: Fact | None = None  # as it was told last


class Odds(NamedTuple):
    """What is heard of a ship, as one area takes it."""

    of: OffTrack
    to: bool = False  # see Area

    @property
    def now(self) -> int:
        """When it was known, us."""
        return self.of.decided_at

    @property
    def place(self) -> Fix:
        """Where it puts her with regard to an area."""
        return self.of.fix if self.to or self.of.origin is None else self.of.origin


class Interference(Detector[NamedArea, Area, Odds]):
    """The detector of areas of interference."""

    NAME: ClassVar[str] = "interference"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = NamedArea
    STATE: ClassVar[type[Any]] = Area

    def rows(
        self, seen: Seen, states: Mapping[NamedArea, Area]
    ) -> Iterator[tuple[NamedArea, Odds]]:
        """Ships that leapt or froze, and those that are still where they leapt to."""
        moments = [found for _, found in seen.told if isinstance(found, OffTrack)]
        for one in sorted(moments, key=order_of):
            yield from _grouped(one, states)

    def step(self, state: Area | None, moment: Odds) -> tuple[Area | None, list[Found]]:
        """Take what is heard of a ship; see Detector."""
        of, mmsi = moment.of, moment.of.fix.mmsi
        if state is not None and of.why in {Astray.BACK, None}:
            _follow(state, state.ships[mmsi], of)
            return state, []
        if state is not None and not of.alone:
            if not state.told:  # two ships on one number
                state.ships.pop(mmsi, None)
            return state, []
        if state is None or state.ended_at != NO_TIME:
            at, place = of.first.at, moment.place
            state = Area(moment.to, place, at, at, [place.lon, place.lat] * 2)
        _join(state, moment)
        count = _count(state)
        if (not state.told and count >= SHIPS) or (
            state.told and len(state.ships) >= 2 * state.told
        ):
            if not state.told:
                state.told_at, state.began = moment.now, _first(state).since
            state.begin = _begun(state, moment.now)
            return state, [state.begin]
        return state, []

    def deadline(self, state: Area) -> int | None:
        """When nothing of the kind was heard for long; see Detector."""
        if state.ended_at != NO_TIME:
            return state.ended_at + KEPT_US
        return state.last_at + WITHIN_US

    def wake(self, key: NamedArea, state: Area, at: int) -> tuple[Area | None, list[Found]]:
        """It is over: what is told later of its time is marked for a while; see Detector."""
        del key
        if not state.told or state.ended_at != NO_TIME:
            return None, []
        state.ended_at, state.evidence = at, state.evidence[:1]
        fact = _ended(state, at)
        state.ships = {}
        return state, [fact]


def disturbances(states: Mapping[NamedArea, Area]) -> list[Disturbance]:
    """The areas that were told of, as others must know them."""
    return [
        Disturbance(
            key.area, area.place.lon, area.place.lat, area.began, area.told_at, area.last_at,
            area.ended_at,
        )
        for key, area in sorted(states.items()) if area.told
    ]  # fmt: skip


# -- who belongs where ---------------------------------------------------------------------------


def order_of(one: OffTrack) -> tuple[int, ...]:
    """In which order areas take what is heard, however it was dealt out."""
    return one.decided_at, one.fix.mmsi, one.fix.at, one.number, one.first.at


def _grouped(of: OffTrack, states: Mapping[NamedArea, Area]) -> Iterator[tuple[NamedArea, Odds]]:
    """The areas that something concerns: one of each kind at most, or those that know the ship."""
    mmsi, now = of.fix.mmsi, of.decided_at
    here = {key: area for key, area in states.items() if _lasts(area, now)}
    if of.why in {Astray.BACK, None}:
        yield from ((key, Odds(of)) for key, area in here.items() if mmsi in area.ships)
        return
    kinds = [True, False] if of.why is Astray.LEAPT else [False]
    for to in kinds:
        moment = Odds(of, to)
        if not to and of.why is Astray.LEAPT and not _is_known(of):
            continue
        key = _nearest(here, moment)
        if key is None and of.alone and len(here) < MOST_AREAS:
            key = NamedArea(_name(to, moment.place, of.first.at))
        if key is not None and (of.alone or mmsi in here[key].ships):
            yield key, moment


def _is_known(one: OffTrack) -> bool:
    """Whether a ship leapt away for long, and it is known where she was shortly before."""
    known = one.origin is not None and one.first.at - one.origin.at <= WITHIN_US
    return known and one.fix.at - one.first.at >= AWAY_US


def _lasts(area: Area, now: int) -> bool:
    return area.ended_at == NO_TIME and area.last_at + WITHIN_US >= now


def _nearest(areas: Mapping[NamedArea, Area], moment: Odds) -> NamedArea | None:
    place, found = moment.place, []
    for key, area in areas.items():
        middle = area.place
        if area.to is moment.to and abs(middle.lat - place.lat) * DEGREE_M <= AREA_M * 1.01:
            away = near_distance_m(middle.lon, middle.lat, place.lon, place.lat)
            if away <= AREA_M:
                found.append((away, key))
    return min(found)[1] if found else None


def _name(to: bool, place: Fix, since: int) -> str:  # noqa: FBT001 - as of Area
    """An area by its place and when it began."""
    lon, lat = place.lon, place.lat
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    kind, begin = "" if to else "around ", to_datetime(since)
    return f"{kind}{abs(lat):.2f}{north} {abs(lon):.2f}{east} {begin:%Y-%m-%d %H:%MZ}"


def _follow(state: Area, ship: Member, moment: OffTrack) -> None:
    """A ship that leapt is heard again: where she was, or as a track that is there now."""
    fix = moment.fix
    if moment.why is Astray.BACK:
        ship.back_at = fix.at if ship.back_at < ship.last_at else ship.back_at
        return
    if moment.origin is not None:
        ship.number = moment.number
    if ship.number != moment.number or not state.to:
        return
    middle = state.place
    if near_distance_m(middle.lon, middle.lat, fix.lon, fix.lat) > AREA_M:
        ship.number = -1
    else:
        ship.last_at = max(ship.last_at, fix.at)
        state.last_at = max(state.last_at, fix.at)


def _join(state: Area, moment: Odds) -> None:
    """A ship of an area is heard so, or one more."""
    of, place = moment.of, moment.place
    fix = of.fix
    west, south, east, north = state.box
    state.box = [
        min(west, place.lon), min(south, place.lat), max(east, place.lon), max(north, place.lat),
    ]  # fmt: skip
    state.last_at = max(state.last_at, fix.at)
    if not state.told:
        old = fix.at - WITHIN_US
        state.ships = {mmsi: one for mmsi, one in state.ships.items() if one.last_at >= old}
        state.evidence = [one for one in state.evidence if one.mmsi in state.ships]
    ship = state.ships.get(fix.mmsi)
    if ship is not None:
        ship.last_at, ship.fixes = fix.at, ship.fixes + 1
        return
    if len(state.ships) >= MOST_SHIPS:
        state.more = True
        return
    first, origin, froze = of.first, of.origin, of.why is Astray.FROZEN
    state.ships[fix.mmsi] = Member(
        first.at, fix.at, NO_TIME if origin is None else origin.at, first.lon, first.lat, froze,
        1 if froze else CONFIRMING_FIXES,
    )  # fmt: skip
    if not state.told:
        state.evidence += [fix] if origin is None else [origin, fix]


def _count(state: Area) -> int:
    """How many ships an area has that count: see the module."""
    if state.told:
        return len(state.ships)
    ships = [one for one in state.ships.values() if one.fixes >= CONFIRMING_FIXES]
    if state.to:
        return len(ships)
    apart: list[Member] = []
    for ship in ships:
        if ship.froze or all(_are_apart(ship, other) for other in apart if not other.froze):
            apart.append(ship)
        if len(apart) == SHIPS:
            break
    return len(apart)


def _are_apart(one: Member, other: Member) -> bool:
    return near_distance_m(one.lon, one.lat, other.lon, other.lat) > AREA_M


# -- what is told --------------------------------------------------------------------------------


def _first(state: Area) -> Member:
    return min(state.ships.values(), key=lambda one: (one.since, one.known_at))


def _begun(state: Area, at: int) -> Fact:
    first, state.told = _first(state), len(state.ships)
    known = None if first.known_at == NO_TIME else first.known_at
    froze = sum(ship.froze for ship in state.ships.values())
    hours, miles = WITHIN_US / HOUR_US, AREA_M / NAUTICAL_MILE_M
    many = f"{'More than ' if state.more else ''}{state.told} ships"
    if state.to:
        why = (
            f"{many} leapt to within {miles:.0f} NM of here, {SHIPS} of them within {hours:.0f} h,"
            " from where none can have come. These positions are not believed: interference, or"
            " false positions in their names."
        )
    else:
        why = (
            f"{many} within {miles:.0f} NM leapt, each to another place where none can have come,"
            f" or froze under way ({froze}), {SHIPS} of them within {hours:.0f} h. These positions"
            " are not believed: interference here, or a feed that repeats old ones."
        )
    return Fact(
        kind=EventKind.INTERFERENCE_BEGUN,
        span=Span(earliest=known, at=first.since, latest=first.since), decided_at=at,
        place=state.place, fixes=tuple(state.evidence[: 2 * SHIPS]), why=why,
        figures=_figures(state), key_at=state.since, confidence=3 if state.told >= SURE else 2,
    )  # fmt: skip


def _ended(state: Area, at: int) -> Fact:
    ships = state.ships.values()
    back = [one.back_at for one in ships if one.last_at == state.last_at < one.back_at]
    lasted = (state.last_at - _first(state).since) / HOUR_US
    why = (
        f"No ship leapt here or froze for {WITHIN_US / HOUR_US:.0f} h: it lasted {lasted:.1f} h at"
        f" least, of {'more than ' if state.more else ''}{len(ships)} ships."
    )
    if not back:
        why += " Who was heard so last was not heard where she was since."
    return Fact(
        kind=EventKind.INTERFERENCE_ENDED,
        span=Span(earliest=state.last_at, at=state.last_at, latest=min(back, default=None)),
        decided_at=at, place=state.place, fixes=tuple(state.evidence), why=why,
        figures=_figures(state), key_at=state.since,
    )  # fmt: skip


def _figures(state: Area) -> dict[str, Any]:
    west, south, east, north = (round(degrees, 4) for degrees in state.box)
    ships = sorted(state.ships)
    return {
        "area": _name(state.to, state.place, state.since), "since": to_iso(state.since),
        "began": to_iso(state.began),
        "told_at": to_iso(state.told_at), "ships": len(ships), "more": state.more,
        "froze": sum(one.froze for one in state.ships.values()), "members": ships[:MOST_NAMED],
        "kind": "leapt to" if state.to else "were", "west": west, "south": south, "east": east,
        "north": north, "radius_m": round(AREA_M), "least_ships": SHIPS,
        "within_s": WITHIN_US // 1_000_000,
    }  # fmt: skip
