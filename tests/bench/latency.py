"""``python -m tests.bench.latency [--ships N]``: from a line on the socket to a webhook received.

A live watch hears ships one after the other at a berth in Tobruk. The second report of each, SEEN_S
after her first, makes an event that a critical rule meets; it is timed from before it is written to
the socket until the receiver has read the message. By turns with them the floor is timed: a bare
COPY and commit of the very rows that one such alert was committed with, in the same cluster, and a
POST of its body to the same receiver.

p99 may be twice that of the floor and what the watch chose to wait: COMMIT_EVERY_S, for which lines
are gathered into a batch. A critical message is not grouped, and the feed waits for no late reports
(``lateness_s = 0``), which is for whoever configures it to choose. Exit code 1 if it is more.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import io
import json
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg
import numpy as np
from aiohttp import web
from pyais import encode_dict

from monitor.engine.detect.port.first_seen import SEEN_US
from monitor.service.follow import COMMIT_EVERY_S
from monitor.store.cluster import SUPERUSER, Cluster
from monitor.store.migrate import migrate
from tests.live import Watch, free_port, tcp_feed

SEEN_S = SEEN_US / 1_000_000 + 1
PACE_S = 0.15
"""A ship comes so often."""

FIRST_MMSI = 273_990_000
PATIENCE_S = 30.0
RULE = """
[[rule]]
name = "found"
title = "Any ship is found in port"
severity = "critical"
[rule.when]
kind = ["FirstSeenInside"]
"""
CHANNEL = """
[[channels]]
name = "duty"
kind = "webhook"
url = "http://127.0.0.1:{port}/hook"
insecure = true
allow = ["127.0.0.1"]
"""
FLOOR = "X-Floor"
"""Header of what is posted for the floor."""

TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'
    )
"""


