"""``python -m tests.acceptance.late N [FIRST_SEED]``: logs in any order against one sorted replay.

For each seed a scenario is drawn, its log cut by time or dealt out into some logs, and those are
replayed one after the other in a drawn order. Prints what differs.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from random import Random

from monitor.simulator import simulation as simulator
from monitor.simulator.scenario import SCENARIOS
from monitor.store.cluster import Cluster
from tests.acceptance.fleets import true_fences
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.ports import ports

NAMES = [row.name for row in SCENARIOS]
MOST_LINES = 6_000


def logs_of(seed: int, folder: Path) -> tuple[str, list[Path]]:
    """Some logs of one sea, in the order of their names."""
    random = Random(seed)
    scenario = NAMES[seed % len(NAMES)]
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(ports()))
    lines = list(made.lines)[:MOST_LINES]
    parts: list[list[bytes]] = [[] for _ in range(random.randint(2, 4))]
    by_time = random.random() < 0.5
    runs = 0
    for number, line in enumerate(lines):
        if by_time:
            runs = number * len(parts) // len(lines)
        elif random.random() < 0.2:
            runs = random.randrange(len(parts))
        parts[runs].append(line)
    logs = [write(folder / f"{n}.nmea", part) for n, part in enumerate(parts) if part]
    return f"{scenario} {seed} {'cut' if by_time else 'dealt'} into {len(logs)}", logs


def judged(cluster: Cluster, seed: int, folder: Path) -> tuple[str, list[str]]:
    """Replay in order and in another order; what differs."""
    name, logs = logs_of(seed, folder)
    found = []
    for order in (logs, Random(seed).sample(logs, len(logs))):
        database = f"late_{len(found)}"
        cluster.drop_database(database)
        url = cluster.create_database(database, template="template_monitor")
        if found:
            for log in order:
                replay(url, log)
        else:
            replay(url, *order)
        found.append(held(url))
    return name, differences(found[1], found[0])


def main() -> None:
    """Judge so many seeds."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.late")
    parser.add_argument("seeds", type=int)
    parser.add_argument("first_seed", type=int, nargs="?", default=0)
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="mmm-late-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        cluster = Cluster(home=folder)
        cluster.start()
        try:
            from monitor.store.migrate import migrate  # noqa: PLC0415 - once

            migrate(cluster.create_database("template_monitor"))
            for seed in range(given.first_seed, given.first_seed + given.seeds):
                name, told = judged(cluster, seed, folder)
                wrong += bool(told)
                for line in told[:8]:
                    print(f"{name}: {line[:400]}")
        finally:
            cluster.stop()
    print(f"{given.seeds} sets of logs in another order: {wrong} differ from one sorted replay.")


if __name__ == "__main__":
    main()
