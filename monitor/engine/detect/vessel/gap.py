"""Gaps at sea: ships under way that are not heard any more, and heard again.

    silence  of a ship that                                     told
    2 h      was heard in each of the last STEADY_HOURS         WentDark, provisional
    6 h      was heard in half of the last DAY_HALF_HOURS       WentDark, confirmed
    12 h     and in nearly all of them, far off any watched     WentDark, "likely deliberate"
             port's receivers
    ended    of one that was told of                            Reappeared; a provisional one that
                                                                is heard within 6 h is withdrawn

Of a silence that reception explains (``engine/deaf.py``) is told that she is out of reception, and
that stays provisional however long it is: ``evidence.py`` sees to it.

Only ships that were under way, or adrift, are meant: who lies moored or at anchor switches off as
routine, and silences inside the waters of a port are told by its visits (``port/silence.py``). What
came before a silence (``watched.py``: a turn, slowing down, being heard more rarely, another
destination) is told as having been *with* it, never as why. Ships count within WATCHED_NM of a
watched port: half the way from Tartus to Tobruk and more; of the others, wherever on earth, nobody
asks.

What is remembered of a ship changes once an hour, so that neither a busy sea nor the store has more
to do: rows are the first fixes of each hour, and a silence begins at her last fix, which the tracks
know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.feasible import DARK, DELIBERATE, feasible, unexplained_s
from monitor.engine.detect.vessel.watched import DAY_HALF_HOURS, Watched
from monitor.engine.geofence import FenceSet, distance_m
from monitor.engine.reach import needed_kn
from monitor.model import EventKind, EventState, Fix, Ship, Span
from monitor.units import DAY_US, HOUR_US, NAUTICAL_MILE_M, SECOND_US, to_iso
from monitor.words import AGROUND, AT_ANCHOR, MOORED

WATCHED_NM = 400.0
"""See the module: Tartus and Tobruk are 619 NM apart."""

LIMITS_US = (2 * HOUR_US, 6 * HOUR_US, 12 * HOUR_US)
"""Silences: possibly dark (two hours is what a satellite may need at most to be back over a busy
sea), dark (Skylight's 6 h), likely deliberate (Global Fishing Watch's 12 h)."""

STEADY_HOURS = 6
"""Who was heard in each of so many hours is heard by receivers that miss her at once."""

HALF_OF_THEM, NEARLY_ALL = 6, 10
"""Before a silence, of DAY_HALF_HOURS: heard in fewer, silence is how she is heard. Global Fishing
Watch asks for 20 positions in 12 h, for a gap that is meant."""

OFF_NM = 50.0
"""A silence so near to a watched port can be its receivers' (GFW's 50 NM of the shore)."""

AT_REST_KN = 0.5
AT_REST = frozenset({AT_ANCHOR, MOORED, AGROUND})

KEEP_US = 60 * DAY_US
"""A dark ship that stays away for longer was scrapped, sold or sunk, or never that number again:
nobody waits for her any more."""

FORGET_US = 3 * DAY_US
"""Of a ship that is silent as a matter of routine it is forgotten so soon how fast she is."""

TOLD = ("", "possibly dark", DARK, "likely deliberate")
"""How a silence is called, by how many of its limits have passed."""


class Heard(NamedTuple):
    """The first fix of a ship in an hour."""

    fix: Fix
    prev: Fix | None  # None: she was never heard before, or her number leapt here
    decided_at: int  # us; when it was believed
    watched: bool  # it is near enough to a watched port
    destination: str | None

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)


class Gaps(Detector[Ship, Watched, Heard]):
    """The detector of silences at sea."""

    NAME: ClassVar[str] = "gap"
    VERSION: ClassVar[int] = 2
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Watched

    def __init__(self, fences: FenceSet) -> None:
        """See Detector."""
        super().__init__(fences)
        self._last: Callable[[int, int], Fix | None] = lambda *_: None

    def rows(self, seen: Seen, states: Mapping[Ship, Watched]) -> Iterator[tuple[Ship, Heard]]:
        """First fixes of each hour, near enough, and of ships that are watched."""
        self._last = seen.last
        fixes, links = seen.tracks.fixes, seen.tracks.links
        if not len(fixes):
            return
        late = links["decided_at"] > fixes["at"]  # believed when others had come
        new = np.flatnonzero((fixes["at"] // HOUR_US != links["prev_at"] // HOUR_US) | late)
        if not len(new):
            return
        near = self._near(fixes["lon"][new], fixes["lat"][new]).tolist()
        decided = links["decided_at"][new]
        known = np.maximum(decided, fixes["at"][new]).tolist()
        heads, tracks = seen.tracks.heads, seen.track_of(new).tolist()
        columns = zip(new.tolist(), tracks, near, decided.tolist(), known, strict=True)
        for row, track, watched, decided_at, now in columns:
            ship = Ship(*heads[track])
            if watched or ship in states:
                said = seen.said(ship.mmsi, now)[1]
                yield ship, Heard(seen.fix(row), seen.before(row, track), decided_at, watched, said)

    def _near(self, lon: Any, lat: Any) -> NDArray[np.bool_]:
        near = np.zeros(len(lon), dtype=np.bool_)
        for port in self.fences.ports:
            near |= distance_m(*port.centre, lon, lat) <= WATCHED_NM * NAUTICAL_MILE_M
        return near

    def step(self, state: Watched | None, moment: Heard) -> tuple[Watched | None, list[Found]]:
        """Take a fix; see Detector."""
        fix, told = moment.fix, list[Found]()
        if state is not None:
            state, told = self._ended(state, moment)
        if not moment.watched or (state is None and moment.prev is None):
            return None, told  # heard for the first time: floods of numbers are, and no more
        if state is None or moment.prev is None:
            state = Watched(fix.at, fix.at // HOUR_US, 1, fix, destination=moment.destination)
        else:
            state.go_on(fix)
        state.notice(fix, moment.destination, moment.now)
        _known(state, moment.now)
        return state, told

    def deadline(self, state: Watched) -> int | None:
        """When she has been silent for long; see Detector."""
        return state.armed_at + _limit_us(state)

    def upgrade(self, key: Ship, state: Any, version: int) -> Any:
        """See Detector. Version 1 remembered no turns, and counted hours alongside, too."""
        if version != 1 or not isinstance(state, dict):
            return super().upgrade(key, state, version)
        return {**{name: value for name, value in state.items() if name != "hours"}, "turned": []}

    def holds(self, state: Watched) -> bool:
        """As long as something may be told of her while she is not heard; see Detector."""
        return state.told < len(LIMITS_US)

    def wake(self, key: Ship, state: Watched, at: int) -> tuple[Watched | None, list[Found]]:
        """Nobody heard her since, or somebody did: see Detector."""
        last = self._last(key.mmsi, key.track)
        if last is None or state.told >= len(LIMITS_US):
            return None, []
        if last.at > state.armed_at:
            state.armed_at = last.at
            return state, []
        return state, self._silent(state, last, at)

    def _silent(self, state: Watched, last: Fix, at: int) -> list[Found]:
        """A silence has lasted until a limit, ``at``: what is told of it, if anything."""
        grade = state.told + 1
        state.told, state.armed_at = grade, last.at
        if grade == 1 and self._is_routine(last):
            state.told = len(LIMITS_US)
            return []
        heard = state.heard.bit_count()
        if grade == 1:
            steady = (1 << STEADY_HOURS) - 1
            if state.heard & steady != steady:
                return []
        elif grade == 2 and heard < HALF_OF_THEM and state.last is None:
            state.told = len(LIMITS_US)
            return []
        elif grade == 3 and (heard < NEARLY_ALL or self._nearest(last)[0] < OFF_NM):
            return []
        state.last = last
        return [self._dark(state, last, at, heard)]

    def _dark(self, state: Watched, last: Fix, at: int, heard: int) -> Fact:
        grade, silent = state.told, at - last.at
        off_nm, port = self._nearest(last)
        why = f"Not heard for {silent / HOUR_US:.0f} h, last {off_nm:.0f} NM off"
        why += f" {self.fences.name_of(port)};"
        why += f" before that heard in {heard} of {DAY_HALF_HOURS} hours."
        besides = state.came_before(last)
        if besides:
            why += f" With it, before: {', '.join(besides)}."
        if grade == len(LIMITS_US):
            why += DELIBERATE
        known = state.known
        return Fact(
            kind=EventKind.WENT_DARK,
            span=Span(earliest=last.at, at=None, latest=last.at + LIMITS_US[0]),
            decided_at=at, place=last, fixes=ordered(state.earlier, state.first, last), why=why,
            figures={
                "grade": TOLD[grade], "silence_s": silent // SECOND_US, "port": port,
                "silent_since": to_iso(last.at),
                "off_m": round(off_nm * NAUTICAL_MILE_M), "heard_hours": heard,
                "of_hours": DAY_HALF_HOURS, "with": besides,
                "greatest_kn": round(known.fastest_kn, 1),
                "usual_kn": None if known.usual_kn is None else round(known.usual_kn, 1),
            },
            key_at=last.at, confidence=grade,
            state=EventState.PROVISIONAL if grade == 1 else EventState.CONFIRMED,
        )  # fmt: skip

    def _ended(self, state: Watched, moment: Heard) -> tuple[Watched | None, list[Found]]:
        """She is heard: what of her silence was not told yet, and that it ended.

        None: by then nobody waited for her any more.
        """
        fix, prev, told = moment.fix, moment.prev, list[Found]()
        while prev is not None and (at := prev.at + _limit_us(state)) < moment.now:
            if state.told == len(LIMITS_US):
                return None, told
            told += self._silent(state, prev, at)
        last = state.last
        if last is None or prev is None:  # a leap: another ship's, or a false position
            return state, told
        if fix.at - last.at <= LIMITS_US[1]:
            return state, [*told, _withdrawn(last, moment)]
        return state, [*told, self._back(state, last, moment)]

    def _back(self, state: Watched, last: Fix, moment: Heard) -> Fact:
        fix, known = moment.fix, state.known
        away = float(distance_m(last.lon, last.lat, fix.lon, fix.lat))
        silent = fix.at - last.at
        calls = feasible(self.fences.ports, last, fix, known)
        spare_s = unexplained_s(last, fix, known)
        hours, miles = silent / HOUR_US, away / NAUTICAL_MILE_M
        why = f"Heard again after {hours:.1f} h, {miles:.0f} NM from there."
        if calls:
            named = [(self.fences.name_of(call.port), call.hours) for call in calls]
            stays = [f"{port} (for {hours:.0f} h at most)" for port, hours in named]
            why += f" She may have been at {' or '.join(stays)} meanwhile."
        else:
            why += " No call at a watched port fits into it."
        if spare_s:
            why += f" {spare_s / 3600:.0f} h of it the way there does not explain."
        return Fact(
            kind=EventKind.REAPPEARED, span=Span(earliest=last.at, at=fix.at, latest=fix.at),
            decided_at=moment.now, place=fix, fixes=ordered(last, fix), why=why,
            figures={
                "silent_s": silent // SECOND_US, "silent_since": to_iso(last.at),
                "port": self._nearest(last)[1], "away_m": round(away),
                "needed_kn": round(needed_kn(last, fix), 1),
                "greatest_kn": round(known.fastest_kn, 1), "unexplained_s": spare_s,
                "feasible_calls": [call.figures for call in calls],
            },
            key_at=fix.at, confidence=state.told,
        )  # fmt: skip

    def _is_routine(self, last: Fix) -> bool:
        """Whether she lay still, or in the waters of a port: its visits tell of that."""
        if last.status in AT_REST or last.sog_kn < AT_REST_KN:
            return True
        lon, lat = np.array([last.lon]), np.array([last.lat])
        return any(bool(port.masks(lon, lat)[1][0]) for port in self.fences.ports)

    def _nearest(self, fix: Fix) -> tuple[float, str]:
        """How far off the nearest watched port, NM, and which that is."""
        away = [(distance_m(*port.centre, fix.lon, fix.lat), port.id) for port in self.fences.ports]
        nearest_m, port = min(away)
        return float(nearest_m) / NAUTICAL_MILE_M, port


def _limit_us(state: Watched) -> int:
    """How long a silence must be for what comes next of it."""
    if state.told < len(LIMITS_US):
        return LIMITS_US[state.told]
    return FORGET_US if state.last is None else KEEP_US


def _known(state: Watched, now: int) -> None:
    """What she says was believed ``now``: limits that had passed by then are none."""
    state.known_at = now
    while state.told < len(LIMITS_US) and state.armed_at + LIMITS_US[state.told] <= now:
        state.told += 1


def _withdrawn(last: Fix, moment: Heard) -> Fact:
    silent = moment.fix.at - last.at
    return Fact(
        kind=EventKind.WENT_DARK,
        span=Span(earliest=last.at, at=None, latest=last.at + LIMITS_US[0]),
        decided_at=moment.now, place=last, fixes=ordered(last, moment.fix),
        why=f"Heard again after {silent / HOUR_US:.1f} h: too short to be called dark.",
        figures={
            "grade": TOLD[1], "silence_s": silent // SECOND_US, "silent_since": to_iso(last.at),
        },
        key_at=last.at, confidence=1, state=EventState.WITHDRAWN,
    )  # fmt: skip
