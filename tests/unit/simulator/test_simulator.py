"""The entry: what it gives is late and out of order, and what it does not know it refuses."""

from __future__ import annotations

from itertools import pairwise

import pytest

from monitor.errors import UsageError
from monitor.simulator.simulation import simulate


def test_lines_come_late_and_out_of_order() -> None:
    """Several receivers: stamps go backwards, but not by more than some 20 s."""
    stamps = [int(line.split(b"c:")[1][:10]) for line in simulate("receivers").lines]
    back = [before - after for before, after in pairwise(stamps)]
    assert 5 < max(back) <= 21


def test_unknown_scenario_is_refused_with_the_known_ones() -> None:
    """The message says what to do."""
    with pytest.raises(UsageError, match="voyage, fleet"):
        simulate("storm")
