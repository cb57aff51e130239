"""Passing through: in and out without a call or time for one, and how near she came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.passage import Passage
from monitor.model import EventKind, Fix, Span
from tests.scenario.sea import fix_at, square_port, step_of

PORT = square_port()
OFF, COME, CONFIRMED = fix_at(0, -5000), fix_at(5, -3000), fix_at(6, -2000)
NEAREST = fix_at(10, 0, 1500)
LAST, GONE, SURE = fix_at(15, 3500), fix_at(16, 5000), fix_at(17, 6000)


def entered(fence: str = "approach") -> Fact:
    return Fact(
        kind=EventKind.GEOFENCE_ENTERED,
        span=Span(earliest=OFF.at, at=fix_at(2).at, latest=COME.at),
        decided_at=CONFIRMED.at, geofence=fence, place=COME, fixes=(OFF, COME, CONFIRMED),
        why="", key_at=COME.at,
    )  # fmt: skip


def left(fence: str = "approach") -> Fact:
    return Fact(
        kind=EventKind.GEOFENCE_LEFT,
        span=Span(earliest=LAST.at, at=fix_at(15.5).at, latest=GONE.at),
        decided_at=SURE.at, geofence=fence, place=GONE, fixes=(LAST, GONE, SURE), why="",
        key_at=GONE.at,
    )  # fmt: skip


def take(on: Passage, fix: Fix, *crossings: Fact, in_port: bool = False) -> list[Fact]:
    """Measure a fix and take what was crossed by it, as a visit does."""
    step = step_of(PORT, fix, None)
    on.measure(step)
    return on.step(step, list(crossings), in_port=in_port)


def test_in_and_out_again_is_passing_through() -> None:
    """From the last fix outside to the first outside again; best is when she was nearest."""
    on = Passage()
    assert take(on, COME) == []
    assert take(on, CONFIRMED, entered()) == []
    assert take(on, NEAREST) == []
    assert take(on, GONE) == []
    (fact,) = take(on, SURE, left())
    assert fact.kind is EventKind.PASSED_THROUGH
    assert fact.span == Span(earliest=OFF.at, at=NEAREST.at, latest=GONE.at)
    assert (fact.decided_at, fact.key_at) == (SURE.at, COME.at)
    assert (fact.geofence, fact.place) == ("approach", NEAREST)
    assert fact.fixes == (OFF, COME, NEAREST, LAST, GONE)
    assert fact.figures == {"closest_m": 1500}
    assert fact.why == "Through the approach without stopping or entering the harbour to stay."


def test_the_nearest_is_the_first_of_the_nearest() -> None:
    """Further ones change nothing, nor does one as near as it."""
    on = Passage()
    for fix in (fix_at(1, 2000), fix_at(2, 1000), fix_at(3, 1000), fix_at(4, 3000)):
        take(on, fix)
    assert on.closest == fix_at(2, 1000)
    assert on.closest_m == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("fence", ["anchorage", "harbour", "berth"])
def test_only_the_approach_is_passed(fence: str) -> None:
    """In and out of the harbour is not through it, whatever of the approach was seen."""
    on = Passage()
    assert take(on, CONFIRMED, entered(fence)) == []
    assert take(on, SURE, left()) == []
    on = Passage()
    take(on, CONFIRMED, entered())
    assert take(on, SURE, left(fence)) == []
    assert len(take(on, SURE, left())) == 1


def test_fences_left_by_one_fix_are_one_passage() -> None:
    """Straight from the berth to the sea between two fixes, and in as fast."""
    on = Passage()
    take(on, CONFIRMED, entered(), entered("harbour"), entered("berth"))
    assert len(take(on, SURE, left(), left("harbour"), left("berth"))) == 1


def test_whose_entry_nobody_saw_did_not_pass() -> None:
    """She was first seen inside."""
    on = Passage()
    take(on, NEAREST)
    assert take(on, SURE, left()) == []


@pytest.mark.parametrize("when", [COME, CONFIRMED, NEAREST, SURE])
def test_who_called_did_not_pass(when: Fix) -> None:
    """Whenever it was that a call was open and confirmed."""
    on, told = Passage(), []
    for fix in (COME, CONFIRMED, NEAREST, LAST, SURE):
        crossings = {CONFIRMED: [entered()], SURE: [left()]}.get(fix, [])
        told += take(on, fix, *crossings, in_port=fix is when)
    assert told == []


@pytest.mark.parametrize(("minutes", "told"), [(15.5, 1), (30, 0)])
def test_with_time_for_a_stop_it_is_not_known_whether_she_passed(minutes: float, told: int) -> None:
    """From the anchorage to 2.5 km off the harbour: fifteen minutes, and 81 s at 60 kn."""
    on = Passage()
    take(on, CONFIRMED, entered())
    back = fix_at(6 + minutes, 3500)
    step = step_of(PORT, back, CONFIRMED)
    on.measure(step)
    assert (on.hidden_at is None) is bool(told)
    assert len(on.step(step, [left()], in_port=False)) == told


def test_time_for_a_stop_before_she_came_is_no_matter() -> None:
    """Only what was since the first fix inside counts."""
    on = Passage()
    on.measure(step_of(PORT, COME, fix_at(-600, -9000)))
    assert on.hidden_at == COME.at
    assert on.hidden_since(COME.at)
    assert not on.hidden_since(COME.at + 1)
    on = Passage(hidden_at=COME.at - 1)
    take(on, CONFIRMED, entered())
    assert len(take(on, SURE, left())) == 1


def test_who_came_in_a_gap_with_time_for_a_stop_may_have_stopped() -> None:
    """The gap that ends with her first fix inside counts: she may have stopped and come out."""
    on = Passage(hidden_at=COME.at)
    take(on, CONFIRMED, entered())
    assert take(on, SURE, left()) == []


def test_the_last_entry_counts() -> None:
    """Gone in a silence and back: it is the second time that she passes through."""
    on = Passage()
    take(on, CONFIRMED, entered())
    take(on, LAST, replace(entered(), key_at=LAST.at))
    (fact,) = take(on, SURE, left())
    assert fact.key_at == LAST.at


@pytest.mark.parametrize("kind", [EventKind.BERTHED, EventKind.ANCHORED])
def test_who_stopped_on_the_way_has_not_passed_through(kind: EventKind) -> None:
    """Nor if the stop is no call: until she comes in again."""
    on = Passage()
    take(on, CONFIRMED, entered())
    on.stop([replace(entered(), kind=kind)])
    assert take(on, SURE, left()) == []
    take(on, CONFIRMED, entered())
    on.stop([replace(entered(), kind=EventKind.ANCHOR_WEIGHED)])
    assert len(take(on, SURE, left())) == 1
