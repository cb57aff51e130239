"""The roll: who is let in at this moment, all of it, so that callers can be told apart in memory.

It is read whole: whoever floods a watch with made-up tokens costs the store not one statement more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import asyncpg

from monitor.roles import SCOPES_OF, Caller, Role, scopes_of_token
from monitor.store.sql import query
from monitor.store.users import RESTS
from monitor.units import from_datetime


class Held(NamedTuple):
    """What stands behind a secret."""

    caller: Caller
    until: int  # us; it holds before that
    why_not: str | None = None  # why it holds no more, whatever the time


class Roll(NamedTuple):
    """Who is let in, by the digests of what they show."""

    anybody: bool  # somebody was let in once, whatever became of it
    sessions: Mapping[bytes, Held]
    tokens: Mapping[bytes, Held]


NOBODY = Roll(anybody=False, sessions={}, tokens={})


async def read_roll(connection: asyncpg.Connection, used: Collection[bytes] = ()) -> Roll:
    """Read it, and note what was used since it was read last."""
    if used:
        await connection.execute(query("sessions_used"), list(used))
        await connection.execute(query("tokens_used"), list(used))
    if not await connection.fetchval(query("anybody")):
        return NOBODY
    sessions = await connection.fetch(query("held_sessions"), RESTS)
    tokens = await connection.fetch(query("held_tokens"))
    return Roll(
        anybody=True,
        sessions={row["digest"]: _session(row) for row in sessions},
        tokens={row["digest"]: _token(row) for row in tokens},
    )


def _session(row: Any) -> Held:
    scopes = SCOPES_OF[Role(row["role"])]
    caller = Caller(kind="user", scopes=scopes, name=row["user_name"])
    return Held(caller, from_datetime(row["until"]))


def _token(row: Any) -> Held:
    role = None if row["role"] is None else Role(row["role"])
    caller = Caller(
        kind="token", scopes=scopes_of_token(frozenset(row["scopes"]), role), name=row["owner"],
        token=row["name"], feed=row["feed"],
    )  # fmt: skip
    why = "was revoked" if row["revoked"] else None
    if row["disabled"]:
        why = why or "belongs to a user who is let in no more"
    return Held(caller, from_datetime(row["until"]), why)
