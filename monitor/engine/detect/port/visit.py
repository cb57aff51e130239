"""Visits: all that is remembered of one ship near one port, from her first fix there to her last.

A visit runs its parts on each fix, one after the other: silence, first seen, stay, fences, call,
passage. Each is a file of this folder. What they find is told in that order; what it adds up to is
the call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.near import PortRows
from monitor.engine.detect.port import ends, visit_kept
from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.fences import QUIET_US, FenceState, Membership
from monitor.engine.detect.port.first_seen import FirstSeen
from monitor.engine.detect.port.passage import Passage
from monitor.engine.detect.port.signs import Around
from monitor.engine.detect.port.silence import Silence, leapt
from monitor.engine.detect.port.stay import Stay, StayState
from monitor.engine.detect.port.step import PortStep, deepest
from monitor.engine.geofence import FenceSet, Port
from monitor.engine.odd import TRACK_END_US
from monitor.engine.reach import follows, hardly
from monitor.model import CallState, EventKind, EventState, Fix, ShipAtPort
from monitor.units import NO_TIME

CALLED = frozenset({CallState.FOUND, CallState.IN_PORT, CallState.LEAVING})
"""A ship whose call stands so has called: she has not passed through."""


@dataclass(slots=True)
class Visit:
    """All that is remembered of a vessel near a port. Made by her first fix there."""

    drawing: str = ""  # digest of the fences that it was seen with
    last: Fix | None = None
    known_at: int = 0  # us; when the last fix was believed
    inside: int = 0  # fences of the last fix
    near: int = 0
    first_seen: FirstSeen = field(default_factory=FirstSeen)
    membership: Membership = field(default_factory=Membership)
    stay: Stay = field(default_factory=Stay)
    silence: Silence = field(default_factory=Silence)
    call: Call = field(default_factory=Call)
    passage: Passage = field(default_factory=Passage)

    def step(self, step: PortStep) -> list[Found]:
        """Take her next fix."""
        new = self.last is None
        if self.silence.holds(step):
            return []
        if self.silence.dark and step.near and self.silence.away is not None:
            step = step._replace(prev=self.last)  # what was heard elsewhere was false
        facts = self.silence.step(step, self.last)
        if facts and any(fact.kind is EventKind.REAPPEARED_ELSEWHERE for fact in facts):
            # the silence ended what was known of her here: nobody saw her leave a fence or a berth
            self.membership, self.stay = Membership(), Stay()
        if new:
            self.drawing = step.port.drawing
            watched = _was_near(step)
            hurried = step.dark_before and step.prev is not None and hardly(step.prev, step.fix)
            if watched or hurried or step.prev is None:
                # when she came, or came to rest, is unknown
                self.first_seen.begin(step, watched=watched, hurried=hurried)
                step = step._replace(prev=None)
        facts += self.first_seen.step(step)
        self.passage.measure(step)
        stays = self.stay.step(step)
        facts += stays
        self.passage.stop(stays)
        if self.passage.called and self.call.state is CallState.AWAY:
            self.stay.pause.hidden = None  # she sailed from here: that she sailed on is likelier
        crossings = self.membership.step(step)
        facts += crossings
        again = self.call.dispute(ends.heard(step), disputed=False) if self.call.disputed else []
        told = self._told(again)
        told += self._tell(step, facts)
        told += self._told(self.call.dwell(step))
        if self.call.state is CallState.TOUCHED:
            limit = self._limit(step.port)
            if limit is None:
                told += self._told(self.call.untouch(step))
            elif limit.state == "in":
                self.call.hold()
        elif not step.near and not self.near and not self.membership.fences:
            told += self._outside(step)
        if crossings or not self.passage.called:
            told += self.passage.step(step, crossings, in_port=self.call.state in CALLED)
        self.last, self.inside, self.near = step.fix, step.inside, step.near
        self.known_at = step.now
        return told

    def fall_silent(self, port: Port, at: int) -> list[Found]:
        """Her deadline ``at`` has passed."""
        if self.last is None:
            return []
        if not self.inside:
            facts = self.membership.fall(PortStep(port, self.last, None, 0, self.near, at))
            return [found for fact in facts for found in self._take(self._around(port), fact)]
        facts = self.first_seen.fall(at)
        facts.append(self.silence.fall(port, self.last, self.inside, at))
        around = self._around(port)
        return [found for fact in facts for found in self._take(around, fact)]

    def give_up(self, step: PortStep) -> list[Found]:
        """She was hardly known, and is said to be where she cannot be: all ends, unbounded."""
        if step.leapt is None:
            return []
        return self._take(Around(step.port), leapt(step, step.leapt))

    def leap(self, step: PortStep) -> list[Found]:
        """Her number is heard where she cannot be: told, and nothing is concluded from it."""
        self.known_at = max(self.known_at, step.now)
        if step.leapt is None:
            return []
        fact = leapt(step, step.leapt)
        doubt = replace(fact, why=ends.DISPUTED_WHY)
        return [fact, *self._told(self.call.dispute(doubt, disputed=True))]

    def deadline(self) -> int | None:
        """When this vessel's silence must be told; None: never, or it has been."""
        last, silence = self.last, self.silence
        if last is None or silence.dark:
            return None
        if self.inside:
            at = last.at + silence.limit_us
        elif self.membership.may_have_left(last):
            at = last.at + QUIET_US
        else:
            return None
        return at if at > self.known_at else self.known_at  # noqa: FURB136 - called for each fix

    def over(self) -> bool:
        """Whether nothing is left to watch: out of all fences, no call open, not dark."""
        return (
            not self.membership.fences
            and self.call.state is CallState.AWAY
            and not self.silence.dark
            and not self.near
        )

    def redraw(self, port: Port) -> bool:
        """Look where she is, if the port was drawn anew, and say so: she crosses nothing by that.

        What an earlier version kept has no drawing: then it is looked, and nothing is said.
        """
        drawn = bool(self.drawing)
        if self.drawing == port.drawing or self.last is None:
            self.drawing = port.drawing
            return False
        known = port.bit_of.keys()
        inside, near = port.masks(np.array([self.last.lon]), np.array([self.last.lat]))
        self.drawing, self.inside, self.near = port.drawing, int(inside[0]), int(near[0])
        self.membership.redraw(port, self.inside, self.near)
        if self.stay.fence not in known:
            self.stay.fence = deepest(port, self.inside or self.near)
        if self.call.entered_fence not in known:
            self.call.entered_fence = None
        if self.first_seen.fence not in known:
            self.first_seen.fence = None
        return drawn

    def _outside(self, step: PortStep) -> list[Found]:
        """She is out of all fences: unless she lies there, her call is over."""
        if self.call.state is CallState.AWAY or self.stay.state is StayState.LYING:
            return []
        return self._told(self.call.outside(step, self._around(step.port)))

    def _limit(self, port: Port) -> FenceState | None:
        """How she is with the port's limit, if she is not simply out of it."""
        held = [
            self.membership.fences[fence]
            for fence, bit in port.bit_of.items()
            if bit & port.limit_bits and fence in self.membership.fences
        ]
        return min(held, key=lambda one: one.state != "in", default=None)

    def _tell(self, step: PortStep, facts: list[Fact]) -> list[Found]:
        """What is found, and what the call makes of it."""
        if not facts:
            return []
        since = step.fix.at if self.call.state is CallState.AWAY else self.call.key_at
        around = self._around(step.port)._replace(
            hidden=self.passage.hidden_since(since),
            elsewhere=step.elsewhere,
            waiting=bool(step.inside & step.port.waiting_bits),
        )
        return [found for fact in facts for found in self._take(around, fact)]

    def _around(self, port: Port) -> Around:
        """What is known of her without a fix."""
        pause, limit = self.stay.pause, self._limit(port)
        return Around(
            port,
            entering=limit if limit is not None and limit.state == "entering" else None,
            pause=pause.last,
            found_at_rest=bool(pause.found_at_rest),
            may_have_lain=pause.may_have_lain,
            came_from=pause.came_from,
            hidden_from=None if self.call.has_stopped else pause.hidden,
        )

    def _take(self, around: Around, fact: Fact) -> list[Found]:
        stages = list(self.call.stages)
        changes = self.call.take(around, fact)
        told = [fact, *self._told(changes)]
        if not changes and self.call.stages != stages:
            told.append(self.call.stands(fact.decided_at, withdrawn=False))
        return told

    def _told(self, changes: list[Fact]) -> list[Found]:
        told: list[Found] = list(changes)
        if changes:
            last = changes[-1]
            withdrawn = (last.kind, last.state) == (EventKind.PORT_ARRIVED, EventState.WITHDRAWN)
            told.append(self.call.stands(last.decided_at, withdrawn=withdrawn))
            if self.call.state is CallState.AWAY:
                self.call = Call()
                self.stay.pause.forget()
        return told


