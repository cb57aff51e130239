"""The two ends of a call: when she arrived and when she left, by what was seen and what was not."""

from __future__ import annotations

from dataclasses import replace

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port import bounds
from monitor.engine.detect.port.signs import Around
from monitor.engine.detect.port.step import PortStep
from monitor.model import UNKNOWN, EventKind, Span

HIDDEN_WHY = "Inside the harbour; if she stopped there, nobody heard it."
FOUND_WHY = "Heard in the harbour; nobody saw her come in."
DOUBT_WHY = "Gone from the harbour again. She was not seen to stop, and there was time for it."
DISPUTED_WHY = "Nobody saw her come in, and her number is heard elsewhere: one place is false."
AGAIN_WHY = "Heard here again."


def leaps(fact: Fact) -> bool:
    """Whether a fact rests on a leap that no ship can make."""
    return bool(fact.figures.get("leap"))


def arrival_of(fact: Fact, around: Around) -> Span:
    """When she came to rest; who was found at rest may have arrived long before."""
    return lain(bounds.arrival_of(fact), around)


def lain(span: Span, around: Around) -> Span:
    """An arrival, if she may have lain in other waters of the port before."""
    hidden = around.hidden_from
    if span.earliest is None:
        return span
    earliest = span.earliest
    if hidden is not None:
        earliest = min(earliest, bounds.reaches_port_at(around.port, hidden))
    if around.may_have_lain and around.came_from is None:
        return replace(span, earliest=None)
    if around.may_have_lain and around.came_from is not None:
        earliest = min(earliest, bounds.reaches_port_at(around.port, around.came_from))
    return replace(span, earliest=earliest)


def gone(step: PortStep) -> Fact:
    """What is known of who is out of a port, and was not seen to leave a fence."""
    prev = step.prev if step.prev is not None else step.fix
    return Fact(
        kind=EventKind.GEOFENCE_LEFT, span=bounds.departed_unseen(prev, step.fix),
        decided_at=step.now, place=step.fix, fixes=(prev, step.fix),
        why="Out of all fences of the port.",
    )  # fmt: skip


def heard(step: PortStep) -> Fact:
    """What is known of who is heard in a port again."""
    return Fact(
        kind=EventKind.PORT_ARRIVED, span=UNKNOWN, decided_at=step.now, place=step.fix,
        fixes=(step.fix,), why=AGAIN_WHY,
    )  # fmt: skip


def departure_of(fact: Fact, started: Fact | None) -> Span:
    """The departure of a ship that nobody saw leave; ``started``: from her last stop, if seen.

    Then she may have left at that start, though she was heard in port after it.
    """
    if fact.confidence == 1:  # no ship, or hardly any, can have gone where she is now
        return UNKNOWN
    if fact.kind is EventKind.GEOFENCE_LEFT:
        span = fact.span
    else:
        span = bounds.departed_unseen(fact.fixes[0], fact.fixes[-1])
    begun = None if started is None else started.span.earliest
    if begun is None or span.earliest is None:
        return span
    return replace(span, earliest=min(span.earliest, begun))


def stopped_again(fact: Fact, started: int, around: Around) -> int | None:
    """Until when, after her last start, she may have stopped again unseen, us; None: not so.

    ``started``: by then (us) she had; a pause that began before is the stop that she started from.
    """
    if not bounds.seen(fact.span):
        return fact.span.latest
    if around.pause is None:
        return None
    begin, end = around.pause
    until = fact.span.latest if end is None else end
    again = until is not None and until - max(begin, started) >= bounds.STOP_US
    return until if again else None


def until(arrived: Span | None, departed: Span | None) -> Span | None:
    """The arrival of a ship that may have stopped as late as she left."""
    if arrived is None or departed is None or departed.latest is None or arrived.latest is None:
        return arrived
    return replace(arrived, latest=max(arrived.latest, departed.latest))


def after_arrival(arrived: Span | None, span: Span) -> Span:
    """A departure, no bound of which lies before that of the arrival."""
    if span == UNKNOWN:
        return span
    known = arrived if arrived is not None else UNKNOWN
    earliest, latest = _later(span.earliest, known.earliest), span.latest
    if latest is not None:
        latest = _later(latest, earliest)
    at = span.at if span.at is None else _later(span.at, known.at)
    if at is not None and latest is not None:
        at = min(max(at, at if earliest is None else earliest), latest)
    return Span(earliest=earliest, at=at, latest=latest)


def _later(a: int | None, b: int | None) -> int | None:
    return max((at for at in (a, b) if at is not None), default=None)
