"""Tokens: what programs show to be let in. Kept as digests, never deleted, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from monitor.credentials import SHOWN_LETTERS, digest
from monitor.errors import UnknownError, UsageError
from monitor.roles import Scope
from monitor.store.access import What, iso, note
from monitor.store.lost import transaction
from monitor.store.sql import query


async def tokens(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Tokens, the newest first, in the words that all faces print."""
    return [
        {
            "name": row["name"], "shown": row["shown"], "state": _state(row),
            "scopes": list(row["scopes"]), "feed": row["feed"], "owner": row["owner"],
            "made_at": iso(row["made_at"]), "made_by": row["made_by"],
            "expires_at": iso(row["expires_at"]), "revoked_at": iso(row["revoked_at"]),
            "revoked_by": row["revoked_by"], "used_at": iso(row["used_at"]),
        }
        for row in await connection.fetch(query("tokens"))
    ]  # fmt: skip


async def add_token(
    connection: asyncpg.Connection, name: str, secret: str, scopes: Sequence[Scope],
    holds: timedelta, actor: str, *, feed: str | None = None, owner: str | None = None,
) -> datetime:  # fmt: skip
    """Add a token of this secret; until when it holds. UsageError where the name is taken."""
    async with transaction(connection):
        try:
            until: datetime | None = await connection.fetchval(
                query("add_token"), name, digest(secret), secret[:SHOWN_LETTERS], list(scopes),
                feed, owner, actor, holds,
            )  # fmt: skip
        except asyncpg.ForeignKeyViolationError as error:
            message = f"There is no user {owner!r}: see `monitor users list`."
            raise UnknownError(message) from error
        if until is None:
            message = f"There is a token {name!r} already: revoke it first, or take another name."
            raise UsageError(message)
        await note(
            connection, What.TOKEN_ADDED, actor, user=owner, token=name, words=", ".join(scopes)
        )
    return until


async def revoke_token(connection: asyncpg.Connection, name: str, actor: str) -> None:
    """Revoke the token of this name; UnknownError where none of this name holds."""
    async with transaction(connection):
        if await connection.fetchval(query("revoke_token"), name, actor) is None:
            message = f"There is no token {name!r} that holds: see `monitor tokens list`."
            raise UnknownError(message)
        await note(connection, What.TOKEN_REVOKED, actor, token=name)


def _state(row: Any) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if row["expired"] else "holds"
