"""Ships in areas that people drew: entered, left, or found there.

    state     event of the ship's fix            next
    none      a fix inside                    -> entering
    entering  a second inside, a minute on    -> in        AreaEntered, or FirstSeenInArea
    entering  a fix beyond the exit margin    -> none      (touched only: one fix proves nothing)
    in        a fix outside the border        -> in        (the border is remembered, no more)
    in        a fix beyond the exit margin    -> leaving
    leaving   another beyond it, a minute on  -> none      AreaLeft
    leaving   a fix within the margin         -> in        (one bad fix is no way out)

An area is in force from an instant to another, by the time of reports: what is true outside of that
does not concern it. A ship that was inside at its begin, or is heard for the first time there, or
whose number leapt there, did not enter as far as anybody saw: she is found. Silence ends nothing:
whoever is not heard is not known to have left; heard outside hours later, she left in between. When
an area is removed nothing is told of those who are in it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.port.fences import crossing
from monitor.engine.detect.port.step import CONFIRMING_FIXES, CONFIRMING_US, SILENCE_US
from monitor.engine.geofence import AREA_MARGIN_M, Area
from monitor.model import EventKind, Fix, ShipInArea, Span
from monitor.units import HOUR_US, NO_TIME, to_iso


class Within(enum.StrEnum):
    """See the module."""

    ENTERING = "entering"
    IN = "in"
    LEAVING = "leaving"


@dataclass(slots=True)
class Inside:
    """A ship that is not simply out of an area."""

    state: Within
    first: Fix  # inside: by it this stay is told from her others
    before: Fix | None = None  # the fix before that, outside; None: she was found there
    there: Fix | None = None  # the fix before, if it was inside as well
    leapt: Fix | None = None  # from where no ship can have come to ``first``
    last_in: Fix | None = None  # the fix before ``out``
    out: Fix | None = None  # the first outside the border since; None: she is within it
    beyond: Fix | None = None  # of one that is leaving: the first beyond the margin


class InArea(NamedTuple):
    """A fix of a ship, and where it is with regard to an area."""

    area: Area
    fix: Fix
    prev: Fix | None  # None: the ship was never seen before, or leapt here
    inside: bool  # the polygon holds it
    near: bool  # it holds it with its margin
    decided_at: int  # us; when the fix was believed
    leapt: Fix | None = None  # the fix before, from where no ship can have come

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)


class Areas(Detector[ShipInArea, Inside, InArea]):
    """The detector of ships in areas that people drew."""

    NAME: ClassVar[str] = "area"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipInArea
    STATE: ClassVar[type[Any]] = Inside

    def rows(
        self, seen: Seen, states: Mapping[ShipInArea, Inside]
    ) -> Iterator[tuple[ShipInArea, InArea]]:
        """Fixes inside an area, and all fixes of those that are watched there."""
        fixes = seen.tracks.fixes
        if not len(fixes) or not self.fences.areas:
            return
        watched: dict[str, set[tuple[int, int]]] = {}
        for key in states:
            watched.setdefault(key.area, set()).add((key.mmsi, key.track))
        near_some = np.flatnonzero(self.fences.near_areas(fixes["lon"], fixes["lat"]))
        begin, end = int(fixes["at"].min()), int(fixes["at"].max())
        for area in self.fences.areas:
            there = watched.get(area.id, set())
            if not there and (area.since > end or area.is_over(begin)):
                continue
            active = set(seen.track_of(_inside(area, fixes, near_some)).tolist())
            if there:
                active |= {i for i, head in enumerate(seen.tracks.heads) if head in there}
            for track in sorted(active):
                yield from _steps(area, track, seen, states)

    def step(self, state: Inside | None, moment: InArea) -> tuple[Inside | None, list[Found]]:
        """Take a fix; see Detector."""
        area, fix, prev = moment.area, moment.fix, moment.prev
        if area.is_over(fix.at):
            return None, []
        if prev is None:
            state = None  # she leapt here, or another ship has the number now
        if state is None:
            if not moment.inside:
                return None, []
            there = prev is not None and _holds(area, prev)
            before, there_before = (None, prev) if there else (prev, None)
            return Inside(Within.ENTERING, fix, before, there_before, moment.leapt), []
        if state.state is Within.ENTERING:
            return _entering(state, moment)
        if moment.inside:
            state.last_in = state.out = None
        elif state.out is None:
            state.last_in, state.out = prev, fix
        if moment.near:
            state.state, state.beyond = Within.IN, None
        elif state.beyond is None:
            state.state, state.beyond = Within.LEAVING, fix
        elif fix.at - state.beyond.at >= CONFIRMING_US:
            return None, [_left(state, moment)]
        return state, []


def _inside(area: Area, fixes: Any, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of some rows that an area holds while it is in force."""
    lon, lat, at = fixes["lon"][rows], fixes["lat"][rows], fixes["at"][rows]
    west, south, east, north = area.shape.bounds
    pick = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & (at >= area.since)
    if area.until is not None:
        pick &= at < area.until
    found = np.flatnonzero(pick)
    held = shapely.intersects_xy(area.prepared, lon[found], lat[found])
    kept: NDArray[np.int64] = rows[found[held]]
    return kept


