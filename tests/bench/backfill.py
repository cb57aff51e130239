"""``python -m tests.bench.backfill``: backfills are killed, and measured.

``--kills N [--seed S]``: ``monitor backfill`` takes a generated log, a table, and a packed dirty
fleet.
Every 0.3 to 2 seconds a kill is drawn:

- worker: SIGKILL to one of the processes that decode;
- backfill: SIGKILL to the command itself, which is run again;
- backend: its connection is ended by the server; the command says so, and is run again;
- postmaster: SIGKILL to the first process of PostgreSQL, which is started again.

When it has come to its end all tables must be those of a ``monitor replay`` of the same logs, which
are sorted by time; if kills are left, another begins. Exit code 1 if a table differs.

``--speed LINES``: how long a replay and a backfill of one log take, of NMEA and of a table, with
one worker and with two, and with two workers of a Dask LocalCluster; and how the time of one
process is split. Only ratios mean anything.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import asyncpg

from monitor.clock import monotonic_s
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from monitor.units import DAY_US
from tests.acceptance.test_kill import tables
from tests.bench.backfill_speed import speed, table_of
from tests.bench.generate import write_log
from tests.integration.service.backfills import HOW_FAR
from tests.program import PROJECT, run_monitor

PAUSE_S = (0.3, 2.0)
KINDS = {"worker": 10, "backfill": 6, "backend": 2, "postmaster": 2}
"""How often each is drawn of twenty."""

LINES = 400_000
ENDED = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""


class Command:
    """``monitor backfill``, one life behind the other."""

    def __init__(self, logs: list[Path], url: str, folder: Path) -> None:
        """Start it."""
        self._words = [*map(str, logs), "--workers", "2", "--spill", str(folder / "spill")]
        self._env = {**os.environ, "MONITOR_DATABASE_URL": url}
        self.url, self.lives = url, 0
        self.live()

    def live(self) -> None:
        """Start it, again."""
        self.lives += 1
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "backfill", *self._words], cwd=PROJECT,
            env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    @property
    def workers(self) -> list[int]:
        """Its processes that decode; the one that looks after their semaphores is none."""
        found: list[str] = []
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            with suppress(OSError):
                found += task.read_text().split()
        return [int(child) for child in found if b"spawn_main" in _command(child)]


def _command(pid: str) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


async def _end_backends(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.fetchval(ENDED)
    finally:
        await connection.close()


def kill(command: Command, cluster: Cluster, kind: str) -> bool:
    """Kill one; False: there is none now."""
    if kind == "worker":
        workers = command.workers
        if not workers:
            return False
        with suppress(ProcessLookupError):
            os.kill(workers[0], signal.SIGKILL)
    elif kind == "backfill":
        command.process.kill()
        command.process.communicate()
        command.live()
    elif kind == "backend":
        asyncio.run(_end_backends(command.url))
    else:
        pid = cluster.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while cluster.status().pid == pid:
            time.sleep(0.001)
        cluster.start()
    return True


def campaign(cluster: Cluster, folder: Path, kills: int, seed: int) -> int:
    """Kill so often; 1: a table differs in the end."""
    draw = random.Random(seed)
    log, fleet = folder / "bench.nmea", folder / "fleet.nmea.gz"
    write_log(log, LINES // 2, seed=seed + 1)
    table = table_of(log, folder / "bench.csv", later_us=2 * DAY_US)
    write_log(log, LINES, seed=seed)
    lines = simulator.simulate("dirty-fleet", seed=seed).lines
    fleet.write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    wanted_url = _database(cluster, "backfill_wanted")
    done = run_monitor("replay", log, table, fleet, env={"MONITOR_DATABASE_URL": wanted_url})
    assert done.returncode == 0, done.stderr
    wanted = tables(wanted_url)
    killed: Counter[str] = Counter()
    rounds = lives = 0
    differ: Counter[str] = Counter()
    while killed.total() < kills:
        rounds += 1
        command = Command([fleet, table, log], _database(cluster, f"backfill_{rounds}"), folder)
        while True:
            end = monotonic_s() + draw.uniform(*PAUSE_S)
            while monotonic_s() < end and command.process.poll() is None:
                time.sleep(0.02)
            code = command.process.poll()
            if code == 0:
                break
            if code is not None:  # its connection was ended
                command.process.communicate()
                command.live()
            elif killed.total() < kills:
                kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
                killed[kind] += kill(command, cluster, kind)
        command.process.communicate()
        lives += command.lives
        got = tables(command.url)
        differ.update(n for n in wanted if n not in HOW_FAR and got[n] != wanted[n])
        cluster.drop_database(f"backfill_{rounds}")
    print(f"{killed.total()} kills in {rounds} backfills, {lives} lives: "
          + ", ".join(f"{kind} {count}" for kind, count in sorted(killed.items())))  # fmt: skip
    print(f"{'table':<16} {'rows':>9} {'backfills that differ':>22}")
    for name in wanted:
        if name not in HOW_FAR:
            print(f"{name:<16} {len(wanted[name]):>9,} {differ[name]:>22}")
    return 1 if differ else 0


def _database(cluster: Cluster, name: str) -> str:
    url = cluster.create_database(name)
    migrate(url)
    return url


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.backfill")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=int, default=0)
    options = parser.parse_args()
    code = 0
    with tempfile.TemporaryDirectory(prefix="mmm-backfill-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = Cluster(home=folder / "home")
        try:
            cluster.start()
            if options.kills:
                code = campaign(cluster, folder, options.kills, options.seed)
            if options.speed:
                speed(cluster, folder, options.speed)
        finally:
            cluster.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
