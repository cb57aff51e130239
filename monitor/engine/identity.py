"""What ships say of themselves, and since when it is known: events bear what held at their instant.

A static report counts from its own time on, or from the watermark if it came late: so the result
does not depend on how batches were cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace

from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.model import Static, StaticReport
from monitor.units import NO_TIME

Claim = tuple[float | None, str | None]
"""Draught (m) and destination, as reported; None: never."""

FIELDS = tuple(field.name for field in fields(Static) if field.name not in {"mmsi", "eta"})
"""What is remembered of static reports: each as it was said last. The ETA bears no year."""

Known = list[tuple[int, Static]]
"""(since, what she says from then on), oldest first."""


def merged(before: Static, report: Static) -> Static:
    """What a ship says who said ``before``, and now this: what it does not say, stays."""
    news = {
        name: said
        for name in FIELDS
        if (said := getattr(report, name)) is not None and said != getattr(before, name)
    }
    return replace(before, **news) if news else before


class Names:
    """What all ships say of themselves."""

    def __init__(self) -> None:
        """No ship has said anything."""
        self.known: dict[int, Static] = {}
        self.due: list[StaticReport] = []  # news that count from this batch on, in time order
        self._waiting: dict[str, StaticReport] = {}  # by key
        self._newest: dict[int, tuple[int, Static]] = {}  # what waits included
        self._words: dict[int, Static] = {}  # the last report of each that was in order of time
        self._changes: dict[int, Known] = {}  # of the batch that is being told
        self._changed: set[int] = set()  # ships that now say something else
        self._fresh: set[str] = set()  # keys of what waits and is not kept yet
        self._left: list[Kept] = []  # what is kept and waits no more, or cannot be read

    def put(self, statics: list[StaticReport]) -> None:
        """Take static reports; ``known_at`` says from when on each counts."""
        news = {said_kept.key_of(static): static for static in statics if self._is_news(static)}
        self._waiting |= news
        self._fresh |= news.keys()

    def advance(self, until: int) -> None:
        """Take what is known by the watermark ``until`` into account, from its instant on."""
        due = [static for static in self._waiting.values() if static.known_at < until]
        due.sort(key=lambda static: (static.known_at, static.seq))
        if due:
            self._keep_waiting(lambda static: static.known_at >= until)
        self.due = due
        self._changes = {}
        for report in due:
            mmsi = report.static.mmsi
            known = self._changes.setdefault(mmsi, [])
            before = known[-1][1] if known else self.known.get(mmsi, Static(mmsi=mmsi))
            known.append((report.known_at, merged(before, report.static)))

    def as_of(self, mmsi: int, at: int) -> Static:
        """What a ship was known to say of herself at an instant (us) of this batch."""
        held = self.known.get(mmsi)
        for since, later in self._changes.get(mmsi, ()):
            if since <= at:
                held = later
        return Static(mmsi=mmsi) if held is None else held

    def said_by(self, mmsi: int, at: int) -> Claim:
        """Draught (m) and destination that a ship has reported by an instant (us) of this batch."""
        says = self.as_of(mmsi, at)
        return says.draught_m, says.destination

    def of(self, mmsi: int, at: int) -> str | None:
        """A ship's name as it was known at an instant (us) of this batch; None: it was not."""
        return self.as_of(mmsi, at).name

    @property
    def waiting(self) -> set[int]:
        """Ships of which a report waits."""
        return {static.static.mmsi for static in self._waiting.values()}

    def __len__(self) -> int:
        """How many ships said something."""
        return len(self._newest)

    def knows(self, mmsi: int) -> bool:
        """Whether it is in memory what a ship says, if she said anything."""
        return mmsi in self._newest or mmsi in self.known

    def said_at(self) -> Iterator[tuple[int, int]]:
        """Ships that said something, and when they last said something new, us."""
        yield from ((mmsi, at) for mmsi, (at, _) in self._newest.items())

    def let_go(self, vessels: set[int]) -> None:
        """Forget what these say, of which nothing changed since ``take_changed``."""
        for mmsi in vessels:
            self.known.pop(mmsi, None)
            self._newest.pop(mmsi, None)
            self._words.pop(mmsi, None)

    def recall(self, rows: Iterable[Kept]) -> list[str]:
        """Know again what ships said that were let go; sentences about what cannot be read."""
        found = said_kept.read([row for row in rows if row.detector == said_kept.SAID])
        self.known |= found.said
        self._newest |= {mmsi: (NO_TIME, said) for mmsi, said in found.said.items()}
        self._left += found.gone
        return found.notes

    def settle(self) -> None:
        """The batch is told: what changed in it is what is known."""
        for mmsi, known in self._changes.items():
            if self.known.get(mmsi) != known[-1][1]:
                self.known[mmsi] = known[-1][1]
                self._changed.add(mmsi)
        self._changes = {}

    def _is_news(self, report: StaticReport) -> bool:
        """Whether a static report may say something new; most repeat what was said before."""
        mmsi = report.static.mmsi
        if self._words.get(mmsi) is report.static and report.known_at >= self._newest[mmsi][0]:
            return False  # the very words of the last time: decoders keep them
        self._words.pop(mmsi, None)
        at, old = self._newest.get(mmsi, (NO_TIME, Static(mmsi=mmsi)))
        if report.known_at < at:
            return merged(Static(mmsi=mmsi), report.static) != Static(mmsi=mmsi)
        new = merged(old, report.static)
        self._words[mmsi] = report.static
        if new is old:
            self._newest.setdefault(mmsi, (NO_TIME, old))
            return False
        self._newest[mmsi] = report.known_at, new
        return True

    def _keep_waiting(self, stays: Callable[[StaticReport], bool]) -> None:
        """Let go what waits, but for what stays."""
        gone = {key for key, static in self._waiting.items() if not stays(static)}
        self._left += [said_kept.waits_no_more(key) for key in sorted(gone - self._fresh)]
        self._fresh -= gone
        self._waiting = {k: static for k, static in self._waiting.items() if k not in gone}

    # -- restart -------------------------------------------------------------------------------

    def take_changed(self, *, full: bool = False) -> list[Kept]:
        """What changed since the last call, or all; one without a state is over."""
        changed = sorted(self.known if full else self._changed)
        fresh = [s for key, s in self._waiting.items() if full or key in self._fresh]
        rows = [said_kept.row_of(mmsi, self.known.get(mmsi)) for mmsi in changed]
        rows = [*self._left, *rows, *map(said_kept.waiting, fresh)]
        self._changed, self._fresh, self._left = set(), set(), []
        return rows

    def restore(self, rows: Iterable[Kept]) -> list[str]:
        """Go on from ``take_changed`` (all); sentences about what of it cannot be read."""
        found = said_kept.read(rows)
        self.known = found.said
        self._newest = {mmsi: (NO_TIME, said) for mmsi, said in self.known.items()}
        self._words = {}
        self._waiting, self._left = found.waiting, found.gone
        for static in self._waiting.values():
            self._is_news(static)
        return found.notes

    def adopt(self, other: Names, vessels: Iterable[int]) -> None:
        """Know of these vessels what another knows, beside what waits here and came in time."""
        of_them = set(vessels)
        self._keep_waiting(lambda s: s.static.mmsi not in of_them or s.known_at == s.at)
        waiting = {static.static.mmsi for static in self._waiting.values()}
        for mmsi in sorted(of_them):
            says = other.known.get(mmsi)
            if self.known.get(mmsi) != says:
                self._changed.add(mmsi)
            self.known.pop(mmsi, None)
            if says is not None:
                self.known[mmsi] = says
            self._words.pop(mmsi, None)
            if mmsi not in waiting:
                self._newest.pop(mmsi, None)
                if mmsi in other._newest:
                    self._newest[mmsi] = other._newest[mmsi]
