"""Stops: berthed or anchored, and under way again, from positions alone.

Navigational status lies (ferries never change theirs), so it is evidence and nothing more.

Theory of operation. A stay is judged by the spread of all its fixes, a start by the way made good.
She *tries* as long as all fixes of a window lie within a radius of each other; when that has lasted
for long enough, she has stopped. She *lies* until fixes far apart in time lie beyond a wider radius
of the middle of her stay. At anchor, where she swings, she must have made good more than a swing
does as well. The radius says *that* she stopped; when is said by ``rest.py``. TABLE says it all:
(state, sign) gives the next state and the act.

    NOWHERE   nothing was seen yet
    TRYING    all fixes of the window are together, not for long enough
    LYING     stopped: berthed or anchored
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port import rest
from monitor.engine.detect.port.pause import Pause
from monitor.engine.detect.port.rest import MOVING_KN, SURELY_KN, SWING_M
from monitor.engine.detect.port.step import (
    CONFIRMING_FIXES,
    CONFIRMING_US,
    SILENCE_US,
    PortStep,
    deepest,
)
from monitor.engine.detect.port.trail import (
    AT_REST_KN,
    COARSE_US,
    LONG_US,
    SHORT_US,
    Mark,
    Trail,
    away_m,
    made_good_kn,
    mark_of,
    middle,
    together,
)
from monitor.model import EventKind, Fix
from monitor.units import MINUTE_US, SECOND_US
from monitor.words import AT_ANCHOR

TOGETHER_M = 100.0
"""A moored ship's antenna stays within her mooring lines and GPS noise: some 20 m, and a margin."""
ALONGSIDE_LEAST_US = 10 * MINUTE_US
"""100 m in 10 minutes is 0.3 kn: nobody steams like that inside a harbour without mooring."""
ALONGSIDE_M = 200.0
"""A moored ship lies until she is farther from the middle of her stay: antennas at bow and stern
that take turns are 120 m apart. A start is dated from the middle, not from here."""
SWING_LEAST_US = 30 * MINUTE_US
"""500 m in 30 minutes is 0.5 kn, GFW's threshold of moving."""
SWING_MOST_M = 1000.0
"""Farther than this from where she lay, no swing (450 m of radius at most) has brought her."""
DRIFT_LEAST_US = 90 * MINUTE_US
"""The same outside anchorages and roads: a ship not under command was recorded that drifted less
than 500 m in an hour, twelve hours long; she is no arrival."""
FAST_US, DRIFT_US = 6 * MINUTE_US, 30 * MINUTE_US
"""Way made good of a ship at anchor is judged over these."""
LEAST_FIXES = 3
WINDOW_MARKS = 20
"""So many marks of a window, evenly, show whether a stop is one."""
CREEP_KN = 0.2
"""GFW's threshold of stopped: a window with more way made good inside a harbour is no stop, but a
ship being warped along the quay."""


class StayState(enum.StrEnum):
    """See the module's theory of operation."""

    NOWHERE = "nowhere"
    TRYING = "trying"
    LYING = "lying"


class StaySign(enum.StrEnum):
    """What of a fix matters to a stay."""

    FIRST = "first fix"
    HERE = "with the others"
    LONG_ENOUGH = "with the others for long enough"
    STRAY = "beyond, for now"
    AWAY = "beyond"
    NAMED = "with the others, and finely enough to name the berth"
    DRIFTED = "beyond, but made no way"
    MOVED = "beyond, and made way"


class StayAct(enum.StrEnum):
    """What a transition does."""

    BEGIN = "begin here"
    COUNT = "count the fix"
    NOTE = "note the fix"
    TRY = "begin with those that are together"
    STOP = "stopped"
    NAME = "the berth is known now"
    SHIFT = "move the middle"
    START = "under way, begin here"


_S, _A, _C = StayState, StayAct, StaySign
TABLE: dict[tuple[StayState, StaySign], tuple[StayState, StayAct]] = {
    (_S.NOWHERE, _C.FIRST): (_S.TRYING, _A.BEGIN),
    (_S.TRYING, _C.HERE): (_S.TRYING, _A.COUNT),
    (_S.TRYING, _C.STRAY): (_S.TRYING, _A.NOTE),
    (_S.TRYING, _C.AWAY): (_S.TRYING, _A.TRY),
    (_S.TRYING, _C.LONG_ENOUGH): (_S.LYING, _A.STOP),
    (_S.LYING, _C.HERE): (_S.LYING, _A.COUNT),
    (_S.LYING, _C.STRAY): (_S.LYING, _A.NOTE),
    (_S.LYING, _C.NAMED): (_S.LYING, _A.NAME),
    (_S.LYING, _C.DRIFTED): (_S.LYING, _A.SHIFT),
    (_S.LYING, _C.MOVED): (_S.TRYING, _A.START),
}


