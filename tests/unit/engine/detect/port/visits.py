"""Visits of one ship to one port, and what is told of her there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from monitor.engine.detect.detection import Detection
from monitor.engine.detect.detector import CallFact, Fact, Found, Told
from monitor.engine.detect.port.visit import Visit, Visits
from monitor.engine.geofence import FenceSet, Port
from monitor.engine.track import Tracker
from monitor.model import CallState, EventKind, Fix, ShipAtPort
from monitor.units import MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import MMSI, START, fix_at, square_port, steps_of
from tests.unit.engine.detect.lamps import seen, take

PORT = square_port()
QUAY = 50.0
"""Metres east: at the berth, on no grid of coarse positions."""
MILE = NAUTICAL_MILE_M
VISITS = Visits(FenceSet(ports=(PORT,)))
SHE = ShipAtPort(MMSI, 0, "home")


def expired(visit: Visit, until: int) -> list[Found]:
    """What her silence tells before an instant, as whoever runs the detector asks for it."""
    deadline = VISITS.deadline(visit)
    if deadline is None or deadline >= until:
        return []
    return VISITS.wake(SHE, visit, deadline)[1]


def findings(fixes: list[Fix], before: Fix | None = None, on: Visit | None = None) -> list[Found]:
    """What her fixes tell; she is watched to the end, near the port or not."""
    on = Visit() if on is None else on
    told: list[Found] = []
    for step in steps_of(PORT, fixes, before):
        told += expired(on, step.now)
        told += VISITS.step(on, step)[1]
    return told


def kinds(found: list[Found]) -> list[str]:
    return [
        f"{f.kind} {f.state}" if isinstance(f, Fact) else "call"
        for f in found
        if isinstance(f, CallFact) or f.kind is not EventKind.GEOFENCE_ENTERED
    ]


def facts(found: Sequence[Found], *of: EventKind) -> list[Fact]:
    """The facts among what was found; of these kinds, if any are named."""
    return [f for f in found if isinstance(f, Fact) and (not of or f.kind in of)]


def calls(found: list[Found]) -> list[CallFact]:
    return [f for f in found if isinstance(f, CallFact)]


def lies(minutes: Iterable[float], east_m: float = QUAY, **fields: Any) -> list[Fix]:
    return [fix_at(m, east_m, 20, **fields) for m in minutes]


def comes(begin: int, end_m: float = QUAY) -> list[Fix]:
    """Fixes each minute at 16 kn from 5.5 km off."""
    return [fix_at(begin + m, end_m + 500 * (11 - m), 20) for m in range(11)]


def goes(begin: int, begin_m: float = QUAY) -> list[Fix]:
    """The same way back, and on to 10 km off."""
    return [fix_at(begin + m, begin_m + 500 * m, 20) for m in range(1, 20)]


def seen_alongside(until: int = 30) -> Visit:
    """She came in sight at minute 11, and lies at the berth."""
    on = Visit()
    findings([*comes(0), *lies(range(11, until))], fix_at(-1, 6500), on)
    assert on.call.state is CallState.IN_PORT
    return on


def watched(*batches: list[Fix], ports: tuple[Port, ...] = (PORT,)) -> list[Told]:
    """What fixes tell that are cut into these batches."""
    on, tracker = Detection(FenceSet(ports=ports), (Visits,), ()), Tracker()
    told: list[Told] = []
    for batch in batches:
        until = (batch[-1].at - START) / MINUTE_US
        told += take(on, seen(until, *batch, tracker=tracker))
        tracker.came.clear()
    return told
