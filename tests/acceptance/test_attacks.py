"""The bench of attacks, small: what it measures of a good feed beside three of them.

The bound is what the same feed has beside nobody, and a second, as many times as long as the watch
waited for processors: attackers, PostgreSQL and other tests take their share of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.attackers import GOOD_RATE
from tests.bench.attacks import LAG_S, Found, attacked, committing

SECONDS = 5.0


@pytest.fixture(scope="module")
def attacks() -> Iterator[dict[str, Found]]:
    """One run: nobody, and then each."""
    names = ("none", "bad_lines", "wandering_clock", "hungry_guests")
    with committing() as (cluster, folder):
        yield {name: attacked(cluster, folder / name, name, SECONDS) for name in names}


@pytest.mark.parametrize("name", ["bad_lines", "wandering_clock", "hungry_guests"])
def test_an_attacker_hurts_himself(attacks: dict[str, Found], name: str) -> None:
    """The good feed loses nothing, and its lag stays within bounds."""
    floor, found = attacks["none"], attacks[name]
    print(f"\n{floor.row}\n{found.row}")
    assert (floor.lost, found.lost) == (0, 0)
    assert len(found.lags_s) > 0.9 * GOOD_RATE * SECONDS
    assert found.lag_ms(99) < (floor.lag_ms(99) + 1000 * LAG_S) * found.crowded


def test_what_is_printed_holds_all(attacks: dict[str, Found]) -> None:
    """Of each attack that it was one: the attacker tells what he did."""
    assert sum(attacks["bad_lines"].did.values()) == 500 * SECONDS
    assert attacks["wandering_clock"].did == {"lines": 200 * SECONDS}
    assert attacks["hungry_guests"].did["bombs 401"] > 0
    assert attacks["hungry_guests"].did["half requests"] == 300
