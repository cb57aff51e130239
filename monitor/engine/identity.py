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
from monitor.engine.stood import UNSTOOD, Stood, noted
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

Known = tuple[int, Static, Stood]
"""Since when, what a ship says from then on, and since when that stands."""


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


def _then(held: Known, report: StaticReport) -> Known:
    """What a ship says once a report is known, and since when that stands."""
    _, before, stood = held
    at = report.known_at
    return at, merged(before, report.static), noted(stood, before, report.static, at)


def _contradicts(before: Static, report: Static) -> bool:
    """Whether a report says anything else than what was said before."""
    return said_kept.contradicts(_said(before), _said(report))


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
        self._again: dict[int, list[StaticReport]] = {}  # see ``put``; in order of time
        self._forget_at = NO_TIME  # the watermark from which on those that it passed are forgotten
        self._restood: set[int] = set()  # ships of which it changed since when what they say stands
        self._waiting: dict[str, StaticReport] = {}  # by key
        self._newest: dict[int, Known] = {}  # what waits included
        self._unclear: set[int] = set()  # ships of which all is news, until the next ``advance``
        self._words: dict[int, list[tuple[Static, int]]] = {}  # see ``_is_known``
        self._changes: dict[int, list[Known]] = {}  # of the batch that is being told
        self._changed: set[int] = set()  # ships that now say something else
        self._fresh: set[str] = set()  # keys of what waits and is not kept yet
        self._left: list[Kept] = []  # what is kept and waits no more, or cannot be read

    def put(self, statics: list[StaticReport]) -> None:
        """Take static reports; ``known_at`` says from when on each counts.

        What says the same again is passed over, and remembered until the watermark has passed it:
        should something else come that is no younger, it was said again after that. A restart
        forgets it, for it would be a row for each report: then that is known with her next.
        """
        for static in statics:
            mmsi, at = static.static.mmsi, static.known_at
            passed = self._again.get(mmsi)
            if not self._is_news(static):
                insort(self._again.setdefault(mmsi, []), static, key=_KNOWN_AT)
                continue
            self._wait(static)
            back = passed[bisect_left(passed, at, key=_KNOWN_AT) :] if passed else []
            for again in back:  # they may take it back
                self._wait(again)
            if passed and back:
                del passed[-len(back) :]
                self._unclear.add(mmsi)

    def _wait(self, static: StaticReport) -> None:
        key = said_kept.key_of(static)
        self._waiting[key] = static
        self._fresh.add(key)

    def _clear(self) -> None:
        """Find out what ships say by now of whom that was not clear, for something came late."""
        hers: dict[int, list[StaticReport]] = {mmsi: [] for mmsi in self._unclear}
        for static in self._waiting.values():
            if static.static.mmsi in hers:
                hers[static.static.mmsi].append(static)
        for mmsi, reports in hers.items():
            known = self._changes.get(mmsi)
            newest = known[-1] if known else self._held(mmsi)
            for one in sorted(reports, key=said_kept.place_of):
                newest = _then(newest, one)
            self._newest[mmsi] = newest
            self._words.pop(mmsi, None)
        self._unclear.clear()

    def advance(self, until: int) -> None:
        """Take what is known by the watermark ``until`` into account, from its instant on."""
        due = [static for static in self._waiting.values() if static.known_at < until]
        due.sort(key=said_kept.place_of)
        if due:
            self._keep_waiting(lambda static: static.known_at >= until)
        self.due, self.news, self._changes = [], [], {}
        for report in due:
            mmsi, at = report.static.mmsi, report.known_at
            known = self._changes.setdefault(mmsi, [])
            _, before, stood = known[-1] if known else self._held(mmsi)
            after = merged(before, report.static)
            if self.only is not None and mmsi not in self.only:
                known.append((at, after, stood))
                continue
            if after is not before:
                self.due.append(report)
            self.news.append(News(report, before, stood, changes=after is not before))
            known.append((at, after, noted(stood, before, report.static, at)))
        if self._unclear:
            self._clear()
        if until >= self._forget_at:
            self._forget_at = until + FORGET_US
            self._again = {
                mmsi: reports[bisect_left(reports, until, key=_KNOWN_AT) :]
                for mmsi, reports in self._again.items()
                if reports and reports[-1].known_at >= until
            }

    def _held(self, mmsi: int) -> Known:
        """What a ship says as of the last batch; since when, is not kept."""
        says = self.known.get(mmsi) or Static(mmsi=mmsi)
        return NO_TIME, says, self._stood.get(mmsi, UNSTOOD)

    def as_of(self, mmsi: int, at: int) -> Static:
        """What a ship was known to say of herself at an instant (us) of this batch."""
        change = self._change(mmsi, at)
        held = self.known.get(mmsi) if change is None else change[1]
        return Static(mmsi=mmsi) if held is None else held

    def stood(self, mmsi: int, at: int) -> Stood:
        """Since when she said what she said at an instant (us) of this batch."""
        change = self._change(mmsi, at)
        return self._stood.get(mmsi, UNSTOOD) if change is None else change[2]

    def _change(self, mmsi: int, at: int) -> Known | None:
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
        yield from ((mmsi, at) for mmsi, (at, _, _) in self._newest.items())

    def let_go(self, vessels: set[int]) -> None:
        """Forget what these say, of which nothing changed since ``take_changed``."""
        for mmsi in vessels:
            self.known.pop(mmsi, None)
            self._newest.pop(mmsi, None)
            self._words.pop(mmsi, None)
            self._stood.pop(mmsi, None)

    def recall(self, rows: Iterable[Kept]) -> list[str]:
        """Know again what ships said that were let go; sentences about what cannot be read."""
        kinds = {said_kept.SAID, said_kept.STOOD}
        found = said_kept.read([row for row in rows if row.detector in kinds])
        self.known |= found.said
        self._stood |= found.stood
        self._newest |= {mmsi: self._held(mmsi) for mmsi in found.said}
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

    def _is_news(self, report: StaticReport) -> bool:
        """Whether a static report may say something new, or again what is to be noted."""
        static, at = report.static, report.known_at
        mmsi = static.mmsi
        held = self._newest.get(mmsi) or (NO_TIME, Static(mmsi=mmsi), UNSTOOD)
        newest, old, stood = held
        if mmsi in self._unclear or at < newest or (at == newest and _contradicts(old, static)):
            if says_nothing(static):
                return False
            self._unclear.add(mmsi)
            return True
        if self._is_known(static, at):
            return False
        _, new, now = then = _then(held, report)
        if new is not old:
            self._words.pop(mmsi, None)
        words = [one for one in self._words.get(mmsi, ()) if one[0] is not static]
        self._words[mmsi] = [*words[-1:], (static, now.next_of(static))]
        if new is old and now is stood:
            self._newest.setdefault(mmsi, held)
            return False
        self._newest[mmsi] = then
        return True

    def _is_known(self, static: Static, at: int) -> bool:
        """Whether these very words (decoders keep them) were said since something changed.

        Type 24 comes in two parts: of each ship the last two are held, and until when it need not
        be noted that they are said again.
        """
        return any(one is static and at < until for one, until in self._words.get(static.mmsi, ()))

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
        self._words, self._stood, self._again = {}, found.stood, {}
        self._newest = {mmsi: self._held(mmsi) for mmsi in self.known}
        self._forget_at = NO_TIME
        self._waiting, self._left = found.waiting, found.gone
        for static in sorted(self._waiting.values(), key=said_kept.place_of):
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
            for mine in (self._words, self._again):
                mine.pop(mmsi, None)
            if mmsi in other._again:
                self._again[mmsi] = list(other._again[mmsi])
            self._adopt_stood(mmsi, other._stood.get(mmsi))
            self._newest.pop(mmsi, None)
            if mmsi in other._newest:
                self._newest[mmsi] = other._newest[mmsi]
            if mmsi in waiting:
                self._unclear.add(mmsi)
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
