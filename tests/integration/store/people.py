"""People and programs that are let in, in a database of a test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher

from monitor.credentials import drawn
from monitor.roles import Role, Scope
from monitor.store import tokens, users

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Where many are hashed."""

PASSWORD = "seven sailors at sea"  # noqa: S105 - of nobody
HASH = CHEAP.hash(PASSWORD)


async def add(connection: Any, name: str, role: Role, password: str | None = HASH) -> None:
    """A user, who may log in by PASSWORD unless it is None."""
    await users.add_user(connection, name, role, "test")
    if password is not None:
        await users.set_password(connection, name, password, "test")


async def enter(connection: Any, name: str) -> str:
    """The secret of a session of his."""
    secret = drawn()
    found = await users.begin_session(connection, name, secret, HASH, "192.0.2.1")
    assert found is not None
    return secret


async def token(
    connection: Any, name: str, *scopes: Scope, holds: timedelta = timedelta(days=1), **words: Any
) -> str:
    """The secret of a token."""
    secret = drawn("mmm_")
    await tokens.add_token(connection, name, secret, scopes, holds, "test", **words)
    return secret
