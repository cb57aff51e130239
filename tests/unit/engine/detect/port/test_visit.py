"""One ship near one port: what is told of her, in its order, and when nobody waits any more."""

from __future__ import annotations

from monitor.engine import kept
from monitor.engine.detect.detector import CallFact, Fact, Found
from monitor.engine.detect.port.call import CallState
from monitor.engine.detect.port.visit import Visit, Visits
from monitor.engine.geofence import FenceSet, Port
from monitor.model import EventKind, Fix, ShipAtPort, Span
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port, steps_of

PORT = square_port()
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


def test_first_seen_inside_is_told_with_the_second_fix() -> None:
    """One report may be a bit error."""
    on = Visit()
    assert findings([fix_at(0)], on=on) == []
    (event,) = [f for f in findings([fix_at(1)], fix_at(0), on) if isinstance(f, Fact)]
    assert (event.kind, event.geofence) == (EventKind.FIRST_SEEN_INSIDE, "berth")
    assert event.span == Span(earliest=None, at=None, latest=START)


def test_first_seen_and_never_again_is_told_with_the_silence() -> None:
    """First seen, then dark, both at the deadline; in port, as far as anybody knows."""
    on = Visit()
    findings([fix_at(0)], on=on)
    deadline = START + 4 * HOUR_US
    assert expired(on, deadline) == []
    found = expired(on, deadline + 1)
    assert [f"{f.kind} {f.state}" if isinstance(f, Fact) else "call" for f in found] == [
        "FirstSeenInside confirmed", "WentDarkInside confirmed", "PortArrived confirmed", "call",
    ]  # fmt: skip
    assert {f.decided_at for f in found} == {deadline}
    assert expired(on, deadline + HOUR_US) == []


def test_who_is_near_no_fence_has_no_deadline() -> None:
    """At sea nobody waits for her."""
    on = Visit()
    assert on.deadline() is None
    findings([fix_at(0), fix_at(1, 9000)], on=on)
    assert on.deadline() is None


def test_the_deadline_moves_with_each_fix() -> None:
    """Four hours after the last."""
    on = Visit()
    findings([fix_at(0), fix_at(5)], on=on)
    assert on.deadline() == START + 5 * MINUTE_US + 4 * HOUR_US


def test_a_silence_between_two_fixes_is_told_before_she_is_back() -> None:
    """Stamped with the deadline, although only the next fix brought it to light."""
    on = Visit()
    findings([fix_at(0), fix_at(1)], fix_at(-1, 5000), on)
    found = [f for f in findings([fix_at(601)], fix_at(1), on) if isinstance(f, Fact)]
    assert [f.kind for f in found][::2] == [EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE]
    assert found[0].decided_at == fix_at(1).at + 4 * HOUR_US
    assert found[-1].decided_at == fix_at(601).at


def test_a_visit_is_over_when_nothing_is_left_to_watch() -> None:
    """Out of every fence, no call, not dark, and not within a margin."""
    on = Visit()
    assert on.over()
    findings([fix_at(m, 3900) for m in range(3)], fix_at(-1, 5000), on)
    assert not on.over()
    findings([fix_at(3, 4300)], fix_at(2, 3900), on)
    assert not on.over()
    findings([fix_at(m, 6000) for m in (4, 5)], fix_at(3, 4300), on)
    assert on.over()


def test_a_call_is_told_with_every_change_of_it() -> None:
    """After each arrival, departure and stage comes the call as it is known by then."""
    fixes = [fix_at(m, 1500 - 250 * m) for m in range(6)]
    fixes += [fix_at(m, 100) for m in range(6, 20)]
    fixes += [fix_at(20 + m, 300 + 300 * m) for m in range(20)]
    found = findings(fixes, fix_at(-1, 5000))
    assert [k for k in kinds(found) if "Geofence" not in k] == [
        "PortArrived provisional", "call", "Berthed confirmed", "PortArrived confirmed", "call",
        "Unberthed confirmed", "call", "PortDeparted provisional", "call",
        "PortDeparted confirmed", "call",
    ]  # fmt: skip
    calls = [f for f in found if isinstance(f, CallFact)]
    assert len({call.key_at for call in calls}) == 1
    assert [call.departed is None for call in calls] == [True] * 4 + [False]
    assert [len(call.stages) for call in calls] == [0, 1, 2, 2, 2]
    assert not any(call.withdrawn for call in calls)


def test_a_call_that_came_to_nothing_is_withdrawn_under_its_id() -> None:
    """Through the harbour at speed: the call that was told is taken back."""
    fixes = [fix_at(m, -1500 + 500 * m) for m in range(9)]
    calls = [f for f in findings(fixes, fix_at(-1, -5000)) if isinstance(f, CallFact)]
    assert [call.withdrawn for call in calls] == [False, True]
    assert calls[0].key_at == calls[1].key_at


