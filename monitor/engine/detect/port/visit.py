"""Visits: all that is remembered of one ship near one port, from her first fix there to her last.

A visit runs its parts on each fix, one after the other: silence, first seen, stay, fences, call,
passage. Each is a file of this folder. What they find is told in that order; what it adds up to is
the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.near import PortRows
from monitor.engine.detect.port import visit_kept
from monitor.engine.detect.port.call import Call, CallState
from monitor.engine.detect.port.fences import Membership
from monitor.engine.detect.port.first_seen import FirstSeen
from monitor.engine.detect.port.passage import Passage
from monitor.engine.detect.port.silence import Silence
from monitor.engine.detect.port.stay import Stay
from monitor.engine.detect.port.step import PortStep
from monitor.engine.geofence import Port
from monitor.model import EventKind, EventState, Fix, ShipAtPort


@dataclass(slots=True)
class Visit:
    """All that is remembered of a vessel near a port. Made by her first fix there."""

    last: Fix | None = None
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
        late = self.last is None and _was_near(step)
        facts = self.silence.step(step)
        if any(fact.kind is EventKind.REAPPEARED_ELSEWHERE for fact in facts):
            # the silence ended what was known of her here: nobody saw her leave a fence or a berth
            self.membership, self.stay = Membership(), Stay()
        facts += self.first_seen.step(step, self.inside)
        if late:  # she was here before anybody watched: when she came, or came to rest, is unknown
            step = step._replace(prev=None)
        facts += self.stay.step(step)
        crossings = self.membership.step(step)
        facts += crossings
        self.passage.measure(step)
        told = self._tell(step.port, facts)
        told += self._told(self.call.dwell(step))
        in_port = self.call.state in {CallState.IN_PORT, CallState.LEAVING}
        told += self.passage.step(step, crossings, in_port=in_port)
        self.last, self.inside, self.near = step.fix, step.inside, step.near
        return told

    def fall_silent(self, port: Port, at: int) -> list[Found]:
        """Her deadline ``at`` has passed."""
        if self.last is None:
            return []
        self.passage.dark = True
        facts = self.first_seen.fall(port, self.inside, at)
        return self._tell(port, [*facts, self.silence.fall(port, self.last, self.inside)])

    def deadline(self) -> int | None:
        """When this vessel's silence must be told; None: never, or it has been."""
        if self.last is None or not self.inside:
            return None
        return self.silence.deadline(self.last)

    def over(self) -> bool:
        """Whether nothing is left to watch: out of all fences, no call open, not dark."""
        return (
            not self.membership.fences
            and self.call.state is CallState.AWAY
            and not self.silence.dark
            and not self.near
        )

    def redraw(self, port: Port) -> None:
        """The port may have been drawn anew: let go of fences that are gone, look where she is."""
        known = port.bit_of.keys()
        self.membership.forget(known)
        if self.stay.fence not in known:
            self.stay.fence = None
        if self.call.entered_fence not in known:
            self.call.entered_fence = None
        if self.last is not None:
            inside, near = port.masks(np.array([self.last.lon]), np.array([self.last.lat]))
            masks = int(inside[0]), int(near[0])
            if masks != (self.inside, self.near):
                self.membership.calm = None
            self.inside, self.near = masks

    def _tell(self, port: Port, facts: list[Fact]) -> list[Found]:
        """What is found, and what the call makes of it."""
        told: list[Found] = []
        for fact in facts:
            told.append(fact)
            stages = len(self.call.stages)
            changes = self.call.take(port, fact)
            told += self._told(changes)
            if not changes and len(self.call.stages) != stages:
                told.append(self.call.stands(fact.decided_at, withdrawn=False))
        return told

    def _told(self, changes: list[Fact]) -> list[Found]:
        told: list[Found] = []
        for fact in changes:
            nothing = (EventKind.PORT_ARRIVED, EventState.WITHDRAWN)
            withdrawn = (fact.kind, fact.state) == nothing
            told += [fact, self.call.stands(fact.decided_at, withdrawn=withdrawn)]
            if self.call.state is CallState.AWAY:
                self.call = Call()
        return told


class Visits(Detector[ShipAtPort, Visit, PortStep]):
    """The detector of visits: crossings, stops, silences, arrivals, departures, port calls."""

    NAME: ClassVar[str] = "visit"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = Visit

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, Visit]
    ) -> Iterator[tuple[ShipAtPort, PortStep]]:
        """Fixes near a port, and all fixes of those that are watched there."""
        for rows in seen.near:
            yield from _steps_of(rows, seen, states)

    def step(self, state: Visit | None, moment: PortStep) -> tuple[Visit | None, list[Found]]:
        """Take a fix; see Detector."""
        visit = state if state is not None else Visit()
        told = visit.step(moment)
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
        state.redraw(port)
        return None


def _was_near(step: PortStep) -> bool:
    """Whether the fix before was near the port already: what was known of her is lost."""
    if step.prev is None:
        return False
    _, near = step.port.masks(np.array([step.prev.lon]), np.array([step.prev.lat]))
    return bool(near[0])


def _steps_of(
    rows: PortRows, seen: Seen, states: Mapping[ShipAtPort, Visit]
) -> Iterator[tuple[ShipAtPort, PortStep]]:
    """The steps of one port, track by track."""
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
        prev, prev_row = None, begin - 1
        for row in range(begin, end):
            here = row - begin
            if not near[here] and key not in states:
                continue
            if row == begin or prev_row != row - 1:
                prev = seen.before(row, track)
            fix = seen.fix(row)
            yield key, PortStep(port, fix, prev, inside[here], near[here], decided[here])
            prev, prev_row = fix, row
