"""Connections: opened here, checked here, and what the store raises."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from monitor.errors import BatchRefusedError, StoreError
from monitor.store.migrate import newest
from monitor.store.sql import query

CONNECT_S = 10.0
COMMAND_S = 120.0
"""A statement that takes longer is given up: the server is gone, or somebody holds a lock."""

LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What asyncpg raises when a connection breaks, depending on what it was doing."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection to an up-to-date database; StoreError with what to do otherwise."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_S, command_timeout=COMMAND_S)
    except ValueError as error:  # asyncpg's words may show a piece of the password
        message = "database_url is not of the form postgresql://user:password@host:port/name."
        raise StoreError(message) from error
    except (*LOST, asyncpg.PostgresError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else ""
        reason = reason or (str(error).splitlines() or [type(error).__name__])[0]
        message = f"The database cannot be reached: {reason}. Check MONITOR_DATABASE_URL."
        raise StoreError(message) from error
    try:
        await check_revision(connection)
        yield connection
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        message = f"The database refused: {error}."
        raise BatchRefusedError(message) from error
    except asyncpg.PostgresConnectionError as error:
        message = f"The database went away: {error}."
        raise StoreError(message) from error
    except asyncpg.PostgresError as error:
        message = f"The database refused: {error}."
        raise StoreError(message) from error
    except LOST as error:
        message = f"The database went away: {str(error) or type(error).__name__}."
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
