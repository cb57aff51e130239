"""Ships are taken again while others pack and prune what they are taken from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from monitor.errors import StoreError
from monitor.store import stored
from monitor.store.amend import Amender
from monitor.store.prune import AROUND
from monitor.store.sql import query
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.integration.service.test_reviser import lines_of, pieces
from tests.integration.store.packs import pack_all


def test_what_is_packed_while_she_is_read_stays(
    database: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between her rows and what is packed of her: read twice, each fix of hers was deleted."""
    parts = pieces(lines_of("receivers", 3), 2)
    logs = [write(tmp_path / f"{n}.nmea", part) for n, part in enumerate(parts)]
    replay(other, *logs)
    replay(database, logs[1])
    read, done = stored.packed_by, list[int]()

    async def between(connection: asyncpg.Connection, *words: Any) -> Any:
        if not done and connection.is_in_transaction():
            packer = await asyncpg.connect(database)
            done.append(sum(day.fixes for day in await pack_all(packer)))
            await packer.close()
        return await read(connection, *words)

    monkeypatch.setattr(stored, "packed_by", between)
    monkeypatch.setattr("monitor.store.packing.PATIENCE_S", 0.0)
    replay(database, logs[0])
    assert done[0] > 0
    told = differences(held(database), held(other))
    assert told == [], "\n".join(line[:200] for line in told[:12])


def test_who_is_pruned_while_she_is_taken_again_is_not_told_of_anew(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what is left she was silent: she waits, and is left as she was told of."""
    lines = lines_of("receivers", 3)
    few = [line for number, line in enumerate(lines) if not number % 37]
    most = [line for number, line in enumerate(lines) if number % 37]
    replay(database, write(tmp_path / "most.nmea", most))
    before = asyncio.run(_told(database))
    read, done = Amender.history, list[int]()

    async def history(amender: Amender, *words: Any) -> Any:
        if not done:
            connection = await asyncpg.connect(database)
            month = datetime(2025, 1, 16, tzinfo=UTC)
            done.append(await connection.fetchval(query("prune_month"), month, AROUND))
            await connection.close()
        return await read(amender, *words)

    monkeypatch.setattr(Amender, "history", history)
    log = write(tmp_path / "few.nmea", few)
    with pytest.raises(StoreError, match="were pruned while these were taken again: they wait"):
        replay(database, log)
    assert done[0] > 0
    replay(database, log)
    assert asyncio.run(_told(database)) == before


async def _told(url: str) -> list[tuple[Any, ...]]:
    """What was told of ships, and what became of it."""
    connection = await asyncpg.connect(url)
    try:
        asked = "SELECT id, state, revised FROM event WHERE mmsi IS NOT NULL ORDER BY id"
        return [tuple(row) for row in await connection.fetch(asked)]
    finally:
        await connection.close()
