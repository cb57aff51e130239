"""What officers do with alerts, done once however often it is asked for.

A request may be sent again because its answer was lost: what is as it was wished already changes
nothing, and is no second row of what was done.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from monitor.alert.life import Act, State, Verdict
from monitor.store.alerts import Stored, Wish, act, alert, mute, mutes, stored_of
from monitor.store.lost import transaction
from monitor.store.sql import query


class Done(NamedTuple):
    """An alert after what was wished, and whether that changed anything."""

    stored: Stored
    changed: bool


class Muted(NamedTuple):
    """The number of a mute, the alert it is of, and whether it is new."""

    number: int
    stored: Stored
    changed: bool


async def do(
    connection: asyncpg.Connection,
    begin: str,
    what: Act,
    actor: str,
    *,
    assignee: str | None = None,
    verdict: Verdict | None = None,
    note: str | None = None,
) -> Done:
    """Acknowledge, assign or close the alert whose id begins so; UsageError as ``act`` has it."""
    async with transaction(connection):
        stored = await locked(connection, begin)
        if _is_so(stored, what, assignee, verdict):
            return Done(stored, changed=False)
        now = await act(
            connection, stored.alert.id, what, actor, assignee=assignee, verdict=verdict, note=note
        )
    return Done(now, changed=True)


async def mute_alert(
    connection: asyncpg.Connection, begin: str, reason: str, author: str, since: datetime,
    until: datetime | None = None,
) -> Muted:  # fmt: skip
    """Mute an alert; the same wish of the same officer, as long as its mute holds, is that one."""
    async with transaction(connection):
        stored = await locked(connection, begin)
        id_ = UUID(stored.alert.id)
        for row in await mutes(connection):
            same_end = row["for_episode"] if until is None else row["until"] == until
            if (row["alert"], row["reason"], row["author"]) == (id_, reason, author) and same_end:
                return Muted(row["id"], stored, changed=False)
        wish = Wish(reason=reason, author=author, since=since, until=until, alert=stored.alert.id)
        return Muted(await mute(connection, wish), stored, changed=True)


async def locked(connection: asyncpg.Connection, begin: str) -> Stored:
    """The alert whose id begins so; nobody else changes it until the transaction ends."""
    stored = await alert(connection, begin)
    return stored_of(await connection.fetchrow(query("alerts_of"), [UUID(stored.alert.id)]))


def _is_so(stored: Stored, what: Act, assignee: str | None, verdict: Verdict | None) -> bool:
    """Whether an alert is already as it was wished."""
    state = stored.alert.state
    if what is Act.ACK:
        return state is State.ACKNOWLEDGED
    if what is Act.ASSIGN:
        return stored.alert.assignee == assignee
    return state is State.CLOSED and verdict is not None and stored.verdict == verdict.value
