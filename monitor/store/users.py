"""Users: people who are let in, the links by which they set a password, and their sessions.

Whatever is kept of a secret is its hash. What is done here is noted (``access.py``) in the same
transaction, with who did it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from monitor.credentials import digest
from monitor.errors import UnknownError, UsageError
from monitor.roles import Role
from monitor.store.access import What, iso, note
from monitor.store.lost import transaction
from monitor.store.sql import query

SESSION = timedelta(days=7)
"""How long a session holds, however much it is used."""

RESTS = timedelta(hours=12)
"""How long one may rest: a watch, and the way home and back."""

MOST_SESSIONS = 10
"""Of one user: the eldest makes room, so that logging in again and again fills nothing."""

INVITATION = timedelta(hours=1)
"""How long a link holds."""

FIRST = "admin"
"""Whom the first link is for."""


class Login(NamedTuple):
    """What is needed to see whether one may log in."""

    role: Role
    password: str | None  # its hash; None: none was set yet


async def users(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Users by name, in the words that all faces print."""
    rows = await connection.fetch(query("users"))
    return [{**row, **_times(row, "made_at", "password_at", "used_at")} for row in rows]


async def add_user(connection: asyncpg.Connection, name: str, role: Role, actor: str) -> None:
    """Add one without a password; UsageError where the name is taken."""
    async with transaction(connection):
        if await connection.fetchval(query("add_user"), name, role.value, actor) is None:
            message = f"There is a user {name!r} already: see `monitor users list`."
            raise UsageError(message)
        await note(connection, What.USER_ADDED, actor, user=name, words=role.value)


async def invite(connection: asyncpg.Connection, name: str, secret: str, actor: str) -> datetime:
    """Make a link of this secret for a user; until when it holds. UnknownError: there is none."""
    async with transaction(connection):
        await _known(connection, name)
        until: datetime = await connection.fetchval(
            query("invite"), digest(secret), name, INVITATION
        )
        await note(connection, What.USER_INVITED, actor, user=name)
    return until


async def invite_first(connection: asyncpg.Connection, secret: str, actor: str) -> bool:
    """Make the link of the first administrator; False where somebody was let in before."""
    async with transaction(connection):
        if not await connection.fetchval(query("unentered")):
            return False
        await connection.fetchval(query("add_user"), FIRST, Role.ADMIN.value, actor)
        await connection.fetchval(query("invite"), digest(secret), FIRST, INVITATION)
        await note(connection, What.USER_INVITED, actor, user=FIRST, words=Role.ADMIN.value)
    return True


async def invited(connection: asyncpg.Connection, secret: str) -> str | None:
    """Whom a link is for; None: it does not hold, or no more."""
    name: str | None = await connection.fetchval(query("invited"), digest(secret))
    return name


async def accept(
    connection: asyncpg.Connection, secret: str, password: str, address: str | None
) -> str | None:
    """Use up a link to set this hash of a password; whose. None: the link does not hold.

    Whoever was logged in as this user is no more.
    """
    async with transaction(connection):
        name: str | None = await connection.fetchval(query("take_invitation"), digest(secret))
        if name is not None:
            await connection.execute(query("end_sessions"), name)
            await connection.fetchval(query("set_password"), name, password)
            await note(connection, What.PASSWORD_SET, name, user=name, address=address)
    return name


async def set_password(
    connection: asyncpg.Connection, name: str, password: str, actor: str
) -> None:
    """Set the hash of a password, and end sessions and link; UnknownError: there is no such user.

    A session begun with the password before would outlive it.
    """
    async with transaction(connection):
        await _known(connection, name)
        await connection.fetchval(query("set_password"), name, password)
        await connection.execute(query("end_sessions"), name)
        await connection.execute(query("drop_invitation"), name)
        await note(connection, What.PASSWORD_SET, actor, user=name)


async def set_role(connection: asyncpg.Connection, name: str, role: Role, actor: str) -> bool:
    """Give a user another role; whether that changed anything."""
    async with transaction(connection):
        former = await connection.fetchval(query("set_role"), name, role.value)
        if former is None:
            raise _unknown(name)
        if former == role.value:
            return False
        await note(
            connection, What.ROLE_CHANGED, actor, user=name, words=f"{former} to {role.value}"
        )
    return True


async def set_disabled(
    connection: asyncpg.Connection, name: str, actor: str, *, disabled: bool
) -> bool:
    """Keep a user and his tokens out, or let them in again; whether that changed anything.

    Kept out, his sessions and his link are gone.
    """
    async with transaction(connection):
        former = await connection.fetchval(query("set_disabled"), name, disabled)
        if former is None:
            raise _unknown(name)
        if disabled:
            await connection.execute(query("end_sessions"), name)
            await connection.execute(query("drop_invitation"), name)
        if former == disabled:
            return False
        what = What.USER_DISABLED if disabled else What.USER_ENABLED
        await note(connection, what, actor, user=name)
    return True


async def login(connection: asyncpg.Connection, name: str) -> Login | None:
    """What is kept of one who may log in; None: there is no such user, or he is kept out."""
    row = await connection.fetchrow(query("user_password"), name)
    return None if row is None else Login(Role(row["role"]), row["password"])


async def begin_session(
    connection: asyncpg.Connection, name: str, secret: str, password: str, address: str | None
) -> datetime | None:
    """Begin a session of this secret; until when it holds.

    None: the hash of the password was changed, or the user disabled, since it was looked at.
    """
    async with transaction(connection):
        until: datetime | None = await connection.fetchval(
            query("begin_session"), digest(secret), name, password, SESSION
        )
        if until is not None:
            await connection.execute(query("drop_sessions"), name, MOST_SESSIONS, RESTS)
            await note(connection, What.LOGGED_IN, name, user=name, address=address)
    return until


async def end_session(connection: asyncpg.Connection, secret: str, address: str | None) -> None:
    """End the session of this secret, if there is one."""
    async with transaction(connection):
        name = await connection.fetchval(query("end_session"), digest(secret))
        if name is not None:
            await note(connection, What.LOGGED_OUT, name, user=name, address=address)


async def _known(connection: asyncpg.Connection, name: str) -> None:
    if not any(row["name"] == name for row in await connection.fetch(query("users"))):
        raise _unknown(name)


def _unknown(name: str) -> UnknownError:
    return UnknownError(f"There is no user {name!r}: see `monitor users list`.")


def _times(row: Any, *names: str) -> dict[str, str | None]:
    return {name: iso(row[name]) for name in names}
