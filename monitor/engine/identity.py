"""What ships say of themselves, and since when it is known: events bear what held at their instant.

A static report counts from its own time on, or from the watermark if it came late: so the result
does not depend on how batches were cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from operator import attrgetter, itemgetter
from typing import NamedTuple

from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.engine.stood import AGAIN_US, MARK_US, UNSTOOD, Stood, noted
from monitor.model import Static, StaticReport
from monitor.units import MINUTE_US, NO_TIME

Claim = tuple[float | None, str | None]
"""Draught (m) and destination, as reported; None: never."""

FIELDS = tuple(field.name for field in fields(Static) if field.name not in {"mmsi", "eta"})
"""What is remembered of static reports: each as it was said last. The ETA bears no year."""

FORGET_US = MINUTE_US
"""How often it is looked which of the reports that were passed over nobody needs any more."""

_KNOWN_AT = attrgetter("known_at")
_SINCE = itemgetter(0)
_said = attrgetter(*FIELDS)
_NOTHING = (None,) * len(FIELDS)

Known = list[tuple[int, Static, Stood]]
"""(since, what she says from then on, since when it stands), oldest first."""


class News(NamedTuple):
    """A static report that says something new, or again what was not noted for a while."""

    report: StaticReport
    before: Static  # what she said until then
    stood: Stood  # since when
    changes: bool  # whether it says anything else than before

    @property
    def now(self) -> int:
        """From when on it counts, us."""
        return self.report.known_at


def merged(before: Static, report: Static) -> Static:
    """What a ship says who said ``before``, and now this: what it does not say, stays."""
    now, then = _said(report), _said(before)
    if now == then:
        return before
    if then == _NOTHING and report.mmsi == before.mmsi:
        return report if report.eta is None else replace(report, eta=None)
    news = {
        name: said
        for name, said, was in zip(FIELDS, now, then, strict=True)
        if said is not None and said != was
    }
    return replace(before, **news) if news else before


def says_nothing(report: Static) -> bool:
    """Whether a report says nothing of FIELDS."""
    return _said(report) == _NOTHING


class Names:
    """What all ships say of themselves."""

    def __init__(self) -> None:
        """No ship has said anything."""
        self.known: dict[int, Static] = {}
        self.due: list[StaticReport] = []  # what is new from this batch on, in time order
        self.news: list[News] = []  # and what is said again
        self.only: frozenset[int] | None = None  # ships whose words are news; None: all
        self._stood: dict[int, Stood] = {}
        self._marks: dict[int, list[int]] = {}  # see ``_is_again``
        self._again: dict[int, list[StaticReport]] = {}  # see ``put``; in order of time
        self._forget_at = NO_TIME  # the watermark from which on those that it passed are forgotten
        self._restood: set[int] = set()  # ships of which it changed since when what they say stands
        self._waiting: dict[str, StaticReport] = {}  # by key
        self._newest: dict[int, tuple[int, Static]] = {}  # what waits included
        self._words: dict[int, Static] = {}  # the last report of each that was in order of time
        self._changes: dict[int, Known] = {}  # of the batch that is being told
        self._changed: set[int] = set()  # ships that now say something else
        self._fresh: set[str] = set()  # keys of what waits and is not kept yet
        self._left: list[Kept] = []  # what is kept and waits no more, or cannot be read

    def put(self, statics: list[StaticReport]) -> None:
        """Take static reports; ``known_at`` says from when on each counts.

        What says the same again is passed over, and remembered until the watermark has passed it:
        should something else come that is older, it was said again after that. A restart forgets
        it, for it would be a row for each report: then that is known with her next.
        """
        news: dict[str, StaticReport] = {}
        for static in statics:
            mmsi = static.static.mmsi
            if not self._is_news(static):
                insort(self._again.setdefault(mmsi, []), static, key=_KNOWN_AT)
                continue
            news[said_kept.key_of(static)] = static
            passed = self._again.get(mmsi)
            if passed and passed[-1].known_at > static.known_at:  # they take it back
                place = bisect_right(passed, static.known_at, key=_KNOWN_AT)
                news |= {said_kept.key_of(again): again for again in passed[place:]}
                del passed[place:]
        self._waiting |= news
        self._fresh |= news.keys()

    def advance(self, until: int) -> None:
        """Take what is known by the watermark ``until`` into account, from its instant on."""
        due = [static for static in self._waiting.values() if static.known_at < until]
        due.sort(key=lambda static: (static.known_at, static.seq))
        if due:
            self._keep_waiting(lambda static: static.known_at >= until)
        self.due, self.news, self._changes = [], [], {}
        for report in due:
            mmsi, at = report.static.mmsi, report.known_at
            known = self._changes.setdefault(mmsi, [])
            if known:
                _, before, stood = known[-1]
            else:
                before = self.known.get(mmsi) or Static(mmsi=mmsi)
                stood = self._stood.get(mmsi, UNSTOOD)
            after = merged(before, report.static)
            if self.only is not None and mmsi not in self.only:
                known.append((at, after, stood))
                continue
            if after is not before:
                self.due.append(report)
            self.news.append(News(report, before, stood, changes=after is not before))
            known.append((at, after, noted(stood, before, report.static, at)))
        if until >= self._forget_at:
            self._forget_at = until + FORGET_US
            self._again = {
                mmsi: reports[bisect_left(reports, until, key=_KNOWN_AT) :]
                for mmsi, reports in self._again.items()
                if reports and reports[-1].known_at >= until
            }

    def as_of(self, mmsi: int, at: int) -> Static:
        """What a ship was known to say of herself at an instant (us) of this batch."""
        change = self._change(mmsi, at)
        held = self.known.get(mmsi) if change is None else change[1]
        return Static(mmsi=mmsi) if held is None else held

    def stood(self, mmsi: int, at: int) -> Stood:
        """Since when she said what she said at an instant (us) of this batch."""
        change = self._change(mmsi, at)
        return self._stood.get(mmsi, UNSTOOD) if change is None else change[2]

    def _change(self, mmsi: int, at: int) -> tuple[int, Static, Stood] | None:
        """The last of a ship's changes in this batch by an instant (us); None: there is none."""
        known = self._changes.get(mmsi)
        if known is None or known[0][0] > at:
            return None
        return known[bisect_right(known, at, key=_SINCE) - 1]

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
            self._stood.pop(mmsi, None)
            self._marks.pop(mmsi, None)

    def recall(self, rows: Iterable[Kept]) -> list[str]:
        """Know again what ships said that were let go; sentences about what cannot be read."""
        kinds = {said_kept.SAID, said_kept.STOOD}
        found = said_kept.read([row for row in rows if row.detector in kinds])
        self.known |= found.said
        self._newest |= {mmsi: (NO_TIME, said) for mmsi, said in found.said.items()}
        self._stands(found.stood)
        self._left += found.gone
        return found.notes

    def settle(self) -> None:
        """The batch is told: what changed in it is what is known."""
        for mmsi, known in self._changes.items():
            if self.known.get(mmsi) != known[-1][1]:
                self.known[mmsi] = known[-1][1]
                self._changed.add(mmsi)
            if self._stood.get(mmsi, UNSTOOD) != known[-1][2]:
                self._stood[mmsi] = known[-1][2]
                self._restood.add(mmsi)
        self._changes = {}

    def _stands(self, stood: dict[int, Stood]) -> None:
        """Take over since when what ships say stands."""
        self._stood |= stood
        for mmsi, one in stood.items():
            self._marks[mmsi] = [max(one.since), one.next_at, one.next_at]

    def _is_news(self, report: StaticReport) -> bool:
        """Whether a static report may say something new, or again what is to be noted."""
        mmsi, at = report.static.mmsi, report.known_at
        if self._words.get(mmsi) is report.static and at >= self._newest[mmsi][0]:
            return self._is_again(report)  # the very words of the last time: decoders keep them
        self._words.pop(mmsi, None)
        newest, old = self._newest.get(mmsi) or (NO_TIME, Static(mmsi=mmsi))
        if at < newest:
            return not says_nothing(report.static)
        new = merged(old, report.static)
        self._words[mmsi] = report.static
        if new is old:
            self._newest.setdefault(mmsi, (NO_TIME, old))
            return self._is_again(report)
        self._newest[mmsi] = at, new
        soon = min(at + AGAIN_US, _next_mark(at))
        self._marks[mmsi] = [at, soon, soon]
        return True

    def _is_again(self, report: StaticReport) -> bool:
        """Whether it is to be noted that a ship says the same still: see ``stood.py``.

        Of reports with a name and of those without (type 24 comes in two parts) apart. It notes
        rather more than less: what need not be noted changes nothing.
        """
        static, at = report.static, report.known_at
        mmsi, part = static.mmsi, 1 if static.name is not None else 2
        marks = self._marks.setdefault(mmsi, [NO_TIME, NO_TIME, NO_TIME])
        if at < marks[part] or (static.name is None and says_nothing(static)):
            return False
        twice = marks[0] + AGAIN_US
        marks[part] = twice if at < twice else _next_mark(at)
        self._newest[mmsi] = max(at, self._newest[mmsi][0]), self._newest[mmsi][1]
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
        stood = sorted(self._stood if full else self._restood)
        rows += [said_kept.stood_row(mmsi, self._stood.get(mmsi)) for mmsi in stood]
        rows = [*self._left, *rows, *map(said_kept.waiting, fresh)]
        self._changed, self._fresh, self._left, self._restood = set(), set(), [], set()
        return rows

    def restore(self, rows: Iterable[Kept]) -> list[str]:
        """Go on from ``take_changed`` (all); sentences about what of it cannot be read."""
        found = said_kept.read(rows)
        self.known = found.said
        self._newest = {mmsi: (NO_TIME, said) for mmsi, said in self.known.items()}
        self._words, self._stood, self._marks, self._again = {}, {}, {}, {}
        self._forget_at = NO_TIME
        self._stands(found.stood)
        self._waiting, self._left = found.waiting, found.gone
        for static in self._waiting.values():
            self._is_news(static)
        return found.notes

    def adopt(self, other: Names, vessels: Iterable[int]) -> None:
        """Know of these vessels what another knows, beside what waits here and came in time.

        What waits there and was passed over here, after something that came late, waits here too.
        """
        of_them = set(vessels)
        self._keep_waiting(lambda s: s.static.mmsi not in of_them or s.known_at == s.at)
        stays = [s for s in self._waiting.values() if s.static.mmsi in of_them]
        waiting = {static.static.mmsi for static in stays}
        for mmsi in sorted(of_them):
            says = other.known.get(mmsi)
            if self.known.get(mmsi) != says:
                self._changed.add(mmsi)
            self.known.pop(mmsi, None)
            if says is not None:
                self.known[mmsi] = says
            for mine in (self._words, self._marks, self._again):
                mine.pop(mmsi, None)
            if mmsi in other._again:
                self._again[mmsi] = list(other._again[mmsi])
            self._adopt_stood(mmsi, other._stood.get(mmsi))
            if mmsi not in waiting:
                self._newest.pop(mmsi, None)
                if mmsi in other._newest:
                    self._newest[mmsi] = other._newest[mmsi]
                if mmsi in other._marks:
                    self._marks[mmsi] = list(other._marks[mmsi])
        here = {(static.known_at, static.static) for static in stays}
        found = {
            key: static
            for key, static in other._waiting.items()
            if static.static.mmsi in of_them and (static.known_at, static.static) not in here
        }
        self._waiting |= found
        self._fresh |= found.keys()

    def _adopt_stood(self, mmsi: int, stood: Stood | None) -> None:
        if self._stood.get(mmsi) != stood:
            self._restood.add(mmsi)
        self._stood.pop(mmsi, None)
        if stood is not None:
            self._stood[mmsi] = stood


def _next_mark(at: int) -> int:
    """When the next hour begins, us."""
    return (at // MARK_US + 1) * MARK_US
