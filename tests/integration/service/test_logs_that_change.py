"""Logs that grow, or cannot be read for a while, or are taken by two: no line is left out."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import backfill as command
from monitor.cli import replay as replay_command
from monitor.engine.reorder import LATENESS_US
from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.feed.ordered import Ordered
from monitor.service.backfill import Backfill
from monitor.service.logs import logs_of
from monitor.service.replay import Replay, ReplayOptions
from monitor.service.runner import Runner
from monitor.service.totals import Totals
from monitor.store import presence
from monitor.store.database import connected
from tests.integration.service.backfills import Here
from tests.integration.service.replays import FENCES, LINES, write
from tests.integration.service.seafarers import asked
from tests.program import run_here

POSITIONS = "SELECT count(*)::int FROM position"
EVENTS = "SELECT count(*)::int FROM event WHERE state <> 'withdrawn'"
SINGLE = [line for line in LINES if b"VDM,1,1," in line]


@pytest.fixture(autouse=True)
def _short_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log is known by so little that what is appended does not change it."""
    monkeypatch.setattr("monitor.feed.logfile.HEAD_BYTES", 4096)
    monkeypatch.setattr("monitor.feed.merging.CHUNK_LINES", 20)
    monkeypatch.setattr("monitor.feed.runs.BLOCK_LINES", 20)


def taken(url: str, run: Replay, paths: Sequence[Path]) -> Totals:
    """What a run over these logs comes to."""

    async def take() -> Totals:
        logs, _ = logs_of(tuple(map(str, paths)))
        async with connected(url) as connection:
            return await run.run(logs, await Runner.open(FENCES, connection))

    return asyncio.run(take())


def backfill(folder: Path, **options: Any) -> Backfill:
    """A backfill in this process."""
    return Backfill(options=ReplayOptions(**options), make_crew=Here, root=folder / "spill")


def side_by_side(folder: Path, until: int) -> tuple[Path, Path]:
    """Two logs of the same time."""
    return (
        write(folder / "one.nmea", SINGLE[0:until:2]),
        write(folder / "two.nmea", SINGLE[1:until:2]),
    )


def test_logs_side_by_side_that_grew_are_taken_again(
    database: str, other: str, tmp_path: Path
) -> None:
    """Two stations' logs, each morning; once nothing came it is said that nothing did."""
    taken(database, Replay(), side_by_side(tmp_path, 300))
    logs = side_by_side(tmp_path, len(SINGLE))
    totals = taken(database, Replay(), logs)
    assert totals.notes == ["one.nmea + two.nmea: more came since, all of it is taken again."]
    taken(other, Replay(), logs)
    assert asked(database, POSITIONS) == asked(other, POSITIONS)
    assert taken(database, Replay(), logs).skipped == ["one.nmea + two.nmea"]


@pytest.mark.parametrize("stops", [False, True])
def test_an_archive_that_grew_is_taken_again(
    database: str, other: str, tmp_path: Path, *, stops: bool
) -> None:
    """Also by a backfill that was stopped before."""
    path = tmp_path / "sea.zip"
    for lines in (LINES[:300], LINES):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("sea.nmea", b"".join(line + b"\n" for line in lines))
        run = backfill(tmp_path)
        if stops and lines is not LINES:
            run.on_progress = lambda *_, run=run: run.stop.set()  # type: ignore[misc]
        taken(database, run, [path])
    taken(other, Replay(), [path])
    assert asked(database, POSITIONS) == asked(other, POSITIONS)


