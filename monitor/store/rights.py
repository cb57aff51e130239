"""Takes from everybody in a database what is its writer's alone: see ``rights.sql``."""

from __future__ import annotations

import asyncio

import asyncpg

from monitor.errors import StoreError
from monitor.store.database import opened, reason_of
from monitor.store.sql import rights

RESTRICT_S = 30.0


def restrict(url: str) -> None:
    """Do so as a superuser, whose URL this is; again changes nothing. StoreError if that fails."""

    async def go() -> None:
        connection = await opened(url, command_s=RESTRICT_S)
        try:
            for statement in rights():
                await connection.execute(statement)
        except (asyncpg.PostgresError, TimeoutError) as error:
            message = f"The rights in the database could not be set: {reason_of(error)}."
            raise StoreError(message) from error
        finally:
            await connection.close()

    asyncio.run(go())
