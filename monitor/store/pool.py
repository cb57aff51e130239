"""A few connections for those who read: kept open between two requests, and given back.

None of them can write, whatever role it has, and none works on a statement for longer than it may.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from monitor.errors import StoreError
from monitor.store.database import (
    CONNECT_S,
    UNREACHED,
    check_revision,
    in_words,
    own_name,
    unreached,
)
from monitor.store.lost import CLOSE_S, watch_over

MOST = 8
"""At once: as many as lists that are made, and some for short questions."""

IDLE_S = 60.0
"""A connection that nobody asked for so long is closed."""

STATEMENT_S = 30.0
"""How long the server works on one statement of a reader."""

TOO_LONG = (
    f"The database did not find this within {STATEMENT_S:g} s: ask for less, by a shorter time or"
    " a smaller area."
)


class ReadPool:
    """Opens connections as they are needed; of a new address, new ones."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._url: str | None = None
        self._pool: asyncpg.Pool | None = None
        self._making = asyncio.Lock()

    @asynccontextmanager
    async def reading(self, url: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection that reads; StoreError with what to do otherwise."""
        pool = await self._pool_of(url)
        try:
            connection = await pool.acquire(timeout=CONNECT_S)
        except UNREACHED as error:
            raise unreached(error) from error
        try:
            async with in_words(connection):
                try:
                    yield connection
                except asyncpg.QueryCanceledError as error:
                    raise StoreError(TOO_LONG) from error
        finally:
            await pool.release(connection, timeout=CLOSE_S)

    async def close(self) -> None:
        """Break off what is open: nobody reads any more."""
        pool, self._pool, self._url = self._pool, None, None
        if pool is not None:
            pool.terminate()

    async def _pool_of(self, url: str) -> asyncpg.Pool:
        async with self._making:
            if self._pool is None or url != self._url:
                await self.close()
                try:
                    self._pool = await asyncpg.create_pool(
                        url, min_size=0, max_size=MOST, timeout=CONNECT_S, init=_begin,
                        command_timeout=STATEMENT_S + CLOSE_S,
                        max_inactive_connection_lifetime=IDLE_S,
                        server_settings={
                            "application_name": own_name(),
                            "default_transaction_read_only": "on",
                            "statement_timeout": str(round(STATEMENT_S * 1000)),
                        },
                    )  # fmt: skip
                except UNREACHED as error:
                    raise unreached(error) from error
                self._url = url
            return self._pool


async def _begin(connection: asyncpg.Connection) -> None:
    """Look at a new connection once."""
    watch_over(connection)
    await check_revision(connection)
