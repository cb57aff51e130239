"""Stamps: what a collection is like at the moment, in a word that changes whenever it does."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from monitor.store.sql import query


async def stamp_of(
    connection: asyncpg.Connection,
    statement: str,
    since: datetime | None = None,
    before: datetime | None = None,
) -> str | None:
    """A stamp by its statement, of the days of a time where that has days; None: not known."""
    days = [None if at is None else at.date() for at in (since, before)]
    found: str | None = await connection.fetchval(query(statement), *days)
    return found
