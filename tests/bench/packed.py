"""``python -m tests.bench.packed [--ships 5000] [--fixes 100000000] [--kills 100]``: packing.

- size: bytes a position, with indexes, of a drawn day of so many ships with realistic noise;
- month: a month of one ship as columns and as records, against bare SQL on rows;
- area: who was in a port within a day, at a hundredth and at all of so many packed positions;
- kills: a packer is killed at random moments, again and again: the view stays what it was.

Only ratios of one run mean anything, but for the bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from monitor.box import Box
from monitor.store import pgcopy
from monitor.store.cluster import Cluster
from monitor.store.columnar import positions
from monitor.store.migrate import migrate
from monitor.store.pack import pack
from monitor.store.packed_rows import COLUMNS, copy_rows
from monitor.store.positions import POSITION, position_rows
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.questions import inside
from monitor.store.reader import history
from monitor.store.sql import query
from monitor.units import DAY_US, to_datetime
from tests.bench.noisy_day import BEGIN, day_of

PROJECT = Path(__file__).parents[2]
PORT = Box(35.85, 34.88, 35.90, 34.93)
ROUNDS = 7
TARGETS = {"bytes": 20.0, "month": 1.3, "area_s": 1.0}


def main() -> None:
    """Run and print; exit code 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.packed")
    parser.add_argument("--ships", type=int, default=5000)
    parser.add_argument("--fixes", type=int, default=100_000_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", default="size,month,area,kills")
    options = parser.parse_args()
    parts = options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="mmm-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(home=Path(folder) / "home")
        cluster.start()
        try:
            missed = asyncio.run(run(cluster, options, parts))
        finally:
            cluster.stop()
    for words in missed:
        print(f"MISSED: {words}")
    raise SystemExit(bool(missed))


async def run(cluster: Cluster, options: Any, parts: list[str]) -> list[str]:
    """All parts that are asked for; what was missed."""
    missed: list[str] = []
    if "size" in parts:
        missed += await size(await fresh(cluster, "size"), options.ships)
    if "month" in parts:
        missed += await month(await fresh(cluster, "month"))
    if "area" in parts:
        for fixes in (options.fixes // 100, options.fixes):
            missed += await area(await fresh(cluster, f"area_{fixes}"), fixes)
    if "kills" in parts:
        missed += await kills(cluster, "kills", options.kills)
    return missed


async def fresh(cluster: Cluster, name: str) -> asyncpg.Connection:
    """An empty database with the schema."""
    url = cluster.create_database(name)
    await asyncio.get_running_loop().run_in_executor(None, migrate, url)
    connection = await asyncpg.connect(url)
    await connection.execute("SET max_parallel_workers_per_gather = 0")
    return connection


async def put(connection: asyncpg.Connection, rows: Any) -> None:
    """Pack rows of one month, and put them in."""
    packed, left = pack(rows)
    assert not left.any()
    partition = await connection.fetchval(
        query("make_packed_partition"), to_datetime(int(rows["at"][0]))
    )
    await copy(connection, partition, COLUMNS, copy_rows(packed))


async def copy(connection: asyncpg.Connection, table: str, columns: Any, rows: bytes) -> None:
    """By binary COPY."""
    with io.BytesIO(pgcopy.HEADER + rows + pgcopy.TRAILER) as source:
        await connection.copy_to_table(table, columns=columns, source=source, format="binary")


async def size(connection: asyncpg.Connection, ships: int) -> list[str]:
    """Bytes a position."""
    fixes, seconds = 0, 0.0
    for begin in range(0, ships, 250):
        rows = day_of(range(begin, min(begin + 250, ships)))
        began = time.perf_counter()
        await put(connection, rows)
        seconds += time.perf_counter() - began
        fixes += len(rows)
    stored = await connection.fetchval(
        "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
        " WHERE inhparent = 'position_packed'::regclass"
    )
    each = float(stored) / fixes
    print(
        f"size    {fixes:>12,} fixes of {ships:,} ships in a day  {each:6.2f} bytes a position"
        f"  (to reach: {TARGETS['bytes']:.0f})  packed at {fixes / seconds:,.0f} fixes/s"
    )
    return [] if each <= TARGETS["bytes"] else [f"{each:.2f} bytes a position"]


async def month(connection: asyncpg.Connection) -> list[str]:
    """A month of one ship among a hundred, packed, against the same as rows."""
    ship = 0
    await connection.execute(query("make_partition").replace("$1", f"'{to_datetime(BEGIN)}'"))
    await connection.execute("CREATE TABLE bare (LIKE position_recent)")
    for day in range(30):
        rows = day_of(range(100), at=BEGIN + day * DAY_US)
        ship = int(rows["mmsi"][0])
        await put(connection, rows)
        await copy(connection, "bare", POSITION, position_rows(rows))
    await connection.execute("ALTER TABLE bare ADD PRIMARY KEY (mmsi, at)")
    await connection.execute(
        "INSERT INTO source (name) SELECT 'f' || n FROM generate_series(1,3) n"
    )
    await connection.execute("VACUUM ANALYZE")
    sql = query("positions").replace("position_recent", "bare").rstrip(";")

    async def bare_columns() -> int:
        with io.BytesIO() as into:
            await connection.copy_from_query(
                sql, [ship], None, None, None, None, None, None, output=into, format="binary"
            )
            return len(into.getvalue())

    async def bare_records() -> int:
        return len(await connection.fetch(BARE, ship))

    async def columns() -> int:
        return len((await positions(connection, ships=[ship]))["at"])

    async def records() -> int:
        return len([row async for row in history(connection, ship)])

    missed = []
    for words, ours, bare in (
        ("columns", columns, bare_columns), ("records", records, bare_records),
    ):  # fmt: skip
        one, other = await by_turns(ours, bare)
        print(
            f"month   {await records():>12,} fixes of a ship as {words}  {one * 1e3:8.1f} ms,"
            f" bare SQL on rows {other * 1e3:8.1f} ms: {one / other:.2f}"
            f"  (to reach: {TARGETS['month']})"
        )
        if one / other > TARGETS["month"]:
            missed.append(f"a month as {words} takes {one / other:.2f} of bare SQL")
    return missed


BARE = """
SELECT p.mmsi, p.at, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
    p.sog_kn::numeric::float8 AS sog_kn, p.cog_deg::numeric::float8 AS cog_deg, p.heading_deg,
    p.status, p.type, p.track, p.received_at, s.name AS source, p.line
FROM bare p LEFT JOIN source s ON s.id = p.source
WHERE p.mmsi = $1 ORDER BY p.at
"""


async def by_turns(
    one: Callable[[], Awaitable[int]], other: Callable[[], Awaitable[int]]
) -> tuple[float, float]:
    """The best time of each, asked by turns, s."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for number, ask in enumerate((one, other)):
            began = time.perf_counter()
            await ask()
            best[number] = min(best[number], time.perf_counter() - began)
    return best[0], best[1]


async def area(connection: asyncpg.Connection, fixes: int) -> list[str]:
    """Who was in a port within a day, among so many."""
    days, began, done = 30, time.perf_counter(), 0
    ships = max(10, fixes // days // 645)
    for day in range(days):
        for begin in range(0, ships, 500):
            span = range(begin, min(begin + 500, ships))
            rows = day_of(span, at=BEGIN + day * DAY_US, every_s=134.0, port=PORT)
            await put(connection, rows)
            done += len(rows)
    await connection.execute("VACUUM ANALYZE position_packed")
    print(f"area    {done:>12,} packed positions of {ships:,} ships put in"
          f" ({time.perf_counter() - began:.0f} s)")  # fmt: skip
    since, until = to_datetime(BEGIN + 15 * DAY_US), to_datetime(BEGIN + 16 * DAY_US)
    missed = []
    for words in ("by boxes", "by presence"):
        if words == "by presence":
            await count_days(connection, AT_ONCE)
            await connection.execute("VACUUM ANALYZE presence")
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            found = await inside(connection, PORT, since, until)
            took.append(time.perf_counter() - began)
        print(f"area    {len(found):>12,} ships in a port within a day, {words}"
              f"  {min(took):.3f} s  (to stay below: {TARGETS['area_s']:.0f})")  # fmt: skip
        if min(took) >= TARGETS["area_s"]:
            missed.append(f"an area {words} takes {min(took):.2f} s")
    return missed


async def kills(cluster: Cluster, name: str, count: int) -> list[str]:
    """Kill -9 a packer so often; between, the view is compared with what it was."""
    connection = await fresh(cluster, name)
    try:
        return await _killed(connection, cluster.url(name), count)
    finally:
        await connection.close()


async def _killed(connection: asyncpg.Connection, url: str, count: int) -> list[str]:
    rows = day_of(range(300))
    partition = await connection.fetchval(query("make_partition"), to_datetime(BEGIN))
    await copy(connection, partition, POSITION, position_rows(rows))
    await connection.execute(
        "INSERT INTO presence_day (day) VALUES ($1)", to_datetime(BEGIN).date()
    )
    before = await digest(connection)
    draw, killed, whole = random.Random(1), 0, 0
    while killed < count:
        packer = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "database", "pack", "--older-than", "0d", cwd=PROJECT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "MONITOR_DATABASE_URL": url},
        )  # fmt: skip
        try:
            async with asyncio.timeout(draw.uniform(0.4, 1.1)):
                await packer.wait()
        except TimeoutError:
            packer.kill()
            await packer.wait()
            killed += 1
        else:
            whole += 1
            await connection.execute(
                "SELECT unpack_positions(array_agg(mmsi), array_agg(first_at)) FROM position_packed"
            )
            await connection.execute("UPDATE presence_day SET version = version + 1")
        if killed % 5 == 0 and await digest(connection) != before:
            return [f"after {killed} kills the view differs"]
    same = await digest(connection) == before
    print(f"kills   {killed} of packers, {whole} that came to their end: the view is"
          f" {'the same' if same else 'NOT the same'}")  # fmt: skip
    return [] if same else ["after kills the view differs"]


async def digest(connection: asyncpg.Connection) -> Any:
    """Of all positions, row for row."""
    return await connection.fetchval(
        "SELECT md5(string_agg(md5(p::text), '' ORDER BY mmsi, at)) FROM position p"
    )


if __name__ == "__main__":
    main()
