"""The release before (0.1, schema 0004): it writes on while the schema is new, and is taken over.

``before/`` holds its statements, a database in the middle of a journal as it left it (odd vessels,
open calls, silences begun), and that journal, in two segments.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.config import Config

from alembic import command
from monitor.engine.pipeline import HEAD_VERSION
from monitor.feed.logfile import LogFile
from monitor.journal.segment import segments_in
from monitor.service.replay import Replay
from monitor.service.runner import Runner
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.store.findings import call_record
from monitor.store.migrate import migrate, migrations
from monitor.store.reader import port_calls
from tests.ports import ports

BEFORE = Path(__file__).parent / "before"
REVISION = "0004"
AT = datetime(2025, 1, 15, 12, tzinfo=UTC)


HELD = (
    "SELECT mmsi, at, received_at, track, type FROM position ORDER BY mmsi, at",
    "SELECT * FROM vessel ORDER BY mmsi",
    """
    SELECT detector, version, key FROM kept_state WHERE detector IN ('visit', 'track')
    ORDER BY detector, key
    """,
    "SELECT * FROM refusal ORDER BY source, reason",
    "SELECT mmsi, track, port, departed FROM port_call ORDER BY mmsi, track, port, decided_at",
)
"""What must be the same in the end: of the detectors that it knew."""

SPANS = """
SELECT mmsi, track, port, arrived_earliest, arrived_latest, departed_earliest, departed_latest
FROM port_call ORDER BY mmsi, track, port, decided_at
"""


def statements() -> dict[str, str]:
    """Its statements by name."""
    parts = re.split(r"^-- name: (\w+)\n", (BEFORE / "queries.sql").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def old(cluster: Cluster) -> Iterator[str]:
    """A database with the schema of the release before."""
    cluster.drop_database("release_before")
    url = cluster.create_database("release_before")
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(migrations()))
    command.upgrade(config, REVISION)
    yield url
    cluster.drop_database("release_before")


async def fill(url: str) -> None:
    """Put there what the release before left."""
    connection = await asyncpg.connect(url)
    try:
        await connection.fetchval("SELECT make_position_partition($1)", AT)
        await connection.execute(gzip.decompress((BEFORE / "state.sql.gz").read_bytes()).decode())
    finally:
        await connection.close()


def test_its_statements_still_hold(old: str) -> None:
    """Each is one that the new schema takes; only who reads its version is told of another."""
    migrate(old)

    async def prepare() -> None:
        connection = await asyncpg.connect(old)
        try:
            await connection.execute(statements()["temporary_tables"])
            for name, text in statements().items():
                if name != "temporary_tables":
                    await connection.prepare(text)
        finally:
            await connection.close()

    asyncio.run(prepare())


def test_it_goes_on_writing_while_the_schema_is_new(old: str) -> None:
    """A writer that was connected before: a whole batch, each row where it belongs."""
    fix = b"\x01" * 152

    async def begin() -> asyncpg.Connection:
        connection = await asyncpg.connect(old)
        await connection.execute(statements()["temporary_tables"])
        return connection

    async def write(connection: asyncpg.Connection) -> dict[str, int]:
        def run(name: str, *words: Any) -> Any:
            return connection.execute(statements()[name], *words)

        point = "ST_SetSRID(ST_MakePoint(35.9, 34.9), 4326)"
        async with connection.transaction():
            await connection.fetchval(statements()["make_partition"], AT)
            await connection.execute(
                f"INSERT INTO staged_position VALUES (273999410, $1, {point}, 1, 2, 3, 0, 1, 0,"  # noqa: S608
                " $1, 1, 1)", AT,
            )  # fmt: skip
            await run("insert_staged_positions")
            await connection.execute(
                f"INSERT INTO staged_vessel VALUES (273999410, $1, {point}, 1, 2, 0, $2)", AT, fix  # noqa: S608
            )  # fmt: skip
            await run("upsert_vessels")
            identity = (273999410, b"d", "NAME", "CALL", 1234567, 70, 1, 2, 3, 4)
            await connection.copy_records_to_table(
                "staged_identity", records=[(*identity, 5.0, "TOBRUK", None, AT, AT)]
            )
            await run("upsert_identities")
            who = (identity[0], *identity[2:], AT)
            await connection.copy_records_to_table("staged_who", records=[who])
            await run("upsert_who")
            event = "11111111-1111-1111-1111-111111111111"
            await run("upsert_event", event, "PortArrived", "confirmed", 273999410, 0, None,
                      "tartus", None, AT, AT, AT, AT, 4, 35.9, 34.9, "Why.", "{}")  # fmt: skip
            await run("upsert_port_call", event, 273999410, 0, None, "tartus", AT, AT, AT, None,
                      None, None, bool(0), 3, "[]", AT)  # fmt: skip
            await run("add_refusals", "log", "late", 1)
            await run("add_report_counts", "log", "position", 1)
            await run("save_reception", "tartus", 1, AT, 1, AT, [1], [], [1, 0, 0, 0, 0])
            await run("save_pipeline", "{}", "[]")
            await run("save_waiting", 1, fix, b"")
            await run("save_watch", 273999410, 0, "tartus", "[]")
            await run("save_offset", "log", 1, b"h", 1, 1, "nmea", "{}", bool(0))
        tables = ("position", "vessel_state", "identity", "vessel", "event", "port_call",
                  "waiting_report", "watch_state", "source_offset")  # fmt: skip
        try:
            return {
                table: await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
                for table in tables
            }
        finally:
            subject = await connection.fetchval("SELECT subject FROM event")
            assert subject == "ship_at_port"
            assert await connection.fetchval("SELECT layout FROM vessel_state") == 1
            assert await connection.fetchval("SELECT heard FROM vessel_state") is None
            assert await connection.fetchval("SELECT state FROM port_call") is None
            (call,) = [call async for call in port_calls(connection, mmsi=273_999_410)]
            assert call_record(call)["state"] == "in port"
            await connection.close()

    loop = asyncio.new_event_loop()
    try:
        connection = loop.run_until_complete(begin())
        migrate(old)
        assert set(loop.run_until_complete(write(connection)).values()) == {1}
    finally:
        loop.close()


async def told(url: str, segments: list[Path]) -> tuple[list[str], dict[str, list[Any]]]:
    """Replay a journal; what was said at the start, and what the database holds then."""
    async with connected(url) as connection:
        before = await connection.fetchval("SELECT count(*) FROM watch_state")
        runner = await Runner.open(ports(), connection)
        kept = await connection.fetch("SELECT detector, version FROM kept_state")
        said = [f"{before} watches", *sorted(f"{row[0]} {row[1]}" for row in kept)]
        log = LogFile(str(segments[0]), [str(path) for path in segments])
        await Replay().run([log], runner)
        asked = (*HELD, SPANS)
        found = {sql: [tuple(row) for row in await connection.fetch(sql)] for sql in asked}
        return said, found


def agree(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether an instant may be within the bounds of both; None is no bound."""
    earliest = [bound for bound, _ in (one, other) if bound is not None]
    latest = [bound for _, bound in (one, other) if bound is not None]
    return not earliest or not latest or max(earliest) <= min(latest)


