"""``python -m tests.bench.attacks [--seconds S] [NAME…]``: a good feed beside each attack.

A sender of its own process gives ``monitor serve`` a few sentences a second over TCP. Beside it the
attacks of ``attackers.py`` are run for so long each, one after the other, each on a watch and a
database of its own; all of these watches have the same feeds. Printed of each: the lines of the
good feed, those that were lost, and the lag of its rows from the socket to their commit, of what
was received during the attack. Attackers and PostgreSQL take their share of the same processors,
so it is said what the watch had of them:

- waited: of the time that it was ready to compute, the part in which it had no processor;
- computed: processors that it kept busy.

Exit code 1 if a line is lost, or a lag's p99 is above 1 s, as many times as long as it waited.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from monitor.clock import now_us
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.acceptance.test_faults import rows
from tests.bench.attackers import ATTACKS, GOOD_RATE, TOKEN, Place
from tests.clusters import COMMIT_TIMES, start_tuned
from tests.live import PROJECT, Watch, free_port, tcp_feed

LAG_S = 1.0
WARM_LINES = 3 * GOOD_RATE
"""The first batches open files, fill caches, and are not measured."""

DRAINED_S = 90.0
"""What came may wait so long to be stored when the attack is over: a dead connection takes 30."""

TEMPLATE = "template_attacked"
STORED = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(p.xmin) - p.received_at)::float8 AS lag,
        (extract(epoch FROM p.received_at) * 1000000)::bigint AS received_us
    FROM position_recent p JOIN source s ON s.id = p.source WHERE s.name LIKE '%good'
"""
REFUSED = "SELECT coalesce(sum(count), 0)::int AS n FROM refusal WHERE source LIKE '%good'"
POSTED = """
    SELECT (SELECT coalesce(sum(count), 0) FROM report_count WHERE source LIKE '%roof')::int AS n
"""
WAL = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was measured of the good feed under one attack."""

    name: str
    lines: int  # sent by the good feed, warming up included
    lost: int  # of them, neither stored nor refused with a reason; and posts that were answered
    lags_s: Any  # of the rows that were received during the attack
    crowded: float  # see Watch.crowded; while it was attacked
    computed: float  # processors
    commits_per_s: float
    wal_bytes_per_s: float
    load: float
    did: dict[str, int]  # by the attacker

    def lag_ms(self, share: float) -> float:
        """The lag that this share (percent) of the rows did not exceed."""
        return float(np.percentile(self.lags_s, share)) * 1000

    @property
    def is_well(self) -> bool:
        """Nothing lost, and no lag that the machine does not excuse."""
        return not self.lost and self.lag_ms(99) < LAG_S * 1000 * self.crowded

    @property
    def row(self) -> str:
        """For the table."""
        did = ", ".join(f"{name} {count:,}" for name, count in sorted(self.did.items()))
        return (
            f"{self.name:16} {self.lines:6,} {self.lost:5} {self.lag_ms(50):7.0f}"
            f" {self.lag_ms(99):7.0f} {self.lag_ms(100):7.0f} {1 - 1 / self.crowded:7.0%}"
            f" {self.computed:8.2f} {self.commits_per_s:9.1f} {self.wal_bytes_per_s / 1000:8.0f}"
            f" {self.load:6.1f}  {did}"
        )


HEADING = (
    f"{'attack':16} {'lines':>6} {'lost':>5} {'p50, ms':>7} {'p99, ms':>7} {'max, ms':>7}"
    f" {'waited':>7} {'computed':>8} {'commits/s':>9} {'WAL kB/s':>8} {'load':>6}  attacker"
)


class Other:
    """A process of ``attackers.py``."""

    def __init__(self, name: str, place: Place) -> None:
        """Start it, and wait until it is prepared."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.attackers", name, json.dumps(asdict(place))],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said = self._line()

    def go(self, seconds: float) -> dict[str, Any]:
        """Let it do its work; what it did."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def attacked(cluster: Cluster, folder: Path, name: str, seconds: float) -> Found:
    """Run one attack on a watch of its own; what was measured."""
    folder.mkdir(parents=True)
    url = cluster.create_database(f"attacked_{name}", template=TEMPLATE)
    door, mast, table = free_port(), free_port(), folder / "table.csv"
    with ExitStack() as held:
        watch = Watch(folder / "watch", url, "")
        place = Place(http=watch.http, door=door, mast=mast, table=str(table), url=url)
        good = held.enter_context(Other("good", place))
        attacker = held.enter_context(Other(name, place))
        watch.url = attacker.said.get("url", url)
        with (watch.folder / "monitor.toml").open("a") as file:
            file.write(tcp_feed("good", good.said["port"], lateness_s=0) + _feeds(place))
        held.callback(watch.kill)
        watch.start(MONITOR_FEED_ROOF_TOKEN=TOKEN)
        watch.until(lambda s: s["lines"] > WARM_LINES, 60)
        before, begin_us, begin_s = _counts(watch, url), now_us(), time.monotonic()
        did = attacker.go(seconds)
        took_s, end_us, load = time.monotonic() - begin_s, now_us(), os.getloadavg()[0]
        after = _counts(watch, url)
        lines = good.go(0)["sent"]
        patience_s = DRAINED_S * watch.crowded()
        watch.until(lambda s: s["feeds"][0]["lines"] >= lines, patience_s)
        watch.until(lambda s: s["store"]["ready"] and s["spool"]["waiting_bytes"] < 500, patience_s)
        code, _ = watch.stop(30)
        assert code == 0, (watch.folder / "serve.log").read_text()[-3000:]
    stored = rows(url, STORED)
    (refused,), (posted,) = rows(url, REFUSED), rows(url, POSTED)
    computed, waited, commits, wal = (end - start for start, end in zip(before, after, strict=True))
    return Found(
        name=name, lines=lines,
        lost=lines - len(stored) - refused["n"] + max(0, did.get("posts 200", 0) - posted["n"]),
        lags_s=np.array([row["lag"] for row in stored if begin_us <= row["received_us"] < end_us]),
        crowded=(computed + waited) / computed if computed else 1.0,
        computed=computed / 1e9 / took_s, commits_per_s=commits / took_s,
        wal_bytes_per_s=wal / took_s, load=load, did=did,
    )  # fmt: skip


def _feeds(place: Place) -> str:
    """The feeds that attackers have."""
    kinds = (
        f'name = "door"\nkind = "nmea-tcp-server"\nport = {place.door}\n',
        f'name = "mast"\nkind = "nmea-udp"\nport = {place.mast}\n',
        'name = "roof"\nkind = "aiscatcher-http"\n',
        f'name = "desk"\nkind = "tail"\nform = "csv"\npath = {json.dumps(place.table)}\n',
    )
    return "".join(f"[[feeds]]\n{words}lateness_s = 0\n" for words in kinds)


def _counts(watch: Watch, url: str) -> tuple[float, float, float, float]:
    """Processor time and waits for it (ns), commits, and bytes of WAL, all since some begin."""
    while True:  # its door may be full for a moment
        with suppress(OSError, KeyError):
            commits = watch.status()["store"]["commits"]
            break
    return *watch.processor_ns(), commits, float(rows(url, WAL)[0]["bytes"])


@contextmanager
def committing() -> Iterator[tuple[Cluster, Path]]:
    """A PostGIS that keeps the time of each commit, and a folder for watches."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-attacks-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        start_tuned(cluster, COMMIT_TIMES)
        migrate(cluster.create_database(TEMPLATE))
        yield cluster, folder
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run and print."""
    names = [attack.__name__ for attack in ATTACKS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench.attacks")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME")
    options = parser.parse_args()
    print(HEADING, flush=True)
    well = True
    with committing() as (cluster, folder):
        for name in options.names or names:
            found = attacked(cluster, folder / name, name, options.seconds)
            print(found.row, flush=True)
            well = well and found.is_well
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
