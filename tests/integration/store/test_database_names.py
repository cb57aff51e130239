"""What a connection calls itself, so that another monitor can say who is in its way."""

from __future__ import annotations

import os

import asyncpg
import pytest

from monitor.store.database import NAME_BYTES, connected, holder_of, own_name


async def test_a_connection_says_whose_it_is(database: str) -> None:
    async with connected(database) as connection:
        name = await connection.fetchval("SELECT current_setting('application_name')")
    assert name == own_name()
    assert holder_of(name) == f"process {os.getpid()} on {os.uname().nodename}"


async def test_a_name_is_as_long_as_the_server_keeps(db: asyncpg.Connection) -> None:
    assert int(await db.fetchval("SHOW max_identifier_length")) == NAME_BYTES
    assert len(own_name()) <= NAME_BYTES


@pytest.mark.parametrize(
    "name", [None, "", "psql", "<insufficient privilege>", "monitor, process 1 on \x1b[2J"]
)
def test_what_is_no_monitor_is_not_named(name: str | None) -> None:
    assert holder_of(name) is None