def test_a_call_begun_after_another_has_another_id() -> None:
    """In, alongside, out, and in again."""
    lie = [fix_at(m, 0) for m in range(15)]
    out = [fix_at(m, 5000) for m in (30, 31)]
    again = [fix_at(m, 0) for m in range(50, 65)]
    on = Visit()
    found = findings([*lie, *out, *again], fix_at(-10, 5000), on)
    assert len({f.key_at for f in found if isinstance(f, CallFact)}) == 2
    assert on.call.state is CallState.IN_PORT


def test_passing_dark_is_not_passing_through() -> None:
    """Hours unheard in the approach: nobody saw that she did not stop, nor when she left."""
    fixes = [*(fix_at(m, 3000, 3000) for m in (0, 1)), *(fix_at(m, 6000) for m in (300, 301))]
    found = [f for f in findings(fixes, fix_at(-10, 6000)) if isinstance(f, Fact)]
    kinds = {event.kind for event in found}
    assert EventKind.REAPPEARED_ELSEWHERE in kinds
    assert not {EventKind.GEOFENCE_LEFT, EventKind.PASSED_THROUGH} & kinds


def test_passing_through_tells_how_near_she_came() -> None:
    """Along 2 km north of the middle: the closest fix, its time and its distance."""
    fixes = [fix_at(m, -5000 + 1000 * m, 2000) for m in range(13)]
    found = [f for f in findings(fixes[1:], fixes[0]) if isinstance(f, Fact)]
    (passed,) = [event for event in found if event.kind is EventKind.PASSED_THROUGH]
    assert passed.figures["closest_m"] == 2000
    assert passed.span.at == fix_at(5).at


def test_a_visit_is_the_same_after_any_restart() -> None:
    """Kept and read back before every fix, it tells the same."""
    fixes = [fix_at(m, 1500 - 250 * m) for m in range(6)]
    fixes += [fix_at(m, 100) for m in (*range(6, 20), 400)]
    fixes += [fix_at(401 + m, 300 + 300 * m) for m in range(20)]
    fixes = [fix._replace(heading_deg=float("nan")) for fix in fixes]
    plain = findings(fixes, fix_at(-1, 5000))
    on, found = Visit(), []
    for step in steps_of(PORT, fixes, fix_at(-1, 5000)):
        found += expired(on, step.now)
        found += VISITS.step(on, step)[1]
        on = kept.load(Visit, kept.dump(on))
    assert repr(found) == repr(plain)  # NaN is not equal to itself


# -- which fixes -----------------------------------------------------------------------------------


def test_a_visit_that_is_over_is_let_go() -> None:
    """Out of every fence: the detector keeps nothing, and begins anew when she comes again."""
    state: Visit | None = None
    for step in steps_of(PORT, [fix_at(0, 3900), fix_at(1, 6000)], fix_at(-1, 5000)):
        state, _ = VISITS.step(state, step)
    assert state is None


def test_a_visit_to_a_port_that_is_watched_no_more_is_not_taken_up() -> None:
    """Its state is begun anew, should the port come back."""
    gone = ShipAtPort(MMSI, 0, "elsewhere")
    assert VISITS.admit(gone, Visit()) == "port elsewhere is watched no more"


def test_a_visit_at_a_port_that_was_drawn_anew_goes_on() -> None:
    """Berthed, and the berth is drawn no more: she leaves, and nothing is told of it but that."""
    visit = Visit()
    findings([fix_at(m) for m in range(15)], fix_at(-1, 5000), visit)
    assert visit.stay.fence == "berth"
    rest = tuple(fence for fence in PORT.fences if fence.id in {"approach", "harbour"})
    redrawn = Port(id="home", name="Home", fences=rest, hash="1" * 64)
    visits = Visits(FenceSet(ports=(redrawn,)))
    assert visits.admit(SHE, visit) is None
    assert (set(visit.membership.fences), visit.stay.fence) == ({"approach", "harbour"}, None)
    assert (visit.inside, visit.near) == (0b11, 0b11)
    told: list[Found] = []
    for step in steps_of(redrawn, [fix_at(15 + m, 500 * m) for m in range(12)], fix_at(14)):
        told += visits.step(visit, step)[1]
    assert [str(fact.kind) for fact in told if isinstance(fact, Fact)] == [
        "Unberthed", "GeofenceLeft", "PortDeparted", "GeofenceLeft", "PortDeparted",
    ]  # fmt: skip
