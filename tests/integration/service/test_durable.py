"""What the power may take: nothing that was answered for, nothing recorded that is stored."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.service import live as live_module
from monitor.service.durable import Durable
from monitor.service.runner import Runner
from tests.integration.service.journals import heard, report, until, watching
from tests.integration.service.test_live import running, watch


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Positions up to which all was synced, in order."""
    said: list[Any] = []
    reach = Durable.reach

    def noted(durable: Durable, position: int | None = None) -> bool:
        done = reach(durable, position)
        time.sleep(0.1)  # a slow disk
        said.append(position)
        return done

    monkeypatch.setattr(Durable, "reach", noted)
    return said


async def test_what_cannot_be_synced_is_not_answered_for(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the journal's file, which the power would take."""

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    async with watching(tmp_path, database) as desk, desk.running():
        desk.hub.add("harbour", report(1))
        assert await desk.hub.kept()
        desk.hub.add("harbour", report(2))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", failing)
            assert not await desk.hub.kept()
        assert await desk.hub.kept()


@pytest.mark.parametrize("recorded", [True, False])
async def test_what_is_recorded_is_synced_before_it_is_stored(
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    synced: list[Any],
    *,
    recorded: bool,
) -> None:
    """Where nothing is recorded what is stored needs no journal any more."""
    commit = Runner.commit

    async def noted(runner: Runner, batch: Any) -> Any:
        synced.append("stored")
        return await commit(runner, batch)

    monkeypatch.setattr(Runner, "commit", noted)
    async with watching(tmp_path, database) as desk:
        desk.spool.recorded = recorded
        await desk.read(heard(0, 1))
        end = desk.spool.end
    assert synced == [*([end] if recorded else []), "stored"]


async def test_with_the_store_away_what_came_is_synced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: list[Any]
) -> None:
    monkeypatch.setattr(live_module, "SYNC_S", 0.01)
    live = watch(tmp_path, None)
    async with running(live):
        await until(lambda: len(synced) > 2)
