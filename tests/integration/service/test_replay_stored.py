"""A replay takes recorded logs into PostGIS, piece by piece, and goes on where it was left."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.engine.pipeline import Pipeline
from monitor.errors import BatchRefusedError, FaultError, InputError, StoreError
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block
from monitor.model import Event
from monitor.service.replay import Replay, ReplayOptions
from monitor.service.runner import Runner
from monitor.units import NO_TIME, SECOND_US
from tests.acceptance.test_kill import tables
from tests.integration.service.journals import AT, HEAD, report
from tests.integration.service.replays import FENCES, LINES, replay, write
from tests.integration.service.seafarers import asked
from tests.integration.service.test_follow import END


def told(*paths: Path, **options: Any) -> list[str]:
    """All that a dry run finds, in order."""
    run, found = Replay(ReplayOptions(**options)), list[Any]()
    run.on_findings = found.extend
    replay(None, *paths, run=run)
    return [repr(finding) for finding in found]


# -- what it did ---------------------------------------------------------------------------------


def test_what_it_did_is_counted(database: str, log: Path) -> None:
    """Lines, reports, fixes, refusals, vessels, events by kind; it is neither new nor old."""
    totals = replay(database, log).totals
    assert (totals.lines, totals.vessels, totals.stopped) == (557, 2, False)
    assert asked(database, "SELECT count(*) FROM position") == [(totals.fixes,)]
    assert asked(database, "SELECT sum(count)::int FROM report_count") == [(totals.reports,)]
    assert dict(asked(database, "SELECT reason, sum(count)::int FROM refusal GROUP BY 1")) == (
        totals.refusals
    )
    assert dict(asked(database, "SELECT kind, count(*) FROM event GROUP BY 1")) == totals.events
    assert totals.events["PortArrived"] == 4
    assert (totals.skipped, totals.resumed) == ([], [])
    assert asked(database, "SELECT lines, finished FROM source_offset") == [(557, True)]


def test_a_second_time_it_is_passed_over(database: str, log: Path) -> None:
    """Under another name too: a log is known by its first bytes."""
    replay(database, log)
    before = tables(database)
    other = log.rename(log.with_name("other.nmea"))
    totals = replay(database, other).totals
    assert (totals.skipped, totals.resumed, totals.lines) == (["other.nmea"], [], 0)
    assert tables(database) == before


@pytest.mark.parametrize("size", [1, 700, 20_000])
def test_pieces_may_be_cut_anywhere(log: Path, size: int) -> None:
    """The same findings, in the same order."""
    assert told(log, piece_bytes=size) == told(log)
    assert len(told(log)) > 9


def test_what_is_found_is_handed_on_when_it_is_stored(database: str, log: Path) -> None:
    """And how far it is, piece by piece."""
    run = Replay(ReplayOptions(piece_bytes=2000))
    known: list[bool] = []
    lines: list[int] = []

    def look(findings: list[Any]) -> None:
        ids = {row[0].hex for row in asked_beside(database, "SELECT id FROM event")}
        known.extend(item.id in ids for item in findings if isinstance(item, Event))

    run.on_findings = look
    run.on_progress = lambda totals, _: lines.append(totals.lines)
    replay(database, log, run=run)
    assert len(known) > 5
    assert all(known)
    assert lines == sorted(lines)
    assert (len(set(lines)) > 10, lines[-1]) == (True, 557)


def asked_beside(url: str, query: str) -> list[tuple[Any, ...]]:
    """Ask the database from within a running loop."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only here

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asked, url, query).result()


# -- several logs --------------------------------------------------------------------------------


def test_logs_that_follow_one_another_are_taken_by_their_begin(tmp_path: Path) -> None:
    """In whatever order they are named."""
    early = write(tmp_path / "z.nmea", LINES[:300])
    late = write(tmp_path / "a.nmea", LINES[300:])
    assert told(late, early) == told(early, late)


def test_logs_of_one_time_are_put_in_order_and_stored_once(
    database: str, other: str, tmp_path: Path
) -> None:
    """They are known together; stopped, it goes on behind the hours that are stored."""
    one, two = (write(tmp_path / f"{i}.nmea", LINES[i::2]) for i in range(2))
    replay(other, one, two)
    run = Replay()
    run.on_progress = lambda totals, _: run.stop.set() if totals.fixes > 50 else None
    assert replay(database, one, two, run=run).totals.stopped
    assert replay(database, one, two).totals.resumed == ["0.nmea + 1.nmea"]
    assert tables(database) == tables(other)
    assert replay(database, one, two).totals.skipped == ["0.nmea + 1.nmea"]
    assert tables(database) == tables(other)


# -- what cannot be done -------------------------------------------------------------------------


