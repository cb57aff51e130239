"""``monitor serve`` as its users have it: from nothing, stopped, started again, held up."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pyais import encode_dict

from monitor.simulator import simulation as simulator
from tests.acceptance.test_faults import STORED, rows
from tests.live import Sender, Watch, free_port, sentences, tcp_feed
from tests.program import PROJECT, run_monitor

NOWHERE = "postgresql://nobody@127.0.0.1:{port}/none"


def test_without_configuration(database: str, tmp_path: Path) -> None:
    """It starts, says which feeds it has (none) and how to add one, and serves what is stored."""
    log = simulator.write(simulator.simulate("voyage"), tmp_path / "voyage.nmea")
    del log
    env = {"MONITOR_DATABASE_URL": database}
    assert run_monitor("replay", tmp_path / "voyage.nmea", env=env).returncode == 0
    with Watch(tmp_path / "empty", database, "") as watch:
        (watch.folder / "monitor.toml").unlink()
        watch.kill()
        watch.start(MONITOR_LISTEN=f"127.0.0.1:{watch.http}", MONITOR_HOME=str(tmp_path / "home"))
        status = watch.until(lambda s: s["store"]["ready"])
        assert status["feeds"] == []
        (words,) = [e["event"] for e in watch.log if e["event"].startswith("No feeds")]
        assert "[[feeds]]" in words
        assert "monitor.toml" in words
        assert "monitor feeds list" in words
        before = watch.get("/port-calls")
        told = run_monitor("port-calls", "--format", "json", env=env)
        calls = watch.get("/port-calls")
        assert json.loads(told.stdout) in (before, calls)  # the first tick may come in between
        assert calls
        ship = calls[0]["mmsi"]
        assert watch.get(f"/events?mmsi={ship}&kind=PortArrived")
        assert watch.get("/vessels")
        assert len(watch.get(f"/vessels/{ship}/history")) > 10
        features = watch.get("/collections/port-calls/items")["features"]
        assert [each["id"] for each in features] == [call["id"] for call in calls]
        assert watch.get(f"/collections/tracks/items?mmsi={ship}")["numberReturned"]
        assert watch.get("/events?mmsi=x")["detail"] == "'x' is no MMSI: it has nine digits."
        assert "no parameter 'hue'" in watch.get("/events?hue=1")["detail"]
        assert watch.get("/nothing")["title"] == "Not Found"
        assert "monitor_store_ready 1.0" in watch.get("/metrics")
        assert watch.get("/health/ready")["ready"] is True
        assert watch.stop()[0] == 0


def test_stopped_while_the_database_is_away(database: str, tmp_path: Path) -> None:
    """SIGTERM is obeyed within 10 s; what was received waits on disk, and the next start has it."""
    away = NOWHERE.format(port=free_port())
    with Sender(2000, most=6000) as sender:
        watch = Watch(tmp_path, away, tcp_feed("harbour", sender.port, lateness_s=0))
        with watch:
            watch.until(lambda s: s["feeds"] and s["feeds"][0]["lines"] == 6000)
            code, seconds = watch.stop()
            assert (code, seconds < 10) == (0, True)
        assert any("wait on disk for the next start" in entry["event"] for entry in watch.log)
    watch.url = database
    with watch:
        watch.until(lambda s: s["lines"] == 6000)
        assert watch.stop()[0] == 0
    (found,) = rows(database, STORED)
    assert found["rows"] + found["refused"] == 6000


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_whoever_reads_its_log_goes_away(database: str, tmp_path: Path, unbuffered: str) -> None:
    """It records all the same, and ends in good order, whatever its log still holds."""
    log = tmp_path / "serve.log"
    os.mkfifo(log)
    reader = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    with Sender(2000, most=6000) as sender:
        watch = Watch(tmp_path, database, tcp_feed("harbour", sender.port, lateness_s=0))
        watch.start(PYTHONUNBUFFERED=unbuffered)
        try:
            os.close(reader)
            log.unlink()
            log.touch()  # what is read of it where this fails
            watch.until(lambda s: s["lines"] == 6000)
            assert watch.stop()[0] == 0
        finally:
            watch.kill()
    (found,) = rows(database, STORED)
    assert found["rows"] + found["refused"] == 6000


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold a lock that lets no batch be committed, as a slow store would."""
    begin, end = threading.Event(), threading.Event()

    async def hold() -> None:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE pipeline_state IN ACCESS EXCLUSIVE MODE")
                begin.set()
                await asyncio.to_thread(end.wait)
        finally:
            await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    begin.wait(10)
    try:
        yield
    finally:
        end.set()
        thread.join(10)


def udp_lines(feed: dict[str, Any]) -> int:
    """What came of 500 datagrams of a line, all taken, and of others of 40; stored or counted."""
    dropped: int = feed["dropped"] + 40 * feed["refused"].get("kernel_dropped", 0)
    return int(feed["lines"]) + dropped


