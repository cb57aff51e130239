"""One ship near one port: what is told of her, in its order, and when nobody waits any more."""

from __future__ import annotations

from monitor.engine import kept
from monitor.engine.detect.detector import CallFact, Fact
from monitor.engine.detect.port.first_seen import EVER
from monitor.engine.detect.port.visit import Visit
from monitor.engine.geofence import Fence, FenceKind, Port
from monitor.model import CallState, EventKind, EventState, ShipAtPort, Span
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square, step_of, steps_of
from tests.unit.engine.detect.port.visits import (
    MILE,
    PORT,
    QUAY,
    VISITS,
    calls,
    expired,
    facts,
    findings,
    kinds,
    lies,
    watched,
)


def test_first_seen_inside_is_told_with_the_second_fix() -> None:
    """One report may be a bit error."""
    on = Visit()
    assert findings([fix_at(0)], on=on) == []
    event, arrived = facts(findings([fix_at(1)], fix_at(0), on))
    assert (event.kind, event.geofence) == (EventKind.FIRST_SEEN_INSIDE, "berth")
    assert event.span == Span(earliest=None, at=None, latest=START)
    assert event.why == EVER
    assert (arrived.kind, arrived.state, arrived.span) == (
        EventKind.PORT_ARRIVED, EventState.PROVISIONAL, event.span,
    )  # fmt: skip


def test_first_seen_and_never_again_is_told_with_the_silence() -> None:
    """First seen, then dark, both at the deadline; whether she was there is not proved."""
    on = Visit()
    findings([fix_at(0)], on=on)
    deadline = START + 4 * HOUR_US
    assert expired(on, deadline) == []
    found = expired(on, deadline + 1)
    assert [f"{f.kind} {f.state}" if isinstance(f, Fact) else "call" for f in found] == [
        "FirstSeenInside confirmed", "WentDarkInside confirmed", "PortArrived provisional", "call",
    ]  # fmt: skip
    assert {f.decided_at for f in found} == {deadline}
    (call,) = calls(found)
    assert (call.state, call.arrived) == (
        CallState.TOUCHED, Span(earliest=None, at=None, latest=START),
    )  # fmt: skip
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


def test_the_deadline_is_not_before_her_last_fix_was_believed() -> None:
    """A fix that was believed five hours late; and one of a ship heard rarely."""
    on = Visit()
    late = fix_at(300).at
    VISITS.step(on, step_of(PORT, fix_at(0), fix_at(-1, 5000), decided_at=late))
    assert on.deadline() == late
    rare = Visit()
    findings([fix_at(m) for m in (0, 300, 600, 900)], fix_at(-1, 5000), rare)
    assert rare.deadline() == fix_at(900).at + round(7.5 * HOUR_US)


def test_a_silence_between_two_fixes_is_told_before_she_is_back() -> None:
    """Stamped with the deadline, although only the next fix brought it to light."""
    on = Visit()
    findings([fix_at(0), fix_at(1)], fix_at(-1, 5000), on)
    found = facts(findings([fix_at(601)], fix_at(1), on))
    dark, back = facts(found, EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE)
    assert [dark.kind, back.kind] == [EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE]
    assert found.index(dark) == 0
    assert dark.decided_at == fix_at(1).at + 4 * HOUR_US
    assert back.decided_at == fix_at(601).at


def test_a_ship_that_is_heard_each_five_hours_is_not_dark_each_time() -> None:
    """By a satellite, for four days: three gaps in a row are usual, the next is no news."""
    found = findings(
        [fix_at(300 * n, QUAY, 20, sog_kn=0.0) for n in range(20)], fix_at(-300, 52 * MILE)
    )
    assert len(facts(found, EventKind.WENT_DARK_INSIDE)) == 2
    assert len(facts(found, EventKind.REAPPEARED_INSIDE)) == 2
    assert len(facts(found, EventKind.BERTHED)) == 1
    last = calls(found)[-1]
    assert last.departed is None
    assert last.arrived.earliest is not None
    assert fix_at(-300).at <= last.arrived.earliest
    assert last.arrived.latest is not None
    assert last.arrived.latest <= fix_at(6).at


def test_a_visit_is_over_when_nothing_is_left_to_watch() -> None:
    """Out of every fence, no call, not dark, and not within a margin."""
    on = Visit()
    assert on.over()
    on.silence.dark = True
    assert not on.over()
    on.silence.dark = False
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
    told = calls(found)
    assert len({call.key_at for call in told}) == 1
    assert [call.departed is None for call in told] == [True] * 4 + [False]
    assert [len(call.stages) for call in told] == [0, 1, 2, 2, 2]
    assert not any(call.withdrawn for call in told)


def test_a_call_that_came_to_nothing_is_withdrawn_under_its_id() -> None:
    """Through the harbour at speed: the call that was told is taken back."""
    fixes = [fix_at(m, -1500 + 500 * m) for m in range(9)]
    first, last = calls(findings(fixes, fix_at(-1, -5000)))
    assert (first.withdrawn, last.withdrawn) == (False, True)
    assert first.key_at == last.key_at


def test_a_call_begun_after_another_has_another_id() -> None:
    """In, alongside, out, and in again."""
    on = Visit()
    out = [fix_at(m, 5000) for m in (30, 31)]
    found = findings([*lies(range(15)), *out, *lies(range(50, 65))], fix_at(-10, 5000), on)
    assert len({call.key_at for call in calls(found)}) == 2
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


def test_in_the_anchorage_of_a_neighbouring_port_she_calls_there_only() -> None:
    """It lies in this one's approach."""
    wide = Fence(id="wide", kind=FenceKind.APPROACH, name="wide", shape=square(3000, 0, 4000))
    bay = Fence(id="bay", kind=FenceKind.ANCHORAGE, name="bay", shape=square(2600, 0, 900))
    other = Port(id="next", name="Next", fences=(wide, bay), hash="2" * 64)
    told = watched(
        [fix_at(0, 9000), *(fix_at(m, 2700, 20, sog_kn=0) for m in range(10, 200, 3))],
        ports=(PORT, other),
    )
    stops = [about for about, fact in told if fact in facts([fact], EventKind.ANCHORED)]
    assert stops == [ShipAtPort(MMSI, 0, "next")]
    assert {about for about, fact in told if isinstance(fact, CallFact)} == set(stops)
