"""Whom the engine has in memory: of a ship that was not heard for long, the store remembers.

What is known of a ship stands in the store, row for row as it is in memory. So whoever has no
deadline before her and was not heard for UNHEARD_US is let go, with her visits, calls and voyages;
and where there are more than MOST_SHIPS, who was not heard for longest, deadline or not. Should she
be heard again, or a deadline of hers come, she is recalled before that is taken, and is as she was.
Nothing that is found depends on who is in memory, or on when somebody was let go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from monitor.arrays import rows_at
from monitor.engine import said_kept
from monitor.engine.detect import BY_SHIP
from monitor.engine.detect.deadlines import Deadlines
from monitor.engine.detect.detection import Detection
from monitor.engine.detect.episode import EPISODE, Episodes
from monitor.engine.detect.picture import FRESH_US
from monitor.engine.identity import Names
from monitor.engine.kept import Kept
from monitor.engine.odd_kept import TRACK, read
from monitor.engine.track import Tracker
from monitor.units import DAY_US, HOUR_US, NO_TIME

UNHEARD_US = 3 * DAY_US
"""Whoever sails on is heard again within a day or two, by a satellite at least."""

MOST_SHIPS = 100_000
"""All the world's AIS is some 80,000 ships a day; of each 2 kB are held. Only if more were heard in
20 minutes might one be let go that others are compared with (see ``picture.py``)."""

ROOM = 0.75
"""Beyond MOST_SHIPS so many of them stay: each look costs as much as they are."""

MORE = 1.1
"""If those that must stay are more than MOST_SHIPS, it is looked again when there are so many
more."""

LOOK_US = HOUR_US
"""Of the watermark: it is looked so often for who may be let go."""

KINDS = (said_kept.SAID, said_kept.STOOD, TRACK, EPISODE)
"""Under which is kept what a restart leaves to the store; and states of detectors that say so."""

RECALLED = (*KINDS, *(detector.NAME for detector in BY_SHIP))
"""Under which is kept what is recalled. Whoever is watched with another ship is never let go."""


class Recalled(NamedTuple):
    """What the store has of some ships."""

    ships: Collection[int]  # these
    last: Any  # dtype FIX: last fixes
    heard: Any  # dtype HEARD, row for row
    states: list[Kept]  # of RECALLED


def held_keys(keys: Iterable[str]) -> set[int]:
    """The ships of keys of odd vessels."""
    return {int(key[1:].partition(",")[0]) for key in keys}


class Remembered:
    """Which ships are in memory, of those that the store knows."""

    def __init__(
        self, tracker: Tracker, names: Names, episodes: Episodes, detection: Detection
    ) -> None:
        """All are."""
        self._tracker, self._names, self._episodes = tracker, names, episodes
        self._detection = detection
        self.elsewhere = 0  # ships with fixes that are in the store alone
        self.partial = False  # the store may know ships that are not in memory
        self._looked_at = NO_TIME
        self._full = 0  # as many as were left when it was looked last, and some room
        self._wakes: Deadlines[int] = Deadlines()  # of ships that are in the store alone
        self._due: set[int] = set()  # of these, those that must be recalled

    def begin(
        self, *, elsewhere: int, partial: bool, asleep: Mapping[str, tuple[int, int]],
        wakes: Mapping[int, int],
    ) -> None:  # fmt: skip
        """A restart: so many ships with fixes are in the store alone.

        ``asleep``: see ``Detection.begin``; ``wakes``: when which of them must be recalled, us.
        """
        self.elsewhere, self.partial = elsewhere, partial
        self._detection.begin(asleep)
        for mmsi, at in wakes.items():
            self._wakes.note(mmsi, at)

    def knows(self, mmsi: int) -> bool:
        """Whether a ship is in memory."""
        tracker = self._tracker
        return mmsi in tracker.index or mmsi in tracker.odd or self._names.knows(mmsi)

    def absent(self, ships: Iterable[int]) -> set[int]:
        """Those of some ships that the store may know, and that are not in memory."""
        if not self.partial:
            return set()
        return {mmsi for mmsi in set(ships) - self._tracker.index.keys() if not self.knows(mmsi)}

    def due(self, until: int) -> set[int]:
        """Ships in the store alone that have a deadline before ``until`` (us)."""
        self._due |= {mmsi for _, mmsi in self._wakes.due(until)}
        return set(self._due)

    @property
    def next_deadline_at(self) -> int | None:
        """The earliest of all ships, us, in memory or not; None: there is none."""
        known = (self._wakes.next_at, self._detection.next_deadline_at)
        return min((at for at in known if at is not None), default=None)

    def is_time(self, watermark: int, most: int | None = None) -> bool:
        """Whether to look for who may be let go: that costs as much as there are ships."""
        most = MOST_SHIPS if most is None else most
        due = watermark - self._looked_at >= LOOK_US
        return watermark != NO_TIME and (due or self._count > max(most, self._full))

    def let_go(self, watermark: int, pending: Collection[int], most: int | None = None) -> set[int]:
        """Let go of whom nobody misses; nothing of them may have changed. See ``is_time``.

        ``pending``: ships whose reports wait. They stay, and those of which something else waits or
        that are watched with others, however many they are. ``most`` None: MOST_SHIPS.
        """
        most = MOST_SHIPS if most is None else most
        self._looked_at = watermark
        heard, awake = self._heard_at(), self._detection.ships
        busy = {*pending, *self._tracker.gave_up, *self._names.waiting, *self._detection.paired}
        order = sorted((at, mmsi) for mmsi, at in heard.items() if mmsi not in busy)
        free = [(at, mmsi) for at, mmsi in order if mmsi not in awake]
        gone = {mmsi for at, mmsi in free if at < watermark - UNHEARD_US}
        if len(heard) - len(gone) > most:
            beyond = len(heard) - int(ROOM * most)
            stale = watermark - FRESH_US  # newer ones are compared with others
            free += [(at, mmsi) for at, mmsi in order if mmsi in awake and at < stale]
            gone = {mmsi for _, mmsi in free[:beyond]}
        if gone:
            self.partial = True
            self.elsewhere += self._without(gone)
            self._names.let_go(gone)
            self._episodes.let_go(gone)
            for mmsi, at in self._detection.let_go(gone).items():
                self._wakes.note(mmsi, at)
        self._full = round(MORE * self._count)
        return gone

    @property
    def _count(self) -> int:
        """How many ships are in memory, roughly: most that say something are heard."""
        return max(len(self._tracker.index), len(self._names))

    def _heard_at(self) -> dict[int, int]:
        """When each ship was heard last, us; NO_TIME: that is not known in memory."""
        tracker = self._tracker
        last = tracker.last[: len(tracker.index)]
        at = np.where(last["mmsi"] != 0, last["at"], NO_TIME)
        found = dict(zip(tracker.index, at.tolist(), strict=True))
        for mmsi, odd in tracker.odd.items():
            fixes = [*odd.tracks.values(), *(one.fixes[-1] for one in odd.held)]
            found[mmsi] = max((fix.at for fix in fixes), default=NO_TIME)
        for mmsi, said_at in self._names.said_at():
            found[mmsi] = max(said_at, found.get(mmsi, NO_TIME))
        return found

    def _without(self, gone: set[int]) -> int:
        """Leave these out of the tracker: the others move up; how many there were."""
        tracker = self._tracker
        stay = [mmsi for mmsi in tracker.index if mmsi not in gone]
        count = len(tracker.index) - len(stay)
        slots = np.array([tracker.index[mmsi] for mmsi in stay], dtype=np.int64)
        tracker.restore(
            rows_at(tracker.last, slots), tracker.heard[slots],
            {mmsi: odd for mmsi, odd in tracker.odd.items() if mmsi not in gone}, ships=stay,
        )  # fmt: skip
        return count

    def recall(self, recalled: Recalled) -> tuple[list[Kept], list[str]]:
        """Put ships where they were; rows that cannot be read, to be deleted, and sentences."""
        self._due -= set(recalled.ships)
        for mmsi in recalled.ships:
            self._wakes.note(mmsi, None)
        tracks = read(recalled.states)
        self.elsewhere -= self._tracker.recall(recalled.last, recalled.heard, tracks.odd)
        parts = (self._names, self._episodes, self._detection)
        notes = [note for part in parts for note in part.recall(recalled.states)]
        return [row._replace(state=None) for row in tracks.gone], [*tracks.notes, *notes]
