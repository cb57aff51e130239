"""Must show 3: simulated fleets: every call found, none invented, times inside their bounds."""

from __future__ import annotations

import pytest

from monitor.simulator.scenario import SCENARIOS
from tests.acceptance.fleets import Score, judge, report
from tests.ports import ports

SEEDS = 200


def test_two_hundred_fleets(capsys: pytest.CaptureFixture[str]) -> None:
    """200 seeds: nothing missed, nothing invented, all instants bounded; the plain way beside."""
    fences, score = ports(), Score()
    for seed in range(SEEDS):
        judge("fleet", seed, fences, score)
    with capsys.disabled():
        print(f"\n{report(score, SEEDS)}")
    assert score.calls > 1000
    assert score.missed == []
    assert score.invented == []
    assert score.outside == []
    assert score.plain_missed + score.plain_invented > score.calls  # or the fleets are too easy


@pytest.mark.parametrize("scenario", [row.name for row in SCENARIOS if row.name != "fleet"])
def test_single_behaviours(scenario: str) -> None:
    """Each named behaviour by itself, ten seeds."""
    fences, score = ports(), Score()
    for seed in range(10):
        judge(scenario, seed, fences, score)
    assert score.missed == []
    assert score.invented == []
    assert score.outside == []
