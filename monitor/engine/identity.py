"""What ships say of themselves, and since when it is known: events bear the name of their instant.

A static report names events from its own time on, or from the watermark if it came late: so the
result does not depend on how batches were cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.engine.said_kept import Said
from monitor.model import StaticReport
from monitor.units import NO_TIME

Known = list[tuple[int, str]]
"""(since, name), oldest first."""


Claim = tuple[float | None, str | None]
"""Draught (m) and destination, as reported; None: never."""

Words = tuple[Any, ...]
"""What matters of a static report: name, draught, destination; None: it does not say."""

NOTHING: Words = (None, None, None)


T = TypeVar("T")


def _as_of(at: int, before: T, changes: Iterable[tuple[int, T]]) -> T:
    """What held at an instant (us) of a batch, by what held before it and changed since when."""
    for since, later in changes:
        if since <= at:
            before = later
    return before


def _said(static: StaticReport) -> Words:
    return static.static.name, static.static.draught_m, static.static.destination


class Names:
    """The names of all ships."""

    def __init__(self) -> None:
        """No ship has a name."""
        self.names: dict[int, str] = {}
        self.claims: dict[int, Claim] = {}
        self._claimed: dict[int, list[tuple[int, Claim]]] = {}  # of the batch that is being told
        self.due: list[StaticReport] = []  # news that count from this batch on, in time order
        self._waiting: list[StaticReport] = []
        self._newest: dict[int, tuple[int, Words]] = {}  # what waits included
        self._changes: dict[int, Known] = {}  # of the batch that is being told
        self._changed: set[int] = set()  # ships that now say something else
        self._fresh: dict[str, StaticReport] = {}  # by key: what waits and is not kept yet
        self._left: list[Kept] = []  # what is kept and waits no more, or cannot be read

    def put(self, statics: list[StaticReport]) -> None:
        """Take static reports; ``known_at`` says from when on each counts."""
        news = [static for static in statics if self._is_news(static)]
        self._waiting += news
        self._fresh |= {said_kept.key_of(static): static for static in news}

    def advance(self, until: int) -> None:
        """Take what is known by the watermark ``until`` into account, from its instant on."""
        due = sorted(
            (s for s in self._waiting if s.known_at < until), key=lambda s: (s.known_at, s.seq)
        )
        self._keep_waiting(lambda s: s.known_at >= until)
        self.due = due
        changes: dict[int, Known] = defaultdict(list)
        for static in due:
            if static.static.name is not None:
                changes[static.static.mmsi].append((static.known_at, static.static.name))
        self._changes = dict(changes)
        self._claimed = {}
        for static in due:
            mmsi, says = static.static.mmsi, static.static
            known = self._claimed.setdefault(mmsi, [])
            draught, bound = known[-1][1] if known else self.claims.get(mmsi, (None, None))
            draught = draught if says.draught_m is None else says.draught_m
            bound = bound if says.destination is None else says.destination
            known.append((static.known_at, (draught, bound)))

    def said_by(self, mmsi: int, at: int) -> Claim:
        """Draught (m) and destination that a ship has reported by an instant (us) of this batch."""
        return _as_of(at, self.claims.get(mmsi, (None, None)), self._claimed.get(mmsi, ()))

    def of(self, mmsi: int, at: int) -> str | None:
        """A ship's name as it was known at an instant (us) of this batch; None: it was not."""
        return _as_of(at, self.names.get(mmsi), self._changes.get(mmsi, ()))

    def settle(self) -> None:
        """The batch is told: what changed in it is what is known."""
        for mmsi, known in self._changes.items():
            if self.names.get(mmsi) != known[-1][1]:
                self.names[mmsi] = known[-1][1]
                self._changed.add(mmsi)
        self._changes = {}
        for mmsi, said in self._claimed.items():
            if self.claims.get(mmsi) != said[-1][1]:
                self.claims[mmsi] = said[-1][1]
                self._changed.add(mmsi)
        self._claimed = {}

    def _is_news(self, static: StaticReport) -> bool:
        """Whether a static report may say something new; most repeat what was said before."""
        said, mmsi = _said(static), static.static.mmsi
        if said == NOTHING:
            return False
        last = self._newest.get(mmsi)
        if last is None or static.known_at >= last[0]:
            old = NOTHING if last is None else last[1]
            new = tuple(was if now is None else now for was, now in zip(old, said, strict=True))
            if new == old:
                return False
            self._newest[mmsi] = static.known_at, new
        return True

    # -- restart -------------------------------------------------------------------------------

    def take_changed(self, *, full: bool = False) -> list[Kept]:
        """What changed since the last call, or all; one without a state is over."""
        changed = self.names.keys() | self.claims.keys() if full else self._changed
        fresh = self._waiting if full else self._fresh.values()
        rows = [*self._left, *map(self._kept, sorted(changed)), *map(said_kept.waiting, fresh)]
        self._changed, self._fresh, self._left = set(), {}, []
        return rows

    def _kept(self, mmsi: int) -> Kept:
        claim = self.claims.get(mmsi, (None, None))
        return said_kept.row_of(mmsi, Said(self.names.get(mmsi), *claim))

    def _keep_waiting(self, stays: Callable[[StaticReport], bool]) -> None:
        """Let go what waits, but for what stays."""
        for static in self._waiting:
            key = said_kept.key_of(static)
            if not stays(static) and self._fresh.pop(key, None) is None:
                self._left.append(said_kept.waits_no_more(key))
        self._waiting = [static for static in self._waiting if stays(static)]

    def restore(self, rows: Iterable[Kept]) -> list[str]:
        """Go on from ``take_changed`` (all); sentences about what of it cannot be read."""
        found = said_kept.read(rows)
        self.names, self.claims = {}, {}
        for mmsi, said in found.said.items():
            if said.name is not None:
                self.names[mmsi] = said.name
            self.claims[mmsi] = said.draught_m, said.destination
        self._newest = {
            mmsi: (NO_TIME, (said.name, said.draught_m, said.destination))
            for mmsi, said in found.said.items()
        }
        self._waiting, self._left = found.waiting, found.gone
        for static in self._waiting:
            self._is_news(static)
        return found.notes

    def adopt(self, other: Names, vessels: Iterable[int]) -> None:
        """Know of these vessels what another knows, beside what waits here and came in time."""
        of_them = set(vessels)
        self._keep_waiting(lambda s: s.static.mmsi not in of_them or s.known_at == s.at)
        waiting = {static.static.mmsi for static in self._waiting}
        for mmsi in sorted(of_them):
            name, claim = other.names.get(mmsi), other.claims.get(mmsi)
            if (self.names.get(mmsi), self.claims.get(mmsi)) != (name, claim):
                self._changed.add(mmsi)
            self.names.pop(mmsi, None)
            if name is not None:
                self.names[mmsi] = name
            self.claims.pop(mmsi, None)
            if claim is not None:
                self.claims[mmsi] = claim
            if mmsi not in waiting:
                self._newest.pop(mmsi, None)
                if mmsi in other._newest:
                    self._newest[mmsi] = other._newest[mmsi]