class Visits(Detector[ShipAtPort, Visit, PortStep]):
    """The detector of visits: crossings, stops, silences, arrivals, departures, port calls."""

    NAME: ClassVar[str] = "visit"
    VERSION: ClassVar[int] = 4
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = Visit

    def __init__(self, fences: FenceSet) -> None:
        """Watch the ports of ``fences``."""
        super().__init__(fences)
        self._redrawn: Counter[str] = Counter()  # port -> ships there, of restored states

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, Visit]
    ) -> Iterator[tuple[ShipAtPort, PortStep]]:
        """Fixes near a port, all fixes of those that are watched there, and leaps from there."""
        for rows in seen.near:
            leaps = _leaps_of(rows.port, seen)
            yield from _steps_of(rows, seen, states, leaps)
            for key, steps in leaps.items():
                yield from _of_watched(key, steps, states)

    def step(self, state: Visit | None, moment: PortStep) -> tuple[Visit | None, list[Found]]:
        """Take a fix; see Detector."""
        if moment.away:
            return state, [] if state is None else state.leap(moment)
        told: list[Found] = []
        if state is not None and moment.leapt is not None:
            told += state.give_up(moment)
            state = None
        if state is not None and moment.prev is None and state.last is not None:
            if _is_she(state.last, moment.fix):  # tracks were lost; what is known of her was not
                moment = moment._replace(prev=state.last)
            else:
                state = None  # another ship has the number of this track now
        if state is None and not moment.near:
            return None, told
        visit = state if state is not None else Visit()
        told += visit.step(moment)
        return (None if visit.over() else visit), told

    def deadline(self, state: Visit) -> int | None:
        """When she will have been silent for too long; see Detector."""
        return state.deadline()

    def wake(self, key: ShipAtPort, state: Visit, at: int) -> tuple[Visit | None, list[Found]]:
        """She is silent; see Detector."""
        return state, state.fall_silent(self.fences.by_id[key.port], at)

    def upgrade(self, key: ShipAtPort, state: Any, version: int) -> Any:
        """State of an earlier version; see Detector."""
        return visit_kept.upgraded(state, version, self.fences.by_id.get(key.port))

    def admit(self, key: ShipAtPort, state: Visit) -> str | None:
        """A port may be watched no more, and a drawing be another; see Detector."""
        port = self.fences.by_id.get(key.port)
        if port is None:
            return f"port {key.port} is watched no more"
        self._redrawn[port.id] += state.redraw(port)
        return None

    def said(self) -> list[str]:
        """Which ports are drawn anew; see Detector."""
        drawn = sorted((port, count) for port, count in self._redrawn.items() if count)
        self._redrawn.clear()
        return [
            f"Port {port} is drawn anew since it was last watched: {count:,}"
            f" {'ship is' if count == 1 else 'ships are'} watched on, and no crossing is told."
            for port, count in drawn
        ]


