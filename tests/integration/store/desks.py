"""Desks, and what they committed: for tests of alerts in a real store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import asyncpg

from monitor.alert.rules import Rule
from monitor.model import Event, EventKind
from monitor.store import alerts
from monitor.store.desk import Desk
from monitor.store.findings import event_row
from monitor.store.sql import query
from monitor.units import from_datetime
from tests.ports import ports
from tests.unit.alert.drawn import EPISODE, happened, rule

K = EventKind
ARRIVES, BERTHS = rule(), rule("berths", "info", kind=["Berthed"])
LEAVES = rule("leaves", "critical", kind=["PortDeparted"])
RULES = [ARRIVES, BERTHS, LEAVES]
CHANNELS = ("mail", "hook")


def desk(*rules: Rule, channels: Sequence[str] = CHANNELS, deliver: bool = True) -> Desk:
    return Desk(list(rules) or RULES, ports(), channels, deliver=deliver)


async def now(db: asyncpg.Connection) -> int:
    return from_datetime(await db.fetchval("SELECT now()"))


async def fresh(db: asyncpg.Connection, number: int, kind: EventKind = K.PORT_ARRIVED,
                **words: Any) -> Event:  # fmt: skip
    """Something that happened and was decided a moment ago."""
    told = happened(number, kind, **words)
    at = await now(db)
    span = replace(told.span, earliest=at - 2, at=at - 1, latest=at)
    return replace(told, decided_at=at, span=span)


async def commit(db: asyncpg.Connection, one: Desk, *events: Event) -> int:
    """Events and their alerts, as a batch writes them."""
    async with db.transaction():
        for event in events:
            await db.execute(query("upsert_event"), *event_row(event))
        return await one.take(db, events)


async def told(db: asyncpg.Connection) -> list[tuple[str, str, int]]:
    rows = await db.fetch("SELECT channel, word, revision FROM delivery ORDER BY id")
    return [tuple(row) for row in rows]


async def the_alert(db: asyncpg.Connection) -> alerts.Stored:
    return await alerts.alert(db, EPISODE[:8])
