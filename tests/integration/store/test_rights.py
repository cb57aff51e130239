"""Who may what in a database: who asks cannot keep the writer out, who watches owns nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from monitor.cli.stored import WatchedStore, asking_url, fetch, ready_url
from monitor.errors import StoreError
from monitor.settings import Settings, read_settings
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from monitor.store.rights import restrict
from monitor.store.sql import rights
from monitor.store.writer import Writer
from tests.integration.deployment import DEPLOY

LOCKS = [
    f"pg{tries}_advisory{kind}_lock{common}({key})"
    for tries in ("", "_try")
    for kind in ("", "_xact")
    for common in ("", "_shared")
    for key in ("7236411", "0, 7236411")
]


async def refused(connection: asyncpg.Connection, call: str) -> bool:
    """Whether a role may not call something."""
    try:
        await connection.fetchval(f"SELECT {call}")
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


def as_role(database: str, role: str) -> str:
    """The URL of a database for another role."""
    return database.replace("monitor_owner@", f"{role}@")


async def test_who_asks_cannot_take_the_writers_lock(database: str) -> None:
    """In no form: a common one would keep it out, too. The writer can."""
    reader = await asyncpg.connect(as_role(database, "monitor_reader"))
    writer = await asyncpg.connect(as_role(database, "monitor_writer"))
    try:
        assert len(LOCKS) == 16
        assert [call for call in LOCKS if not await refused(reader, call)] == []
        await Writer.open(writer)
    finally:
        await reader.close()
        await writer.close()


async def test_of_a_database_made_before_they_are_taken_when_it_is_migrated(
    cluster: Cluster, database: str
) -> None:
    """As a superuser, and again to no harm."""
    superuser = as_role(database, "postgres")
    before = await asyncpg.connect(superuser)
    await before.execute(rights()[0].replace("REVOKE", "GRANT").replace("FROM PUBLIC", "TO PUBLIC"))
    await before.close()
    reader = await asyncpg.connect(as_role(database, "monitor_reader"))
    try:
        assert not await refused(reader, LOCKS[-1])
        for _ in range(2):
            await asyncio.to_thread(restrict, superuser)
        assert await refused(reader, LOCKS[-1])
    finally:
        await reader.close()
    with pytest.raises(StoreError, match="could not be set: permission denied for function"):
        await asyncio.to_thread(restrict, as_role(database, "monitor_reader"))
    assert cluster.status().pid is not None


def test_a_deployment_takes_the_same() -> None:
    """Word for word, in the script that makes its roles."""
    script = " ".join((DEPLOY / "roles.sql").read_text().split())
    assert [statement for statement in rights() if statement not in script] == []


@pytest.fixture
def private() -> Iterator[Settings]:
    """Settings of a private cluster that is not made yet."""
    home = Path(f"/tmp/mmm-rights-{os.getpid()}")  # noqa: S108 - a socket's path must be short
    home.mkdir(mode=0o755)
    yield read_settings(home=home)
    Cluster(home=home).stop()
    shutil.rmtree(home, ignore_errors=True)


def test_the_watch_of_a_private_cluster_owns_nothing(private: Settings) -> None:
    """It writes as the writer and asks as the reader; tables and schema are the owner's."""

    async def roles() -> list[str]:
        store, found = WatchedStore(private), []
        for way in (store.for_writing, store.for_asking):
            async with way() as connection:
                found.append(await connection.fetchval("SELECT current_user::text"))
                for change in ("DROP TABLE event", "CREATE TABLE mine (x int)"):
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.execute(change)
        return found

    assert asyncio.run(roles()) == ["monitor_writer", "monitor_reader"]

    async def ask(connection: asyncpg.Connection):  # type: ignore[no-untyped-def] # noqa: ANN202
        yield await connection.fetchval("SELECT current_user::text")

    assert fetch(private, ask) == ["monitor_reader"]
    url = ready_url(private)
    assert "//monitor_writer@" in url
    assert migrate(url.replace("monitor_writer", "monitor_owner")) is None
    assert asking_url(private.model_copy(update={"database_url": url}), url) == url


async def test_who_asks_cannot_make_partitions(database: str) -> None:
    """The function runs with its owner's rights: only who writes may call it."""
    call = "make_position_partition(now())"
    for role, may_not in (("monitor_reader", True), ("monitor_writer", False)):
        connection = await asyncpg.connect(as_role(database, role))
        try:
            assert await refused(connection, call) is may_not
        finally:
            await connection.close()
