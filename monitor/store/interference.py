"""The areas of interference that were told of, read for ships that are taken again."""

from __future__ import annotations

import asyncpg

from monitor.engine.detect.disturbed import Disturbance, told_of
from monitor.model import Event, EventKind
from monitor.store.findings import event_of
from monitor.store.sql import query


async def disturbances(connection: asyncpg.Connection) -> list[Disturbance]:
    """All of them: some a day at most."""
    rows = await connection.fetch(query("interference_events"))
    return disturbances_of([event_of(row) for row in rows])


def disturbances_of(events: list[Event]) -> list[Disturbance]:
    """The areas of events of begins and ends; of another release's an end may stand alone."""
    ends = {
        one.subject: one for one in events if one.kind is EventKind.INTERFERENCE_ENDED
    }  # fmt: skip
    begins = [one for one in events if one.kind is EventKind.INTERFERENCE_BEGUN]
    return [told_of(one, ends.get(one.subject)) for one in begins]
