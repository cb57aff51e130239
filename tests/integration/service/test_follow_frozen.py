"""A database that stands still, and answers nothing: it is known, said, and outlived."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.engine.outcome import Outcome
from monitor.service import follow, probe
from monitor.service.runner import Runner
from tests.integration.service.journals import (
    AWAY,
    BACK,
    Watch,
    heard,
    hurried,
    nothing,
    ships_in,
    until,
    watching,
)

STALLED = r"lines wait, and nothing was committed for \d+ s\."
PIDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """Processes that stand still."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def servers(db: asyncpg.Connection) -> list[int]:
    """Processes that serve connections to the database of a test."""
    return [row["pid"] for row in await db.fetch(PIDS)]


async def begin(watch: Watch) -> None:
    """Let the first line come."""
    watch.spool.append(heard(1, 1))
    await until(lambda: watch.status.store.rows == 1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, and try again soon."""
    monkeypatch.setattr(follow, "MIND_S", 0.05)
    monkeypatch.setattr(probe, "SLOW_S", 3600.0)  # see test_probe
    monkeypatch.setattr(follow, "RETRY_S", 0.05)
    monkeypatch.setattr(follow, "RETRY_MAX_S", 0.1)


async def test_it_is_said_while_it_stands_still_and_when_it_goes_on(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very batch that waits is committed then; feeds are not slowed meanwhile."""
    async with watching(tmp_path, database) as watch:
        with capture_logs() as said:
            async with watch.running():
                await begin(watch)
                store = watch.status.store
                with frozen(await servers(db)), monkeypatch.context() as patience:
                    patience.setattr(follow, "STALLED_S", 1.5)
                    watch.spool.append(heard(2, 2))
                    await until(lambda: not store.ready)
                    why = store.why
                    assert re.fullmatch(STALLED, why)
                    assert not watch.hub.slows
                await until(lambda: store.rows == 2)
                assert (store.ready, store.why) == (True, "batches are committed")
                assert watch.hub.slows
        assert watch.connections == 1
    assert [entry["event"] for entry in said] == [BACK, f"{AWAY}{why}", BACK]
    assert await ships_in(db) == [1, 2]


async def test_an_engine_that_takes_long_is_not_taken_for_a_database_that_is_away(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked of the server meanwhile."""
    takes = Runner.take

    def slowly(runner: Runner, *given: Any) -> Outcome:
        time.sleep(3.0)
        return takes(runner, *given)

    async with watching(tmp_path, database) as watch:
        with capture_logs() as said:
            async with watch.running():
                await begin(watch)
                monkeypatch.setattr(follow, "STALLED_S", 1.5)
                monkeypatch.setattr(Runner, "take", slowly)
                watch.spool.append(heard(2, 2))
                await until(lambda: watch.status.store.rows == 2)
    words = [entry["event"] for entry in said]
    assert (words[0], words[-1]) == (BACK, BACK)
    assert len(words) == 3
    assert re.fullmatch(f"The engine takes long, what comes is kept on disk: {STALLED}", words[1])
    assert await ships_in(db) == [1, 2]


async def test_one_that_stands_still_for_longer_is_connected_to_anew(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """What the old server process still has of the batch is undone, or is the commit itself."""
    async with watching(tmp_path, database) as watch, watch.running():
        await begin(watch)
        with frozen(await servers(db)), hurried(0.6):
            watch.spool.append(heard(2, 2) + heard(3, 3))
            await until(lambda: "Another monitor" in watch.status.store.why)
            assert not watch.status.store.ready
        await until(lambda: watch.status.store.rows == 3)
        assert watch.status.store.ready
    assert await ships_in(db) == [1, 2, 3]


async def test_where_nothing_comes_nothing_is_wrong(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line waits: that nothing is committed says nothing."""
    monkeypatch.setattr(follow, "STALLED_S", 1.5)
    async with watching(tmp_path, database) as watch, watch.running():
        await begin(watch)
        for second in range(30):
            watch.spool.append(nothing(2 + second))
            await asyncio.sleep(0.1)
            assert watch.status.store.ready
    assert await ships_in(db) == [1]
