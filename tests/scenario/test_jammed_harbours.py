"""Simulated harbours and a jammer: each of its times is found and bounded, nothing else is told."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np
import pytest

from monitor.engine.detect.place.interference import SHIPS, WITHIN_US
from monitor.model import Event, EventKind
from monitor.simulator import simulation as simulator
from monitor.simulator.draw import DAY_S, Draw
from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.ship import Spoof
from monitor.units import SECOND_US
from tests.acceptance.fleets import true_fences
from tests.pipe import findings
from tests.ports import ports

SEA = "spoofed-harbour"
SEEDS = (0, 1, 4, 5, 7, 9, 12, 14)
FIXES_S = 3 * 180.0
"""Ships that are heard every three minutes at most are heard three times in it."""


def jams(seed: int) -> list[tuple[Spoof, int]]:
    """When and where ships were spoofed, and how many: drawn as the simulation draws it."""
    (row,) = (one for one in SCENARIOS if one.name == SEA)
    rng = np.random.default_rng([seed, zlib.crc32(SEA.encode())])
    until = row.begins_s + row.days * DAY_S
    draw = Draw(rng=rng, from_s=row.begins_s, until_s=until, fences=true_fences(ports()))
    spoofs = [spoof for ship in row.cast(draw) for spoof in ship.habits.spoofed]
    return [(one, spoofs.count(one)) for one in dict.fromkeys(spoofs)]


@cache
def told(seed: int) -> list[Event]:
    made = simulator.simulate(SEA, seed=seed, fences=true_fences(ports()))
    found = findings([b"".join(line + b"\n" for line in made.lines)], ports())
    events = [one for one in found if isinstance(one, Event) and "Interference" in one.kind]
    return list({one.id: one for one in events}.values())


def us(at_s: float) -> int:
    return round(at_s * SECOND_US)


def near(event: Event, spoof: Spoof) -> bool:
    """Within a circle's width."""
    lon, lat = event.lon or 0.0, event.lat or 0.0
    return abs(lon - spoof.place.lon) < 0.05 and abs(lat - spoof.place.lat) < 0.05


def is_of(begun: Event, spoof: Spoof) -> bool:
    """Whether an area begins by a spoof: its begin is within the bounds."""
    earliest, latest = begun.span.earliest, begun.span.latest
    assert earliest is not None
    assert latest is not None
    return near(begun, spoof) and earliest <= us(spoof.window[0]) <= latest + SECOND_US


@pytest.mark.parametrize("seed", SEEDS)
def test_each_time_of_three_ships_and_more_is_an_area(seed: int) -> None:
    """It begins by the first, and ends by the last that is spoofed to that place within 2 h."""
    begun, ended = (
        [one for one in told(seed) if one.kind is kind]
        for kind in (EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED)
    )
    known: list[tuple[Spoof, int]] = sorted(jams(seed), key=lambda one: one[0].window)
    for area in begun:
        assert [spoof for spoof, _ in known if is_of(area, spoof)], f"invented: {area}"
    for spoof, ships in known:
        begin, end = spoof.window
        after = [one for one, _ in known if 0 <= us(one.window[0] - end) <= WITHIN_US]
        if ships < SHIPS or end - begin < FIXES_S or after:
            continue
        (area,) = (one for one in ended if near(one, spoof) and _ends(one, end))
        assert area.evidence.figures["ships"] == ships
        assert any(one.subject == area.subject for one in begun)


def _ends(ended: Event, at_s: float) -> bool:
    span: Any = ended.span
    return span.earliest <= us(at_s) and (span.latest is None or us(at_s) <= span.latest)


def test_these_seas_have_what_is_looked_for() -> None:
    """Else nothing was held to anything."""
    assert sum(len(told(seed)) for seed in SEEDS) >= 10
