"""Fences entered and left: each line of the theory of operation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.fences import QUIET_US, Membership, crossing
from monitor.engine.geofence import Fence, Port
from monitor.model import EventKind, Fix, Span
from monitor.units import MINUTE_US
from tests.scenario.sea import fix_at, square, square_port, step_of, steps_of

PORT = square_port()
HARBOUR = "harbour"
"""1 km to each side; its margin ends at 1.2 km."""

OUT, BORDER, IN = 1500.0, 1100.0, 900.0
"""Metres east: beyond the margin, between border and margin, inside."""


def harbour(*places: float, before: Fix | None = None) -> tuple[list[Fact], Membership]:
    """Return what was found of the harbour by fixes a minute apart at these metres east."""
    membership = Membership()
    fixes = [fix_at(minute, east) for minute, east in enumerate(places)]
    facts = [fact for step in steps_of(PORT, fixes, before) for fact in membership.step(step)]
    return [fact for fact in facts if fact.geofence == HARBOUR], membership


def told(*places: float) -> list[tuple[str, int, int]]:
    """Kind, and the minutes between which it lies; she comes from outside at minute -1."""
    facts, _ = harbour(*places, before=fix_at(-1, OUT))
    start = fix_at(0).at
    return [
        (
            str(f.kind),
            (f.span.earliest - start) // 60_000_000,
            (f.span.latest - start) // 60_000_000,
        )
        for f in facts
        if f.span.earliest is not None and f.span.latest is not None
    ]


def test_two_fixes_inside_are_an_entry() -> None:
    """Between the last outside and the first inside."""
    assert told(OUT, IN, IN) == [("GeofenceEntered", 0, 1)]


def test_one_fix_inside_is_none() -> None:
    """Touched only."""
    assert told(OUT, IN, OUT, OUT) == []


def test_entering_may_pause_on_the_border() -> None:
    """Between border and margin nothing changes: the second fix inside confirms the first."""
    assert told(OUT, IN, BORDER, BORDER, IN) == [("GeofenceEntered", 0, 1)]


def test_two_fixes_beyond_the_margin_are_a_leaving() -> None:
    """Between the last that was not beyond and the first that was."""
    assert told(OUT, IN, IN, BORDER, OUT, OUT) == [
        ("GeofenceEntered", 0, 1),
        ("GeofenceLeft", 3, 4),
    ]


def test_one_fix_beyond_the_margin_is_none() -> None:
    """One bad fix is not a departure, even if it comes again and again."""
    assert told(IN, IN, OUT, BORDER, OUT, IN, OUT, IN) == [("GeofenceEntered", -1, 0)]


def test_jitter_on_the_border_is_one_event() -> None:
    """Inside and just outside by turns."""
    assert told(IN, BORDER, IN, BORDER, IN, BORDER, BORDER, IN) == [("GeofenceEntered", -1, 0)]


def test_the_border_alone_is_not_entered() -> None:
    """Within the margin but never inside."""
    assert told(BORDER, BORDER, BORDER, BORDER) == []


def test_she_may_come_and_go_and_come_again() -> None:
    """Each time is an event of its own, told apart by its instant."""
    facts, _ = harbour(IN, IN, OUT, OUT, IN, IN, before=fix_at(-1, OUT))
    assert [fact.kind for fact in facts] == [
        EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT, EventKind.GEOFENCE_ENTERED,
    ]  # fmt: skip
    assert len({fact.key_at for fact in facts}) == 3


def test_first_seen_inside_is_no_entry_and_can_be_left() -> None:
    """Nobody saw her enter."""
    facts, _ = harbour(IN, IN, OUT, OUT)
    assert [fact.kind for fact in facts] == [EventKind.GEOFENCE_LEFT]


def test_an_entry_has_its_evidence() -> None:
    """The fix before, the first inside, the one that confirmed it; decided by the last."""
    facts, _ = harbour(IN, IN, before=fix_at(-1, OUT))
    assert facts[0].fixes == (fix_at(-1, OUT), fix_at(0, IN), fix_at(1, IN))
    assert facts[0].decided_at == fix_at(1).at
    assert facts[0].place == fix_at(0, IN)
    assert facts[0].figures["confirming_fixes"] == 2


def test_the_mask_has_the_fences_she_is_in_until_she_has_left() -> None:
    """Not those she only touched; those she is leaving, until it is confirmed."""
    assert harbour(IN)[1].mask(PORT) == 0
    assert harbour(IN, IN)[1].mask(PORT) == 0b0101
    assert harbour(IN, IN, OUT)[1].mask(PORT) == 0b0101
    assert harbour(IN, IN, OUT, OUT)[1].mask(PORT) == 0b0001


def test_fences_are_told_from_the_outside_in() -> None:
    """Straight to the berth: approach, harbour, berth, at one step."""
    membership = Membership()
    steps = steps_of(PORT, [fix_at(0), fix_at(1)], fix_at(-1, 5000))
    facts = [fact for step in steps for fact in membership.step(step)]
    assert [fact.geofence for fact in facts] == ["approach", "harbour", "berth"]


# -- copies of one bad fix -----------------------------------------------------------------------


def copied(*places: tuple[float, float]) -> list[str]:
    """Kinds of what is told of the harbour by fixes at (minute, metres east) after one outside."""
    membership, fixes = Membership(), [fix_at(minute, east) for minute, east in places]
    steps = steps_of(PORT, fixes, fix_at(-1, OUT))
    facts = [fact for step in steps for fact in membership.step(step)]
    return [str(fact.kind) for fact in facts if fact.geofence == HARBOUR]


def test_copies_of_one_fix_prove_no_entry() -> None:
    """Two seconds apart, however many: a fix inside counts from the first for 60 s."""
    copies = [(n / 30, IN + n) for n in range(30)]  # the last 58 s after the first
    assert copied(*copies) == []
    assert copied(*copies, (2, OUT), (3, OUT), (4, OUT)) == []
    assert copied(*copies, (59.9 / 60, IN)) == []
    assert copied(*copies, (1, IN)) == ["GeofenceEntered"]


def test_copies_of_one_fix_prove_no_leaving() -> None:
    """A bad fix 1.5 km off comes twice, and she lies where she lay."""
    lies = [(0, IN), (3, IN)]
    assert copied(*lies, (6, OUT), (6 + 2 / 60, OUT + 3), (9, IN)) == ["GeofenceEntered"]
    assert copied(*lies, (6, OUT), (6.99, OUT)) == ["GeofenceEntered"]
    assert copied(*lies, (6, OUT), (7, OUT)) == ["GeofenceEntered", "GeofenceLeft"]


def test_a_crossing_is_proved_by_the_fix_that_makes_a_minute() -> None:
    """It is decided then, and lies where it lay."""
    fixes = [fix_at(minute, IN) for minute in (0, 0.5, 1.5)]
    membership = Membership()
    (fact,) = [
        fact
        for step in steps_of(PORT, fixes, fix_at(-1, OUT))
        for fact in membership.step(step)
        if fact.geofence == HARBOUR
    ]
    assert (fact.decided_at, fact.key_at) == (fixes[2].at, fixes[0].at)
    assert fact.fixes == (fix_at(-1, OUT), fixes[0], fixes[2])
    assert (fact.span.earliest, fact.span.latest) == (fix_at(-1).at, fixes[0].at)


@pytest.mark.parametrize(
    ("seconds", "on_m", "left"), [(33, 101, True), (33, 99, False), (0, 0, False), (59, 900, True)]
)
def test_a_second_fix_farther_on_and_silence_is_a_leaving(
    seconds: int, on_m: float, *, left: bool
) -> None:
    """Copies of one bad fix lie where it does; nobody waits for a third for ever."""
    _, membership = harbour(IN, IN, IN, OUT, before=fix_at(-1, OUT))
    last = fix_at(3 + seconds / 60, OUT + on_m)
    if seconds:
        assert membership.step(step_of(PORT, last, fix_at(3, OUT))) == []
    assert membership.may_have_left(last) is left
    silent = step_of(PORT, last, None, decided_at=last.at + QUIET_US)
    facts = [fact for fact in membership.fall(silent) if fact.geofence == HARBOUR]
    assert [fact.kind for fact in facts] == [EventKind.GEOFENCE_LEFT] * left
    for fact in facts:
        assert (fact.span.earliest, fact.span.latest) == (fix_at(2).at, fix_at(3).at)
        assert fact.decided_at == last.at + QUIET_US
        assert HARBOUR not in membership.fences


# -- drawn anew ----------------------------------------------------------------------------------


def redrawn(membership: Membership, last: Fix, *fences: Fence) -> Port:
    """The port with these fences, at which her state is looked at anew."""
    port = replace(PORT, fences=fences)
    step = step_of(port, last, None)
    membership.redraw(port, step.inside, step.near)
    return port


def states(membership: Membership) -> dict[str, str]:
    return {fence: held.state for fence, held in membership.fences.items()}


APPROACH, ANCHORAGE, HARBOUR_FENCE, BERTH = PORT.fences
WIDE = replace(BERTH, shape=square(0, 0, 1900))


def test_fences_that_are_drawn_no_more_are_let_go() -> None:
    """What was known of the others stays, by their ids; and that all was calm is forgotten."""
    _, membership = harbour(IN, IN, IN)
    assert membership.calm is not None
    redrawn(membership, fix_at(2, IN), APPROACH, BERTH)
    assert states(membership) == {"approach": "in"}
    assert membership.calm is None


def test_a_fence_drawn_around_her_is_not_entered() -> None:
    """She is in it, and nobody saw her come."""
    _, membership = harbour(IN, IN)
    port = redrawn(membership, fix_at(1, IN), APPROACH, HARBOUR_FENCE, WIDE)
    assert states(membership) == {"approach": "in", "harbour": "in", "berth": "in"}
    assert membership.fences["berth"].before is None
    steps = steps_of(port, [fix_at(minute, IN) for minute in (2, 3)], fix_at(1, IN))
    assert [fact for step in steps for fact in membership.step(step)] == []


def test_a_fence_drawn_away_from_her_is_not_left() -> None:
    """Nor is one that she was said once to be in entered later."""
    small = replace(HARBOUR_FENCE, shape=square(0, 0, 300))
    _, membership = harbour(IN, IN)
    port = redrawn(membership, fix_at(1, IN), APPROACH, small)
    assert states(membership) == {"approach": "in"}
    steps = steps_of(port, [fix_at(minute, IN) for minute in (2, 3)], fix_at(1, IN))
    assert [fact for step in steps for fact in membership.step(step)] == []
    _, membership = harbour(IN)
    redrawn(membership, fix_at(0, IN), APPROACH, small)
    assert states(membership) == {"approach": "entering"}


def test_a_fence_that_she_was_leaving_is_left_by_her_own_way() -> None:
    """One added far off is no matter; one in whose margin she is by now is not left."""
    _, membership = harbour(IN, IN, OUT)
    port = redrawn(membership, fix_at(2, OUT), *PORT.fences, replace(BERTH, id="far"))
    assert states(membership) == {"approach": "in", "harbour": "leaving"}
    (left,) = membership.step(step_of(port, fix_at(3, OUT), fix_at(2, OUT)))
    assert (left.kind, left.geofence) == (EventKind.GEOFENCE_LEFT, "harbour")
    _, membership = harbour(IN, IN, OUT)
    port = redrawn(membership, fix_at(2, OUT), APPROACH, replace(WIDE, id="harbour"))
    assert membership.step(step_of(port, fix_at(3, OUT), fix_at(2, OUT))) == []
    assert states(membership) == {"approach": "in", "harbour": "in"}


# -- borders -------------------------------------------------------------------------------------


def test_a_border_is_crossed_where_the_way_meets_it() -> None:
    """From 2 km outside to 500 m inside in ten minutes: the border after four."""
    before, after = fix_at(0, -1400), fix_at(10, -400)
    span = crossing(square(0, 0, 1000), before, after)
    assert (span.earliest, span.latest) == (before.at, after.at)
    assert span.at == pytest.approx(before.at + 4 * MINUTE_US, abs=1000)


def test_across_a_silence_a_crossing_has_bounds_and_no_best_time() -> None:
    """She may have gone anywhere in between."""
    before, after = fix_at(0, -1400), fix_at(241, -400)
    span = crossing(square(0, 0, 1000), before, after)
    assert span == Span(earliest=before.at, at=None, latest=after.at)


def test_a_first_fix_has_crossed_no_border_that_anybody_saw() -> None:
    """Only the latest time is known."""
    after = fix_at(0)
    assert crossing(square(0, 0, 1000), None, after) == Span(
        earliest=None, at=None, latest=after.at
    )
