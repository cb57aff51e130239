"""``python -m tests.bench.soak``: a live watch on loopback, for minutes.

A sender of its own process sends sentences over TCP at a steady rate to ``monitor serve``, which
records. Printed: the lag of each row from the socket to its commit (``received_at`` against the
commit time that PostgreSQL keeps), beside a bare asyncpg COPY of the same rows per batch; the
memory of the watch over time; and whether a replay of the journal gives the very same events.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.bench.generate import VESSELS, Fleet
from tests.clusters import COMMIT_TIMES, start_tuned
from tests.live import Watch, free_port, tcp_feed

PROJECT = Path(__file__).parents[2]
LAGS = """
    SELECT xmin::text, extract(epoch FROM pg_xact_commit_timestamp(xmin) - received_at)::float8
    FROM position_recent
"""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--send-on", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send_on is not None:
        send(options.send_on, options.seconds, options.rate)
        return
    with tempfile.TemporaryDirectory(prefix="mmm-soak-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(home=Path(folder) / "home")
        try:
            found = soak(cluster, Path(folder), options.seconds, options.rate)
        finally:
            cluster.stop()
    for name, value in found.items():
        print(f"{name:28} {value}")
    if not found["events equal the journal's"] or found["lines lost"] or found["rows lost"]:
        sys.exit(1)


def send(port: int, seconds: float, rate: int) -> None:
    """Serve one client: ``rate`` sentences a second for so long, then stay open."""
    round_s = VESSELS / rate
    fleet = Fleet(np.random.default_rng(7), round_s=round_s)
    with socket.create_server(("127.0.0.1", port)) as server:
        print("listening", flush=True)
        connection, _ = server.accept()
        with connection:
            began, sent, number, positions = time.monotonic(), 0, 0, 0
            total = round(seconds * rate)
            while sent < total:
                data, _ = fleet.round(number)
                number += 1
                lines = [line[line.index(b"!") :] for line in data.splitlines(keepends=True)]
                for place in range(0, len(lines), 20):
                    piece = lines[place : place + 20][: total - sent]
                    pause = began + sent / rate - time.monotonic()
                    if pause > 0:
                        time.sleep(pause)
                    connection.sendall(b"".join(piece))
                    sent += len(piece)
                    positions += sum(line.startswith(b"!AIVDM,1,1,") for line in piece)
            print(f"sent {sent} {positions}", flush=True)
            time.sleep(3600)


def soak(cluster: Cluster, folder: Path, seconds: float, rate: int) -> dict[str, Any]:
    """One run; what was measured."""
    start_tuned(cluster, COMMIT_TIMES)
    urls = {}
    for name in ("soak_live", "soak_replay", "soak_floor"):
        urls[name] = cluster.create_database(name)
        migrate(urls[name])
    port = free_port()
    watch = Watch(
        folder, urls["soak_live"], tcp_feed("soak", port, lateness_s=0),
        record=str(folder / "journal"),
    )  # fmt: skip
    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.soak", "--send-on", str(port),
         "--seconds", str(seconds), "--rate", str(rate)],
        cwd=PROJECT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert sender.stdout is not None
    sender.stdout.readline()
    with watch:
        try:
            assert watch.process is not None
            pid, memory = watch.process.pid, []
            began = time.monotonic()
            while time.monotonic() - began < seconds + 2:
                time.sleep(min(5.0, seconds / 6))
                memory.append(resident_mb(pid))
            sent, positions = map(int, sender.stdout.readline().split()[1:])
            status = watch.until(lambda s: s["lines"] >= sent)
            cpu = cpu_seconds(pid)
        finally:
            sender.kill()
            sender.wait()
            sender.stdout.close()
        code, stop_s = watch.stop()
    rows = asyncio.run(_fetch(urls["soak_live"], LAGS))
    lags = np.array([row[1] for row in rows])
    batches, sizes = np.unique([row[0] for row in rows], return_counts=True)
    floor = asyncio.run(copy_batches(urls["soak_live"], urls["soak_floor"], batches.tolist()))
    replayed = subprocess.run(
        [sys.executable, "-m", "monitor", "replay", str(folder / "journal")], cwd=PROJECT,
        env={**os.environ, "MONITOR_DATABASE_URL": urls["soak_replay"]}, check=True,
        capture_output=True,
    )  # fmt: skip
    assert replayed.returncode == 0
    live, again = (events_of(urls[name]) for name in ("soak_live", "soak_replay"))
    refused = asyncio.run(_fetch(urls["soak_live"], "SELECT reason, count FROM refusal"))
    settled = memory[len(memory) // 2 :]
    return {
        "lines sent": f"{sent} ({positions} positions)",
        "lines lost": sent - status["lines"],
        "rows lost": positions - len(rows) - sum(count for _, count in refused),
        "rows": len(rows),
        "refused": ", ".join(f"{reason} {count}" for reason, count in refused) or "none",
        "batches": f"{len(batches)} ({int(np.median(sizes))} rows each)",
        "lag p50 / p99, ms": f"{_ms(lags, 50)} / {_ms(lags, 99)}",
        "bare COPY p50 / p99, ms": f"{_ms(floor, 50)} / {_ms(floor, 99)}",
        "processor share": f"{cpu / seconds:.0%}",
        "memory, MB": " ".join(f"{value:.0f}" for value in memory[:: max(1, len(memory) // 8)]),
        "memory, later half, MB": f"{min(settled):.0f} to {max(settled):.0f}",
        "SIGTERM to exit": f"{stop_s:.1f} s, code {code}",
        "events": len(json.loads(live)),
        "events equal the journal's": live == again,
    }


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(pid: int) -> float:
    """Processor time of a process."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def events_of(url: str) -> str:
    """All events, as the program prints them."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "events", "--format", "json"], cwd=PROJECT,
        env={**os.environ, "MONITOR_DATABASE_URL": url}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


async def copy_batches(source_url: str, target_url: str, batches: list[str]) -> Any:
    """COPY the rows of each batch into the same schema, a transaction each; seconds of each."""
    source, target = await asyncpg.connect(source_url), await asyncpg.connect(target_url)
    seconds = []
    try:
        first = await source.fetchval("SELECT min(at) FROM position")
        partition = await target.fetchval("SELECT make_position_partition($1)", first)
        for batch in batches[:1000]:
            part = io.BytesIO()
            await source.copy_from_query(
                f"SELECT * FROM position_recent WHERE xmin::text = '{int(batch)}'",  # noqa: S608
                output=part, format="binary",
            )  # fmt: skip
            part.seek(0)
            began = time.perf_counter()
            async with target.transaction():
                await target.copy_to_table(partition, source=part, format="binary")
            seconds.append(time.perf_counter() - began)
    finally:
        await source.close()
        await target.close()
    return np.array(seconds)


async def _fetch(url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


def _ms(seconds: Any, share: float) -> str:
    return f"{np.percentile(seconds, share) * 1000:.1f}"


if __name__ == "__main__":
    main()
