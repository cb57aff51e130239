"""What is due without an event: looked at between two batches, in a transaction of its own.

By the one who writes, on its connection, so that an alert is changed by one hand at a time.
"""

from __future__ import annotations

import asyncio

import asyncpg

from monitor.clock import now_us
from monitor.errors import FaultError
from monitor.store.database import GONE, reason_of
from monitor.store.enabled import take_up
from monitor.store.lapses import end_mutes
from monitor.store.lost import transaction
from monitor.store.writer import DAMAGE, Writer


async def attend(writer: Writer, known_to: int | None) -> int:
    """Take up what fell due by ``known_to`` (us): so far events are known; None: all are.

    Returns how many messages are to be delivered for it. FaultError where that fails: nothing of it
    was done, and batches can go on.
    """
    desk = writer.desk
    if desk is None or writer.beside:
        return 0
    patience = asyncio.timeout(writer.batch_s)
    try:
        async with patience, writer.one, transaction(writer.connection):
            found = await end_mutes(writer.connection, desk, known_to, now_us())
            found += await take_up(writer.connection, desk, known_to, now_us())
    except GONE:
        raise
    except (asyncpg.PostgresError, *DAMAGE) as error:
        message = f"What is due of alerts could not be done: {reason_of(error)}."
        raise FaultError(message) from error
    writer.messages += found
    return found
