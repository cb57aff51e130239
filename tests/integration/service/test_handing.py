"""Logs are handed to the process that writes, which takes them in; or taken in when it is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from monitor.feed.logfile import LogFile
from monitor.service.handing import Handing
from monitor.service.replay import Replay
from monitor.service.reviser import Reviser
from monitor.service.runner import Runner
from monitor.store.database import connected
from tests.integration.service.late import differences, held
from tests.integration.service.replays import FENCES, replay, write
from tests.integration.service.test_reviser import dealt, lines_of

WHO = "Another monitor (process 1 on sea)"


def logs_of(folder: Path) -> list[Path]:
    parts = dealt(lines_of("dirty-fleet", 6), 3, 6)
    return [write(folder / f"{n}.nmea", part) for n, part in enumerate(parts)]


def files(*paths: Path) -> list[LogFile]:
    return [LogFile(str(path)) for path in paths]


async def received(url: str) -> int:
    """When the newest line came in, us."""
    async with connected(url) as connection:
        head = await connection.fetchval("SELECT head FROM pipeline_state")
        return int(json.loads(head)["received"])


async def tidied(runner: Runner, now: int) -> int:
    """Let who writes look at ``now`` for what was handed over, and take it; how many ships."""
    await runner.commit(runner.batch(runner.pipeline.advance(now), []))
    await runner.commit(runner.batch(runner.finish(), []))
    runner.late += 1
    reviser, ships = Reviser(runner), 0
    while reviser.waits and (step := await reviser.step()) is not None:
        ships += step.ships
    return ships


def test_who_writes_takes_in_what_it_is_handed(database: str, other: str, tmp_path: Path) -> None:
    """The first log is its own; two others come beside it, and it tells what one replay would."""
    import asyncio  # noqa: PLC0415 - replays run loops of their own

    logs = logs_of(tmp_path)
    replay(other, *logs)
    newest = asyncio.run(received(other))
    said: list[str] = []

    async def go() -> None:
        async with connected(database) as mine, connected(database) as theirs:
            watch = await Runner.open(FENCES, mine)
            await Replay().run(files(logs[0]), watch)
            for log in logs[1:]:
                totals = await Replay().hand_over(files(log), FENCES, theirs, WHO)
                assert totals.revised.ships == 0
                assert totals.refusals["late"] > 0
                said.extend(totals.notes)
                assert await tidied(watch, newest) > 0

    asyncio.run(go())
    assert said[0].startswith(f"{WHO} writes to this database: it was handed these reports")
    assert differences(held(database), held(other)) == []


def test_what_it_left_is_taken_in_when_it_is_gone(
    database: str, other: str, tmp_path: Path
) -> None:
    import asyncio  # noqa: PLC0415

    logs = logs_of(tmp_path)
    replay(other, *logs)
    replay(database, *logs[:1])

    async def go() -> Any:
        async with connected(database) as theirs:
            await Replay().run(files(logs[1]), await Handing.beside(FENCES, theirs))
            return await Replay().hand_over(files(logs[2]), FENCES, theirs, WHO)

    totals = asyncio.run(go())
    assert totals.revised.ships > 0
    assert (totals.refusals["late"], totals.notes) == (0, [])
    assert differences(held(database), held(other)) == []


def test_a_log_is_handed_over_once(database: str, tmp_path: Path) -> None:
    """Stopped or not, the same command goes on where it was."""
    import asyncio  # noqa: PLC0415

    log = logs_of(tmp_path)[0]

    async def go() -> tuple[int, list[str]]:
        async with connected(database) as mine, connected(database) as theirs:
            await Runner.open(FENCES, mine)
            first = await Replay().hand_over(files(log), FENCES, theirs, WHO)
            again = await Replay().hand_over(files(log), FENCES, theirs, WHO)
            count = await mine.fetchval("SELECT count(*) FROM late_report")
            assert count == first.refusals["late"]
            return again.lines, again.skipped

    assert asyncio.run(go()) == (0, ["0.nmea"])