def test_a_slow_store(database: str, tmp_path: Path) -> None:
    """The journal fills up: TCP is held up and loses nothing, UDP loses what is counted.

    Not before its own part of the journal is full, too: TCP alone cannot fill it.
    """
    udp = free_port()
    feeds = f'[[feeds]]\nname = "udp"\nkind = "nmea-udp"\nport = {udp}\nlateness_s = 0\n'
    feeds += "lines_per_s = 100000\n"
    with Sender(20_000) as sender, socket.socket(type=socket.SOCK_DGRAM) as radio:
        feeds += tcp_feed("tcp", sender.port, lateness_s=0, lines_per_s=100_000)
        with Watch(tmp_path, database, feeds, spool_mb=1) as watch:
            watch.until(lambda s: s["lines"] > 5000)
            source = sentences(1000, seed=3)
            sent = 0
            with locked(database):
                watch.until(lambda s: s["spool"]["waiting_bytes"] > 700_000)
                before = sender.sent
                for _ in range(500):
                    radio.sendto(next(source), ("127.0.0.1", udp))
                    sent += 1
                status = watch.until(lambda s: s["feeds"][0]["lines"] == 500)
                assert status["feeds"][0]["dropped"] == 0
                for number in range(300):  # all while the watch still takes the store for slow
                    radio.sendto(b"".join(islice(source, 40)), ("127.0.0.1", udp))
                    sent += 40
                    if not number % 10:
                        time.sleep(0.02)
                status = watch.until(lambda s: s["feeds"][0]["dropped"] > 0)
                assert status["spool"]["dropped_lines"] == 0
                assert sender.sent - before < 200_000, "the sender was not held up"
                held = sender.sent
            watch.until(lambda _: sender.sent > held + 20_000)  # it goes on, as fast as is stored
            sender.stop()
            time.sleep(0.5)
            status = watch.until(lambda s: s["feeds"][1]["lines"] == sender.sent)
            heard = {feed["name"]: feed for feed in status["feeds"]}
            assert heard["tcp"]["dropped"] == 0
            assert heard["tcp"]["held_up_s"] > 1
            watch.until(lambda s: udp_lines(s["feeds"][0]) == sent)
            watch.until(lambda s: s["lines"] == sender.sent + heard["udp"]["lines"])
            assert watch.stop()[0] == 0


def test_a_batch_that_the_database_refuses(database: str, tmp_path: Path) -> None:
    """The row is left out alone, kept and said; all others are stored, those around it too."""

    async def forbid() -> None:
        connection = await asyncpg.connect(database)
        try:
            await connection.execute("ALTER TABLE position_recent ADD CHECK (mmsi <> 273999410)")
        finally:
            await connection.close()

    asyncio.run(forbid())
    port = free_port()
    feed = f'[[feeds]]\nname = "in"\nkind = "nmea-tcp-server"\nport = {port}\nlateness_s = 0\n'
    bad = encode_dict({"type": 1, "mmsi": "273999410", "lon": 34.0, "lat": 33.0, "speed": 5})[0]
    source = sentences(1000)
    with Watch(tmp_path, database, feed) as watch:
        watch.until(lambda s: s["store"]["ready"])
        with socket.create_connection(("127.0.0.1", port)) as device:
            for lines in (100, 1, 100):  # apart, so that the bad one is a block of its own
                before = watch.status()["feeds"][0]["lines"]
                sent = [f"{bad}\n".encode()] if lines == 1 else [next(source) for _ in range(100)]
                device.sendall(b"".join(sent))
                watch.until(lambda s, n=before + lines: s["feeds"][0]["lines"] == n)
            watch.until(lambda s: s["lines"] >= 200, 60)
        assert watch.stop()[0] == 0
    assert list((tmp_path / "home" / "spool").glob("refused-*.ais")) == []
    (kept,) = rows(database, "SELECT count(*) AS rows FROM refused_row")
    assert kept["rows"] == 1
    (found,) = rows(database, STORED)
    assert found["rows"] + found["refused"] >= 200


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    """One sentence each, exit 1 or 2, no trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = taken.getsockname()[1]
        for env, words, code in (
            ({"MONITOR_LISTEN": f"127.0.0.1:{busy}"}, "cannot be listened on", 1),
            ({"MONITOR_FEEDS": '[{"name": "a", "kind": "radio"}]'}, "there is no kind 'radio'", 2),
            ({"MONITOR_FEEDS": "nonsense"}, "MONITOR_FEEDS is not valid JSON", 2),
            ({"MONITOR_SPOOL": "/proc/none"}, "journal cannot be kept", 1),
            ({"MONITOR_CONFIG": "/nowhere/monitor.toml"}, "cannot be read", 2),
        ):
            done = subprocess.run(
                [sys.executable, "-m", "monitor", "serve"], cwd=tmp_path, check=False, timeout=60,
                capture_output=True, text=True,
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT),
                     "MONITOR_HOME": str(tmp_path / "home"),
                     "MONITOR_DATABASE_URL": NOWHERE.format(port=1), **env},
            )  # fmt: skip
            last = done.stderr.splitlines()[-1]
            assert (done.returncode, last.startswith("monitor: ")) == (code, True), done.stderr
            assert words in last
            assert "Traceback" not in done.stderr
