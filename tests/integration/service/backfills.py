"""Logs that are backfilled as the command does it, and what becomes of the tables."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from monitor.feed.logfile import LogFile
from monitor.service.backfill import Backfill
from monitor.service.crew import Crew, Task
from monitor.service.pieces import Decoded, Piece, decode_piece
from monitor.service.replay import ReplayOptions
from monitor.service.runner import Runner
from monitor.store.database import connected
from tests.acceptance.test_kill import tables
from tests.integration.service.replays import FENCES

HOW_FAR = {"source_offset", "waiting_report"}
"""Tables that say how far which input was taken, and which batches what waits came in."""

NUMBERED = {"kept_state", "pipeline_state", "vessel_state"}
"""Tables in which reports have arrival numbers."""


class Here(Crew[Decoded]):
    """A thread of this process in the place of a pool."""

    def __init__(self, work: Callable[[Piece], Decoded] = decode_piece) -> None:
        """Nothing was asked for."""
        super().__init__(work)
        self._thread = ThreadPoolExecutor(1)
        self.asked: list[Piece] = []

    @property
    def size(self) -> int:
        """See Crew."""
        return 2

    def ask(self, piece: Piece) -> Task[Decoded]:
        """Note it as well."""
        self.asked.append(piece)
        return super().ask(piece)

    def _submit(self, piece: Piece) -> Future[Decoded]:
        return self._thread.submit(self._work, piece)

    def _lost(self) -> tuple[type[BaseException], ...]:
        return ()

    def _again(self, task: Task[Decoded]) -> None:
        raise AssertionError(task)

    def close(self) -> None:
        """See Crew."""
        self._thread.shutdown()


def backfill(
    url: str | None, *paths: Path, crew: Crew[Decoded] | None = None, run: Backfill | None = None,
    **options: Any,
) -> Backfill:  # fmt: skip
    """Backfill logs; without a URL a dry run."""
    crew = crew or Here()
    run = run or Backfill(
        options=ReplayOptions(**options), make_crew=lambda: crew, root=paths[0].parent / "spill"
    )

    async def go() -> None:
        logs = [LogFile(str(path)) for path in paths]
        if url is None:
            await run.run(logs, await Runner.open(FENCES, None))
            return
        async with connected(url) as connection:
            await run.run(logs, await Runner.open(FENCES, connection))

    asyncio.run(go())
    return run


def told(url: str, *, without: set[str] = HOW_FAR) -> dict[str, list[Any]]:
    """All that is stored, but for some tables."""
    return {name: rows for name, rows in tables(url).items() if name not in without}
