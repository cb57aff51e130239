"""Must show 6: kill -9 at random moments of a replay, then to the end: the tables are equal."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg

from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from tests.program import PROJECT, run_monitor
from tests.sizes import sized

KILLS = sized(12, 30)

TABLES = {
    "position": "SELECT mmsi, at, ST_AsText(geom), sog_kn, cog_deg, heading_deg, status, type,"
    " track, received_at, source, line FROM position ORDER BY mmsi, at",
    "event": "SELECT * FROM event ORDER BY id",
    "port_call": "SELECT * FROM port_call ORDER BY id",
    "vessel": "SELECT * FROM vessel ORDER BY mmsi",
    "vessel_state": "SELECT * FROM vessel_state ORDER BY mmsi",
    "kept_state": "SELECT * FROM kept_state ORDER BY detector, key",
    "identity": "SELECT * FROM identity ORDER BY mmsi, digest",
    "refusal": "SELECT * FROM refusal ORDER BY source, reason",
    "report_count": "SELECT * FROM report_count ORDER BY source, kind",
    "pipeline_state": "SELECT head, statics FROM pipeline_state",
    "reception": "SELECT * FROM reception ORDER BY port, source, at",
    "waiting_report": "SELECT newest_at, pending, recent FROM waiting_report ORDER BY id",
    "source_offset": "SELECT byte_offset, lines, decoder, finished FROM source_offset",
}


def tables(url: str) -> dict[str, list[Any]]:
    """All that a replay leaves behind."""

    async def read() -> dict[str, list[Any]]:
        connection = await asyncpg.connect(url)
        try:
            return {name: await connection.fetch(query) for name, query in TABLES.items()}
        finally:
            await connection.close()

    return asyncio.run(read())


def replay_paced(url: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a replay that commits every few dozen lines, and takes its time about it."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "replay", "--speed", "10000", str(log)], cwd=PROJECT,
        env={**os.environ, "MONITOR_DATABASE_URL": url},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def test_killed_again_and_again(cluster: Cluster, tmp_path: Path) -> None:
    """Nothing lost, nothing twice, wherever the process died."""
    log = tmp_path / "fleet.nmea"
    simulator.write(simulator.simulate("fleet", seed=3), log)
    wanted_url = cluster.create_database("kill_wanted", template="template_monitor")
    killed_url = cluster.create_database("kill_killed", template="template_monitor")
    done = run_monitor("replay", log, env={"MONITOR_DATABASE_URL": wanted_url})
    assert done.returncode == 0, done.stderr
    draw = random.Random(7)
    kills = 0
    for _ in range(10 * KILLS):
        process = replay_paced(killed_url, log)
        try:
            process.wait(timeout=draw.uniform(0.7, 1.5))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate()
        if kills == KILLS or process.returncode == 0:
            break
        time.sleep(0.05)
    last = run_monitor("replay", log, env={"MONITOR_DATABASE_URL": killed_url})
    assert last.returncode == 0, last.stderr
    wanted, got = tables(wanted_url), tables(killed_url)
    assert wanted["position"]
    assert wanted["port_call"]
    for name in TABLES:
        assert got[name] == wanted[name], name
    assert kills == KILLS, f"the replay ended after {kills} kills: let it go slower"
