"""The demo tells one story: Tartus, dark at sea, the roads of Tobruk, the quay."""

from __future__ import annotations

import gzip

from monitor.simulator.simulation import simulate
from monitor.units import HOUR_US


def test_the_story_of_the_voyage() -> None:
    """In port first, away, dark at sea, at anchor, alongside until the end."""
    truth = simulate("voyage").truth
    assert truth.until_at - truth.from_at >= 100 * HOUR_US
    hero = truth.vessels[0]
    tartus, tobruk = hero.calls
    assert tartus.arrived_at is None
    assert tartus.observed.exit
    assert [stage.kind for stage in tobruk.stages] == ["anchored", "berthed"]
    assert tobruk.departed_at is None
    assert tobruk.observed.entry
    (dark,) = hero.dark
    assert dark.where == "sea"
    assert dark.until - dark.began_at > 10 * HOUR_US


def test_neighbours_do_what_neighbours_do() -> None:
    """A tug and a tanker never leave; ferries never stop; a small craft calls."""
    _, tug, tanker, ferry, other_ferry, _ = simulate("voyage").truth.vessels
    assert len(tug.calls[0].stages) > 5
    assert tanker.calls[0].stages[0].kind == "anchored"
    for ship in (ferry, other_ferry):
        assert not ship.calls
        assert len(ship.passes) == 1


def test_the_log_is_small() -> None:
    """A megabyte and a half, compressed, is the most that the repository carries."""
    packed = gzip.compress(b"\n".join(simulate("voyage").lines))
    assert len(packed) < 1_500_000
