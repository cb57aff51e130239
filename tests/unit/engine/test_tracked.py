"""A row of what is known of a track beside its fix."""

from __future__ import annotations

import numpy as np

from monitor.engine.candidate import Taken, Way
from monitor.engine.tracked import TRACKED, UNHEARD, facts_of
from monitor.units import NO_TIME
from tests.scenario.sea import fix_at


def test_a_fix_is_bound_to_the_one_before_but_behind_a_leap() -> None:
    before, fix = fix_at(0), fix_at(5)
    for way, prev_at in ((Way.FROM_BEFORE, before.at), (Way.NEW, NO_TIME), (Way.LEAP, NO_TIME)):
        row = np.array([facts_of(Taken(fix, 2, fix.at, way), before)], dtype=TRACKED)[0]
        assert (row["track"], row["leap"], row["prev_at"]) == (2, way is Way.LEAP, prev_at)
    assert facts_of(Taken(fix, 0, fix.at), None)[3] == NO_TIME


def test_of_a_vessel_that_was_not_heard_no_time_is_known() -> None:
    assert {int(UNHEARD[name]) for name in ("since_at", "jump_at", "before_at")} == {NO_TIME}
