"""The list of scenarios is complete and readable."""

from __future__ import annotations

from monitor.simulator import behaviour
from monitor.simulator.scenario import FLEET, SCENARIOS


def test_names_are_unique_and_described() -> None:
    """A word to type and a sentence to read."""
    names = [row.name for row in SCENARIOS]
    assert len(set(names)) == len(names)
    assert {"voyage", "fleet", "call", "anchoring", "transit", "border-jitter"} <= set(names)
    for row in SCENARIOS:
        assert row.description.endswith(".")
        assert 1.0 <= row.days <= 5.0


def test_fleet_knows_every_behaviour_of_the_module() -> None:
    """But the demo's neighbours, and the transfer, which needs a long log."""
    drawn = {act.__name__ for _, act in FLEET if hasattr(act, "__name__")}
    public = {name for name in vars(behaviour) if not name.startswith("_")}
    acts = {
        name
        for name in public
        if getattr(vars(behaviour)[name], "__module__", "") == ("monitor.simulator.behaviour")
    }
    assert acts - drawn == {"dark_transfer", "ferry", "tanker_at_anchor", "tug"}
