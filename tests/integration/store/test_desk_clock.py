"""The desk and whoever empties the outbox go by one clock, whatever that of the store says."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from monitor.alert.message import Severity, Word
from monitor.clock import now_us
from monitor.model import EventKind
from monitor.service.settle import settle
from monitor.store.desk import Desk
from monitor.store.outbox import Outbox
from tests.ports import ports
from tests.unit.alert.drawn import happened, rule

OTHERWISE = """
    CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.now() + interval '{hours} hours' $$;
    SET search_path = public, pg_catalog
"""


@pytest.mark.parametrize("hours", [2, -2])
async def test_critical_does_not_wait_for_another_clock(db: asyncpg.Connection, hours: int) -> None:
    """A store whose clock goes otherwise makes nothing wait, and no old news of it."""
    await db.execute(OTHERWISE.format(hours=hours))
    arrived, at = happened(1, EventKind.PORT_ARRIVED), now_us()
    arrived = replace(
        arrived, decided_at=at, span=replace(arrived.span, earliest=at - 2, at=at - 1, latest=at)
    )
    grave = rule().model_copy(update={"severity": Severity.CRITICAL})
    async with db.transaction():
        assert await Desk([grave], ports(), ["hook"], deliver=True).take(db, [arrived]) == 1
    async with Outbox(db).asking() as asked:
        lanes = await asked.lanes("hook", now_us(), 10)
    (waiting,) = [row for rows in lanes.values() for row in settle(rows, now_us()).left]
    assert waiting.word == Word.RAISED
    assert abs(now_us() - waiting.made_at) < 60_000_000
