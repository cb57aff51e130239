"""A step near a port: what a silence is, and which fence is the deepest."""

from __future__ import annotations

import pytest

from monitor.engine.detect.port.step import (
    CONFIRMING_FIXES,
    CONFIRMING_US,
    SILENCE_US,
    deepest,
)
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import fix_at, square_port, step_of

PORT = square_port()


def test_the_silence_is_four_hours() -> None:
    """Exactly four hours are none; a microsecond more, or never seen before, is one."""
    assert SILENCE_US == 4 * HOUR_US
    before = fix_at(0)
    assert not step_of(PORT, fix_at(240), before).dark_before
    assert step_of(PORT, fix_at(240, at=before.at + SILENCE_US + 1), before).dark_before
    assert step_of(PORT, fix_at(0), None).dark_before


def test_a_change_takes_two_fixes_a_minute_apart() -> None:
    """Copies of one bad fix come within seconds."""
    assert (CONFIRMING_FIXES, CONFIRMING_US) == (2, MINUTE_US)


def test_a_step_is_known_when_its_fix_is_believed() -> None:
    """Never before it was sent."""
    fix = fix_at(10)
    assert step_of(PORT, fix, None, decided_at=fix.at + HOUR_US).now == fix.at + HOUR_US
    assert step_of(PORT, fix, None, decided_at=fix.at - HOUR_US).now == fix.at


@pytest.mark.parametrize(
    ("mask", "fence"),
    [
        (0b1111, "berth"),
        (0b0101, "harbour"),
        (0b0111, "harbour"),
        (0b0011, "anchorage"),
        (0b0001, "approach"),
        (0, None),
    ],
)
def test_the_deepest_fence_is_the_berth_then_the_harbour(mask: int, fence: str | None) -> None:
    """The square port's fences are approach, anchorage, harbour, berth."""
    assert deepest(PORT, mask) == fence
