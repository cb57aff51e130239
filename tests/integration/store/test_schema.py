"""The schema: migrations there and back, partitions of any year, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest
from alembic.config import Config

from alembic import command
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate, migrations, newest
from monitor.store.sql import names, query

TABLES = {
    "access_change", "alembic_version", "alert", "alert_change", "alert_past", "api_token", "area",
    "candidate", "delivery", "event", "geofence_version", "identity", "interference_due",
    "interference_stood", "invitation", "kept_state",
    "late_report", "mute", "off_track", "pipeline_state",
    "packed_day", "port_call", "port_call_past", "position_packed", "position_recent", "presence",
    "presence_day", "reception",
    "reception_due",
    "news", "refusal", "refused_report", "refused_row", "report_count", "revision_due",
    "rule_alert", "rule_change", "rule_taken", "sighting", "source", "source_offset",
    "spatial_ref_sys",
    "static_report", "user_account", "user_session", "vessel", "vessel_state", "waiting_report",
    "watch_entry", "watch_state",
}  # fmt: skip
INSERT = (
    "INSERT INTO position VALUES"
    " (273999410, $1, ST_SetSRID(ST_MakePoint(35.9, 34.9), 4326), 1, 2, 3, 0, 1, 0, $1, 1, 1)"
)


async def tables(url: str) -> set[str]:
    """Tables of a database, partitions left out."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        return {row["relname"] for row in rows}
    finally:
        await connection.close()


def test_migrations_go_there_and_back(cluster: Cluster) -> None:
    """Up, down to nothing, up again; a second time there is nothing to do."""
    import asyncio  # noqa: PLC0415 - alembic runs loops of its own

    url = cluster.create_database("schema_back")
    for _ in range(2):
        migrate(url)
        assert asyncio.run(tables(url)) == TABLES
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(migrations()))
    command.downgrade(config, "base")
    assert asyncio.run(tables(url)) == {"alembic_version", "spatial_ref_sys"}
    migrate(url)
    assert asyncio.run(tables(url)) == TABLES


def test_every_migration_says_its_phase() -> None:
    """Pre runs before the new code, post after the old is gone; the files are in order."""
    files = sorted((migrations() / "versions").glob("*.py"))
    assert files
    for file in files:
        assert file.name.split("_")[1] in {"pre", "post"}
        assert f'PHASE = "{file.name.split("_")[1]}"' in file.read_text()
    assert newest() == files[-1].name.partition("_")[0]


@pytest.mark.parametrize("year", [1996, 2024, 2071])
async def test_partitions_are_made_for_any_year(database: str, year: int) -> None:
    """A month's partition holds its first and last instant, and is made once."""
    connection = await asyncpg.connect(database)
    try:
        first = datetime(year, 12, 1, tzinfo=UTC)
        last = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        for instant in (first, last):
            name = await connection.fetchval(query("make_partition"), instant)
            assert name == f"position_{year}_12"
            await connection.execute(INSERT, instant)
        assert await connection.fetchval("SELECT count(*) FROM position") == 2
        assert await connection.execute(INSERT, first) == "INSERT 0 0"  # it is there
    finally:
        await connection.close()


async def test_the_reader_reads_and_the_writer_writes(cluster: Cluster, database: str) -> None:
    """Reader: SELECT only. Writer: rows and partitions, but no tables of its own."""
    name = database.partition("@/")[2].partition("?")[0]
    reader = await asyncpg.connect(cluster.url(name, role="monitor_reader"))
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    at = datetime(2024, 12, 13, tzinfo=UTC)
    try:
        await writer.fetchval(query("make_partition"), at)
        await writer.execute(INSERT, at)
        assert await reader.fetchval("SELECT count(*) FROM position") == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute("DELETE FROM position")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await writer.execute("DROP TABLE event")
    finally:
        await reader.close()
        await writer.close()


async def test_24_what_was_done_to_an_alert_cannot_be_changed(
    cluster: Cluster, database: str
) -> None:
    """The audit of behaviour 24: the watch's own role adds rows, and may do nothing else."""
    name = database.partition("@/")[2].partition("?")[0]
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    try:
        await writer.execute(
            "INSERT INTO alert_change (alert, what, revision)"
            " VALUES ('00000000-0000-0000-0000-000000000001', 'raised', 1)"
        )
        assert await writer.fetchval("SELECT what FROM alert_change") == "raised"
        for statement in (
            "UPDATE alert_change SET what = 'closed'", "DELETE FROM alert_change",
            "TRUNCATE alert_change",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await writer.execute(statement)
    finally:
        await writer.close()


async def test_every_statement_is_one_that_the_database_takes(database: str) -> None:
    """Each query of queries.sql is prepared against the schema; each has a sentence."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(query("temporary_tables"))
        for name in names():
            assert query(name).startswith("-- ")
            if name != "temporary_tables":
                await connection.prepare(query(name))
    finally:
        await connection.close()
