"""Keeps a watch's count of alerts and messages: a scrape or a look costs the store nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from monitor.errors import StoreError
from monitor.service.status import Status
from monitor.store.tally import tally

TALLY_S = 15.0
"""How old a count may be: Prometheus asks as often."""


async def keep_tally(
    status: Status, connect: Callable[[], AbstractAsyncContextManager[Any]]
) -> None:
    """Count until cancelled. While the store is away nothing is known, and that is said."""
    while True:
        try:
            async with connect() as connection:
                status.alerts = await tally(connection)
        except StoreError:
            status.alerts = None
        await asyncio.sleep(TALLY_S)
