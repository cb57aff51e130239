"""Must show 3: simulated fleets: every call found, none invented, times inside their bounds.

Clean ones, and dirty ones: spoofed, silent, heard rarely, coarse, frozen, of shared numbers.
"""

from __future__ import annotations

import pytest

from monitor.simulator.scenario import SCENARIOS
from tests.acceptance.dirty import DIRTY
from tests.acceptance.fleets import (
    DirtyScore,
    Score,
    judge,
    judge_dirty,
    report,
    report_dirty,
)
from tests.ports import ports
from tests.sizes import sized

SEEDS, DIRTY_SEEDS = sized((16, 8), (80, 25))
"""``python -m tests.acceptance.dirty 500`` judges more of them."""
HONEST = [row.name for row in SCENARIOS if row.name != "fleet" and not row.is_dirty]


def test_fleets(capsys: pytest.CaptureFixture[str]) -> None:
    """Many seeds: nothing missed, nothing invented, all instants bounded; the plain way beside."""
    fences, score = ports(), Score()
    for seed in range(SEEDS):
        judge("fleet", seed, fences, score)
    with capsys.disabled():
        print(f"\n{report(score, SEEDS)}")
    assert score.calls > 5 * SEEDS
    assert score.missed == []
    assert score.invented == []
    assert score.outside == []
    assert score.plain_missed + score.plain_invented > score.calls  # or the fleets are too easy


@pytest.mark.parametrize("scenario", HONEST)
def test_single_behaviours(scenario: str) -> None:
    """Each named behaviour by itself, some seeds."""
    fences, score = ports(), Score()
    for seed in range(sized(5, 10)):
        judge(scenario, seed, fences, score)
    assert score.missed == []
    assert score.invented == []
    assert score.outside == []


def test_dirty_fleets(capsys: pytest.CaptureFixture[str]) -> None:
    """Some seeds of all that goes wrong at once: nothing missed, invented or outside of its bounds.

    What the log does not show need not be told, and a doubt may be told as one.
    """
    score = dirty_score("dirty-fleet", DIRTY_SEEDS)
    with capsys.disabled():
        print(f"\n{report_dirty(score, DIRTY_SEEDS)}")
    assert score.calls > 7.2 * DIRTY_SEEDS
    assert (score.crashed, score.missed, score.invented, score.outside) == ([], [], [], [])


@pytest.mark.parametrize("scenario", sorted({*DIRTY} - {"dirty-fleet", "month"}))
def test_single_dirty_behaviours(scenario: str) -> None:
    """Each by itself, two seeds."""
    score = dirty_score(scenario, 2)
    assert (score.crashed, score.missed, score.invented, score.outside) == ([], [], [], [])


def dirty_score(scenario: str, seeds: int) -> DirtyScore:
    fences, score = ports(), DirtyScore()
    for seed in range(seeds):
        judge_dirty(scenario, seed, fences, score)
    return score
