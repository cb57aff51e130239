"""Arrivals of ships that declare another port: which are told."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine.detect.detector import Fact, Seen, Told
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.port.elsewhere import CallsElsewhere
from monitor.engine.geofence import FenceSet
from monitor.engine.stood import AGAIN_US, NOTED, Stood
from monitor.model import EventKind, EventState, ShipAtPort, Span
from monitor.units import HOUR_US, NO_TIME, to_iso
from tests.scenario.sea import MMSI, square_port
from tests.unit.engine.detect.lamps import seen
from tests.unit.engine.detect.vessel.voyages import HOUR, arrived, at, departed

FENCES = FenceSet(ports=(square_port(),))
ABOUT = ShipAtPort(MMSI, 0, "home")
CAME = arrived(10 * HOUR, 10 * HOUR + 4)
PLACE = list(NOTED).index("destination")


def told(
    *facts: Fact, says: str | None = "EG PSD", since: int = at(0), last: int = at(10 * HOUR)
) -> list[Fact]:
    """What is told of facts, of a ship that declares something since then."""
    first, then = [NO_TIME] * len(NOTED), [NO_TIME] * len(NOTED)
    first[PLACE], then[PLACE] = since, last
    found: list[Told] = [(ABOUT, fact) for fact in facts]
    batch = Seen(
        tracks=seen(0).tracks, told=found, until=at(20 * HOUR), said=lambda *_: (None, says),
        stood=lambda *_: Stood(tuple(first), tuple(then)),
    )  # fmt: skip
    lookout = Lookout(CallsElsewhere(FENCES))
    told_of = lookout.take(batch)
    assert {about for about, _ in told_of} <= {ABOUT}
    return [fact for _, fact in told_of if isinstance(fact, Fact)]


def test_it_bears_the_bounds_and_the_place_of_the_arrival() -> None:
    (fact,) = told(CAME)
    assert fact.kind is EventKind.DECLARED_ELSEWHERE
    assert (fact.span, fact.fixes, fact.key_at) == (CAME.span, CAME.fixes, CAME.key_at)
    assert (fact.confidence, fact.decided_at) == (CAME.confidence, CAME.decided_at)
    assert fact.figures == {
        "declared": "EG PSD", "declared_port": "Port Said", "declared_code": "EGPSD",
        "declared_since": to_iso(at(0)),
    }  # fmt: skip


@pytest.mark.parametrize("says", [None, "HOME", "X>HOME", "FOR ORDERS", "", "SOMEWHERE", "@@@"])
def test_who_declares_this_port_or_no_other_is_not_told(says: str | None) -> None:
    assert told(CAME, says=says) == []


@pytest.mark.parametrize(
    ("times", "count"),
    [
        ({"since": at(10 * HOUR)}, 1), ({"since": at(10 * HOUR) + 1, "last": at(11 * HOUR)}, 0),
        ({"since": NO_TIME, "last": NO_TIME}, 1), ({"last": at(0) + AGAIN_US - 1}, 0),
    ],
)  # fmt: skip
def test_it_must_be_said_twice_since_before_she_can_have_come(
    times: dict[str, Any], count: int
) -> None:
    """``since`` with a ``last`` of that instant is once; what stood before it was noted, counts."""
    if times.get("since") == at(10 * HOUR):
        times = times | {"last": at(10 * HOUR) + AGAIN_US}
    assert len(told(CAME, **times)) == count


def test_only_confirmed_arrivals_with_a_begin_count() -> None:
    open_ended = Span(earliest=None, at=None, latest=CAME.span.latest)
    others = (
        arrived(0, 2, state=EventState.PROVISIONAL), arrived(0, 2, state=EventState.WITHDRAWN),
        arrived(0, 2, span=open_ended), departed(HOUR_US / 1e9, 100),
    )  # fmt: skip
    assert told(*others) == []


def test_an_arrival_that_is_known_better_is_told_again() -> None:
    better = arrived(10 * HOUR + 1, 10 * HOUR + 2, key_at=CAME.key_at)
    assert [fact.span for fact in told(CAME, better)] == [CAME.span, better.span]
