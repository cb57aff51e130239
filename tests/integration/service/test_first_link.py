"""The first link: told once the store is there, to nobody but who started the watch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.errors import StoreError
from monitor.roles import Role
from monitor.service import first_link
from monitor.service.first_link import offer_first_link
from monitor.store import users
from monitor.store.database import connected
from tests.integration.store.people import HASH, add

ADDRESS = "https://watch.example"


async def test_it_is_told_and_lets_the_administrator_in(database: str) -> None:
    """No log has it, and the store only its digest."""
    told: list[str] = []
    with capture_logs() as logs:
        await offer_first_link(lambda: connected(database), ADDRESS, told.append)
    (words,) = told
    found = re.search(rf"{ADDRESS}/invitation/([\w-]{{43}})\n", words)
    assert found is not None
    assert logs == []
    async with connected(database) as connection:
        assert await users.invited(connection, found[1]) == users.FIRST
        assert await users.accept(connection, found[1], HASH, None) == users.FIRST


async def test_where_somebody_is_let_in_there_is_none(database: str) -> None:
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
    told: list[str] = []
    await offer_first_link(lambda: connected(database), ADDRESS, told.append)
    assert told == []


async def test_it_waits_for_the_store(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long that is away: the watch goes on meanwhile."""
    monkeypatch.setattr(first_link, "AGAIN_S", 0.001)
    tries = 0

    @asynccontextmanager
    async def coming() -> AsyncIterator[Any]:
        nonlocal tries
        tries += 1
        if tries < 4:
            message = "The database is being started: try again later."
            raise StoreError(message)
        async with connected(database) as connection:
            yield connection

    told: list[str] = []
    async with asyncio.timeout(120):
        await offer_first_link(coming, ADDRESS, told.append)
    assert (tries, len(told)) == (4, 1)
