"""A dry run and a stored one print the same: the same records, in the same order."""

from __future__ import annotations

import random

import asyncpg
import pytest

from monitor.report.records import plain_record, settle_calls, settle_events
from monitor.store import reader
from monitor.store.findings import call_record, event_record
from monitor.store.reader import every
from tests.findings import MMSI, OTHER, UNKNOWN, after, call, crowd, span, store


@pytest.mark.parametrize("collation", ["C", "en-x-icu"])
async def test_events_settle_in_the_order_of_the_database(
    db: asyncpg.Connection, collation: str
) -> None:
    """Whatever language the server sorts in: "AnchorWeighed" comes before "Anchored"."""
    await db.execute(f'ALTER TABLE event ALTER kind TYPE text COLLATE "{collation}"')
    told = crowd()
    random.Random(1).shuffle(told)
    await store(db, *told)
    for rows in (7, 5000):
        stored = [event_record(each) for each in await every(reader.events(db, page_rows=rows))]
        assert stored == settle_events(told)


async def test_port_calls_settle_in_the_order_of_the_database(db: asyncpg.Connection) -> None:
    """By arrival, as far as it is known, then by ship and id."""
    spans = (span(None, 10, None), span(9, None, 10), UNKNOWN, span(9, None, None), span(1, 9, 30))
    told = [
        call(100 * place + number, arrived=arrived, mmsi=mmsi, decided_at=after(10))
        for place, arrived in enumerate(spans)
        for number, mmsi in enumerate((OTHER, MMSI, OTHER), 1)
    ]
    random.Random(1).shuffle(told)
    await store(db, *told)
    stored = [call_record(each) for each in await every(reader.port_calls(db))]
    assert stored == settle_calls(told)


async def test_a_row_of_the_database_is_a_plain_record(db: asyncpg.Connection) -> None:
    row = await db.fetchrow("SELECT 1 AS mmsi, timestamptz '2024-12-13 14:00+02' AS at, null AS of")
    assert plain_record(row) == {"mmsi": 1, "at": "2024-12-13T12:00:00Z", "of": None}
