"""The end of a replay: what waits is let out in a batch of its own, and that may be lost too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.engine.pipeline import Pipeline
from monitor.feed.logfile import LogFile
from monitor.service.replay import Replay
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from tests.acceptance.test_kill import tables
from tests.ports import ports


class DiedError(BaseException):
    """The process dies here: no error that anybody handles."""


async def replay(url: str, logs: list[Path]) -> Replay:
    """Replay logs into a database as the command does."""
    run = Replay()
    async with connected(url) as connection:
        runner = await Runner.open(ports(), connection)
        await run.run([LogFile(str(log)) for log in logs], runner)
    return run


def die(*_: Any) -> None:
    """End in the moment between the last piece and the closing batch."""
    raise DiedError


@pytest.mark.parametrize("side_by_side", [False, True])
def test_death_before_the_closing_batch_loses_nothing(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, side_by_side: bool
) -> None:
    """The next run lets out what waits; a third has nothing to do and changes nothing."""
    import asyncio  # noqa: PLC0415 - tables() runs a loop of its own

    lines = simulator.simulate("call").lines
    parts = [lines[0::2], lines[1::2]] if side_by_side else [lines]
    logs = []
    for index, part in enumerate(parts):
        logs.append(tmp_path / f"{index}.nmea")
        logs[-1].write_bytes(b"".join(line + b"\n" for line in part))
    names = [f"finish_{side_by_side}_{word}".lower() for word in ("wanted", "died")]
    wanted, died = (cluster.create_database(name, template="template_monitor") for name in names)
    asyncio.run(replay(wanted, logs))
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "finish", die)
        with pytest.raises(DiedError):
            asyncio.run(replay(died, logs))
    assert tables(died) != tables(wanted)
    asyncio.run(replay(died, logs))
    assert tables(died) == tables(wanted)
    third = asyncio.run(replay(died, logs))
    assert third.totals.skipped
    assert tables(died) == tables(wanted)
