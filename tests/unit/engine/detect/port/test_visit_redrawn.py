"""A visit at a port that is drawn anew: she lies where she lay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.detector import Found
from monitor.engine.detect.port.first_seen import WATCHED
from monitor.engine.detect.port.visit import Visit, Visits
from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.model import CallState, EventKind
from tests.scenario.sea import fix_at, square, steps_of
from tests.unit.engine.detect.port.visits import (
    PORT,
    QUAY,
    SHE,
    facts,
    findings,
    goes,
    lies,
    seen_alongside,
)


def redrawn(visit: Visit, *fences: Fence) -> tuple[Visits, Port]:
    """The detector of the port with these fences, which took the visit up."""
    port = replace(PORT, fences=fences, hash="1" * 64)
    visits = Visits(FenceSet(ports=(port,)))
    assert visits.admit(SHE, visit) is None
    assert visit.drawing == port.drawing
    return visits, port


def test_a_visit_at_a_port_that_was_drawn_anew_goes_on() -> None:
    """Berthed, and the berth is drawn no more: she leaves, and nothing is told of it but that."""
    visit = seen_alongside()
    assert visit.stay.fence == "berth"
    approach, _, harbour, _ = PORT.fences
    visits, port = redrawn(visit, approach, harbour)
    assert (set(visit.membership.fences), visit.stay.fence) == ({"approach", "harbour"}, "harbour")
    assert (visit.inside, visit.near) == (0b11, 0b11)
    told: list[Found] = []
    for step in steps_of(port, goes(30), fix_at(29, QUAY, 20)):
        told += visits.step(visit, step)[1]
    assert [f"{fact.kind} {fact.geofence}" for fact in facts(told)] == [
        "Unberthed harbour", "GeofenceLeft harbour", "PortDeparted harbour",
        "GeofenceLeft approach", "PortDeparted approach",
    ]  # fmt: skip


@pytest.mark.parametrize("half_m", [10, 30_000])
def test_a_fence_that_is_drawn_elsewhere_or_around_her_is_not_crossed(half_m: float) -> None:
    """Added, removed, made smaller or wider: she lies where she lay."""
    visit = seen_alongside()
    approach, anchorage, harbour, berth = PORT.fences
    new = Fence(id="new", kind=FenceKind.ROADS, name="new", shape=square(0, 0, half_m))
    visits, port = redrawn(
        visit, replace(approach, shape=square(0, 0, 9000)), new, harbour,
        replace(berth, shape=square(0, 0, half_m)),
    )  # fmt: skip
    told: list[Found] = []
    for step in steps_of(port, lies(range(30, 60)), fix_at(29, QUAY, 20)):
        told += visits.step(visit, step)[1]
    assert told == []
    assert anchorage.id not in visit.membership.fences
    assert visit.call.state is CallState.IN_PORT


def test_it_is_said_once_which_ports_are_drawn_anew() -> None:
    """With how many ships are watched on there; of a visit of an earlier version it is unknown."""
    visit = seen_alongside()
    visits, port = redrawn(visit, *PORT.fences[:3])
    (said,) = visits.said()
    assert said.startswith("Port home is drawn anew since it was last watched: 1 ship is watched")
    assert visits.said() == []
    assert not visit.redraw(port)
    visit.drawing = ""
    assert not visit.redraw(port)
    assert visit.drawing == port.drawing


def test_a_port_that_is_drawn_as_it_was_changes_nothing() -> None:
    """Its file may be another: the polygons count."""
    visit, same = seen_alongside(), seen_alongside()
    redrawn(visit, *PORT.fences)
    assert visit == same
    fresh = Visit()
    redrawn(fresh, *PORT.fences[:2])
    assert fresh == Visit(drawing=replace(PORT, fences=PORT.fences[:2]).drawing)


def test_who_lies_where_a_port_is_watched_from_now_on_did_not_enter_it() -> None:
    """Her fix before was there already: when she came is not known."""
    on = Visit()
    found = findings(lies(range(15)), fix_at(-1, QUAY, 20), on)
    first = facts(found, EventKind.FIRST_SEEN_INSIDE)
    assert [fact.why for fact in first] == [WATCHED]
    assert facts(found, EventKind.GEOFENCE_ENTERED) == []
    assert on.call.arrived is not None
    assert on.call.arrived.earliest is None


def test_what_is_drawn_no_more_is_named_no_more() -> None:
    """A harbour that is gone has not been entered, and nobody was first seen in it."""
    visit = Visit()
    findings(lies((0,), 700), on=visit)
    assert visit.first_seen.fence == "harbour"
    redrawn(visit, *PORT.fences[:2])
    assert visit.first_seen.fence is None
    visit = seen_alongside()
    assert visit.call.entered_fence == "harbour"
    redrawn(visit, *PORT.fences[:2])
    assert visit.call.entered_fence is None
    assert visit.stay.fence == "approach"


def test_a_port_drawn_away_from_a_ship_keeps_her_call_until_she_sails() -> None:
    """While she lies there nothing ends; once she is under way the call is over."""
    visit = seen_alongside()
    off = Fence(id="approach", kind=FenceKind.APPROACH, name="off", shape=square(50_000, 0, 900))
    visits, port = redrawn(visit, off)
    told: list[Found] = []
    for step in steps_of(port, lies(range(30, 40)), fix_at(29, QUAY, 20)):
        told += visits.step(visit, step)[1]
    assert told == []
    left: Visit | None = visit
    for step in steps_of(port, goes(40), fix_at(39, QUAY, 20)):
        left, more = visits.step(left, step)
        told += more
        if left is None:
            break
    assert [f"{fact.kind} {fact.geofence}" for fact in facts(told)] == [
        "Unberthed None", "PortDeparted None",
    ]  # fmt: skip
    started, departed = facts(told)
    assert departed.span == started.span
    assert departed.why == "Out of all fences of the port."
    assert left is None
