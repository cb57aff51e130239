"""How many alerts stand, and how many messages wait: counted for those who look on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import asyncpg

from monitor.alert.life import State
from monitor.store.sql import query


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of alerts, and of the outbox."""

    raised: int = 0  # all that there ever were
    open: Counter[str] = field(default_factory=Counter)  # by severity
    acknowledged: int = 0
    muted: int = 0  # of those that are open or acknowledged
    waiting: Counter[str] = field(default_factory=Counter)  # messages, by channel
    dead: Counter[str] = field(default_factory=Counter)


async def tally(connection: asyncpg.Connection) -> Tally:
    """Count."""
    raised = acknowledged = muted = 0
    standing, waiting, dead = Counter[str](), Counter[str](), Counter[str]()
    for row in await connection.fetch(query("alert_tally")):
        raised += row["alerts"]
        if row["state"] == State.OPEN:
            standing[row["severity"]] += row["alerts"]
        acknowledged += row["alerts"] if row["state"] == State.ACKNOWLEDGED else 0
        if row["muted"] and row["state"] in {State.OPEN, State.ACKNOWLEDGED}:
            muted += row["alerts"]
    for row in await connection.fetch(query("delivery_tally")):
        found = waiting if row["state"] == "waiting" else dead
        found[row["channel"]] = row["messages"]
    return Tally(
        raised=raised, open=standing, acknowledged=acknowledged, muted=muted, waiting=waiting,
        dead=dead,
    )  # fmt: skip
