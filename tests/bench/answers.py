"""``python -m tests.bench.answers [--ships 5000] [--rounds 20]``: what answers cost, at 10^7 rows.

A watch hears a feed and answers over HTTP, on a wide sea (``wide_sea.py``) of so many ships with
2,000 fixes each; another one answers on a tenth of it. Each question is asked by turns with its
bare SQL, in one run, for only ratios mean anything. Then 200 listen to what is new, twenty download
at once, and one downloads a tenth of all. Exit code 1 if a promise is broken:

- a ship's month grows by less than 1.3 times from a tenth of the sea to the whole;
- who was in a port, within a day and within a month, is told in less than a second;
- the newest position that any of 200 who listen is told is as old as positions are gathered
  (POSITIONS_S), and a second at most;
- while twenty download, the p99 of the watch's lag is below twice its own and what is chosen
  (COMMIT_EVERY_S), for which lines are gathered into a batch;
- memory grows by less than 64 MB while a tenth of all is downloaded.

Absolute bounds are as many times as long as the watch waited for a processor that others had.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from monitor.service.follow import COMMIT_EVERY_S
from monitor.service.newsroom import POSITIONS_S
from monitor.store.cluster import SUPERUSER, Cluster
from monitor.store.migrate import migrate
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.sql import query
from tests.bench.beside_many import download_lags, grown_mb, heard_by
from tests.bench.wide_sea import BEGIN, EACH, FIRST_MMSI, STEP_S, drawn, fill
from tests.clusters import COMMIT_TIMES, start_tuned
from tests.live import Sender, Watch, tcp_feed

RATE = 200
"""Lines a second that the watch hears meanwhile."""

LISTENERS, CALLERS, QUIET_S = 200, 20, 15.0
GROWS, SOON_S, LATER, MORE_MB = 1.3, 1.0, 2.0, 64.0
BOX = (35.8, 34.85, 35.95, 34.95)
"""The waters of Tartus."""

PAGE = """
    SELECT * FROM position WHERE geom && ST_MakeEnvelope($1, $2, $3, $4, 4326)
    ORDER BY mmsi, at LIMIT 101
