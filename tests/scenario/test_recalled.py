"""Whoever is let go and recalled: what is found is the same, to the last field.

Numbers come, are silent for minutes or for weeks, and come back; each of them leaps, lies, is
shared and says names, and some are only ever heard once or twice, at a berth. Beside a pipe that
remembers all runs one that holds as few as it may, and that a store gives back who is heard again:
in port, at sea, or somewhere else.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.engine.candidate import Candidacy
from monitor.engine.detect.evidence import Finding
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import Event, Fix, Static, StaticReport
from monitor.units import DAY_US, HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at
from tests.scenario.shelf import Shelf
from tests.scenario.test_pipeline_odd import FENCES, drawn
from tests.sizes import sized
from tests.unit.engine.test_pipeline import reports_of

SHIPS, GUESTS = 5, 4
PAUSES_US = (HOUR_US, DAY_US, 4 * DAY_US, 9 * DAY_US, 30 * DAY_US)

Story = list[Fix | StaticReport]


def sea(chance: random.Random) -> Story:
    """Some stories a number, with long silences between them; in order of arrival."""
    found: Story = []
    for number in range(SHIPS):
        mmsi, later = MMSI + number, 0
        for _ in range(chance.choice((1, 2, 3))):
            part = drawn(chance)[: chance.choice((1, 3, 60))]
            for fix in part:
                at = fix.at + later
                found.append(fix._replace(mmsi=mmsi, at=at, received_at=at))
                if chance.random() < 0.05:
                    found.append(_named(mmsi, at, chance.choice(("ALDA", "BORA", None))))
            later += part[-1].at - part[0].at + chance.choice(PAUSES_US)
    for number in range(GUESTS):
        found += guest(chance, MMSI + SHIPS + number)
    found.sort(key=lambda one: one.received_at)
    return [
        one._replace(line=n + 1, content=n + 1) if isinstance(one, Fix) else replace(one, seq=n)
        for n, one in enumerate(found)
    ]


def guest(chance: random.Random, mmsi: int) -> list[Fix]:
    """A number that is found in the harbour by a fix or two, and again, or elsewhere, or never."""
    at, found = START + chance.randrange(30) * HOUR_US, list[Fix]()
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.choice(((0.0, 0.0), (0.0, 0.0), (0.0, 700.0), (6000.0, 0.0)))
        for _ in range(chance.choice((1, 2))):
            found.append(fix_at(0, *place, sog_kn=0.0, mmsi=mmsi, at=at, received_at=at))
            at += chance.choice((MINUTE_US, 20 * MINUTE_US))
        at += chance.choice(PAUSES_US)
    return found


def _named(mmsi: int, at: int, name: str | None) -> StaticReport:
    static = Static(mmsi=mmsi, name=name, draught_m=7.0)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=static)


def batches(story: Story, cuts: list[int]) -> list[Any]:
    """Reports of the pieces."""
    found = []
    for begin, end in zip([0, *cuts], [*cuts, len(story)], strict=True):
        part = story[begin:end]
        fixes = [one for one in part if isinstance(one, Fix)]
        found.append(reports_of(fixes, [one for one in part if isinstance(one, StaticReport)]))
    return found


def told(
    outcomes: list[Outcome],
) -> tuple[list[Finding], Counter[Any], list[Candidacy], list[tuple[Any, ...]]]:
    """All that is stored of them."""
    refused: Counter[Any] = Counter()
    for outcome in outcomes:
        refused.update(outcome.refusals)
    return (
        [found for outcome in outcomes for found in outcome.findings], refused,
        [came for outcome in outcomes for came in outcome.candidates],
        [row for outcome in outcomes for row in outcome.fixes.tolist()],
    )  # fmt: skip


def both(seed: int, most: int) -> tuple[Any, Any, Shelf]:
    """What is told by a pipe that remembers all, and by one that remembers few, and its store.

    With all that is kept in the end.
    """
    chance = random.Random(seed)
    story = sea(chance)
    cuts = sorted(chance.sample(range(1, len(story)), min(40, len(story) - 1)))
    whole, shelf = Pipeline(FENCES), Shelf(Pipeline(FENCES), most)
    wanted = [whole.take("log", reports) for reports in batches(story, cuts)]
    found = [shelf.take(reports) for reports in batches(story, cuts)]
    wanted.append(whole.finish())
    found.append(shelf.finish())
    shelf.keep(shelf.pipeline.snapshot())
    kept = {(row.detector, row.key): row for row in whole.snapshot(full=True).states if row.state}
    return (*told(wanted), kept), (*told(found), shelf.states), shelf


@settings(max_examples=sized(10, 40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), most=st.sampled_from((1, 2, 100_000)))
def test_nothing_that_is_found_depends_on_who_is_in_memory(seed: int, most: int) -> None:
    """Events, calls, refusals, candidates and fixes, in their order; and what is kept."""
    wanted, found, _ = both(seed, most)
    assert found == wanted


def test_these_ships_were_let_go_and_came_back() -> None:
    """So that the test above is one: by number and by age, with events before and after.

    Many of them were let go in port, with a call that is open, and departed when they were back;
    and by number some that had a deadline, for which they were recalled.
    """
    for most in (1, 100_000):
        came_back = 0
        kinds: Counter[str] = Counter()
        states: Counter[str] = Counter()
        woken = 0
        for seed in range(12):
            _, found, shelf = both(seed, most)
            came_back += len(shelf.came_back & shelf.gone)
            events = [one for one in found[0] if isinstance(one, Event)]
            kinds.update(one.kind.value for one in events if one.mmsi in shelf.came_back)
            states.update(kind for kind, _ in shelf.recalled)
            woken += shelf.woken
        assert came_back > 10
        assert len(kinds) > 5
        assert {"visit", "voyage"} <= {kind for kind, count in states.items() if count > 10}
        assert kinds["PortDeparted"] > 10
        assert (woken > 10) is (most == 1)
