"""Simulated ships that say something new, against their truth: nothing missed, nothing invented."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from monitor.model import Event, EventKind
from monitor.simulator import simulation as simulator
from monitor.simulator.truth import Truth
from tests.acceptance.fleets import true_fences
from tests.pipe import findings
from tests.ports import ports

K = EventKind
ASKED = {K.IDENTITY_CHANGED, K.IDENTITY_FLAPPED, K.IDENTITY_DOUBTED, K.DESTINATION_CHANGED,
         K.DESTINATION_VARIED}  # fmt: skip
SEEDS = range(3)


@cache
def told(seed: int) -> tuple[Truth, dict[int, list[Event]]]:
    """The truth, and what is told of each ship."""
    fences = ports()
    made = simulator.simulate("sayings", seed=seed, fences=true_fences(fences))
    found: dict[int, dict[str, Event]] = defaultdict(dict)
    for event in findings([b"".join(line + b"\n" for line in made.lines)], fences):
        if isinstance(event, Event) and event.kind in ASKED:
            found[event.mmsi or 0][event.id] = event
    return made.truth, {mmsi: list(events.values()) for mmsi, events in found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_holds_is_told_within_its_bounds_and_slips_are_not(seed: int) -> None:
    """By turns it is told twice as a change, and then once as that."""
    truth, events = told(seed)
    assert {one.mmsi for one in truth.vessels} >= events.keys()
    for vessel in truth.vessels:
        holds = [one for one in vessel.said if one.holds]
        found = events.get(vessel.mmsi, [])
        assert len(holds) != 2
        wanted = [K.IDENTITY_CHANGED] * 2 + [K.IDENTITY_FLAPPED] if len(holds) > 2 else None
        if wanted is None:
            change = {"name": K.IDENTITY_CHANGED, "destination": K.DESTINATION_CHANGED}
            wanted = [change[one.what] for one in holds]
        assert [one.kind for one in found] == wanted
        for one, event in zip(holds, found, strict=False):
            assert event.span.earliest is not None
            assert event.span.latest is not None
            if event.kind is not K.IDENTITY_FLAPPED:
                assert event.span.earliest <= one.at <= event.span.latest


def test_all_of_it_is_there_to_be_told() -> None:
    """Slips and other spellings, too: else nothing is shown by their not being told."""
    every = [one for seed in SEEDS for vessel in told(seed)[0].vessels for one in vessel.said]
    assert {(one.what, one.holds) for one in every} == {
        ("name", True), ("name", False), ("destination", True), ("destination", False),
    }  # fmt: skip
    assert all(one.old != one.new for one in every)
