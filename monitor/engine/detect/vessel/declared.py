"""Where ships say they are bound for, and that they change it under way.

    she says                        and                         what is told
    another destination             says it twice, under way    DestinationChanged
    another destination             says it twice, at rest      nothing: so a voyage begins
    the same port, written else     -                           nothing
    another, once                   the old again               nothing: a slip
    MOST_CHANGES + 1 within         all of them under way       DestinationVaried, once until she
    KEEP_US                                                     says one thing for KEEP_US

Whether she is under way is told by the last fix since she began to say it, or by the first after
that. What destinations mean is read by ``monitor/destinations.py``; all is as declared, by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from monitor.destinations import Destinations
from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.vessel.heard import Word, words_of
from monitor.engine.detect.vessel.turns import KEEP_US, Turn, Turns, first_turn
from monitor.engine.identity import News
from monitor.engine.stood import AGAIN_US
from monitor.model import EventKind, Fix, Ship, Span, Static
from monitor.units import DAY_US, MINUTE_US, NO_TIME, to_iso
from monitor.words import destination_text

UNDER_WAY_KN = 2.0
"""At rest sets report up to a knot or so; nobody makes way more slowly than this (as in ports, see
``trail.py``)."""

MOST_CHANGES = 3
"""Within KEEP_US: more is told (RadianceFleet, destination_detector)."""


@dataclass(slots=True)
class Bound:
    """Where a ship says she is bound for, while that is new."""

    turns: Turns
    fix: Fix | None = None  # the last since something is new, while it matters
    waits: bool = False  # it stands, and no fix says yet whether she is under way
    told: list[int] = field(default_factory=list)  # us; changes under way, when each was said first
    varied: bool = False  # it was told

    @property
    def is_open(self) -> bool:
        """Whether fixes matter."""
        return self.waits or not self.turns.now.stands


class Declarations(Detector[Ship, Bound, Word]):
    """The detector of declared destinations."""

    NAME: ClassVar[str] = "declared"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Bound

    def rows(self, seen: Seen, states: Mapping[Ship, Bound]) -> Iterator[tuple[Ship, Word]]:
        """What ships declare of which something is new, and their fixes meanwhile."""
        open_ = {ship for ship, bound in states.items() if bound.is_open}
        yield from words_of(seen, self._is_new, states, open_)

    def step(self, state: Bound | None, moment: Word) -> tuple[Bound | None, list[Found]]:
        """Take what comes next; see Detector."""
        if moment.news is not None:
            state = self._say(state, moment.news)
        elif state is not None and state.is_open:
            state.fix = moment.fix
        told = [] if state is None else self._told(state, moment.now)
        if state is not None and not state.is_open:
            state.fix = None
        return state, told

    def deadline(self, state: Bound) -> int | None:
        """When she said one thing for so long that it is known."""
        return state.turns.ends_at

    def wake(self, key: Ship, state: Bound, at: int) -> tuple[Bound | None, list[Found]]:
        """Forget it; see Detector."""
        del key, state, at
        return None, []

    def _is_new(self, news: News) -> bool:
        was, now = declared(news.before), declared(news.report.static)
        return was is not None and now is not None and not self.fences.destinations.same(was, now)

    def _say(self, state: Bound | None, news: News) -> Bound | None:
        text = declared(news.report.static)
        if text is None:
            return state
        if state is None:
            was = declared(news.before)
            if was is None or self.fences.destinations.same(was, text):
                return None
            state = Bound(first_turn(was, *news.stood.of("destination")))
        turns = state.turns
        begins = turns.say(text, news.now, self.fences.destinations.same)
        old = turns.held
        if not turns.now.stands:
            state.waits = False
        elif begins and old is not None and not self.fences.destinations.same(old.value, text):
            state.waits = True
        return state

    def _told(self, state: Bound, at: int) -> list[Found]:
        """What a fix makes of a change that stands."""
        old, fix = state.turns.held, state.fix
        if not state.waits or old is None or fix is None or math.isnan(fix.sog_kn):
            return []
        state.waits = False
        if fix.sog_kn < UNDER_WAY_KN:
            return []
        now = state.turns.now
        state.told = [first for first in state.told if first > now.first - KEEP_US] + [now.first]
        told: list[Found] = [_changed(self.fences.destinations, old, now, state, at)]
        if len(state.told) > MOST_CHANGES and not state.varied:
            state.varied = True
            told.append(_varied(state, at))
        return told


def declared(static: Static) -> str | None:
    """The destination that a ship declares; None: none."""
    return destination_text(static.destination)


def _changed(meant: Destinations, old: Turn, now: Turn, state: Bound, at: int) -> Fact:
    before, after = meant.of(old.value), meant.of(now.value)
    said, no_more = meant.words(now.value), meant.words(old.value)
    why = f"Under way she declares {said}, and no more {no_more}."
    figures = {
        "old_destination": old.value, "new_destination": now.value,
        "old_port": before.haven and before.haven.name,
        "new_port": after.haven and after.haven.name, "new_is": after.way.value,
        "old_last": None if old.last == NO_TIME else to_iso(old.last),
        "first_said": to_iso(now.first),
    }  # fmt: skip
    earliest = None if old.last == NO_TIME else old.last
    return _fact(
        EventKind.DESTINATION_CHANGED, state, at, why=why, figures=figures, key_at=now.first,
        span=Span(earliest=earliest, at=None, latest=now.first),
    )  # fmt: skip


def _varied(state: Bound, at: int) -> Fact:
    begin, last = state.told[0], state.told[-1]
    count, days = len(state.told), KEEP_US // DAY_US
    return _fact(
        EventKind.DESTINATION_VARIED, state, at, key_at=last,
        span=Span(earliest=begin, at=None, latest=last),
        why=f"Under way she changed her destination {count} times within {days} days.",
        figures={"changes": count, "most_changes": MOST_CHANGES, "days": days},
    )  # fmt: skip


def _fact(
    kind: EventKind, state: Bound, at: int, *, span: Span, key_at: int, why: str,
    figures: dict[str, Any],
) -> Fact:  # fmt: skip
    fix = state.fix
    more = {"under_way_kn": UNDER_WAY_KN, "again_min": AGAIN_US // MINUTE_US}
    return Fact(
        kind=kind, span=span, decided_at=at, place=fix, fixes=ordered(fix), why=why,
        figures={**figures, **more}, key_at=key_at,
    )  # fmt: skip
