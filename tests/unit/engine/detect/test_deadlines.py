"""Deadlines: the earliest first, once, and none that holds no more."""

from __future__ import annotations

import random

from monitor.engine.detect.deadlines import Deadlines
from monitor.model import Ship

ONE, TWO, THREE = Ship(1, 0), Ship(2, 0), Ship(3, 0)


def waiting(**at: int) -> Deadlines[Ship]:
    """Return deadlines of the ships one, two and three."""
    ships = {"one": ONE, "two": TWO, "three": THREE}
    deadlines: Deadlines[Ship] = Deadlines()
    for name, instant in at.items():
        deadlines.note(ships[name], instant)
    return deadlines


def test_nothing_waits_at_first() -> None:
    """No deadline, no next one, nothing due at the end of all days."""
    deadlines: Deadlines[Ship] = Deadlines()
    assert (len(deadlines), deadlines.next_at, deadlines.due(2**63)) == (0, None, [])


def test_what_is_due_comes_out_the_earliest_first_and_once() -> None:
    """Those before the instant; the others go on waiting."""
    deadlines = waiting(one=30, two=10, three=20)
    assert deadlines.due(25) == [(10, TWO), (20, THREE)]
    assert (len(deadlines), deadlines.next_at) == (1, 30)
    assert deadlines.due(25) == []


def test_at_its_own_instant_a_deadline_has_not_passed() -> None:
    """A microsecond later it has."""
    deadlines = waiting(one=10)
    assert deadlines.due(10) == []
    assert deadlines.due(11) == [(10, ONE)]


def test_a_deadline_moves_on() -> None:
    """With each fix; what was said before holds no more."""
    deadlines = waiting(one=10)
    deadlines.note(ONE, 20)
    assert deadlines.next_at == 20
    assert deadlines.due(20) == []
    assert deadlines.due(21) == [(20, ONE)]


def test_a_deadline_may_come_earlier() -> None:
    """Then it is due there, and no second time where it was."""
    deadlines = waiting(one=30, two=20)
    deadlines.note(ONE, 10)
    assert deadlines.next_at == 10
    assert deadlines.due(100) == [(10, ONE), (20, TWO)]
    assert len(deadlines) == 0


def test_earlier_and_later_again_is_later() -> None:
    """Only the last that was said counts."""
    deadlines = waiting(one=30)
    for at in (10, 30, 20, 40):
        deadlines.note(ONE, at)
    assert deadlines.due(40) == []
    assert deadlines.due(41) == [(40, ONE)]


def test_who_has_no_deadline_is_not_waited_for() -> None:
    """None takes back what was said, and is nothing where nothing was."""
    deadlines = waiting(one=10, two=20)
    deadlines.note(ONE, None)
    deadlines.note(THREE, None)
    assert (len(deadlines), deadlines.next_at) == (1, 20)
    assert deadlines.due(100) == [(20, TWO)]


def test_who_had_none_may_have_one_again() -> None:
    """Later than before, or earlier: due once."""
    for again in (5, 10, 15):
        deadlines = waiting(one=10)
        deadlines.note(ONE, None)
        deadlines.note(ONE, again)
        assert deadlines.due(100) == [(again, ONE)]


def test_who_was_due_may_be_due_again() -> None:
    """Where it was queued once before, too."""
    deadlines = waiting(one=30)
    deadlines.note(ONE, 10)
    assert deadlines.due(11) == [(10, ONE)]
    deadlines.note(ONE, 30)
    assert (len(deadlines), deadlines.next_at) == (1, 30)
    assert deadlines.due(100) == [(30, ONE)]


def test_equal_deadlines_are_all_due_in_the_order_of_their_keys() -> None:
    """However they were put in."""
    deadlines = waiting(three=10, one=10, two=10)
    assert deadlines.due(11) == [(10, ONE), (10, TWO), (10, THREE)]


def test_the_heap_stays_as_large_as_the_keys() -> None:
    """Three ships report for days, now one falls silent and now another: three entries."""
    deadlines: Deadlines[Ship] = Deadlines()
    for at in range(1000):
        deadlines.note((ONE, TWO, THREE)[at % 3], None if at % 7 == 0 else 1000 + at)
        assert len(deadlines._heap) <= 3
    assert deadlines.due(10_000) == [(1997, TWO), (1998, THREE), (1999, ONE)]
    assert deadlines._heap == []


def test_any_walk_is_that_of_a_plain_table() -> None:
    """Notes, earlier and later, none, and what is due: as by looking through all of them."""
    for seed in range(40):
        chance = random.Random(seed)
        deadlines: Deadlines[Ship] = Deadlines()
        plain: dict[Ship, int] = {}
        now = 0
        for _ in range(300):
            ship = Ship(chance.randrange(8), chance.randrange(2))
            if chance.random() < 0.2:
                deadlines.note(ship, None)
                plain.pop(ship, None)
            else:
                plain[ship] = now + chance.randrange(30)
                deadlines.note(ship, plain[ship])
            if chance.random() < 0.3:
                now += chance.randrange(12)
                due = sorted((at, key) for key, at in plain.items() if at < now)
                assert deadlines.due(now) == due
                plain = {key: at for key, at in plain.items() if at >= now}
            assert len(deadlines) == len(plain)
            assert deadlines.next_at == min(plain.values(), default=None)
        assert len(deadlines.due(now + 30)) == len(plain)
        assert (deadlines._heap, deadlines._queued) == ([], {})
