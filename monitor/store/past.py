"""How all stood at an instant: vessels, alerts, port calls, voyages, and what was heard near ports.

What had happened by then and was known later is given as well, and is *late*. Port calls and alerts
are kept as they were (``port_call_past``, ``alert_past``); positions that are believed no more, and
months that were pruned, are not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from monitor.model import CallState, Event, PortCall
from monitor.store import alerts
from monitor.store.alerts import Stored, Whole, stored_of
from monitor.store.database import one_moment
from monitor.store.findings import call_of, event_of
from monitor.store.reader import FIRST_EVENT, NOTHING, PAGE_ROWS, event_key, pages
from monitor.store.sql import query
from monitor.units import from_datetime

MONTH = timedelta(days=30)
"""Port calls and voyages that were over for longer are left out, as in the console now."""


class PastAlert(NamedTuple):
    """An alert as it stood."""

    stored: Stored
    late: bool  # it had happened, and was known later


class PastCall(NamedTuple):
    """A port call as it stood."""

    call: PortCall
    late: bool


async def vessels(
    connection: asyncpg.Connection,
    *,
    at: datetime,
    since: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Any]:
    """Vessels with their last fix by then; ``since``: those alone that were heard after it."""
    words = (at, since)
    found = pages(
        connection, query("past_vessels"), words, (-1,), lambda r: (r["mmsi"],), page_rows
    )
    async for row in found:
        yield row


async def standing(
    connection: asyncpg.Connection, *, at: datetime, page_rows: int = PAGE_ROWS
) -> AsyncIterator[PastAlert]:
    """Alerts that stood then, and late ones, in no order."""
    found = pages(
        connection, query("past_alerts"), (at,), (NOTHING,), lambda r: (r["id"],), page_rows
    )
    async for row in found:
        stored = stored_of(row)
        yield PastAlert(stored if row["late"] else _by(stored, at), row["late"])


def _by(stored: Stored, at: datetime) -> Stored:
    """The same with the reasons that were known by then; the first is always one."""
    us = from_datetime(at)
    reasons = stored.alert.reasons
    known = tuple(each for each in reasons if each.decided_at <= us) or reasons[:1]
    return Stored(replace(stored.alert, reasons=known), stored.verdict, stored.note)


async def calls(
    connection: asyncpg.Connection, *, at: datetime, page_rows: int = PAGE_ROWS
) -> AsyncIterator[PastCall]:
    """Port calls as they stood, but for those that were over for a month."""
    words = (at, at - MONTH)
    found = pages(
        connection, query("past_calls"), words, (NOTHING,), lambda r: (r["id"],), page_rows
    )
    async for row in found:
        call = call_of(row)
        yield PastCall(_not_left(call, from_datetime(at)) if row["late"] else call, row["late"])


def _not_left(call: PortCall, at: int) -> PortCall:
    """A call of which all is known now, without what was still to come."""
    left = call.departed
    when = None if left is None else next(
        (each for each in (left.at, left.earliest, left.latest) if each is not None), None
    )  # fmt: skip
    stages = tuple(
        each for each in call.stages
        if (each.span.at or each.span.latest or each.span.earliest or 0) <= at
    )  # fmt: skip
    if when is None or when <= at:
        return replace(call, stages=stages)
    return replace(call, departed=None, state=CallState.IN_PORT, stages=stages)


async def voyages(
    connection: asyncpg.Connection, *, at: datetime, page_rows: int = PAGE_ROWS
) -> AsyncIterator[Event]:
    """Voyages of the month before as they were known then, oldest first."""
    words = (at, at - MONTH)
    found = pages(
        connection, query("past_voyages"), words, FIRST_EVENT, event_key, page_rows
    )  # fmt: skip
    async for row in found:
        yield event_of(row)


async def ports(connection: asyncpg.Connection, *, at: datetime) -> list[Mapping[str, Any]]:
    """What was heard near each port in the hour before: port, vessels, heard_at, feeds."""
    found: list[Mapping[str, Any]] = await connection.fetch(query("past_ports"), at)
    return found


async def whole(connection: asyncpg.Connection, begin: str, at: datetime) -> Whole:
    """All that was known by then of the alert whose id begins so; UsageError as ``alert`` has it.

    Of one that was known later all is told that is known now, and nothing that was done.
    """
    async with one_moment(connection):
        now = await alerts.whole(connection, begin)
        id_ = UUID(now.stored.alert.id)
        before = UUID(int=id_.int - 1) if id_.int else id_
        rows = await connection.fetch(query("past_alerts"), at, before, 1)
        found = next((row for row in rows if row["id"] == id_), None)
        if found is not None and found["late"]:
            return now._replace(stored=stored_of(found), history=[], told=[])
        steps = await connection.fetch(query("past_steps"), id_, at)
        return Whole(
            _by(now.stored if found is None else stored_of(found), at),
            [each for each in now.events if each.decided_at <= from_datetime(at)],
            list(steps),
            [each for each in now.told if each["made_at"] <= at],
        )
