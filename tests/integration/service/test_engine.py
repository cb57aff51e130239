"""A broker, an edge and two engines as processes: the one that leads is killed, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from monitor.broker.connecting import Place
from monitor.journal.merged import merged
from monitor.store.cluster import Cluster
from tests.bench.broker import Node
from tests.bench.reckoning import fetch
from tests.integration.service.late import differences, held
from tests.integration.service.test_sending import messages
from tests.live import Sender, Watch, tcp_feed
from tests.program import run_monitor

WITHIN_S = 10.0
ALERTS = "SELECT id FROM alert ORDER BY id"


@pytest.fixture
def another(cluster: Cluster) -> str:
    """A database for the replay."""
    return cluster.create_database("engine_replayed", template="template_monitor")


def test_the_engine_that_leads_is_killed(
    broker: Node, database: str, another: str, tmp_path: Path
) -> None:
    """The other one commits within ten seconds; all tables are those of the stream's replay."""
    words = {"broker": broker.url, "stream": "engines"}
    with Sender(400) as sender:
        feed = tcp_feed("roof", sender.port, lateness_s=2.0)
        edge = Watch(tmp_path / "edge", "", feed, role="edge", edge="north", **words)
        engines = [
            Watch(tmp_path / name, database, "", role="engine", **words) for name in ("one", "two")
        ]
        with edge, engines[0] as one, engines[1] as two:
            for engine in engines:
                engine.until(lambda status: status["cluster"]["connected"])
            _until_stored(one, two)
            leads = [engine.status()["cluster"]["leads"] for engine in engines]
            assert sorted(leads) == [False, True]
            first, second = (one, two) if leads[0] else (two, one)
            assert second.get("/health/ready")["leads"] is False
            assert "stands by" in second.get("/alerts")["detail"]
            began = time.monotonic()
            first.kill()
            before = stored(database)
            while stored(database) <= before:
                time.sleep(0.02)
                assert time.monotonic() - began < WITHIN_S
            first.start()
            first.until(lambda status: status["cluster"]["leader"] is not None)
            sender.stop()
            time.sleep(0.3)  # the last of them are on their way
            edge.until(lambda status: status["feeds"][0]["lines"] == sender.sent)
            assert edge.stop()[0] == 0
            second.until(lambda status: status["cluster"]["waiting"] == 0)
            second.until(lambda _: stored(database) == sender.sent)
            assert first.stop()[0] == second.stop()[0] == 0
    parcels = asyncio.run(messages(Place([broker.url], "engines")))
    path = tmp_path / "merged.ais"
    path.write_bytes(merged(b"\x01" * 16, parcels))
    done = run_monitor("replay", path, env={"MONITOR_DATABASE_URL": another})
    assert done.returncode == 0, done.stderr
    assert differences(held(database), held(another)) == []
    alerts = [
        asyncio.run(fetch(url, "SELECT id FROM alert ORDER BY id")) for url in (database, another)
    ]
    assert alerts[0] == alerts[1]
    assert stored(another) == sender.sent > 500


def stored(url: str) -> int:
    """Lines that are committed."""
    (row,) = asyncio.run(fetch(url, "SELECT coalesce(sum(lines), 0)::int FROM source_offset"))
    return int(row[0])


def _until_stored(*engines: Watch) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if any(engine.status()["store"]["commits"] > 3 for engine in engines):
            return
        time.sleep(0.05)
    raise AssertionError([engine.log[-3:] for engine in engines])
