"""A watch with people and programs that are let in, asked over loopback as by a browser or curl."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from aiohttp.test_utils import TestClient
from pydantic import SecretStr

from monitor.api.access import Access
from monitor.api.app import make_app
from monitor.api.keys import Desk
from monitor.credentials import csrf_of, digest
from monitor.exposure import Exposure
from monitor.feed.kind import AnyFeed
from monitor.roles import Role
from monitor.service.live import Live
from monitor.store import tokens, users
from monitor.store.database import connected
from tests.integration.api.standing import Client, Served, Standing, status
from tests.integration.store.people import add, enter, token

COMMON = "sesam-open-4711-sesam"
OUTSIDE = Exposure(local=False, secure=False)
"""Reached from elsewhere; by plain HTTP, so that a test's client keeps the cookie."""


@dataclass
class Let:
    """What each of them shows."""

    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def session(self, name: str, csrf_of_name: str | None = None) -> dict[str, str]:
        """Headers of a session, with the word of it, or of another's."""
        secret = self.sessions[name]
        word = csrf_of(self.sessions[csrf_of_name or name])
        return {"Cookie": f"monitor_session={secret}", "X-CSRF-Token": word}

    def token(self, name: str) -> dict[str, str]:
        """Headers of a token."""
        return {"Authorization": f"Bearer {self.tokens[name]}"}


async def let_in(database: str) -> Let:
    """A user of each role, one who is kept out, and tokens that hold and that do not."""
    let = Let()
    async with connected(database) as connection:
        for role in Role:
            await add(connection, role.value, role)
            let.sessions[role.value] = await enter(connection, role.value)
        for name in ("gone", "rested"):
            await add(connection, name, Role.ADMIN)
            let.sessions[name] = await enter(connection, name)
        let.sessions["ended"] = await enter(connection, "admin")
        await users.end_session(connection, let.sessions["ended"], None)
        await users.set_disabled(connection, "gone", "test", disabled=True)
        await connection.execute(
            "UPDATE user_session SET used_at = now() - interval '13 h' WHERE digest = $1",
            digest(let.sessions["rested"]),
        )
        for scope in ("read", "officer", "analyst", "admin", "push"):
            let.tokens[scope] = await token(connection, scope, scope)
        let.tokens["all"] = await token(
            connection, "all", "read", "officer", "analyst", "admin", "push"
        )
        let.tokens["other feed"] = await token(connection, "other", "push", feed="attic")
        every = ("read", "officer", "analyst", "admin", "push")
        let.tokens["over"] = await token(connection, "over", *every, holds=timedelta(0))
        let.tokens["revoked"] = await token(connection, "revoked", *every)
        await tokens.revoke_token(connection, "revoked", "test")
        let.tokens["orphan"] = await token(connection, "orphan", *every, owner="gone")
    return let


@asynccontextmanager
async def asking(
    database: str,
    *feeds: AnyFeed,
    exposure: Exposure = OUTSIDE,
    common: str | None = COMMON,
    connect: Any = None,
) -> AsyncIterator[Client]:
    """The whole application over a database, for those who are let in."""

    def opened() -> Any:
        return connected(database)

    secret = None if common is None else SecretStr(common)
    app = make_app(
        cast("Live", Standing(status(), feeds=list(feeds))), opened, desk=Desk(opened, secret),
        access=Access(connect or opened, secret, exposure),
    )  # fmt: skip
    async with TestClient(Served(app)) as client:
        yield client


async def code(client: Client, path: str, headers: dict[str, str] | None = None) -> int:
    """The status of an answer to GET."""
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status
