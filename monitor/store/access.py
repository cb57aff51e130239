"""What was done about who may: rows that are added, and never changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg

from monitor.store.sql import query
from monitor.units import from_datetime, to_iso

MOST_CHANGES = 1_000
"""In one look: a page of a year."""


class What(StrEnum):
    """What was done."""

    USER_ADDED = "user added"
    USER_INVITED = "user invited"
    PASSWORD_SET = "password set"  # noqa: S105 - what was done
    ROLE_CHANGED = "role changed"
    USER_DISABLED = "user disabled"
    USER_ENABLED = "user enabled"
    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    TOKEN_ADDED = "token added"  # noqa: S105 - what was done
    TOKEN_REVOKED = "token revoked"  # noqa: S105 - what was done


async def note(
    connection: asyncpg.Connection,
    what: What,
    actor: str,
    *,
    user: str | None = None,
    token: str | None = None,
    address: str | None = None,
    words: str | None = None,
) -> None:
    """Note it, in the transaction of what was done."""
    await connection.execute(query("note_access"), what.value, actor, user, token, address, words)


async def changes(connection: asyncpg.Connection, most: int = MOST_CHANGES) -> list[dict[str, Any]]:
    """What was done, the newest first, in the words that all faces print."""
    rows = await connection.fetch(query("access_changes"), most)
    return [{**row, "made_at": iso(row["made_at"])} for row in rows]


def iso(at: datetime | None) -> str | None:
    """An instant as all faces print it."""
    return None if at is None else to_iso(from_datetime(at))
