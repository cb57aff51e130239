"""How long replays and backfills of one log take, and how the time of one process is split."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

from monitor.clock import monotonic_s
from monitor.decode.forms import make_decoder, recognise
from monitor.engine.pipeline import Pipeline
from monitor.feed.logfile import LogFile
from monitor.model import Lines
from monitor.store.batch import make_batch, put_positions
from monitor.store.claims import Claims
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from monitor.units import to_iso
from tests.bench.generate import write_log
from tests.live import free_port
from tests.ports import ports
from tests.program import PROJECT


def table_of(log: Path, path: Path, *, later_us: int = 0) -> Path:
    """The positions of a log as a table, so much later."""
    file = LogFile(str(log))
    file.open()
    decoder = make_decoder(recognise(file.head, log.name))
    with path.open("w") as out:
        out.write("mmsi,time,lat,lon,sog,cog\n")
        for data, last in file.pieces():
            for fix in decoder.decode(Lines(data=data, source="x"), final=last).positions:
                at, lon, lat = to_iso(int(fix["at"]) + later_us), fix["lon"], fix["lat"]
                way = f"{fix['sog_kn']:.1f},{fix['cog_deg']:.1f}"
                out.write(f"{fix['mmsi']},{at},{lat:.6f},{lon:.6f},{way}\n")
    file.close()
    return path


def split(log: Path) -> dict[str, float]:
    """Seconds of one process: what decoding, detecting and making rows take; and positions."""
    fences, claims = ports(), Claims()
    pipeline, spent = Pipeline(fences), dict.fromkeys(("decode", "detect", "rows"), 0.0)
    file, count = LogFile(str(log)), 0
    file.open()
    decoder = make_decoder(recognise(file.head, log.name))
    for data, last in file.pieces():
        began = process_time()
        reports = decoder.decode(Lines(data=data, source=log.name), final=last)
        decoded = process_time()
        outcome = pipeline.take(log.name, reports)
        snapshot = pipeline.snapshot()
        detected = process_time()
        batch = make_batch(outcome, snapshot, [], {log.name: 1}, claims)
        put_positions(batch, outcome, {log.name: 1}, fences, packs=True)
        spent["decode"] += decoded - began
        spent["detect"] += detected - decoded
        spent["rows"] += process_time() - detected
        count += len(reports.positions)
    file.close()
    return {**spent, "positions": count}


@contextmanager
def dask() -> Iterator[str]:
    """Address of a Dask LocalCluster of two processes."""
    port = free_port()
    script = (
        "import distributed, time\n"
        "if __name__ == '__main__':\n"
        f"    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1,"
        f" dashboard_address=None, scheduler_port={port})\n"
        "    print(cluster.scheduler_address, flush=True)\n"
        "    time.sleep(86400)\n"
    )
    path = Path(PROJECT) / ".dask-cluster.py"
    path.write_text(script)
    process = subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, cwd=PROJECT)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
    finally:
        process.terminate()
        process.communicate()
        path.unlink()


def timed(cluster: Cluster, name: str, *words: str | Path) -> tuple[float, float]:
    """Seconds and MB that a command takes with an empty database."""
    url = cluster.create_database(name)
    migrate(url)
    began = monotonic_s()
    done = subprocess.run(
        ["/usr/bin/env", "time", "-v", sys.executable, "-m", "monitor", *map(str, words)],
        env={"PATH": "/usr/bin:/bin", "MONITOR_DATABASE_URL": url, "HOME": str(PROJECT),
             "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT, capture_output=True, check=False,
    )  # fmt: skip
    took = monotonic_s() - began
    assert done.returncode == 0, done.stderr.decode()
    found = re.search(rb"Maximum resident set size \(kbytes\): (\d+)", done.stderr)
    cluster.drop_database(name)
    return took, int(found[1]) / 1024 if found else 0.0


def speed(cluster: Cluster, folder: Path, lines: int) -> None:
    """Measure, and print tables."""
    log = folder / "speed.nmea"
    write_log(log, lines)
    logs = [log, table_of(log, folder / "speed.csv")]
    print(f"\n{'seconds of one process':<24} {'decode':>8} {'detect':>8} {'rows':>8} {'pos/s':>9}")
    for one in logs:
        spent = split(one)
        rate = spent["positions"] / spent["detect"]
        parts = " ".join(f"{spent[name]:8.1f}" for name in ("decode", "detect", "rows"))
        print(f"{one.name:<24} {parts} {rate:9,.0f}")
    print(f"\n{'command':<34} {'seconds':>8} {'MB':>7} {'of replay':>10}")
    spill = folder / "spill-speed"
    for one in logs:
        base, memory = timed(cluster, "speed", "replay", one)
        print(f"{f'replay {one.name}':<34} {base:8.1f} {memory:7.0f}")
        for workers in (1, 2):
            words = ("backfill", one, "--workers", str(workers), "--spill", spill)
            took, memory = timed(cluster, "speed", *words)
            name = f"backfill {one.name} --workers {workers}"
            print(f"{name:<34} {took:8.1f} {memory:7.0f} {took / base:10.2f}")
        with dask() as address:
            words = ("backfill", one, "--dask", address, "--spill", spill)
            took, memory = timed(cluster, "speed", *words)
            name = f"backfill {one.name} --dask"
            print(f"{name:<34} {took:8.1f} {memory:7.0f} {took / base:10.2f}")
