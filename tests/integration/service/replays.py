"""Logs that are replayed as the command does it, and stopped on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from monitor.feed.logfile import LogFile
from monitor.service.replay import Replay, ReplayOptions
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.store.database import connected
from tests.ports import ports

FENCES = ports()
LINES = simulator.simulate("dark-transfer").lines
"""Two ships that meet at sea, dark; 557 lines of four days."""


def write(path: Path, lines: list[bytes]) -> Path:
    """Write a log."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def replay(url: str | None, *paths: Path, run: Replay | None = None, **options: Any) -> Replay:
    """Replay logs as the command does; without a URL a dry run."""
    run = Replay(ReplayOptions(**options)) if run is None else run

    async def go() -> None:
        logs = [LogFile(str(path)) for path in paths]
        if url is None:
            await run.run(logs, await Runner.open(FENCES, None))
            return
        async with connected(url) as connection:
            await run.run(logs, await Runner.open(FENCES, connection))

    asyncio.run(go())
    return run


def stopped(url: str, *paths: Path, piece_bytes: int, **options: Any) -> Replay:
    """The same, and its user stops it as soon as something is stored."""
    run = Replay(ReplayOptions(piece_bytes=piece_bytes, **options))
    run.on_progress = lambda *_: run.stop.set()
    assert replay(url, *paths, run=run).totals.stopped
    return run
