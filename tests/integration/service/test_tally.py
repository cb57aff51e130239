"""A watch's count of alerts: kept while the store is there, and nothing when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.service import tally as module
from monitor.service.tally import keep_tally
from monitor.store.database import connected
from monitor.store.tally import Tally
from tests.integration.api.standing import status


async def test_it_is_counted_again_and_again_and_unknown_without_a_store(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away ends nothing: the next count has it again."""
    monkeypatch.setattr(module, "TALLY_S", 0.01)
    watch, away, seen = status(), False, 0

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        nonlocal seen
        seen += 1
        if away:
            message = "The database went away."
            raise StoreError(message)
        async with connected(database) as connection:
            yield connection

    async def until(known: Tally | None) -> None:
        async with asyncio.timeout(60):
            while watch.alerts != known:  # noqa: ASYNC110 - a status calls out nothing
                await asyncio.sleep(0.01)

    task = asyncio.ensure_future(keep_tally(watch, connect))
    try:
        await until(Tally())
        away = True
        await until(None)
        away = False
        await until(Tally())
        assert seen >= 3
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