"""
TILES = (
    ("tile of density", "/tiles/density/4/9/6.mvt", "tile_density", (4, 9, 6)),
    ("tile of tracks", "/tiles/tracks/8/153/101.mvt", "tile_tracks", (8, 153, 101)),
)


@dataclass(slots=True)
class Row:
    """A question: seconds of its answers, and of its bare SQL."""

    name: str
    answers: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def p(self, share: float, *, bare: bool = False) -> float:
        """The time that this share (percent) did not exceed, s."""
        return float(np.percentile(self.bare if bare else self.answers, share))

    def __str__(self) -> str:
        """A line of the table, ms."""
        shown = [self.p(50), self.p(99), self.p(50, bare=True), self.p(99, bare=True)]
        ratio = self.p(50) / self.p(50, bare=True)
        return f"{self.name:32}" + "".join(f"{s * 1000:10.1f}" for s in shown) + f"{ratio:8.2f}"


@dataclass(slots=True)
class Found:
    """All that was measured."""

    rows: dict[str, Row] = field(default_factory=dict)
    crowded: float = 1.0
    words: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def promise(self, words: str, *, kept: bool) -> None:
        """Say it, and whether it is so."""
        self.words.append(f"{words}: {'kept' if kept else 'BROKEN'}")
        if not kept:
            self.broken.append(words)


class Caller:
    """Asks over one connection."""

    def __init__(self, watch: Watch) -> None:
        """Of this watch."""
        self._line = http.client.HTTPConnection("127.0.0.1", watch.http, timeout=120)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def ask(self, path: str) -> float:
        """How long it took, s; AssertionError unless it was answered."""
        began = time.perf_counter()
        self._line.request("GET", path)
        answer = self._line.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:300])
        return time.perf_counter() - began


@contextmanager
def seas(cluster: Cluster, ships: int) -> Iterator[dict[str, str]]:
    """Two databases, the whole sea and a tenth of it."""
    urls = {}
    for name, some in (("whole", ships), ("tenth", max(1, ships // 10))):
        urls[name] = cluster.create_database(f"answers_{name}")
        migrate(urls[name])
        asyncio.run(_filled(urls[name], some))
    yield urls


async def _filled(url: str, ships: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await fill(connection, drawn(ships))
        began = time.perf_counter()
        days = await count_days(connection, AT_ONCE)
        took_s = time.perf_counter() - began
        await connection.execute("VACUUM ANALYZE presence")
        fixes = f"{ships:,} ships, {ships * EACH:,} fixes"
        print(f"{fixes}; {len(days)} days counted in {took_s:.1f} s", flush=True)
    finally:
        await connection.close()


def measured(cluster: Cluster, folder: Path, *, ships: int, rounds: int, quiet_s: float) -> Found:
    """Everything."""
    found = Found()
    with seas(cluster, ships) as urls, Sender(RATE) as sender:
        whole = Watch(folder / "whole", urls["whole"], tcp_feed("roof", sender.port, lateness_s=0))
        tenth = Watch(folder / "tenth", urls["tenth"], "")
        with whole, tenth:
            whole.until(lambda status: status["lines"] > 0, 60)
            tenth.until(lambda _: True, 60)
            asyncio.run(_questions(found, urls["whole"], whole, tenth, rounds))
            url = cluster.url("answers_whole", role=SUPERUSER)
            _beside(found, url, whole, quiet_s, ships * EACH)
            found.crowded = whole.crowded()
    _promised(found)
    return found


HISTORY = """
    SELECT p.mmsi, p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
        p.sog_kn::numeric::float8 AS sog_kn, p.cog_deg::numeric::float8 AS cog_deg, p.heading_deg,
        p.status, p.type, p.track, p.received_at, s.name AS source, p.line
    FROM position_recent p LEFT JOIN source s ON s.id = p.source
    WHERE p.mmsi = $1 ORDER BY p.at LIMIT 10000
