"""The first link: where others than this machine reach a watch, it asks the administrator in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from monitor.credentials import drawn
from monitor.errors import StoreError
from monitor.service.follow import Connect
from monitor.store.users import FIRST, invite_first

AGAIN_S = 1.0
"""While the store is away nobody is let in, so nobody can wait for more than this."""


async def offer_first_link(connect: Connect, address: str, tell: Callable[[str], object]) -> None:
    """Make a link and tell it, once the store is there, if nobody could log in so far.

    It is told to whoever started the watch, and to nobody else: it stands in no table and no log of
    ours. One that was not used in its hour is replaced by the next start.
    """
    secret = drawn()
    while True:
        try:
            async with connect() as connection:
                made = await invite_first(connection, secret, "monitor")
            break
        except StoreError:
            await asyncio.sleep(AGAIN_S)
    if made:
        tell(
            f"Nobody is let in yet. Open this link within an hour to set the password of {FIRST}:\n"
            f"\n    {address}/invitation/{secret}\n\n"
        )