def test_a_log_without_time_is_refused_unless_its_begin_is_said(tmp_path: Path) -> None:
    """In a sentence that says how."""
    path = write(tmp_path / "undated.nmea", [report(1).strip()] * 3)
    with pytest.raises(InputError) as refused:
        replay(None, path)
    assert str(refused.value) == (f"{path} has no time in it: say with --start when it began.")
    assert replay(None, path, start_at=AT).totals.reports == 3


def test_what_is_no_log_is_refused_before_any_is_taken(database: str, log: Path) -> None:
    """The good one beside it is not begun."""
    bad = log.with_name("bad.bin")
    bad.write_bytes(bytes(range(256)) * 40)
    for form in (None, "nmea"):
        with pytest.raises(InputError, match=r"bad\.bin"):
            replay(database, log, bad, input_format=form)
    assert asked(database, "SELECT count(*) FROM position") == [(0,)]


def take_badly(pipeline: Pipeline, source: str | None, reports: Any, **how: bool) -> Any:
    """Fail on the second half."""
    if (reports.positions["line"] > 300).any():
        message = "six"
        raise ZeroDivisionError(message)
    return take_well(pipeline, source, reports, **how)


take_well = Pipeline.take


def test_a_fault_of_ours_ends_it_in_a_sentence_and_the_next_run_goes_on(
    database: str, other: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored before stays stored."""
    replay(other, log)
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "take", take_badly)
        with pytest.raises(FaultError, match=r"of ours: ZeroDivisionError at test_replay") as told:
            replay(database, log, piece_bytes=1000)
    assert isinstance(told.value.__cause__, ZeroDivisionError)
    ((lines,),) = asked(database, "SELECT lines FROM source_offset")
    assert 200 < lines <= 300
    assert replay(database, log).totals.resumed == ["sea.nmea"]
    assert tables(database) == tables(other)


def test_a_database_that_goes_away_ends_it_in_a_sentence(
    database: str, other: str, log: Path
) -> None:
    """And the next run goes on."""
    replay(other, log)
    run = Replay(ReplayOptions(piece_bytes=2000))
    run.on_progress = lambda *_: asked_beside(database, END) and None
    with pytest.raises(StoreError, match=r"^The database went away: "):
        replay(database, log, run=run)
    replay(database, log)
    assert tables(database) == tables(other)


def test_a_batch_that_the_database_refuses_ends_it(database: str, other: str, log: Path) -> None:
    """In its own words; when it is mended the next run goes on."""
    replay(other, log)
    asked(database, "ALTER TABLE source_offset ADD CONSTRAINT few CHECK (lines < 200)")
    with pytest.raises(BatchRefusedError, match='violates check constraint "few"'):
        replay(database, log, piece_bytes=2000)
    ((lines,),) = asked(database, "SELECT lines FROM source_offset")
    assert 150 < lines < 200
    asked(database, "ALTER TABLE source_offset DROP CONSTRAINT few")
    replay(database, log)
    assert tables(database) == tables(other)


# -- in scaled time ------------------------------------------------------------------------------


def paced(tmp_path: Path, count: int = 11) -> Path:
    """A journal of so many lines, a second apart, some four a piece."""
    path = tmp_path / "slow.ais"
    comment = b"#" * 900 + b"\n"
    lines = [block(AT + i * SECOND_US, "harbour", report(i) + comment) for i in range(count)]
    path.write_bytes(HEAD + b"".join(lines))
    return path


def test_in_scaled_time_lines_come_when_they_are_due(tmp_path: Path) -> None:
    """Ten seconds, twenty times as fast."""
    began = time.monotonic()
    assert replay(None, paced(tmp_path), speed=20.0).totals.lines == 22
    assert 0.5 <= time.monotonic() - began < 5


@pytest.mark.usefixtures("short_heads")
def test_in_scaled_time_it_is_stopped_while_it_waits(tmp_path: Path) -> None:
    """Not when the next line is due."""
    run = Replay(ReplayOptions(speed=0.001))

    async def soon() -> None:
        await asyncio.sleep(0.2)
        run.stop.set()

    async def go() -> None:
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(soon())
            await run.run([LogFile(str(paced(tmp_path, 60)))], await Runner.open(FENCES, None))

    asyncio.run(go())
    assert run.totals.stopped
    assert run.totals.lines < 60


@pytest.mark.parametrize("fails", [False, True])
def test_the_interpreter_is_left_as_it_was(log: Path, *, fails: bool) -> None:
    """It is tuned for large arrays while it runs."""
    before = gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()
    during: list[Any] = []
    run = Replay(ReplayOptions(start_at=NO_TIME))

    def look(*_: Any) -> None:
        during.append((gc.get_threshold()[0], sys.getswitchinterval()))
        if fails:
            message = "no."
            raise InputError(message)

    run.on_progress = look
    try:
        replay(None, log, run=run)
    except InputError:
        assert fails
    assert during[0] == (200_000, 0.001)
    assert (gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()) == before
