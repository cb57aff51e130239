"""Connections: opened here, checked here, and what the store raises."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from monitor.errors import BatchRefusedError, StoreError
from monitor.store.lost import let_go, watch_over
from monitor.store.migrate import newest
from monitor.store.sql import query

CONNECT_S = 10.0
COMMAND_S = 120.0
"""A statement that takes longer is given up: the server is gone, or somebody holds a lock."""

NAME_BYTES = 63
_OURS = re.compile(r"monitor, (process \d+ on [\x21-\x7e]+)")

LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What asyncpg raises when a connection breaks, depending on what it was doing."""

GONE = (
    asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)  # fmt: skip
"""What the server says when it ends a connection."""


NEVER = (
    asyncpg.DataError, asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)  # fmt: skip
"""What the server says of rows that it will not take on another day either."""


UNREACHED = (*LOST, asyncpg.PostgresError, ValueError, OverflowError)
"""What comes of a connection that could not be made."""


async def opened(url: str, *, command_s: float | None) -> asyncpg.Connection:
    """Open a connection; StoreError with what to do otherwise. ``command_s`` None: no limit."""
    try:
        connection = await asyncpg.connect(
            url, timeout=CONNECT_S, command_timeout=command_s,
            server_settings={"application_name": own_name()},
        )  # fmt: skip
        watch_over(connection)
    except UNREACHED as error:
        raise unreached(error) from error
    return connection


def unreached(error: Exception) -> StoreError:
    """What to do about a connection that could not be made."""
    message = f"The database cannot be reached: {reason_of(error)}. Check MONITOR_DATABASE_URL."
    wrong = isinstance(error, ValueError | OverflowError)
    if wrong and not isinstance(error, ssl.SSLError):
        # asyncpg's words may show a piece of the password
        message = "database_url is not of the form postgresql://user:password@host:port/name."
    return StoreError(message)


def own_name() -> str:
    """What this process calls itself in the database: at most NAME_BYTES, as PostgreSQL keeps."""
    node = os.uname().nodename.encode("ascii", "replace").decode()
    return f"monitor, process {os.getpid()} on {node}"[:NAME_BYTES]


def holder_of(name: str | None) -> str | None:
    """The process that calls itself so, in words; None: it is none of ours, or not known."""
    found = _OURS.fullmatch(name or "")
    return None if found is None else found[1]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection to an up-to-date database; StoreError with what to do otherwise."""
    connection = await opened(url, command_s=COMMAND_S)
    try:
        async with in_words(connection):
            await check_revision(connection)
            yield connection
    finally:
        await let_go(connection)


@asynccontextmanager
async def one_moment(
    connection: asyncpg.Connection, *, positions: bool = False
) -> AsyncIterator[None]:
    """All that is read meanwhile is of one moment, whatever a watch writes; nothing is written.

    ``positions``: fixes are, and no month of them is emptied or pruned meanwhile.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        if positions:
            await connection.execute(query("keep_months"))
        yield


@asynccontextmanager
async def in_words(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Say in our words what the database says; a connection that is lost is broken off."""
    try:
        yield
    except NEVER as error:
        message = f"The database refused: {reason_of(error)}."
        raise BatchRefusedError(message) from error
    except (*GONE, *LOST) as error:
        with suppress(asyncpg.InterfaceError):  # a pool has taken it back, which broke it off
            connection.terminate()  # it answers nothing more, a farewell neither
        message = f"The database went away: {reason_of(error)}."
        raise StoreError(message) from error
    except AttributeError as error:  # asyncpg's, of a COPY whose connection was broken off
        with suppress(asyncpg.InterfaceError):
            if not connection.is_closed():
                raise
        message = "The database went away: the connection broke."
        raise StoreError(message) from error
    except asyncpg.PostgresError as error:
        message = f"The database refused: {reason_of(error)}."
        raise StoreError(message) from error


def reason_of(error: Exception) -> str:
    """Say in one line why, without a stop at its end."""
    if isinstance(error, asyncpg.PostgresError):
        detail = " ".join((error.detail or "").split()).rstrip(".")
        return f"{error.args[0]} ({detail})" if detail else str(error.args[0])
    if isinstance(error, asyncpg.InternalClientError):  # the words are asyncpg's own affairs
        return "the connection broke"
    if isinstance(error, ssl.SSLError):  # its number is none of the system's
        found = getattr(error, "verify_message", "") or (error.reason or "").replace("_", " ")
        return f"TLS failed, {found.lower()}" if found else "TLS failed"
    if isinstance(error, OSError) and error.errno is not None:
        names = os.strerror(error.errno) if error.errno > 0 else error.strerror
        return names or str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


async def check_revision(connection: asyncpg.Connection) -> None:
    """Raise StoreError unless the schema is the one this code knows."""
    try:
        found = await connection.fetchval(query("revision"))
    except asyncpg.UndefinedTableError:
        found = None
    if found is not None and found > newest():
        message = (
            f"The database is at revision {found}, which this program does not know: use a newer"
            " one."
        )
        raise StoreError(message)
    if found != newest():
        state = "holds no schema" if found is None else f"is at revision {found}"
        message = (
            f"The database {state}, this program needs {newest()}: run `monitor database migrate`."
        )
        raise StoreError(message)
