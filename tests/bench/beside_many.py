"""What becomes of a watch, and of each of them, while many listen or download at once."""

from __future__ import annotations

import asyncio
import http.client
import re
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from monitor.clock import now_us
from tests.live import Watch

LAGS = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - received_at)::float8 AS lag
    FROM position_recent
    WHERE received_at >= $1 AND received_at < $2
        AND at >= $1::timestamptz - interval '1 day'
"""
SAID = re.compile(rb'"(\d{4}-[0-9T:.-]+Z)"')
CHUNK = 1 << 16


async def heard_by(watch: Watch, listeners: int, seconds: float) -> tuple[int, Any]:
    """Messages of positions that were heard, and how old the newest of each was then, s.

    Who is slow is told of several seconds in one message. AssertionError if one was let go.
    """
    ages: list[float] = []
    measuring, over = asyncio.Event(), asyncio.Event()

    async def listen() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", watch.http, limit=1 << 24)
        writer.write(b"GET /live?topics=positions HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while not over.is_set():
            line = await reader.readline()
            at = now_us() / 1e6
            assert line, "a listener was let go"
            if line.startswith(b"data: [") and measuring.is_set() and (said := SAID.findall(line)):
                ages.append(at - datetime.fromisoformat(max(said).decode()).timestamp())
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(listeners):
            tasks.create_task(listen())
            await asyncio.sleep(0.005)
        await asyncio.sleep(2.0)  # all have begun
        measuring.set()
        await asyncio.sleep(seconds)
        over.set()
    return len(ages), np.array(ages)


async def download_lags(
    url: str, watch: Watch, callers: int, seconds: float
) -> tuple[Any, Any, int]:
    """Lags of rows (s) while nobody asks, and while so many download; files that were whole."""
    connection = await asyncpg.connect(url)

    async def lags(work: Any) -> Any:
        began = await connection.fetchval("SELECT now()")
        await work
        ended = await connection.fetchval("SELECT now()")
        await asyncio.sleep(3.0)  # what came is committed
        return np.array([row["lag"] for row in await connection.fetch(LAGS, began, ended)])

    async def downloads() -> int:
        over = threading.Event()
        files = [0]

        def download() -> None:
            while not over.is_set():
                with suppress(OSError):
                    files[0] += fetched(watch, "/collections/positions/download?form=csv", over) > 0

        threads = [threading.Thread(target=download) for _ in range(callers)]
        for thread in threads:
            thread.start()
        await asyncio.sleep(seconds)
        over.set()
        await asyncio.to_thread(lambda: [thread.join() for thread in threads])
        return files[0]

    try:
        alone = await lags(asyncio.sleep(seconds))
        task = asyncio.ensure_future(downloads())
        beside = await lags(asyncio.sleep(seconds))
        return alone, beside, await task
    finally:
        await connection.close()


def fetched(watch: Watch, path: str, over: threading.Event | None = None) -> int:
    """Rows of a file (CSV) that is read to its end, or until it is over."""
    line = http.client.HTTPConnection("127.0.0.1", watch.http, timeout=300)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        if answer.status != 200:
            answer.read()
            return 0
        rows = 0
        while piece := answer.read(CHUNK):
            rows += piece.count(b"\n")
            if over is not None and over.is_set():
                return rows
        return rows - 1
    finally:
        line.close()


def grown_mb(watch: Watch, begin: datetime, days: float) -> tuple[int, float, float]:
    """Rows of a file of so many days, by how much the watch's memory grew, and seconds.

    A tenth of it is downloaded first: what is held for any file is held by then.
    """

    def path(share: float) -> str:
        until = begin + timedelta(days=days * share)
        span = f"{begin:%Y-%m-%dT%H:%M:%SZ}/{until:%Y-%m-%dT%H:%M:%SZ}"
        return f"/collections/positions/download?form=csv&datetime={span}"

    fetched(watch, path(0.1))
    before, most, over = rss_mb(watch), [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            most[0] = max(most[0], rss_mb(watch))

    looking = threading.Thread(target=look)
    looking.start()
    began = time.perf_counter()
    rows = fetched(watch, path(1.0))
    seconds = time.perf_counter() - began
    over.set()
    looking.join()
    return rows, max(0.0, most[0] - before), seconds


def rss_mb(watch: Watch) -> float:
    """Resident memory of the watch."""
    assert watch.process is not None
    text = Path(f"/proc/{watch.process.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024
