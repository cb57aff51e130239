"""Runs migrations over asyncpg; the connection comes from the caller or MONITOR_DATABASE_URL."""

from __future__ import annotations

import asyncio
import os

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import context
from monitor.store.database import opened


def run(connection: Connection) -> None:
    """Run what is asked for on an open connection."""
    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def connect(url: str) -> None:
    """Open a connection of our own and run on it; a migration may take its time."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: opened(url, command_s=None),
        poolclass=NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


url = context.config.attributes.get("url") or os.environ.get("MONITOR_DATABASE_URL")
if not url:
    message = "set MONITOR_DATABASE_URL, or use `monitor database migrate`"
    raise SystemExit(message)
asyncio.run(connect(url))