def _holds(area: Area, fix: Fix) -> bool:
    return bool(shapely.intersects_xy(area.prepared, fix.lon, fix.lat))


def _steps(
    area: Area, track: int, seen: Seen, states: Mapping[ShipInArea, Inside]
) -> Iterator[tuple[ShipInArea, InArea]]:
    """The steps of one ship in one area; none where nothing can change."""
    tracks = seen.tracks
    begin, end = tracks.bounds(track)
    fixes, links = tracks.fixes[begin:end], tracks.links[begin:end]
    key = ShipInArea(*tracks.heads[track], area.id)
    inside = shapely.intersects_xy(area.prepared, fixes["lon"], fixes["lat"])
    state = states.get(key)
    calm = state is not None and state.state is Within.IN and state.out is None
    over = area.until is not None and int(fixes["at"][-1]) >= area.until
    if calm and not over and inside.all() and not (links["prev_at"] == NO_TIME).any():
        return
    near = shapely.intersects_xy(area.wide, fixes["lon"], fixes["lat"])
    for here, row in enumerate(range(begin, end)):
        if fixes["at"][here] < area.since or (not inside[here] and key not in states):
            continue
        yield (
            key,
            InArea(
                area, seen.fix(row), seen.before(row, track), bool(inside[here]), bool(near[here]),
                int(links["decided_at"][here]), seen.leapt(row),
            ),
        )  # fmt: skip


def _entering(state: Inside, moment: InArea) -> tuple[Inside | None, list[Found]]:
    """She was inside once: another fix proves it, or that she only touched the area."""
    fix = moment.fix
    if not moment.inside:
        return (state if moment.near else None), []
    if fix.at - state.first.at < CONFIRMING_US:
        return state, []
    state.state = Within.IN
    return state, [_found(state, moment) if state.before is None else _entered(state, moment)]


def _entered(state: Inside, moment: InArea) -> Fact:
    name, first, before = moment.area.name, state.first, state.before
    why = f"{CONFIRMING_FIXES} fixes inside {name}, the one before them outside."
    return _fact(
        EventKind.AREA_ENTERED, state, moment, span=crossing(moment.area.shape, before, first),
        place=first, fixes=(before, first, moment.fix), why=why + _silent(before, first),
    )  # fmt: skip


def _found(state: Inside, moment: InArea) -> Fact:
    """Nobody saw her come in."""
    name, first = moment.area.name, state.first
    why = f"Heard in {name} when nothing was known of her before: when she came is not known."
    if state.leapt is not None:
        why = (
            f"Her number leapt into {name} from where no ship can have come: one of the places is"
            " false, or there are two ships."
        )
    elif state.there is not None:
        why = f"In {name} already when it came into force: when she came is not known."
    return _fact(
        EventKind.FIRST_SEEN_IN_AREA, state, moment,
        span=Span(earliest=None, at=None, latest=first.at), place=first,
        fixes=(state.leapt, state.there, first, moment.fix), why=why,
    )  # fmt: skip


def _left(state: Inside, moment: InArea) -> Fact:
    before, out = state.last_in, state.out or moment.fix
    why = f"{CONFIRMING_FIXES} fixes more than {AREA_MARGIN_M:.0f} m outside {moment.area.name}."
    return _fact(
        EventKind.AREA_LEFT, state, moment, span=crossing(moment.area.shape, before, out),
        place=out, fixes=(before, out, state.beyond, moment.fix), why=why + _silent(before, out),
    )  # fmt: skip


def _silent(before: Fix | None, fix: Fix) -> str:
    """What a silence between two fixes leaves open."""
    if before is None or fix.at - before.at <= SILENCE_US:
        return ""
    return f" Not heard for {(fix.at - before.at) / HOUR_US:.1f} h between: it was in that time."


def _fact(
    kind: EventKind, state: Inside, moment: InArea, *, span: Span, place: Fix,
    fixes: tuple[Fix | None, ...], why: str,
) -> Fact:  # fmt: skip
    area = moment.area
    return Fact(
        kind=kind, span=span, decided_at=moment.now, place=place, fixes=ordered(*fixes), why=why,
        figures={
            "area": area.name, "owner": area.owner, "shared": area.shared, "tells": area.tells,
            "stay": to_iso(state.first.at), "margin_m": AREA_MARGIN_M,
            "confirming_fixes": CONFIRMING_FIXES,
        },
        key_at=place.at,
    )  # fmt: skip