@pytest.mark.parametrize("many", [1, 2])
def test_a_disk_that_fails_for_a_while_cuts_no_log_off(
    database: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """It is told, and the same command goes on when it can be read again."""
    logs = side_by_side(tmp_path, len(SINGLE))
    if many == 1:
        logs = (write(tmp_path / "all.nmea", SINGLE),)  # type: ignore[assignment]
    opens = LogFile._open

    class Failing:
        """A stream that fails behind some bytes."""

        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def read1(self, size: int) -> bytes:
            """Read, or fail."""
            if self.stream.tell() >= 10_000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            found: bytes = self.stream.read1(min(size, 4096))
            return found

    def failing(log: LogFile, path: str) -> None:
        opens(log, path)
        log._stream = Failing(log._stream)

    with monkeypatch.context() as patch:
        patch.setattr(LogFile, "_open", failing)
        for run in (Replay(), backfill(tmp_path)):
            with pytest.raises(InputError, match=r"nmea cannot be read on: Input/output error\."):
                taken(database, run, logs)
    taken(database, backfill(tmp_path), logs)
    taken(other, Replay(), logs)
    assert asked(database, POSITIONS) == asked(other, POSITIONS)


def test_a_run_that_somebody_deleted_is_missed(database: str, tmp_path: Path) -> None:
    """Of a backfill that is stopped; decoded again, all of it is there."""
    log = write(tmp_path / "all.nmea", LINES)
    run = backfill(tmp_path, piece_bytes=5000)
    run.on_progress = lambda *_: run.stop.set()
    assert taken(database, run, [log]).stopped
    runs = sorted((tmp_path / "spill").rglob("*.run"))
    runs[len(runs) // 2].unlink()
    wanted = r"Of \d+ lines that were decoded \d+ are in .*spill.*: delete it, and run the same"
    with pytest.raises(InputError, match=wanted):
        taken(database, backfill(tmp_path, piece_bytes=5000), [log])


def test_who_goes_on_with_what_is_decoded_tells_no_number_of_reports(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They were counted by who decoded it: none were, it said."""
    log, said = write(tmp_path / "all.nmea", LINES), list[str]()
    for stops in (True, False):
        run = backfill(tmp_path)
        if stops:
            run.on_progress = lambda *_, run=run: run.stop.set()  # type: ignore[misc]
        replay_command.report(taken(database, run, [log]), [], "table", dry_run=False, wide=False)
        said.append(capsys.readouterr().out)
    assert "521 reports, " in said[0]
    assert " lines, " in said[1]
    assert "reports" not in said[1]


def test_a_full_disk_is_no_fault_of_ours(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs of one time are put in order on disk."""

    def full(ordered: Ordered, hour: int) -> Any:
        return ordered._files.setdefault(hour, Path("/dev/full").open("ab", buffering=0))

    monkeypatch.setattr(Ordered, "_file", full)
    with pytest.raises(InputError, match="free some of it, or name another folder in TMPDIR"):
        taken(database, Replay(), side_by_side(tmp_path, len(SINGLE)))


def test_ctrl_c_ends_the_counting_of_days(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """After years were taken it takes hours; the same command, or the watch, counts the rest."""
    count, counted = presence._count, list[Any]()

    async def slowly(connection: Any, day: Any, version: int) -> bool:
        counted.append(day)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.1)
        return await count(connection, day, version)

    monkeypatch.setattr(presence, "_count", slowly)
    monkeypatch.setenv("MONITOR_DATABASE_URL", database)
    monkeypatch.setenv("MONITOR_HOME", str(tmp_path / "home"))
    log = write(tmp_path / "all.nmea", LINES)
    words = ("backfill", log, "--workers", "1")
    code, out, _ = run_here(*words, capture=capsys, patch=monkeypatch)
    assert (code, len(counted)) == (130, 1)
    assert out.endswith("Stopped before the end: the same command goes on from here.\n")


def test_who_counts_days_takes_what_another_handed_over_meanwhile(
    database: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was told that this would be done."""
    logs = [write(tmp_path / "1.nmea", LINES[:250]), write(tmp_path / "2.nmea", LINES[250:])]
    count = presence._count

    async def take() -> None:
        counts, goes_on = asyncio.Event(), asyncio.Event()

        async def slowly(connection: Any, day: Any, version: int) -> bool:
            counts.set()
            await goes_on.wait()
            return await count(connection, day, version)

        monkeypatch.setattr(presence, "_count", slowly)

        async def go(path: Path) -> Totals:
            run = backfill(tmp_path)
            found, _ = logs_of((str(path),))
            run.prepare(found)
            return await command._go(run, found, database, FENCES, LATENESS_US)

        async with asyncio.timeout(60):
            first = asyncio.ensure_future(go(logs[0]))
            await counts.wait()
            assert "writes to this database" in " ".join((await go(logs[1])).notes)
            goes_on.set()
            await first

    asyncio.run(take())
    taken(other, Replay(), logs)
    assert asked(database, EVENTS) == asked(other, EVENTS)
    assert asked(database, "SELECT count(*)::int FROM late_report") == [(0,)]
