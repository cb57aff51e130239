"""What befalls a watch that runs for weeks, with counts: nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.live import Sender, Watch, tcp_feed
from tests.program import run_monitor
from tests.sizes import sized

OUTAGE_S = sized(20.0, 60.0)


def rows(url: str, query: str, *arguments: Any) -> list[Any]:
    """Ask the database."""

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    return asyncio.run(ask())


REFUSED = (
    "(SELECT coalesce(sum(count), 0)::int FROM refusal WHERE reason IN ('same_instant', 'frozen'))"
)
"""Two reports of a vessel that were received in one go, or that noise put at one place within a
second: they are counted, not stored."""

PROVING_S = 62.0
"""Two fixes prove that a ship is in port when they are a minute apart."""

STORED = f"SELECT count(*) AS rows, {REFUSED} AS refused FROM position"  # noqa: S608


def all_is_stored(status: dict[str, Any], sender: Sender) -> bool:
    """Whether all that was sent is in the store, the lines of the last moment apart.

    The count of lines does not tell: a commit is not in it if its answer was lost.
    """
    heard, waits = status["feeds"][0]["lines"], status["spool"]["waiting_bytes"]
    return bool(heard == sender.sent and waits < 500)


def whole_and_in_order(url: str, lines: int) -> None:
    """Each line of the one feed was read once, and their numbers grow with their time."""
    (found,) = rows(
        url,
        "SELECT count(*) AS rows, count(DISTINCT line) AS lines, max(line) AS last,"  # noqa: S608
        f" {REFUSED} AS refused, count(*) FILTER (WHERE line <= before) AS back FROM"
        " (SELECT line, lag(line) OVER (ORDER BY received_at, line) AS before FROM position) p",
    )
    assert found["rows"] + found["refused"] == lines
    assert found["rows"] == found["lines"]
    assert (found["last"], found["back"]) == (lines, 0)


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A PostGIS that a test may stop."""
    home = Path(tempfile.mkdtemp(prefix="mmm-fault-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home=home)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def test_postgis_away_for_a_while(own_cluster: Cluster, tmp_path: Path) -> None:
    """1,000 lines a second go on coming: all are kept on disk, said, and stored in order."""
    url = own_cluster.create_database("watched")
    migrate(url)
    with (
        Sender(1000) as sender,
        Watch(tmp_path, url, tcp_feed("harbour", sender.port, lateness_s=0)) as watch,
    ):
        watch.until(lambda s: s["lines"] > 2000)
        own_cluster.stop()
        down = time.monotonic()
        watch.until(lambda s: not s["store"]["ready"])
        assert watch.get("/health/ready")["ready"] is False
        assert watch.get("/health/live") == {"live": True}
        time.sleep(OUTAGE_S - (time.monotonic() - down))
        status = watch.status()
        assert status["spool"]["waiting_bytes"] > 1000 * OUTAGE_S * 0.9 * 48
        assert status["feeds"][0]["state"] == "live"
        own_cluster.start()
        watch.until(lambda s: s["store"]["ready"])
        watch.until(lambda s: s["spool"]["waiting_bytes"] < 100_000)
        sender.stop()
        time.sleep(0.2)
        status = watch.until(lambda s: all_is_stored(s, sender))
        assert sender.connections == 1
        assert status["spool"]["dropped_lines"] == 0
        assert status["feeds"][0]["dropped"] == 0
        code, seconds = watch.stop()
        assert (code, seconds < 10) == (0, True)
    whole_and_in_order(url, sender.sent)
    said = [entry["event"] for entry in watch.log]
    assert any(
        words.startswith("The database is away, what comes is kept on disk") for words in said
    )
    assert said.count("The database is there: batches are committed") == 2
    assert sender.sent > 1000 * OUTAGE_S


def test_postgis_stands_still(own_cluster: Cluster, tmp_path: Path) -> None:
    """It answers nothing and closes nothing: known within 10 s, and nothing is lost by it."""
    url = own_cluster.create_database("frozen")
    migrate(url)
    first = own_cluster.status().pid
    with (
        Sender(200) as sender,
        Watch(tmp_path, url, tcp_feed("harbour", sender.port, lateness_s=0)) as watch,
    ):
        watch.until(lambda s: s["lines"] > 400)
        found = subprocess.run(
            ["pgrep", "-P", str(first)], capture_output=True, text=True, check=True
        )
        pids = [first, *map(int, found.stdout.split())]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        down = time.monotonic()
        try:
            watch.until(lambda s: not s["store"]["ready"])
            assert time.monotonic() - down < 10 * watch.crowded()
            ready = watch.get("/health/ready")
            assert (ready["ready"], ready["store"][:30]) == (
                False,
                "lines wait, and nothing was co",
            )
            time.sleep(40 - (time.monotonic() - down))  # its connection is given up meanwhile
            assert "no answer in time" in watch.status()["store"]["why"]
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):  # it had ended, and is buried now
                    os.kill(pid, signal.SIGCONT)
        watch.until(lambda s: s["store"]["ready"])
        sender.stop()
        time.sleep(0.2)
        watch.until(lambda s: all_is_stored(s, sender))
        assert watch.stop()[0] == 0
    whole_and_in_order(url, sender.sent)


def test_killed_under_load(database: str, tmp_path: Path) -> None:
    """SIGKILL again and again: what was received is stored once, and the journal tells the same."""
    journal = tmp_path / "journal"
    with Sender(sized(600, 2000)) as sender:
        watch = Watch(
            tmp_path, database, tcp_feed("harbour", sender.port, lateness_s=0, retry_s=0.05),
            record=str(journal),
        )  # fmt: skip
        try:
            for after in (2.0, 1.1, PROVING_S, 1.3, 0.9):
                watch.start()
                watch.until(lambda s: s["lines"] > 0)
                time.sleep(after)
                watch.kill()
            watch.start()
            watch.until(lambda s: s["lines"] > 0)
            sender.stop()
            time.sleep(0.5)
            watch.until(lambda s: s["spool"]["waiting_bytes"] < 500)
            code, _ = watch.stop()
            assert code == 0
        finally:
            watch.kill()
    assert sender.connections == 6
    # what stood in the sockets at the moment of a kill was never received; all else is there once
    (found,) = rows(
        database,
        "SELECT count(*) AS rows, count(DISTINCT line) AS lines, max(line) AS last,"  # noqa: S608
        f" {REFUSED} AS refused FROM position",
    )
    assert found["rows"] + found["refused"] == found["last"]
    assert found["rows"] == found["lines"]
    assert sender.sent - 6 * 5000 < found["last"] <= sender.sent
    again = replayed(journal)
    live = run_monitor("events", "--format", "jsonl", env={"MONITOR_DATABASE_URL": database})
    assert live.stdout
    assert live.stdout == again


def replayed(journal: Path) -> bytes:
    """Events of a replay of a recorded journal."""
    done = run_monitor("replay", "--dry-run", "--format", "jsonl", journal)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_feed_of_fifty_thousand_lines_a_second(database: str, tmp_path: Path) -> None:
    """It is taken, or the sender is held up: nothing is lost, and the other feed is not hurt."""
    with Sender(50_000, most=500_000) as fast, Sender(50) as slow:
        feeds = tcp_feed("fast", fast.port, lateness_s=0, lines_per_s=100_000)
        feeds += tcp_feed("slow", slow.port)
        with Watch(tmp_path, database, feeds) as watch:
            watch.until(lambda s: s["feeds"][0]["lines"] >= 500_000, 60)
            slow.stop()
            status = watch.until(lambda s: s["lines"] == 500_000 + slow.sent, 60)
            assert {feed["state"] for feed in status["feeds"]} == {"live"}
            assert {feed["dropped"] for feed in status["feeds"]} == {0}
            assert watch.stop()[0] == 0
    (found,) = rows(database, "SELECT sum(count)::int AS reports FROM report_count")
    assert found["reports"] == 500_000 + slow.sent


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk(own_cluster: Cluster, tmp_path: Path) -> None:
    """PostGIS away and the disk full: it says so, drops the oldest with a count, and goes on."""
    spool = tmp_path / "small"
    spool.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(spool)], check=False,
        capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("this machine does not let a tmpfs be mounted")
    url = own_cluster.create_database("watched")
    migrate(url)
    try:
        with (
            Sender(5000) as sender,
            Watch(
                tmp_path, url, tcp_feed("harbour", sender.port, lateness_s=0), spool=str(spool)
            ) as watch,
        ):
            watch.until(lambda s: s["lines"] > 2000)
            own_cluster.stop()
            status = watch.until(lambda s: s["spool"]["dropped_lines"] > 20_000, 60)
            assert status["spool"]["trouble"] or status["spool"]["dropped_lines"]
            own_cluster.start()
            watch.until(
                lambda s: s["store"]["ready"] and s["spool"]["waiting_bytes"] < 100_000,
                60 * watch.crowded(),
            )
            sender.stop()
            time.sleep(0.5)
            watch.until(lambda s: s["spool"]["waiting_bytes"] < 500)
            status = watch.status()
            dropped = status["spool"]["dropped_lines"]
            assert watch.stop()[0] == 0
        (found,) = rows(url, STORED)
        assert found["rows"] + found["refused"] + dropped == sender.sent
        assert any("dropped unread" in entry["event"] for entry in watch.log)
    finally:
        subprocess.run(["umount", str(spool)], check=False)
