"""Must show 2 of the story of a ship: months with all behaviours, held against their truth.

``python -m tests.bench.months 200`` judges as many as one likes, and prints the figures.
"""

from __future__ import annotations

import pytest

from tests.acceptance.months import KINDS, Tally, judge_month, table, wrongs

SEED = 5
BY_CHANCE = {"invented ConvoyFormed", "invented ConvoyParted"}
"""Ships that leave a port together by chance look like those that mean it: told as likely only."""

BY_RECEPTION = {"invented WentDark", "invented WentDark, first told"}
"""Who sails where or when nobody hears anything is told as dark: printed by cause."""


def test_a_month_is_told_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing missed, no bound violated; invented is nothing but what is named above."""
    tally = Tally()
    judge_month(SEED, tally)
    with capsys.disabled():
        print(f"\n{table(tally)}")
    allowed = BY_CHANCE | BY_RECEPTION
    wrong = {what for what, lines in tally.wrong.items() if lines}
    assert wrong <= allowed, "\n".join(wrongs(tally))
    assert tally.violated == []
    calls = tally.calls
    assert (calls.missed, calls.invented, calls.outside) == ([], [], [])
    assert tally.false_dark["other"] == tally.false_dark["satellite"] == 0
    assert sum(tally.true[kind] > 0 for kind in KINDS) >= len(KINDS) - 2
    assert tally.reaches > 10
