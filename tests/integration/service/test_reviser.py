"""Late is not lost: logs in any order leave the same tables as one replay sorted by time."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from tests.acceptance.fleets import true_fences
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.ports import ports

SCENARIOS = (
    "dark-transfer",
    "receivers",
    "clone",
    "teleport",
    "spoofed",
    "shared-number",
    "dirty-fleet",
)


def lines_of(scenario: str, seed: int) -> list[bytes]:
    return list(simulator.simulate(scenario, seed=seed, fences=true_fences(ports())).lines)


def pieces(lines: list[bytes], count: int) -> list[list[bytes]]:
    """Cut by time."""
    size = -(-len(lines) // count)
    return [lines[begin : begin + size] for begin in range(0, len(lines), size)]


def dealt(lines: list[bytes], count: int, seed: int) -> list[list[bytes]]:
    """Dealt out: of the same time, some lines in each."""
    random = Random(seed)
    found: list[list[bytes]] = [[] for _ in range(count)]
    for line in lines:
        found[random.randrange(count)].append(line)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_newest_first(scenario: str, database: str, other: str, tmp_path: Path) -> None:
    """Three logs, one after the other in time, the newest first."""
    parts = pieces(lines_of(scenario, 3), 3)
    logs = [write(tmp_path / f"{n}.nmea", part) for n, part in enumerate(parts)]
    replay(other, *logs)
    for log in reversed(logs):
        replay(database, log)
    told = differences(held(database), held(other))
    assert told == [], "\n".join(line[:600] for line in told)


def test_dealt_out_in_any_order(tmp_path: Path, cluster: Cluster) -> None:
    """Three logs of one time, one after the other, in each order."""
    for scenario, seed in (("dirty-fleet", 4), ("receivers", 5)):
        parts = dealt(lines_of(scenario, seed), 3, seed)
        logs = [write(tmp_path / f"{scenario}-{n}.nmea", part) for n, part in enumerate(parts)]
        cluster.drop_database("late_wanted")
        wanted = cluster.create_database("late_wanted", template="template_monitor")
        replay(wanted, *logs)
        for order in permutations(logs):
            cluster.drop_database("late_found")
            found = cluster.create_database("late_found", template="template_monitor")
            for log in order:
                replay(found, log)
            told = differences(held(found), held(wanted))
            names = [log.name for log in order]
            assert told == [], "\n".join([str(names), *(line[:600] for line in told)])
