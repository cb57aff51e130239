"""Stamps of what is received: never back, never standing, and with the wall clock in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clock import (
    CONFIRM_US,
    STEP_US,
    ReceptionClock,
    monotonic_s,
    now_us,
    played,
    speed,
    steady_us,
)
from monitor.units import HOUR_US, MINUTE_US, SECOND_US

NOON = 1_700_000_000 * SECOND_US
SLOW = settings(max_examples=150, deadline=None)


@dataclass
class Machine:
    """A machine with a wall clock that can be set, and a counter that goes on by itself."""

    wall: int = NOON
    steady: int = 5 * SECOND_US
    stamps: list[int] = field(default_factory=list)
    clock: ReceptionClock = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self, **options: int) -> None:
        """The program begins."""
        self.clock = ReceptionClock(wall=lambda: self.wall, steady=lambda: self.steady, **options)

    def stamp(self) -> int:
        """Something is received."""
        self.stamps.append(self.clock.now())
        return self.stamps[-1]

    def go(self, span: int, *, step: int = SECOND_US, rate: float = 1.0) -> int:
        """Time passes, with something received every ``step``; the wall clock runs at ``rate``."""
        until = self.steady + span
        while self.steady < until:
            passed = min(step, until - self.steady)
            self.steady += passed
            self.wall += round(passed * rate)
            self.stamp()
        return self.stamps[-1]


def test_it_is_the_wall_clock() -> None:
    """As long as that is true."""
    machine = Machine()
    assert machine.stamp() == NOON
    assert machine.go(HOUR_US) == machine.wall
    assert machine.clock.ahead_us == 0


@SLOW
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2 * HOUR_US) | st.integers(0, 3),
            st.just(0) | st.integers(-2 * HOUR_US, 2 * HOUR_US) | st.integers(-3, 3),
            st.floats(0.5, 2.0),
        ),
        max_size=60,
    )
)
def test_never_back_and_never_standing(story: list[tuple[int, int, float]]) -> None:
    """Whatever the wall clock does: while time passes stamps grow, and not faster than they must.

    After half an hour more of a true wall clock for each hour they were ahead, they are right.
    """
    machine = Machine()
    machine.stamp()
    for passed, step, rate in story:
        before = machine.clock.now()
        machine.steady += passed
        machine.wall += round(passed * rate) + step
        after = machine.clock.now()
        assert after >= before
        assert after > before or passed == 0
        assert after <= max(before + passed, machine.wall)
        assert after - before >= passed // 2
    ahead = max(0, machine.clock.ahead_us)
    machine.go(2 * ahead + 2 * MINUTE_US, step=max(SECOND_US, ahead // 50))
    assert abs(machine.clock.now() - machine.wall) <= 1


@pytest.mark.parametrize("rate", [0.9995, 0.9999, 1.0001, 1.0005])
def test_small_drifts_are_followed(rate: float) -> None:
    """A clock that is disciplined by NTP runs up to 500 ppm fast or slow."""
    machine = Machine()
    for _ in range(600):
        machine.go(6 * SECOND_US, rate=rate)
        assert abs(machine.clock.ahead_us) <= 1
    assert machine.stamps == sorted(set(machine.stamps))


def test_set_back_an_hour() -> None:
    """Stamps go on at half speed, and are right again after two hours."""
    machine = Machine()
    before = machine.stamp()
    machine.wall -= HOUR_US
    assert machine.clock.ahead_us == HOUR_US
    assert machine.go(HOUR_US) == before + HOUR_US // 2
    assert machine.go(HOUR_US - SECOND_US) < before + HOUR_US
    machine.go(2 * SECOND_US)
    assert abs(machine.stamp() - machine.wall) <= 1
    assert {b - a for a, b in pairwise(machine.stamps[1:3600])} == {SECOND_US // 2}


@pytest.mark.parametrize("back", [1, 2, 999, SECOND_US - 1, SECOND_US, SECOND_US + 1])
def test_set_back_a_little(back: int) -> None:
    """No threshold for steps back: they never reach the stamps."""
    machine = Machine()
    machine.stamp()
    machine.wall -= back
    machine.go(3 * SECOND_US, step=100_000)
    assert machine.stamps == sorted(set(machine.stamps))
    assert machine.stamps[-1] == machine.wall


def test_a_leap_second_that_is_repeated() -> None:
    """23:59:59 comes twice: stamps take two seconds for it and the one after."""
    machine = Machine()
    machine.go(10 * SECOND_US, step=50_000)
    machine.wall -= SECOND_US
    machine.go(10 * SECOND_US, step=50_000)
    assert machine.stamps == sorted(set(machine.stamps))
    assert machine.stamps[-1] == machine.wall


def test_set_forward_an_hour() -> None:
    """Followed when it has lasted half a minute, not before."""
    machine = Machine()
    before = machine.stamp()
    machine.wall += HOUR_US
    assert machine.go(CONFIRM_US) < before + MINUTE_US
    machine.go(2 * SECOND_US)
    assert machine.stamps[-1] == machine.wall
    assert machine.clock.ahead_us == 0


def test_set_forward_and_taken_back() -> None:
    """A step that is taken back within half a minute never happened."""
    machine = Machine()
    before = machine.stamp()
    for _ in range(5):
        machine.wall += HOUR_US
        machine.go(CONFIRM_US - SECOND_US)
        machine.wall -= HOUR_US
        machine.go(SECOND_US)
    assert machine.stamps[-1] == before + 5 * CONFIRM_US
    assert machine.stamps[-1] == machine.wall


def test_set_forward_in_two_steps() -> None:
    """The second step does not put off the first for ever."""
    machine = Machine()
    machine.stamp()
    for _ in range(40):
        machine.wall += 10 * SECOND_US
        machine.go(SECOND_US)
    assert machine.wall - machine.stamps[-1] <= 10 * SECOND_US * 32
    machine.go(CONFIRM_US + 2 * SECOND_US)
    assert machine.stamps[-1] == machine.wall


def test_a_step_of_a_second_is_drift() -> None:
    """Up to STEP_US stamps simply follow."""
    machine = Machine()
    machine.stamp()
    machine.wall += STEP_US
    assert machine.stamp() == machine.wall


def test_a_suspended_machine() -> None:
    """The counter went on while it slept, and so did the wall clock: stamps are right at once."""
    machine = Machine()
    machine.stamp()
    machine.steady += 8 * HOUR_US
    machine.wall += 8 * HOUR_US
    assert machine.stamp() == machine.wall


def test_the_same_instant_twice() -> None:
    """Two calls without any time between give the same stamp."""
    machine = Machine()
    assert machine.stamp() == machine.stamp()


def test_begins_behind_the_last_stamp() -> None:
    """A clock that was set back while the program was not running."""
    machine = Machine()
    machine.start(after=NOON + HOUR_US)
    assert machine.clock.ahead_us == HOUR_US + 1
    assert machine.stamp() > NOON + HOUR_US
    machine.go(2 * HOUR_US)
    assert abs(machine.stamps[-1] - machine.wall) <= SECOND_US
    assert machine.stamps == sorted(set(machine.stamps))


def test_begins_with_the_wall_clock_when_that_is_ahead() -> None:
    """The usual case."""
    machine = Machine()
    machine.start(after=NOON - HOUR_US)
    assert machine.stamp() == NOON


def test_the_real_clocks() -> None:
    """Real time in microseconds and seconds."""
    clock = ReceptionClock()
    assert abs(clock.now() - now_us()) < SECOND_US
    assert now_us() > NOON
    first, second = steady_us(), steady_us()
    assert first <= second < first + SECOND_US
    assert monotonic_s() <= monotonic_s()


def test_a_time_that_is_played_goes_as_many_times_as_fast() -> None:
    """From where it was set on; stamps go with it, and afterwards it is the real one again."""
    before = now_us()
    with played(NOON, 1e6):
        assert speed() == 1e6
        clock = ReceptionClock()
        first, began = clock.now(), monotonic_s()
        while monotonic_s() - began < 0.002:
            pass
        assert NOON <= first < now_us()
        assert clock.now() - first >= 1000 * SECOND_US
        assert clock.now() < NOON + HOUR_US * 1000
    assert speed() == 1
    assert now_us() >= before
