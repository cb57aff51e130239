"""Whether the watch hears: feeds that bring nothing any more, and ports of which nothing is heard.

Only a watch listens. A log says what was heard, and not whether anybody listened when nothing was:
of logs nothing is told here. The journal of a watch names its feeds and bears the ticks of its
clock, so its replay tells the same as the watch did.

While the watch itself was away nobody was silent: after that each silence begins anew. So does that
of a port when the feed that heard it last comes back: until then the feed's is told, and one outage
is one story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.detector import Fact, Telling
from monitor.engine.reception import RANGE_NM
from monitor.model import EventKind, NamedArea, NamedFeed, Reports, Span, Subject
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US, to_iso

FEED_DOWN_US = 15 * MINUTE_US
"""Public feeds pause for some minutes and come back by themselves; an officer can act on more."""

PORT_SILENT_US = 6 * HOUR_US
"""Ships at rest report every three minutes: a receiver that hears none for so long is deaf, or the
waters are empty, and which of them cannot be told."""

AWAY_US = MINUTE_US
"""The clock of a watch ticks every two seconds: where it jumps further, nobody listened."""

Instants = NDArray[np.int64]
Numbers = NDArray[np.uint16]
Times = tuple[int, int]


class Near(NamedTuple):
    """What was heard near a port in a batch, report for report."""

    at: Instants  # us, of reception, never decreasing
    source: Numbers  # of the feed
    names: Sequence[str]  # of these numbers

    def last_by(self, until: int) -> str | None:
        """The feed that brought the last until an instant; None: none did."""
        before = int(np.searchsorted(self.at, until, side="right"))
        return self.names[int(self.source[before - 1])] if before else None


@dataclass(slots=True)
class Ear:
    """What is listened to: a feed, or the waters around a port."""

    since: int  # us; heard then, or listened to from then on
    heard_at: int | None = None  # us; None: never
    by: str = ""  # the feed that a port was heard by last
    silent: bool = False  # that it is was told


@dataclass(frozen=True, slots=True)
class Turn:
    """A silence that began or ended, before it is a fact."""

    kind: str
    name: str  # of the feed or the port
    since: int
    heard_at: int | None
    at: int  # when it was decided
    by: str = ""
    ports: tuple[str, ...] = ()  # that were heard last by a feed that went down


class Listening:
    """All feeds and ports."""

    def __init__(self, ports: Iterable[str]) -> None:
        """Nobody has listened yet."""
        self._ports = tuple(ports)
        self._at = NO_TIME  # us; the newest tick of the watch
        self._feeds: dict[str, Ear] = {}
        self._near: dict[str, Ear] = {}
        self._told: list[Turn] = []  # what waits for the watermark

    def take(
        self, reports: Reports, near: Mapping[str, tuple[Instants, Numbers]], names: Sequence[str]
    ) -> None:
        """Take a batch of a journal.

        ``near``: of each port, when reports from near it came (us), and the numbers of their
        sources; ``names`` is what these mean.
        """
        feeds, clock = reports.feeds, reports.clock
        if feeds is None or clock is None:
            return
        clock = clock[clock >= self._at]  # of an older journal it was told already who listened
        if not len(clock):
            return
        began = self._at if self._at != NO_TIME else int(clock[0])
        end = int(clock[-1])
        away = _jumps(began, clock)
        self._feeds = {name: self._feeds.get(name) or Ear(began) for name in feeds}
        for port in self._ports:
            self._near.setdefault(port, Ear(began))
        here = {port: self._since_last(Near(*heard, names)) for port, heard in near.items()}
        down: dict[str, list[Times]] = {}
        for name in feeds:
            down[name] = self._feed(name, reports.heard.get(name, _NEVER), here, away, end)
        for port in self._ports:
            self._port(port, here.get(port, Near(_NEVER, _NOBODY, ())), away, down, end)
        self._at = end

    def _feed(
        self, name: str, marks: Instants, near: Mapping[str, Near], away: list[Times], end: int
    ) -> list[Times]:
        """When a feed was known to be down within the batch; until its end if it is still."""
        ear, found = self._feeds[name], []
        fell = ear.since + FEED_DOWN_US
        marks = marks[marks >= self._at]
        for turn in _turns(ear, name, marks, FEED_DOWN_US, lambda _: away, end, _FEED):
            if turn.kind == EventKind.FEED_WENT_DOWN:
                fell = turn.at
                ports = (port for port in self._ports if self._by(port, near, turn.at) == name)
                self._told.append(replace(turn, ports=tuple(ports)))
            else:
                found.append((fell, turn.at))
                self._told.append(turn)
        if ear.silent:
            found.append((fell, end))
        return found

    def _port(
        self, port: str, near: Near, away: list[Times], down: Mapping[str, list[Times]], end: int
    ) -> None:
        ear = self._near[port]

        def deaf(by: str) -> list[Times]:
            return sorted([*away, *down.get(by, ())])

        def by(at: int) -> str:
            return near.last_by(at) or ear.by

        last = by(end)
        self._told += _turns(ear, port, near.at, PORT_SILENT_US, deaf, end, _PORT, by)
        ear.by = last

    def _by(self, port: str, near: Mapping[str, Near], at: int) -> str:
        """The feed that a port was heard by last, until an instant."""
        last = near[port].last_by(at) if port in near else None
        return last or self._near[port].by

    def _since_last(self, near: Near) -> Near:
        news = near.at >= self._at
        return near._replace(at=near.at[news], source=near.source[news])

    def due(self, until: int, missed: int) -> list[Telling]:
        """What ended before ``until`` (us), or began by a deadline before ``missed``, as facts."""
        if not self._told:
            return []
        due = [turn for turn in self._told if turn.at < (missed if turn.kind in BEGINS else until)]
        self._told = [turn for turn in self._told if turn not in due]
        return [_fact(turn) for turn in sorted(due, key=lambda one: (one.at, one.kind in BEGINS))]

    def state(self) -> dict[str, Any]:
        """For ``restore``."""
        return {
            "at": self._at,
            "feeds": {name: asdict(ear) for name, ear in self._feeds.items()},
            "ports": {name: asdict(ear) for name, ear in self._near.items()},
            "told": [asdict(turn) for turn in self._told],
        }

    def restore(self, state: dict[str, Any] | None, until: int) -> None:
        """Go on from ``state()``, unless it is none (of earlier releases) or of after ``until``."""
        self._at, self._feeds, self._near, self._told = NO_TIME, {}, {}, []
        if state is None or state["at"] > until:
            return
        self._at = state["at"]
        self._feeds = {name: Ear(**ear) for name, ear in state["feeds"].items()}
        self._near = {
            name: Ear(**ear) for name, ear in state["ports"].items() if name in self._ports
        }
        self._told = [Turn(**{**turn, "ports": tuple(turn["ports"])}) for turn in state["told"]]


_NEVER, _NOBODY = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint16)
BEGINS = frozenset({EventKind.FEED_WENT_DOWN, EventKind.PORT_FELL_SILENT})
"""Decided by a deadline: at one instant they come behind what was heard."""

_FEED = (EventKind.FEED_WENT_DOWN, EventKind.FEED_CAME_BACK)
_PORT = (EventKind.PORT_FELL_SILENT, EventKind.PORT_HEARD_AGAIN)


def _jumps(began: int, clock: Instants) -> list[Times]:
    """When the watch was away: (last tick before, first behind)."""
    before = np.concatenate((np.array([began], dtype=np.int64), clock[:-1]))
    far = np.flatnonzero(clock - before > AWAY_US)
    return [(int(before[at]), int(clock[at])) for at in far.tolist()]


def _turns(
    ear: Ear, name: str, marks: Instants, limit: int, deaf: Callable[[str], list[Times]], end: int,
    kinds: tuple[EventKind, EventKind], by: Callable[[int], str] = lambda _: "",
) -> Iterator[Turn]:  # fmt: skip
    """What comes of a batch for an ear; ``marks`` are when it was heard, us.

    ``by`` says which feed heard it last, and ``deaf`` when that silence does not count.
    """
    fell, back = kinds
    points = np.concatenate((np.array([ear.since], dtype=np.int64), marks))
    wide = np.flatnonzero(np.diff(points) > limit).tolist()
    if ear.silent and len(marks):
        wide = sorted({0, *wide})
    for at in wide:
        begin, again = int(points[at]), int(points[at + 1])
        if at:
            ear.heard_at = begin
        known, last = ear.silent and not at, by(begin)
        since = begin if known else _since(begin, limit, deaf(last), again)
        if not known and again - since > limit:
            yield Turn(fell, name, since, ear.heard_at, since + limit, last)
            known = True
        if known:
            yield Turn(back, name, since, ear.heard_at, again, last)
        ear.silent = False
    if len(marks):
        ear.since = ear.heard_at = int(marks[-1])
    if ear.silent:
        return
    last = by(end)
    ear.since = _since(ear.since, limit, deaf(last), end)
    if end - ear.since > limit:
        ear.silent = True
        yield Turn(fell, name, ear.since, ear.heard_at, ear.since + limit, last)


def _since(begin: int, limit: int, deaf: list[Times], end: int) -> int:
    """From when a silence counts that began at ``begin`` and lasted until ``end``, us."""
    for gone, back in deaf:
        if back > begin and gone < end:
            if gone - begin > limit:
                break
            begin = back
    return begin


def _fact(turn: Turn) -> Telling:
    """A silence as a fact; its begin and its end are of one story, by ``since``."""
    kind = EventKind(turn.kind)
    began = kind in BEGINS
    figures: dict[str, Any] = {
        "since": to_iso(turn.since), "silence_s": (turn.at - turn.since) // SECOND_US,
        "heard_at": None if turn.heard_at is None else to_iso(turn.heard_at),
    }  # fmt: skip
    subject: Subject = NamedFeed(turn.name)
    if kind in _PORT:
        subject = NamedArea(turn.name)
        figures |= {"port": turn.name, "range_nm": RANGE_NM, "heard_by": turn.by or None}
    elif began:
        figures["ports"] = list(turn.ports)
    at = turn.at
    fact = Fact(
        kind=kind, span=_span(turn) if began else Span(earliest=at, at=at, latest=at),
        decided_at=at, place=None, fixes=(), why=_why(kind, turn), figures=figures,
        key_at=turn.since,
    )  # fmt: skip
    return subject, fact


def _span(turn: Turn) -> Span:
    """When a silence began: right after the last, or before the watch listened again."""
    if turn.heard_at == turn.since:
        return Span(earliest=turn.since, at=turn.since, latest=turn.at)
    return Span(earliest=turn.heard_at, at=None, latest=turn.since)


def _why(kind: EventKind, turn: Turn) -> str:
    lasted = _lasted(turn.at - turn.since)
    if kind is EventKind.FEED_CAME_BACK:
        return f"Lines come again, after {lasted}."
    if kind is EventKind.PORT_HEARD_AGAIN:
        return f"Ships within {RANGE_NM:.0f} NM are heard again, after {lasted}."
    again = " since the watch listens again" if turn.heard_at not in {None, turn.since} else ""
    if kind is EventKind.FEED_WENT_DOWN:
        never = ", and none ever before" if turn.heard_at is None else again
        words = f"No line came for {lasted}{never}."
        if not turn.ports:
            return words
        ports = " and ".join(port.capitalize() for port in turn.ports)
        return f"{words} It was the last to hear {ports}: who comes or leaves there is not seen."
    never = ", and none ever before" if turn.heard_at is None else again
    last = f" Feed {turn.by} brought the last." if turn.by else ""
    return (
        f"No report from within {RANGE_NM:.0f} NM came for {lasted}{never}.{last} Nobody is there,"
        " or nobody is heard: who comes or leaves is not seen."
    )


def _lasted(time_us: int) -> str:
    minutes = time_us // MINUTE_US
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h" if not minutes else f"{hours} h {minutes} min"
