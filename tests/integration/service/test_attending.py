"""What is due without an event is looked at now and then, and ends no watch where it fails."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.service import attending as module
from monitor.service.attending import Attending
from monitor.store.writer import Writer
from monitor.units import HOUR_US
from tests.integration.service.journals import AT, heard, nothing, until, watching
from tests.integration.store.desks import now
from tests.integration.store.test_attend import writer_of


async def test_it_looks_now_and_then(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, looks, at = await writer_of(db), Attending(), 0.0
    monkeypatch.setattr(module, "monotonic_s", lambda: at)
    due = await now(db) + 2 * HOUR_US
    monkeypatch.setattr("monitor.store.attend.now_us", lambda: due)
    assert not await looks.look(None, due)
    assert not await looks.look(writer, -(2**63)), "nothing is known yet"
    at = 10.0
    assert not await looks.look(writer, due - 2 * HOUR_US)
    at += module.ATTEND_S / 2
    assert not await looks.look(writer, due)
    at += module.ATTEND_S / 2
    assert await looks.look(writer, due)


async def test_what_fails_is_said_and_tried_again_much_later(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert that is ours to get wrong keeps back no line."""
    writer, looks, at = await writer_of(db), Attending(), 10.0
    monkeypatch.setattr(module, "monotonic_s", lambda: at)
    due = await now(db) + 2 * HOUR_US
    monkeypatch.setattr("monitor.store.attend.now_us", lambda: due)
    await db.execute("ALTER TABLE alert_change RENAME COLUMN mute TO other")
    with capture_logs() as logs:
        assert not await looks.look(writer, due)
    assert logs[0]["event"].startswith("What is due of alerts could not be done")
    await db.execute("ALTER TABLE alert_change RENAME COLUMN other TO mute")
    at += module.LATER_S - 1
    assert not await looks.look(writer, due)
    at += 1
    assert await looks.look(writer, due)


async def test_the_follower_looks_when_it_has_read_all_and_between_batches(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a batch all is known until its last line; when nothing waits, all is."""
    seen: list[int | None] = []

    async def look(_: Attending, writer: Writer | None, known_to: int | None) -> bool:
        assert writer is not None
        seen.append(known_to)
        return False

    monkeypatch.setattr(Attending, "look", look)
    monkeypatch.setattr("monitor.service.follow.now_us", lambda: AT + 60_000_000)
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1), heard(5, 2), nothing(6))
        assert seen[0] == AT + 6_000_000
    seen.clear()
    async with watching(tmp_path, database) as watch:
        async with watch.running():
            await until(lambda: bool(seen))
        assert seen[0] is None


async def test_a_frozen_look_does_not_freeze_the_watch_for_ever(db: asyncpg.Connection) -> None:
    """It is given up after the time that a batch may take."""
    writer = await writer_of(db)
    writer.batch_s = 0.2
    async with writer.one:
        looks = Attending()
        with pytest.raises(TimeoutError):
            await looks.look(writer, await now(db) + 2 * HOUR_US)
        assert not await looks.look(writer, None), "not at once again: batches come first"