def test_its_state_is_taken_over_without_loss(old: str, database: str) -> None:
    """What it began is ended: each ship is where she is, and each call that was made is told.

    It drew bounds by rules of its own, so they may differ; but none excludes the other.
    """
    segments = segments_in(BEFORE)
    asyncio.run(fill(old))
    migrate(old)
    said, ours = asyncio.run(told(old, segments))
    _, wanted = asyncio.run(told(database, segments))
    assert said == ["9 watches", *["said 1"] * 8, *["track 0"] * 4, *["visit 0"] * 9]
    assert len(wanted[SPANS]) == 12
    for sql in HELD:
        assert ours[sql] == wanted[sql], sql
    for one, other in zip(ours[SPANS], wanted[SPANS], strict=True):
        assert one[:3] == other[:3]
        assert agree(one[3:5], other[3:5]), (one, other)
        assert agree(one[5:7], other[5:7]), (one, other)

    async def left() -> tuple[int, str]:
        async with connected(old) as connection:
            head = await connection.fetchval("SELECT head FROM pipeline_state")
            return await connection.fetchval("SELECT count(*) FROM watch_state"), head

    watches, head = asyncio.run(left())
    assert watches == 0
    assert f'"version": {HEAD_VERSION}' in head
    assert '"odd"' not in head


def test_what_is_broken_in_it_is_begun_anew_and_the_rest_goes_on(old: str) -> None:
    """A watch that is no list, and one at a port that is watched no more."""

    async def go() -> tuple[int, list[str]]:
        connection = await asyncpg.connect(old)
        try:
            await connection.execute(
                "UPDATE watch_state SET state = '{}' WHERE mmsi = 255990099;"
                "UPDATE watch_state SET port = 'gone' WHERE mmsi = 255990268"
            )
        finally:
            await connection.close()
        async with connected(old) as connection:
            runner = await Runner.open(ports(), connection)
            return runner.pipeline.detection.watched, await states(connection)

    async def states(connection: asyncpg.Connection) -> list[str]:
        rows = await connection.fetch("SELECT key FROM kept_state WHERE detector = 'visit'")
        return [row["key"] for row in rows]

    asyncio.run(fill(old))
    migrate(old)
    watched, keys = asyncio.run(go())
    assert watched == 7
    assert len(keys) == 9  # the two go with the next commit
