"""``python -m tests.bench.beside OTHER_CHECKOUT``: a replay here against one there.

Both replay the same generated log into an empty database of their own, by turns, in one run:
only the ratio means anything.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from monitor.store.cluster import Cluster
from tests.bench.generate import write_log

PROJECT = Path(__file__).parents[2]

MIGRATE = "import sys; from monitor.store.migrate import migrate; migrate(sys.argv[1])"


def run(checkout: Path, program: list[str], url: str) -> str:
    """Run a program of a checkout on a database."""
    env = {**os.environ, "PYTHONPATH": str(checkout), "MONITOR_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, *program],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def rate(cluster: Cluster, checkout: Path, log: Path) -> float:
    """Lines a second, as the replay tells it."""
    cluster.drop_database("beside")
    url = cluster.create_database("beside")
    run(checkout, ["-c", MIGRATE, url], url)
    told = run(checkout, ["-m", "monitor", "replay", "--format", "json", str(log)], url)
    summary = json.loads(told.splitlines()[-1])
    found: float = summary["lines"] / summary["seconds"]
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.beside")
    parser.add_argument("other", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=5)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmm-beside-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        log = folder / "bench.nmea"
        write_log(log, words.lines)
        cluster = Cluster(home=folder / "home")
        cluster.start()
        try:
            here, there = [], []
            for turn in range(words.turns):
                here.append(rate(cluster, PROJECT, log))
                there.append(rate(cluster, words.other.resolve(), log))
                print(f"turn {turn + 1}: here {here[-1]:,.0f}, there {there[-1]:,.0f} lines/s")
        finally:
            cluster.stop()
    ours, theirs = statistics.median(here), statistics.median(there)
    print(f"median: here {ours:,.0f}, there {theirs:,.0f} lines/s; ratio {ours / theirs:.3f}")


if __name__ == "__main__":
    main()