def _is_she(last: Fix, fix: Fix) -> bool:
    """Whether a track that has no fix before goes on from where a ship was last: see odd.py.

    A number is used again for another ship only when the one before was forgotten.
    """
    return fix.at - last.at <= TRACK_END_US and follows(last, fix)


def _was_near(step: PortStep) -> bool:
    """Whether the fix before was near the port already: what was known of her is lost."""
    if step.prev is None:
        return False
    _, near = step.port.masks(np.array([step.prev.lon]), np.array([step.prev.lat]))
    return bool(near[0])


def _leaps_of(port: Port, seen: Seen) -> dict[ShipAtPort, list[PortStep]]:
    """Leaps of numbers whose ships may be watched at a port, in order of time."""
    found: dict[ShipAtPort, list[PortStep]] = {}
    for came in seen.tracks.leaps.values():
        if came.track is not None and came.number != came.origin:
            key = ShipAtPort(came.mmsi, came.origin or 0, port.id)
            step = PortStep(port, came.first, None, 0, 0, came.decided_at, came.track, away=True)
            found.setdefault(key, []).append(step)
    return found


def _of_watched(
    key: ShipAtPort, steps: list[PortStep], states: Mapping[ShipAtPort, Visit]
) -> Iterator[tuple[ShipAtPort, PortStep]]:
    """The steps of a ship that is watched by then."""
    if key in states:
        for step in steps:
            yield key, step


def _steps_of(
    rows: PortRows,
    seen: Seen,
    states: Mapping[ShipAtPort, Visit],
    leaps: dict[ShipAtPort, list[PortStep]],
) -> Iterator[tuple[ShipAtPort, PortStep]]:
    """The steps of one port, track by track; ``leaps`` between them are taken out."""
    tracks, port = seen.tracks, rows.port
    heads = tracks.heads
    active = set(seen.track_of(np.flatnonzero(rows.near)).tolist())
    if states:
        active.update(
            i for i, (mmsi, track) in enumerate(heads) if (mmsi, track, port.id) in states
        )
    for track in sorted(active):
        begin, end = tracks.bounds(track)
        mmsi, number = heads[track]
        key = ShipAtPort(mmsi, number, port.id)
        inside, near = rows.inside[begin:end].tolist(), rows.near[begin:end].tolist()
        decided = tracks.links["decided_at"][begin:end].tolist()
        leapt = tracks.links["leap"][begin:end].tolist()
        new = (tracks.links["prev_at"][begin:end] == NO_TIME).tolist()
        fixes, elsewhere = tracks.fixes[begin:end].tolist(), rows.elsewhere[begin:end].tolist()
        prev, prev_row = None, begin - 1
        for row in range(begin, end):
            here = row - begin
            if key in leaps:
                now = max(Fix._make(fixes[here]).at, decided[here])
                before = [step for step in leaps[key] if step.now < now]
                yield from _of_watched(key, before, states)
                leaps[key] = leaps[key][len(before) :]
            if not near[here] and key not in states:
                continue
            if row == begin or prev_row != row - 1 or new[here]:
                prev = seen.before(row, track)
            fix = Fix._make(fixes[here])
            yield (
                key,
                PortStep(
                    port, fix, prev, inside[here], near[here], decided[here],
                    seen.leapt(row) if leapt[here] else None,
                    elsewhere[here] and bool(near[here]),
                ),
            )  # fmt: skip
            prev, prev_row = fix, row
