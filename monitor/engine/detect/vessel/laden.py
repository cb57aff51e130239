"""Ships that declare another draught behind a silence at sea than before it.

    state     what comes                                        next
    none      WentDark, confirmed; she declared a draught,   -> dark
              twice
    dark      she is heard again                             -> back
    either    a draught that differs (``draughts.py``),      -> the same
              for the first time
    back      the same draught, said again                   -> none     DraughtChanged
    either    a draught as before: the other was a slip      -> the same
    back      nothing of that for WAIT_US                    -> none

A silence that is too short to be called dark in the end is none. What is declared behind it says
when it was typed, not when she was loaded: between the last and the first of the two she was not
heard. Of a voyage from port to port ``draught.py`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.draughts import DIFFERS_M, DIFFERS_SHARE, differs
from monitor.engine.detect.feasible import DARK
from monitor.engine.detect.vessel.heard import words_of
from monitor.engine.identity import News
from monitor.engine.stood import stood_twice
from monitor.model import EventKind, EventState, Fix, Ship, Span
from monitor.units import DAY_US, HOUR_US, NO_TIME, SECOND_US, to_iso

WAIT_US = DAY_US
"""A draught is typed on the bridge when there is time; what is typed a day later may be of what she
loaded since."""

KEEP_US = 60 * DAY_US
"""So long is a dark ship waited for, as by ``gap.py``."""


@dataclass(slots=True)
class Laden:
    """A ship that is not heard, or was not, and the draught that she declared before."""

    last: Fix  # before her silence
    before_m: float
    after_m: float | None = None  # another one that she declares since
    since: int = NO_TIME  # us; when she said it first
    stands: bool = False  # she said it again
    back: Fix | None = None  # the first fix behind her silence; None: she is not heard


class Next(NamedTuple):
    """What comes next of a ship: what was told of her silence, or what she says."""

    now: int  # us
    fact: Fact | None = None
    declared_m: float | None = None  # when her silence was told; None: nothing that stands
    news: News | None = None


class Loads(Detector[Ship, Laden, Next]):
    """The detector of draughts that change in a silence; it stands below that of gaps."""

    NAME: ClassVar[str] = "laden"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Laden

    def rows(self, seen: Seen, states: Mapping[Ship, Laden]) -> Iterator[tuple[Ship, Next]]:
        """Silences that were told, and what those say that were not heard."""
        found = list(_silences(seen))
        watched = {*states, *(ship for _, _, ship, _ in found)}
        if not watched:
            return
        for ship, word in words_of(seen, lambda _: False, watched, ()):
            found.append((word.now, 1, ship, Next(word.now, news=word.news)))
        for _, _, ship, moment in sorted(found, key=lambda row: row[:3]):
            yield ship, moment

    def step(self, state: Laden | None, moment: Next) -> tuple[Laden | None, list[Found]]:
        """Take what comes next; see Detector."""
        fact = moment.fact
        if fact is not None:
            state = _silence(state, fact, moment.declared_m)
        elif state is not None and moment.news is not None:
            _declare(state, moment.news)
        if state is None or state.back is None or not state.stands:
            return state, []
        return None, [_changed(state, state.back, moment.now)]

    def deadline(self, state: Laden) -> int | None:
        """When nobody waits any more; see Detector."""
        return state.last.at + KEEP_US if state.back is None else state.back.at + WAIT_US

    def wake(self, key: Ship, state: Laden, at: int) -> tuple[Laden | None, list[Found]]:
        """Forget it; see Detector."""
        del key, state, at
        return None, []

    def holds(self, state: Laden) -> bool:
        """Nothing is told of her while she is not heard; see Detector."""
        del state
        return False


def _silences(seen: Seen) -> Iterator[tuple[int, int, Ship, Next]]:
    for ship, fact in seen.told:
        if not isinstance(fact, Fact) or not isinstance(ship, Ship):
            continue
        if fact.kind not in {EventKind.WENT_DARK, EventKind.REAPPEARED}:
            continue
        at = fact.decided_at
        stood = stood_twice(*seen.stood(ship.mmsi, at).of("draught_m"))
        yield at, 0, ship, Next(at, fact, seen.said(ship.mmsi, at)[0] if stood else None)


def _silence(state: Laden | None, fact: Fact, declared_m: float | None) -> Laden | None:
    """What was told of a silence."""
    if fact.kind is EventKind.REAPPEARED:
        if state is not None:
            state.back = fact.place
        return state
    if fact.state is EventState.WITHDRAWN or fact.place is None:
        return None
    if fact.figures["grade"] != DARK or not declared_m:
        return state
    return Laden(fact.place, declared_m)


def _declare(state: Laden, news: News) -> None:
    """What she says of her draught."""
    said = news.report.static.draught_m
    if said is None:
        return
    if not differs(state.before_m, said):
        state.after_m, state.since, state.stands = None, NO_TIME, False
    elif said != state.after_m:
        state.after_m, state.since, state.stands = said, news.now, False
    else:
        state.stands = state.stands or stood_twice(state.since, news.now)


def _changed(state: Laden, back: Fix, at: int) -> Fact:
    last, silent = state.last, back.at - state.last.at
    return Fact(
        kind=EventKind.DRAUGHT_CHANGED,
        span=Span(earliest=last.at, at=None, latest=state.since),
        decided_at=at, place=back, fixes=ordered(last, back),
        why=(
            f"Before a silence of {silent / HOUR_US:.0f} h she declared a draught of"
            f" {state.before_m:g} m, and {state.after_m:g} m since."
        ),
        figures={
            "silent_since": to_iso(last.at), "silent_s": silent // SECOND_US,
            "draught_before_m": state.before_m, "draught_after_m": state.after_m,
            "first_said": to_iso(state.since),
            "differs_m": DIFFERS_M, "differs_share": DIFFERS_SHARE,
        },
        key_at=last.at,
    )  # fmt: skip
