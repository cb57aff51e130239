"""Pairs of ships do what their behaviour says, wherever the dice put them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from monitor.engine.geofence import distance_m
from monitor.simulator import company
from monitor.simulator.cast import Behaviour
from monitor.simulator.draw import DAY_S, HOUR_S, Draw
from monitor.simulator.sea import default_fences

WITHIN_M, MINUTE_S = 500.0, 60.0


def minutes_together(act: Behaviour, seed: int, fastest_kn: float) -> float:
    """The longest stretch within 500 m at such speeds."""
    rng = np.random.default_rng(seed)
    draw = Draw(rng=rng, from_s=0.0, until_s=2 * DAY_S, fences=default_fences())
    one, two = (ship.motion for ship in act(draw))
    at = np.arange(max(one.at_s[0], two.at_s[0]), min(one.at_s[-1], two.at_s[-1]), MINUTE_S)
    places = [m.value(column, at) for m in (one, two) for column in (m.lon, m.lat)]
    fast = np.maximum(*(m.value(m.sog_kn, at) for m in (one, two)))
    near = (distance_m(*places) <= WITHIN_M) & (fast <= fastest_kn)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]])))
    return max((end - begin for begin, end in list(pairwise(edges))[::2]), default=0)


@pytest.mark.parametrize("seed", range(5))
def test_only_a_meeting_is_one(seed: int) -> None:
    assert minutes_together(company.meeting, seed, 2.0) > 2.5 * HOUR_S / MINUTE_S
    assert 20 < minutes_together(company.brief, seed, 2.0) < 60
    for act in (company.neighbours, company.tow, company.convoy, company.lane, company.crossing):
        assert minutes_together(act, seed, 2.0) == 0


@pytest.mark.parametrize("seed", range(5))
def test_who_is_towed_is_near_and_who_crosses_is_soon_gone(seed: int) -> None:
    assert minutes_together(company.tow, seed, 10.0) > 6 * HOUR_S / MINUTE_S
    assert minutes_together(company.crossing, seed, 20.0) <= 10
