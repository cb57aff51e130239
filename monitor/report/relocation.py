"""Has the fleet moved, and how sure are we? The answer for each ship, and in numbers.

Pure: vessels and their rows in, the answer out. The fleet is who was at the first port in the time
that is asked for. Of each ship it is told how she stands at its end:

    STAYED     heard at the first port within HERE_US of the end, and not seen to leave
    BACK       heard there so late, after she had left
    MOVED      heard at the second port within HERE_US of the end
    ELSEWHERE  heard outside of both within HERE_US of the end, or too far away to have come since
    UNKNOWN    all others: not heard, or no stop is known, or whose fixes they are is not known

Numbers are ranges: at least as many as are known, at most as many as silence allows.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.engine.detect.port.step import SILENCE_US
from monitor.model import PortCall, Span
from monitor.report.whereabouts import (
    LONG_AGO,
    SURE,
    Interval,
    Reach,
    Vessel,
    Whereabouts,
    certain,
    meets,
    possible,
)

HERE_US = SILENCE_US
"""Heard somewhere so long before the end, a ship counts as being there: the limit of a silence."""


class Standing(enum.StrEnum):
    """How a ship stands at the end; see the module."""

    STAYED = "not seen to leave"
    BACK = "left and came back"
    MOVED = "moved"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number as far as it is known."""

    least: int
    most: int

    def __str__(self) -> str:
        """``3``, ``at most 5``, or ``at least 3 and at most 5``."""
        if self.least == self.most:
            return str(self.least)
        if not self.least:
            return f"at most {self.most}"
        return f"at least {self.least} and at most {self.most}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An arrival or a departure as far as it is known."""

    span: Span
    confidence: int  # of the call, 1 to 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A ship of the fleet, and what is known of her now."""

    vessel: Vessel
    is_sure: bool  # she was at the first port in the time for certain
    standing: Standing
    left: Moment | None  # the last time she is known to have left the first port
    reached: Moment | None  # the first time after it that she is known to have come to the second
    may_have_reached: bool  # that, or a silence or a doubtful call allows it
    may_be: tuple[str, ...]  # of the two ports, where she may be at the end
    end: int  # us

    @property
    def unheard_us(self) -> int | None:
        """From her last fix to the end; None: none is stored."""
        return None if self.vessel.last is None else self.end - self.vessel.last.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer, with the question."""

    from_: str
    to: str
    since: int  # us
    until: int
    members: tuple[Member, ...]
    others: tuple[Vessel, ...]  # at the second port in the time, and never heard at the first

    def standing(self, *standings: Standing) -> list[Member]:
        """Ships that stand so."""
        return [member for member in self.members if member.standing in standings]

    @property
    def fleet(self) -> Range:
        """Ships that were at the first port in the time."""
        return Range(least=sum(one.is_sure for one in self.members), most=len(self.members))

    @property
    def stayed(self) -> Range:
        """At the first port at the end."""
        return self._at(self.from_, Standing.STAYED, Standing.BACK)

    @property
    def moved(self) -> Range:
        """At the second port at the end."""
        return self._at(self.to, Standing.MOVED)

    @property
    def elsewhere(self) -> Range:
        """At neither at the end."""
        least = sum(one.is_sure and not one.may_be for one in self.members)
        there = (Standing.STAYED, Standing.BACK, Standing.MOVED)
        return Range(least=least, most=sum(one.standing not in there for one in self.members))

    @property
    def reached(self) -> Range:
        """At the second port at any time after they were at the first."""
        least = sum(one.is_sure and one.reached is not None for one in self.members)
        return Range(least=least, most=sum(one.may_have_reached for one in self.members))

    def _at(self, port: str, *standings: Standing) -> Range:
        least = sum(one.is_sure and one.standing in standings for one in self.members)
        return Range(least=least, most=sum(port in one.may_be for one in self.members))


def relocation(
    vessels: Iterable[Vessel], from_: Reach, to: Reach, *, since: int, until: int
) -> Answer:
    """Answer from all that is known of the ships that called at either port."""
    members, others = [], []
    for vessel in vessels:
        at_first = [call for call in vessel.calls if call.port == from_.port.id]
        stays = certain(vessel, from_.port.id, until)
        perhaps = possible(vessel, from_, until)
        if at_first and meets(perhaps, since, until):
            sure = meets(stays, since, until)
            members.append(_member(vessel, (from_, to), stays, sure=sure, since=since, until=until))
        elif meets(certain(vessel, to.port.id, until), since, until):
            others.append(vessel)
    members.sort(key=lambda one: (list(Standing).index(one.standing), one.vessel.title))
    return Answer(
        from_=from_.port.id, to=to.port.id, since=since, until=until, members=tuple(members),
        others=tuple(sorted(others, key=lambda one: one.title)),
    )  # fmt: skip


def _member(
    vessel: Vessel, ports: tuple[Reach, Reach], stays: Sequence[Interval], *, sure: bool,
    since: int, until: int,
) -> Member:  # fmt: skip
    from_, to = ports
    reached = _reached(vessel, to, stays, since)
    begun = stays[0][0] if stays else LONG_AGO
    unheard = any(
        to.window(silence, vessel.fastest_kn, until) is not None
        for silence in vessel.all_silences(until)
        if silence.before.at >= begun
    )
    doubtful = any(
        call.port == to.port.id and (call.arrived.latest or until) >= begun for call in vessel.calls
    )
    return Member(
        vessel=vessel, is_sure=sure, standing=_standing(vessel, ports, since, until),
        left=_left(vessel, from_.port.id, since, until), reached=reached,
        may_have_reached=(
            reached is not None or unheard or doubtful or vessel.mixed_at is not None
        ),
        may_be=tuple(port.port.id for port in ports if _may_be(vessel, port, until)), end=until,
    )  # fmt: skip


def _standing(vessel: Vessel, ports: tuple[Reach, Reach], since: int, until: int) -> Standing:
    last, (from_, to) = vessel.last, ports
    if vessel.mixed_at is not None:
        return Standing.UNKNOWN
    if last is not None and until - last.at <= HERE_US:
        call = open_call(vessel, last)
        if call is None or call.confidence < SURE:
            there = last.port in {from_.port.id, to.port.id}
            return Standing.UNKNOWN if there else Standing.ELSEWHERE
        if call.port == from_.port.id:
            was_away = any(one is not call and _left_after(one, since) for one in vessel.calls)
            return Standing.BACK if was_away else Standing.STAYED
        return Standing.MOVED if call.port == to.port.id else Standing.ELSEWHERE
    if last is not None and not any(_may_be(vessel, port, until) for port in ports):
        return Standing.ELSEWHERE
    return Standing.UNKNOWN


def open_call(vessel: Vessel, last: Whereabouts) -> PortCall | None:
    """The call that she is at by her last fix; None: she is at none."""
    for call in reversed(vessel.calls):
        if call.departed is None and call.port == last.port:
            return call
    return None


def _left_after(call: PortCall, since: int) -> bool:
    span = call.departed
    return span is not None and (span.latest is None or span.latest >= since)


def _may_be(vessel: Vessel, port: Reach, until: int) -> bool:
    """Whether a ship may be at a port at the end: she was, or is fast enough."""
    last = vessel.last
    if last is None or vessel.mixed_at is not None:
        return True
    return last.at + port.least_us(last, vessel.fastest_kn) <= until


def _known_to(vessel: Vessel, until: int) -> int:
    """Up to when a ship's fixes are hers."""
    return until if vessel.mixed_at is None else min(until, vessel.mixed_at)


def _left(vessel: Vessel, port: str, since: int, until: int) -> Moment | None:
    for call in reversed(vessel.calls):
        if call.port == port and call.departed is not None and call.confidence >= SURE:
            latest = call.departed.latest
            if latest is not None and since <= latest <= _known_to(vessel, until):
                return Moment(span=call.departed, confidence=call.confidence)
    return None


def _reached(vessel: Vessel, to: Reach, stays: Sequence[Interval], since: int) -> Moment | None:
    """Her first sure arrival at the second port after she was at the first."""
    for call in vessel.calls:
        latest = call.arrived.latest
        if call.port != to.port.id or call.confidence < SURE or latest is None:
            continue
        if since <= latest <= _known_to(vessel, latest) and any(
            begin < latest for begin, _ in stays
        ):
            return Moment(span=call.arrived, confidence=call.confidence)
    return None
