"""Connections: opened here, checked here, and what the store raises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from monitor.errors import StoreError
from monitor.store.migrate import newest
from monitor.store.sql import query


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection to an up-to-date database; StoreError with what to do otherwise."""
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = f"The database cannot be reached: {reason}. Check MONITOR_DATABASE_URL."
        raise StoreError(message) from error
    try:
        await check_revision(connection)
        yield connection
    except asyncpg.PostgresError as error:
        message = f"The database refused: {error}."
        raise StoreError(message) from error
    finally:
        await connection.close(timeout=5)


async def check_revision(connection: asyncpg.Connection) -> None:
    """Raise StoreError unless the schema is the one this code knows."""
    try:
        found = await connection.fetchval(query("revision"))
    except asyncpg.UndefinedTableError:
        found = None
    if found != newest():
        state = "holds no schema" if found is None else f"is at revision {found}"
        message = (
            f"The database {state}, this program needs {newest()}: run `monitor database migrate`."
        )
        raise StoreError(message)
