"""The list of scenarios is complete and readable."""

from __future__ import annotations

from types import ModuleType

from monitor.simulator import behaviour, dirty, stops
from monitor.simulator.cast import Behaviour
from monitor.simulator.fleet import DIRTY, FLEET
from monitor.simulator.scenario import SCENARIOS


def test_names_are_unique_and_described() -> None:
    """A word to type and a sentence to read."""
    names = [row.name for row in SCENARIOS]
    assert len(set(names)) == len(names)
    assert {"voyage", "fleet", "call", "anchoring", "transit", "border-jitter"} <= set(names)
    for row in SCENARIOS:
        assert row.description.endswith(".")
        assert 1.0 <= row.days <= (31.0 if row.name in {"december", "month"} else 5.0)


def _acts(module: ModuleType) -> set[str]:
    """Names of the behaviours that a module draws."""
    return {
        name
        for name, act in vars(module).items()
        if not name.startswith("_") and getattr(act, "__module__", "") == module.__name__
    }


def _drawn(rows: tuple[tuple[float, Behaviour], ...]) -> set[str]:
    return {act.__name__ for _, act in rows if hasattr(act, "__name__")}


def test_fleet_knows_every_behaviour_of_the_module() -> None:
    """But the demo's neighbours, the transfer, which needs a long log, and who waits off ports."""
    left_out = {"dark_transfer", "ferry", "tanker_at_anchor", "tug", "waiting"}
    assert _acts(behaviour) - _drawn(FLEET) == left_out


def test_dirty_fleet_knows_every_dirty_behaviour() -> None:
    """But the jammer, who is no ship, and the one that needs a long log."""
    acts = _acts(dirty) | _acts(stops)
    assert acts - _drawn(DIRTY) == {"jammed", "left_dark_back", "with_habits"}


def test_dirty_scenarios_are_told_apart() -> None:
    """Each has a row of its own, and none of the honest ones is dirty."""
    assert {row.name for row in SCENARIOS if row.is_dirty and row.is_fleet} == {"dirty-fleet"}
    assert sum(row.is_dirty for row in SCENARIOS) == 23
