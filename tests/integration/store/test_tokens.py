"""Tokens: shown once, kept as digests, one of a name, revoked for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import UnknownError, UsageError
from monitor.roles import Role
from monitor.store import tokens
from monitor.store.access import changes
from monitor.store.database import connected
from tests.integration.store.people import add, token


async def test_a_token_is_listed_without_its_secret(database: str) -> None:
    async with connected(database) as connection:
        await add(connection, "ann", Role.ANALYST)
        secret = await token(connection, "qgis", "read", "analyst", owner="ann")
        (found,) = await tokens.tokens(connection)
        assert secret not in str(found)
        assert secret.startswith(found["shown"])
        assert len(found["shown"]) == 8
        assert (found["name"], found["state"], found["owner"]) == ("qgis", "holds", "ann")
        assert (found["scopes"], found["used_at"]) == (["read", "analyst"], None)
        assert found["expires_at"].endswith("Z")
        assert secret not in str(await connection.fetch("SELECT t::text FROM api_token t"))


async def test_one_of_a_name_holds(database: str) -> None:
    """Its name is free again when it is revoked; the row stays."""
    async with connected(database) as connection:
        await token(connection, "qgis", "read")
        with pytest.raises(UsageError, match="There is a token 'qgis' already"):
            await token(connection, "qgis", "read")
        await tokens.revoke_token(connection, "qgis", "root")
        with pytest.raises(UnknownError, match="no token 'qgis' that holds"):
            await tokens.revoke_token(connection, "qgis", "root")
        await token(connection, "qgis", "push", feed="roof")
        found = await tokens.tokens(connection)
        assert [(one["state"], one["feed"]) for one in found] == [
            ("holds", "roof"), ("revoked", None),
        ]  # fmt: skip
        assert [(one["what"], one["actor"]) for one in await changes(connection)] == [
            ("token added", "test"), ("token revoked", "root"), ("token added", "test"),
        ]  # fmt: skip


async def test_it_expires(database: str) -> None:
    async with connected(database) as connection:
        await token(connection, "old", "read", holds=timedelta(0))
        (found,) = await tokens.tokens(connection)
        assert found["state"] == "expired"


async def test_an_owner_is_a_user(database: str) -> None:
    async with connected(database) as connection:
        with pytest.raises(UnknownError, match="no user 'bob'"):
            await token(connection, "qgis", "read", owner="bob")
        assert await changes(connection) == []
