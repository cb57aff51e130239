"""What came before a silence is told as having been with it."""

from __future__ import annotations

import pytest

from monitor.engine.detect.vessel.watched import Watched
from monitor.model import Fix
from monitor.units import HOUR_US
from tests.scenario.sailing import sailing


def heard_in(hours: list[int]) -> tuple[Watched, Fix]:
    """A ship that is heard in these hours, and her last fix."""
    (first, *later) = [sailing(hour, hour + 0.25)[0] for hour in hours]
    state = Watched(first.at, first.at // HOUR_US, 1, first)
    for fix in later:
        state.go_on(fix)
    return state, state.first


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([0, 1, 2, 3, 4, 5, 8, 11], ["heard in 2 of the last 6 hours, in each of the 6 before"]),
        ([0, 1, 2, 3, 4, 5, 6, 7, 11], ["heard in 3 of the last 6 hours, in each of the 6 before"]),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 11], []),  # four of six: as ships far off are
        ([0, 1, 2, 4, 5, 8, 11], []),  # she was missed before, too
        (list(range(12)), []),
        ([6, 7, 11], []),  # it is not known how she was heard before
    ],
)
def test_who_is_heard_more_rarely_before_she_is_not_heard(
    hours: list[int], words: list[str]
) -> None:
    state, last = heard_in(hours)
    assert state.came_before(last) == words