@dataclass(slots=True)
class Stay:
    """The stay that a vessel is in, or trying."""

    state: StayState = StayState.NOWHERE
    window: list[Mark] = field(default_factory=list)  # of those that are together, thinned
    centre: Mark | None = None  # the middle of the stay, once she lies
    before: Fix | None = None  # last fix before the first of the stay
    jumped: bool = False  # from there all at once, and at rest: her antenna did, not she
    last: Fix | None = None  # last fix of the stay
    count: int = 0
    alongside: bool = False  # told as berthed
    at_berth: bool = False  # she cannot swing there
    fence: str | None = None  # id of the deepest fence there
    out: list[Mark] = field(default_factory=list)  # fixes in a row beyond the radius
    trail: Trail = field(default_factory=Trail)
    unnamed: Fact | None = None  # a stop told of coarse positions, which name no berth
    fine: list[Mark] = field(default_factory=list)  # fine positions since then
    pause: Pause = field(default_factory=Pause)

    def step(self, step: PortStep) -> list[Fact]:
        """Take a fix; return the stop or the start it proves, if any."""
        mark = mark_of(step.fix, step.prev)
        at_rest = self.state is StayState.LYING
        since = step.fix.at - self.out[0].fix.at if self.out and at_rest else 0
        keep_us = LONG_US + since if at_rest else COARSE_US if mark.grain_m else SHORT_US
        self.trail.add(mark, keep_us=keep_us, moving_kn=MOVING_KN)
        self.pause.step(step, self.trail)
        sign = self._lying(step, mark) if at_rest else self._trying(step, mark)
        self.state, act = TABLE[self.state, sign]
        fact = self.ACTS[act](self, step, mark)
        return [] if fact is None else [fact]

    # -- signs ---------------------------------------------------------------------------------

    def _trying(self, step: PortStep, mark: Mark) -> StaySign:
        if not self.window:
            return StaySign.FIRST
        if together([*self.window, mark], radius_m(step)) == 0:
            return StaySign.LONG_ENOUGH if self._proved(step, mark) else StaySign.HERE
        since = self.out[0].fix.at if self.out else mark.fix.at
        return StaySign.AWAY if mark.fix.at - since >= CONFIRMING_US else StaySign.STRAY

    def _proved(self, step: PortStep, mark: Mark) -> bool:
        """Whether she has stayed for long enough, with this fix."""
        window, least = [*self.window, mark], least_us(step, mark)
        stayed = mark.fix.at - window[0].fix.at
        if stayed < least or not step.near or step.elsewhere or not self.trail.slow:
            return False
        silent = max(b.fix.at - a.fix.at for a, b in pairwise(window))
        if self.count + 1 < LEAST_FIXES and (stayed < 2 * least or silent > SILENCE_US):
            return False
        return radius_m(step) == SWING_M or not _creeps(window)

    def _lying(self, step: PortStep, mark: Mark) -> StaySign:
        centre = self.centre if self.centre is not None else mark
        away = away_m(centre, mark)
        if away <= (ALONGSIDE_M if self.at_berth else SWING_M):
            if self.unnamed is not None and self._names(step, mark):
                return StaySign.NAMED
            return StaySign.HERE
        first = self.out[0].fix if self.out else mark.fix
        if mark.fix.at - first.at < CONFIRMING_US:
            return StaySign.STRAY
        return StaySign.MOVED if self.at_berth else self._swung(mark, away)

    def _swung(self, mark: Mark, away: float) -> StaySign:
        """Beyond the swing of her anchor: under way, adrift, or on the other side of it."""
        if self._way_kn(mark, FAST_US) >= SURELY_KN:
            return StaySign.MOVED
        drifts = self._way_kn(mark, DRIFT_US) < MOVING_KN
        if away > SWING_MOST_M:
            return StaySign.DRIFTED if drifts else StaySign.MOVED
        settled = mark.fix.at - self.out[0].fix.at >= DRIFT_US
        return StaySign.DRIFTED if drifts and settled else StaySign.STRAY

    def _way_kn(self, mark: Mark, over_us: int) -> float:
        old = self.trail.before(mark.fix.at - over_us)
        if old is None and self.trail.marks:
            old = self.trail.marks[0]
        if old is None or old.fix.at >= mark.fix.at:
            return 0.0
        return made_good_kn(old, mark)

    def _names(self, step: PortStep, mark: Mark) -> bool:
        """Whether positions fine enough to name the berth prove the stop by now."""
        if mark.grain_m or not step.inside & step.port.berth_bits:
            return False
        fine = [*self.fine, mark]
        self.fine = fine[together(fine, TOGETHER_M) :]
        stayed = mark.fix.at - self.fine[0].fix.at
        return len(self.fine) >= LEAST_FIXES and stayed >= ALONGSIDE_LEAST_US

    # -- acts ----------------------------------------------------------------------------------

    def _begin(self, step: PortStep, mark: Mark) -> None:
        self.window, self.before, self.last = [mark], step.prev, step.fix
        self.count, self.out = 1, []
        self.centre = self.unnamed = self.fence = None
        self.alongside = self.at_berth = self.jumped = False
        self.fine = []

    def _count(self, step: PortStep, mark: Mark) -> None:
        self.out = []
        self.last = step.fix
        self.count += 1
        if self.state is StayState.TRYING:
            self._widen(step, mark)

    def _widen(self, step: PortStep, mark: Mark) -> None:
        """Put a mark into the window; as many as prove a stop are enough."""
        if mark.fix.at - self.window[-1].fix.at >= least_us(step, mark) // WINDOW_MARKS:
            self.window.append(mark)

    def _note(self, step: PortStep, mark: Mark) -> None:
        del step
        if len(self.out) < 2 or mark.fix.at - self.out[-1].fix.at >= CONFIRMING_US:
            self.out.append(mark)

    def _try(self, step: PortStep, mark: Mark) -> None:
        """She is elsewhere now: go on with those fixes that are together with this one."""
        radius = radius_m(step)
        marks = [*self.window, *self.out, mark]
        begin = together(marks, radius)
        if begin:
            self.jumped = begin >= len(self.window) and _at_rest(marks[:begin])
            self.before = marks[begin - 1].fix
        self.window, self.out = marks[begin:], []
        self.last, self.count = mark.fix, len(self.window)

    def _shift(self, step: PortStep, mark: Mark) -> None:
        self.centre, self.last, self.out = mark, step.fix, []

    def _stop(self, step: PortStep, mark: Mark) -> Fact:
        self._count(step, mark)
        window, port = [*self.window, mark], step.port
        fine = _fine(window)
        self.centre = middle(fine or window)
        lon, lat = np.array([self.centre.fix.lon]), np.array([self.centre.fix.lat])
        inside, near = (int(mask[0]) for mask in port.masks(lon, lat))
        known = ~0 if fine else ~port.berth_bits
        held = (inside or step.inside or near) & known
        self.fence = deepest(port, held)
        in_harbour = bool(held & port.harbour_bits)
        self.at_berth = bool(held & port.berth_bits) or (in_harbour and not port.berth_bits)
        swings = bool(port.berth_bits) and not self.at_berth and step.fix.status == AT_ANCHOR
        self.alongside = in_harbour and not swings
        radius = radius_m(step)
        stayed = mark.fix.at - window[0].fix.at
        under_way = self.trail.under_way if self.jumped or not self.alongside else None
        still_kn = CREEP_KN if self.alongside else MOVING_KN
        rested = rest.rested(window, self.before, under_way, radius_m=radius, still_kn=still_kn)
        fact = Fact(
            kind=EventKind.BERTHED if self.alongside else EventKind.ANCHORED,
            span=rested.span,
            decided_at=step.decided_at,
            geofence=self.fence,
            place=step.fix,
            fixes=(*rested.fixes, step.fix),
            why=f"Stayed within {radius:.0f} m for {stayed // MINUTE_US} min ({self.count} fixes).",
            figures={"radius_m": radius, "least_s": least_us(step, mark) // SECOND_US},
            key_at=window[0].fix.at,
        )
        self.unnamed = fact if self.alongside and not fine and port.berth_bits else None
        self.window = self.window[:1]
        return fact

    def _name(self, step: PortStep, mark: Mark) -> Fact | None:
        """Tell the stop again, now with the berth."""
        self._count(step, mark)
        told, self.unnamed = self.unnamed, None
        self.fence, self.at_berth = deepest(step.port, step.inside), True
        self.centre, self.fine = middle(self.fine), []
        if told is None:
            return None
        return replace(
            told, geofence=self.fence, decided_at=step.decided_at, place=step.fix,
            fixes=(*told.fixes[:-1], step.fix),
        )  # fmt: skip

    def _start(self, step: PortStep, mark: Mark) -> Fact:
        self.out.append(mark)
        swung = 0 if self.at_berth else rest.swung(self.out)
        first = self.out[swung].fix
        last = self.out[swung - 1].fix if swung else self.last or first
        centre = self.centre if self.centre is not None else mark
        radius = ALONGSIDE_M if self.at_berth else SWING_M
        since = self.window[0].fix.at
        marks = [m for m in self.trail.marks if since <= m.fix.at < first.at]
        started = rest.started(marks, last, first, radius, since)
        fact = Fact(
            kind=EventKind.UNBERTHED if self.alongside else EventKind.ANCHOR_WEIGHED,
            span=started.span,
            decided_at=step.decided_at,
            geofence=self.fence,
            place=started.fixes[0],
            fixes=(*started.fixes, step.fix),
            why=f"{CONFIRMING_FIXES} fixes beyond {radius:.0f} m of where she lay.",
            figures={"radius_m": radius, "away_m": round(away_m(centre, mark))},
            key_at=last.at,
        )
        out = self.out
        self._begin(step, out[0])
        self.before, self.out = last, out[1:-1]
        self._try(step, mark)
        return fact

    ACTS: ClassVar[dict[StayAct, Callable[[Stay, PortStep, Mark], Fact | None]]] = {
        StayAct.BEGIN: _begin,
        StayAct.COUNT: _count,
        StayAct.NOTE: _note,
        StayAct.TRY: _try,
        StayAct.STOP: _stop,
        StayAct.NAME: _name,
        StayAct.SHIFT: _shift,
        StayAct.START: _start,
    }


def least_us(step: PortStep, mark: Mark) -> int:
    """How long she must have stayed, by where she lies and how well that is known."""
    if radius_m(step) == TOGETHER_M:
        return SWING_LEAST_US if mark.grain_m else ALONGSIDE_LEAST_US
    known = step.port.waiting_bits | step.port.harbour_bits
    return SWING_LEAST_US if step.inside & known else DRIFT_LEAST_US


def radius_m(step: PortStep) -> float:
    """How near to each other the fixes of a stop must be, by where she is.

    In a harbour off all berths, she may say that she is at anchor.
    """
    if not step.inside & step.port.harbour_bits:
        return SWING_M
    berths = step.port.berth_bits
    swings = step.fix.status == AT_ANCHOR and berths and not step.inside & berths
    return SWING_M if swings else TOGETHER_M


def _at_rest(window: list[Mark]) -> bool:
    """Whether a ship was, or said she was, at rest in a window that was too short to be a stop."""
    if window[-1].fix.sog_kn <= AT_REST_KN:
        return True
    long = window[-1].fix.at - window[0].fix.at >= rest.STILL_US
    return long and made_good_kn(window[0], window[-1]) <= CREEP_KN


def _fine(window: list[Mark]) -> list[Mark]:
    """The marks that say where she lies: of a coarse window, as many as prove a stop by themselves.

    A fine one is with coarse ones that are farther off than a berth is long.
    """
    fine = [mark for mark in window if not mark.grain_m]
    if len(fine) == len(window):
        return fine
    here = fine[together(fine, TOGETHER_M) :] if fine else []
    stayed = here[-1].fix.at - here[0].fix.at if here else 0
    return here if len(here) >= LEAST_FIXES and stayed >= ALONGSIDE_LEAST_US else []


def _creeps(window: list[Mark]) -> bool:
    """Whether a window shows way made good: between the middles of its first and last thirds."""
    third = max(1, len(window) // 3)
    first, last = middle(window[:third]), middle(window[-third:])
    elapsed = window[-1].fix.at - window[0].fix.at
    later = last.fix._replace(at=first.fix.at + elapsed * 2 // 3)
    return made_good_kn(first, Mark(later, last.grain_m)) > CREEP_KN