class Receiver(threading.Thread):
    """Notes when it had read what."""

    def __init__(self) -> None:
        """Begin with ``start``."""
        super().__init__(name="receiver", daemon=True)
        self.port = free_port()
        self.at: dict[str, float] = {}  # by MMSI, or by what the floor calls it
        self.body = b""  # the last message
        self.ready = threading.Event()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        assert self.ready.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(10)

    def run(self) -> None:
        """See Thread."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.ready.set()
        while not self._over.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        data = await request.read()
        at = time.perf_counter()
        name = request.headers.get(FLOOR)
        if name is None:
            name, self.body = str(json.loads(data)["data"]["mmsi"]), data
        self.at.setdefault(name, at)
        return web.Response(status=204)


@dataclass(slots=True)
class Floor:
    """Commits rows and posts a body; nothing else."""

    connection: Any
    rows: dict[str, bytes]  # by table, as COPY writes them
    body: bytes
    receiver: Receiver
    begun: list[float] = field(default_factory=list)

    @classmethod
    async def of(cls, cluster: Cluster, receiver: Receiver) -> Self:
        """Take the rows that the last alert was committed with."""
        source = await asyncpg.connect(cluster.url("latency", role=SUPERUSER))
        target = await asyncpg.connect(cluster.url("latency_floor", role=SUPERUSER))
        try:
            which = await source.fetchval(
                "SELECT xmin::text FROM event ORDER BY decided_at DESC LIMIT 1"
            )
            first = await source.fetchval("SELECT max(at) FROM position")
            await target.execute("SELECT make_position_partition($1)", first)
            rows = {}
            for (table,) in await source.fetch(TABLES):
                part, those = io.BytesIO(), f"xmin::text = '{int(which)}'"
                if table == "delivery":  # it was changed since
                    those = "id = (SELECT max(id) FROM delivery)"
                elif table.startswith("position_"):  # it was written within a savepoint
                    those = "at = (SELECT max(at) FROM position)"
                many = await source.copy_from_query(
                    f"SELECT * FROM {table} WHERE {those}",  # noqa: S608
                    output=part, format="binary",
                )  # fmt: skip
                if many != "COPY 0":
                    rows[table] = part.getvalue()
        finally:
            await source.close()
        await target.execute("SET session_replication_role = replica")  # rows without their kin
        return cls(target, rows, receiver.body, receiver)

    async def shoot(self) -> None:
        """Once; nobody else needs this thread meanwhile."""
        for table in self.rows:
            await self.connection.execute(f"DELETE FROM {table}")  # noqa: S608
        self.begun.append(time.perf_counter())
        async with self.connection.transaction():
            for table, rows in self.rows.items():
                await self.connection.copy_to_table(table, source=io.BytesIO(rows), format="binary")
        with closing(http.client.HTTPConnection("127.0.0.1", self.receiver.port)) as line:
            line.request("POST", "/hook", self.body, {FLOOR: f"floor {len(self.begun) - 1}"})
            line.getresponse().read()

    def seconds(self) -> Any:
        """From the begin of each to what the receiver had read."""
        return np.array([self.receiver.at[f"floor {n}"] - at for n, at in enumerate(self.begun)])


@dataclass(slots=True)
class Ships:
    """Ships at a berth, heard through a socket."""

    client: socket.socket
    draw: random.Random = field(default_factory=lambda: random.Random(7))
    sent: dict[int, float] = field(default_factory=dict)  # second reports, by MMSI

    def say(self, mmsi: int) -> None:
        """Send a report of a ship that lies there."""
        fields = {
            "type": 1, "mmsi": str(mmsi), "lon": 23.975 + self.draw.gauss(0, 1e-4),
            "lat": 32.070 + self.draw.gauss(0, 1e-4), "speed": 0.0, "course": 0.0, "status": 5,
        }  # fmt: skip
        (line,) = encode_dict(fields, talker_id="AI", radio_channel="A")
        self.sent[mmsi] = time.perf_counter()
        self.client.sendall(line.encode() + b"\r\n")


def measured(cluster: Cluster, folder: Path, ships: int) -> tuple[Any, Any, list[str]]:
    """Seconds of each alert, of each floor, and the tables that the floor writes."""
    cluster.start()
    for name in ("latency", "latency_floor"):
        migrate(cluster.create_database(name))
    folder.mkdir(parents=True, exist_ok=True)
    rules = folder / "rules.toml"
    rules.write_text(RULE)
    with socket.create_server(("127.0.0.1", 0)) as server, Receiver() as receiver:
        tables = tcp_feed("roof", server.getsockname()[1], lateness_s=0)
        tables += CHANNEL.format(port=receiver.port)
        with Watch(folder, cluster.url("latency"), tables, rules=str(rules)) as watch:
            server.settimeout(PATIENCE_S)
            client, _ = server.accept()
            with client:
                found = asyncio.run(_rounds(cluster, receiver, Ships(client), ships))
            assert watch.stop()[0] == 0
    return found


async def _rounds(
    cluster: Cluster, receiver: Receiver, sea: Ships, ships: int
) -> tuple[Any, Any, list[str]]:
    """One ship to learn what is committed, then all."""
    await _found(receiver, sea, [FIRST_MMSI], None)
    floor = await Floor.of(cluster, receiver)
    numbers = list(range(FIRST_MMSI + 1, FIRST_MMSI + 1 + ships))
    try:
        await _found(receiver, sea, numbers, floor)
    finally:
        await floor.connection.close()
    lags = np.array([receiver.at[str(mmsi)] - sea.sent[mmsi] for mmsi in numbers])
    return lags, floor.seconds(), sorted(floor.rows)


async def _found(receiver: Receiver, sea: Ships, numbers: list[int], floor: Floor | None) -> None:
    """Let ships be heard twice each, at an even pace, and wait for what is told."""
    began = time.perf_counter()
    for again in (False, True):
        for place, mmsi in enumerate(numbers):
            due = began + again * max(SEEN_S, PACE_S * len(numbers) + 1) + place * PACE_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sea.say(mmsi)
            if again and floor is not None:
                await asyncio.sleep(PACE_S / 2)
                await floor.shoot()
    async with asyncio.timeout(PATIENCE_S):
        while not all(str(mmsi) in receiver.at for mmsi in numbers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def table(lags: Any, floor: Any) -> tuple[dict[str, str], bool]:
    """What is printed, and whether it is as quick as it must be."""
    limit = 2 * np.percentile(floor, 99) + COMMIT_EVERY_S
    rows = {
        "alerts": str(len(lags)),
        "socket to webhook, p50 / p99": f"{_ms(lags, 50)} / {_ms(lags, 99)} ms",
        "commit and POST, p50 / p99": f"{_ms(floor, 50)} / {_ms(floor, 99)} ms",
        "chosen batching": f"{COMMIT_EVERY_S * 1000:.0f} ms (COMMIT_EVERY_S)",
        "p99 may be": f"{limit * 1000:.1f} ms",
    }
    return rows, bool(np.percentile(lags, 99) <= limit)


def _ms(seconds: Any, share: float) -> str:
    return f"{np.percentile(seconds, share) * 1000:.1f}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency")
    parser.add_argument("--ships", type=int, default=150)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmm-latency-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        lags, floor, tables = measured(cluster, folder / "watch", options.ships)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    rows, is_quick = table(lags, floor)
    for name, value in {**rows, "rows committed of": ", ".join(tables)}.items():
        print(f"{name:30} {value}")
    sys.exit(0 if is_quick else 1)


if __name__ == "__main__":
    main()
