"""Fences entered and left: each line of the theory of operation."""

from __future__ import annotations

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.fences import Membership, crossing
from monitor.model import EventKind, Fix, Span
from monitor.units import MINUTE_US
from tests.scenario.sea import fix_at, square, square_port, steps_of

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


def test_fences_that_are_gone_are_let_go() -> None:
    """A redrawn port: what was known of the others stays."""
    _, membership = harbour(IN, IN)
    assert membership.forget({"approach", "berth"}) == ["harbour"]
    assert set(membership.fences) == {"approach"}
    assert membership.calm is None


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
