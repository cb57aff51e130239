"""Who is on a watchlist, over HTTP: sure and possible matches, and nobody where nobody is."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
from pydantic import TypeAdapter

from monitor.alert.entry import Entry
from monitor.clock import now_us
from monitor.report.watched_forms import WatchedForm
from monitor.store.watchlists import remove_entries, save_entries
from monitor.units import to_datetime
from tests.findings import MMSI, OTHER
from tests.integration.api.features.sea import asking, fill

ENTRY = Entry(
    id=None, list="own", mmsi=MMSI, imo=None, callsign=None, name=None, flag=None, ship_type=None,
    reason="sailed dark", source="our log", note=None, valid_from=None, valid_to=None,
    recorded_at=0, added_by="ann", removed_at=None, removed_by=None,
)  # fmt: skip


async def test_who_is_watched(db: asyncpg.Connection, database: str) -> None:
    """By MMSI; an entry that was removed marks nobody."""
    await fill(db)
    async with asking(database) as client:
        assert await (await client.get("/watched")).json() == []
        entry = replace(ENTRY, recorded_at=now_us())
        (saved,) = await save_entries(db, [entry])
        answer = await client.get("/watched")
        (found,) = TypeAdapter(list[WatchedForm]).validate_json(await answer.text())
        assert (found.mmsi, found.list, found.match, found.may_page) == (MMSI, "own", "sure", True)
        assert await (await client.get(f"/watched?mmsi={OTHER}")).json() == []
        before = await client.get("/watched?at=2024-12-13T04:00Z")
        assert await before.json() == []
        assert saved.entry.id is not None
        await remove_entries(
            db, [saved.entry.id], removed_at=to_datetime(now_us()), removed_by="ann"
        )
        assert await (await client.get("/watched")).json() == []
