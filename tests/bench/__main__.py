"""``python -m tests.bench``: what a replay into PostGIS costs, against PostgreSQL's own limit.

All in one run on one machine, for only ratios mean anything:

- replay: ``monitor replay`` of a generated log (4,000 vessels) into an empty database;
- limit: a bare binary COPY of the very same rows, as rows, into the same schema;
- script: the plain script a user would write (pyais, shapely, executemany), on a part of the log.

Sizes: ``--lines 100000,1000000`` (the last one is also measured for the limit).
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.bench.generate import write_log

PROJECT = Path(__file__).parents[2]
SCRIPT_LINES = 50_000
COPY_ROWS = 70_000  # a COPY, as the replay does
TARGETS = {"limit": 1.0, "script": 30.0, "memory_mb": 400}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--lines", default="100000,1000000,10000000")
    options = parser.parse_args()
    sizes = [int(size) for size in options.lines.split(",")]
    with tempfile.TemporaryDirectory(prefix="mmm-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(home=Path(folder) / "home")
        try:
            run(cluster, Path(folder), sizes)
        finally:
            cluster.stop()


def run(cluster: Cluster, folder: Path, sizes: list[int]) -> None:
    """All sizes, then the limit and the script."""
    cluster.start()
    print(f"machine: {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    rates: dict[int, float] = {}
    peak = 0.0
    for size in sizes:
        log = folder / "bench.nmea"
        lines = write_log(log, size)
        url = fresh(cluster, "bench_replay")
        seconds, peak = replay(url, log)
        rates[size] = lines / seconds
        print(
            f"replay  {lines:>11,} lines  {seconds:8.1f} s  {rates[size]:>9,.0f} lines/s"
            f"  {1e6 / rates[size]:5.2f} us/line  peak {peak:5.0f} MB"
        )
        if size == sizes[-1]:
            rows, limit_s = asyncio.run(copy_again(cluster, url))
            limit = rows / limit_s
            print(f"limit   {rows:>11,} rows   {limit_s:8.1f} s  {limit:>9,.0f} rows/s")
            plain = script(cluster, log)
            print(f"script  {SCRIPT_LINES:>11,} lines  {'':8}    {plain:>9,.0f} lines/s")
        log.unlink()
    best = rates[sizes[-1]]
    print(f"replay / limit   {best / limit:5.2f}   (to reach: {TARGETS['limit']:.1f})")
    print(f"replay / script  {best / plain:5.1f}   (to reach: {TARGETS['script']:.0f})")
    print(f"peak memory      {peak:5.0f} MB (to stay below: {TARGETS['memory_mb']})")
    flat = rates[sizes[0]] / best
    print(f"cost per line, largest / smallest log  {flat:5.2f}   (flat: 1)")


def fresh(cluster: Cluster, name: str) -> str:
    """An empty database with the schema."""
    cluster.drop_database(name)
    url = cluster.create_database(name)
    migrate(url)
    return url


def replay(url: str, log: Path) -> tuple[float, float]:
    """Seconds that the replay itself tells (without the start of the interpreter), peak MB."""
    done = subprocess.run(
        [sys.executable, "-c", WITH_PEAK, str(log)], cwd=PROJECT, check=False,
        env={**os.environ, "MONITOR_DATABASE_URL": url}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode or not done.stdout:
        sys.exit(f"the replay ended with {done.returncode}: {done.stderr.strip()}")
    seconds = json.loads(done.stdout.splitlines()[-1])["seconds"]
    found = re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr)
    return seconds, int(found[1]) / 1024 if found else 0.0


WITH_PEAK = """
import resource, sys
sys.argv = ["monitor", "replay", "--format", "json", sys.argv[1]]
from monitor.cli.app import app
try:
    app()
except SystemExit:
    pass
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"Maximum resident set size (kbytes): {peak}", file=sys.stderr)
"""


async def copy_again(cluster: Cluster, url: str) -> tuple[int, float]:
    """COPY the rows of the replay, in its own form and order, into another empty database."""
    source = await asyncpg.connect(url)
    target = await asyncpg.connect(fresh_in_thread(cluster))
    try:
        await source.execute("CREATE TABLE bare AS SELECT * FROM position ORDER BY line")
        first = await source.fetchval("SELECT min(at) FROM bare")
        partition = await target.fetchval("SELECT make_position_partition($1)", first)
        rows = await source.fetchval("SELECT count(*) FROM bare")
        pages = await source.fetchval("SELECT pg_relation_size('bare') / 8192")
        seconds, step = 0.0, max(1, pages * COPY_ROWS // rows)
        for page in range(0, pages, step):
            part = io.BytesIO()
            query = (
                f"SELECT * FROM bare WHERE ctid >= '({page},0)'"  # noqa: S608
                f" AND ctid < '({page + step},0)'"
            )
            await source.copy_from_query(query, output=part, format="binary")
            part.seek(0)
            began = time.perf_counter()
            async with target.transaction():
                await target.copy_to_table(partition, source=part, format="binary")
            seconds += time.perf_counter() - began
        assert await target.fetchval("SELECT count(*) FROM position") == rows
        return rows, seconds
    finally:
        await source.close()
        await target.close()


def fresh_in_thread(cluster: Cluster) -> str:
    """``fresh`` beside a running event loop (alembic starts one of its own)."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fresh, cluster, "bench_limit").result()


def script(cluster: Cluster, log: Path) -> float:
    """Lines a second of the plain script, on the first lines of the log."""
    url = fresh(cluster, "bench_script")
    head = log.with_suffix(".head")
    with log.open("rb") as lines, head.open("wb") as part:
        part.writelines(line for line, _ in zip(lines, range(SCRIPT_LINES), strict=False))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.plain_script", url, str(head)], cwd=PROJECT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return SCRIPT_LINES / float(done.stdout)


main()
