"""What was done about who may: it is added to, and not changed, by the watch's own role."""

from __future__ import annotations

import asyncpg
import pytest

from monitor.store.access import What, changes, note
from monitor.store.cluster import Cluster
from monitor.store.database import connected


async def test_the_newest_first(database: str) -> None:
    async with connected(database) as connection:
        await note(connection, What.USER_ADDED, "root", user="ann", words="viewer")
        await note(connection, What.LOGGED_IN, "ann", user="ann", address="192.0.2.1")
        found = await changes(connection)
        assert [each["what"] for each in found] == ["logged in", "user added"]
        assert found[0].pop("made_at").endswith("Z")
        assert found[0] == {
            "what": "logged in", "actor": "ann", "user_name": "ann", "token": None,
            "address": "192.0.2.1", "note": None,
        }  # fmt: skip
        assert len(await changes(connection, 1)) == 1


def role(database: str, cluster: Cluster, name: str) -> str:
    return cluster.url(database.partition("@/")[2].partition("?")[0], role=name)


async def test_what_was_done_about_access_cannot_be_changed(
    cluster: Cluster, database: str
) -> None:
    """By whoever takes over the watch: it may add, and change and remove nothing."""
    writer = await asyncpg.connect(role(database, cluster, "monitor_writer"))
    try:
        await note(writer, What.USER_ADDED, "root", user="ann")
        for statement in (
            "UPDATE access_change SET actor = 'bob'", "DELETE FROM access_change",
            "TRUNCATE access_change", "DELETE FROM user_account", "DELETE FROM api_token",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await writer.execute(statement)
    finally:
        await writer.close()


async def test_who_only_reads_the_store_reads_no_hash(cluster: Cluster, database: str) -> None:
    """A hole in a question about ships would lead to no password."""
    reader = await asyncpg.connect(role(database, cluster, "monitor_reader"))
    try:
        for table in ("user_account", "user_session", "invitation", "api_token"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await reader.fetch(f"SELECT FROM {table}")
        assert await reader.fetch("SELECT FROM access_change") == []
    finally:
        await reader.close()