"""


async def _questions(found: Found, url: str, whole: Watch, tenth: Watch, rounds: int) -> None:
    """Each by turns with its bare SQL; ships, days and tiles are others each time."""
    connection = await asyncpg.connect(url)
    callers = Caller(whole), Caller(tenth)

    async def turn(
        name: str, path: str, bare: Callable[[], Awaitable[Any]], caller: Caller = callers[0]
    ) -> None:
        row = found.rows.setdefault(name, Row(name))
        began = time.perf_counter()
        await bare()
        row.bare.append(time.perf_counter() - began)
        row.answers.append(await asyncio.to_thread(caller.ask, path))

    def sql(name: str, *words: Any) -> Callable[[], Awaitable[Any]]:
        return lambda: connection.fetch(query(name), *words)

    day, month = timedelta(days=1), timedelta(days=30)
    try:
        for number in range(-1, rounds):
            mmsi, since = FIRST_MMSI + (number % 50), BEGIN + (number % 25) * day
            path = f"/vessels/{mmsi}/history"
            bare = partial(connection.fetch, HISTORY, mmsi)
            await turn("month of a ship", path, bare)
            await turn("month of a ship, a tenth", path, bare, callers[1])
            await turn("who is in port", "/ask/in-port?port=tartus", sql("ask_in_port", "tartus"))
            box = ",".join(map(str, BOX))
            for name, first, last in (
                ("in a port, a day", since, since + day),
                ("in a port, 30 days", BEGIN, BEGIN + month),
            ):  # fmt: skip
                span = f"since={first:%Y-%m-%d}&until={last:%Y-%m-%d}"
                bare = sql("ask_inside_counted", *BOX, first, last, 10_000)
                await turn(name, f"/ask/inside?bbox={box}&{span}", bare)
            if number < 1:
                began = time.perf_counter()
                await sql("ask_inside", *BOX, BEGIN, BEGIN + month, 10_000)()
                found.words.append(
                    f"30 days in a port without presence: {time.perf_counter() - began:.2f} s"
                )
            path = f"/collections/positions/items?bbox={box}&limit=100"
            await turn("page of positions in a port", path, lambda: connection.fetch(PAGE, *BOX))
            for name, path, statement, tile in TILES:
                until = since + day
                words = (
                    (*tile, since.date(), since.date(), 1)
                    if statement == "tile_density"
                    else (*tile, since, until, 50_000)
                )
                asked = f"{path}?datetime={since:%Y-%m-%d}"
                await turn(name, asked, sql(statement, *words))
                await turn(f"{name}, again", asked, sql("tile_stamp", since.date(), since.date()))
            if number < 0:  # caches are warm now
                found.rows.clear()
    finally:
        await connection.close()
        for caller in callers:
            caller.close()


def _beside(found: Found, url: str, watch: Watch, quiet_s: float, fixes: int) -> None:
    """Who listens, who downloads, and what becomes of the watch meanwhile."""
    told, ages = asyncio.run(heard_by(watch, LISTENERS, quiet_s))
    late_s = float(np.percentile(ages, 99))
    found.words.append(
        f"{LISTENERS} listeners: {told / LISTENERS:.0f} messages each; the newest position in them"
        f" is {np.percentile(ages, 50):.2f} / {late_s:.2f} s old (p50 / p99)"
    )
    most_s = (POSITIONS_S + SOON_S) * watch.crowded()
    found.promise(f"all of {LISTENERS} hear", kept=late_s < most_s)
    alone, beside, files = asyncio.run(download_lags(url, watch, CALLERS, quiet_s))
    p99 = float(np.percentile(alone, 99)), float(np.percentile(beside, 99))
    halves = np.percentile(alone, 50), np.percentile(beside, 50)
    found.words.append(
        f"lag alone {halves[0] * 1000:.0f} / {p99[0] * 1000:.0f} ms (p50 / p99), while {CALLERS}"
        f" download {halves[1] * 1000:.0f} / {p99[1] * 1000:.0f} ms; {files} files"
    )
    found.promise(
        f"lag p99 below {LATER:g} x its own while {CALLERS} download",
        kept=p99[1] < LATER * p99[0] + COMMIT_EVERY_S,
    )
    rows, more_mb, seconds = grown_mb(watch, BEGIN, STEP_S * EACH / 86_400 / 10)
    rate = f"{rows / seconds:,.0f} rows/s"
    found.words.append(f"download of {rows:,} of {fixes:,} rows: {rate}, {more_mb:.0f} MB more")
    found.promise(f"memory grows by less than {MORE_MB:g} MB", kept=more_mb < MORE_MB)


def _promised(found: Found) -> None:
    """What questions have to keep."""
    rows = found.rows
    grows = rows["month of a ship"].p(50) / rows["month of a ship, a tenth"].p(50)
    found.promise(f"a ship's month grows {grows:.2f} x (below {GROWS})", kept=grows < GROWS)
    for name in ("in a port, a day", "in a port, 30 days"):
        took_s = rows[name].p(99)
        found.promise(f"{name}: p99 {took_s:.2f} s", kept=took_s < SOON_S * found.crowded)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.answers")
    parser.add_argument("--ships", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--quiet", type=float, default=QUIET_S, help="seconds of each measure")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmm-answers-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = committing(folder / "home")
    try:
        found = measured(
            cluster, folder, ships=options.ships, rounds=options.rounds, quiet_s=options.quiet
        )
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{'ms':32}{'p50':>10}{'p99':>10}{'SQL p50':>10}{'SQL p99':>10}{'ratio':>8}")
    print(*found.rows.values(), *found.words, sep="\n")
    print(f"crowded {found.crowded:.2f} x: how much longer it took, for others had the processors")
    sys.exit(1 if found.broken else 0)


def committing(home: Path) -> Cluster:
    """A cluster that notes when it committed what."""
    cluster = Cluster(home=home)
    start_tuned(cluster, COMMIT_TIMES)
    return cluster


if __name__ == "__main__":
    main()
