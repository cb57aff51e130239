"""A block that the database refuses, or on which we fail, is put aside: the rest goes on.

It is the last resort, where what is refused cannot be left out as a row: see also
``test_follow_sifted.py``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.decode.journal import JournalDecoder
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import Lines, Reports
from monitor.service import refused_block, runner
from tests.integration.service.journals import (
    ASIDE,
    BACK,
    BAD,
    HEAD,
    OURS,
    heard,
    nothing,
    report,
    ships_in,
    until,
    watching,
)


async def refuse(db: asyncpg.Connection) -> None:
    """Let the database refuse one ship, and even to keep what it refused of her."""
    await db.execute(
        f"ALTER TABLE position_recent ADD CONSTRAINT no_{BAD} CHECK (mmsi <> 211000666)"
    )
    await db.execute("ALTER TABLE refused_row ADD CONSTRAINT none CHECK (false)")


async def test_one_block_that_the_database_refuses(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """It is put aside alone, in the database's own words; those around it came in the same go."""
    await refuse(db)
    before, after = heard(0, *range(1, 101)), heard(2, *range(101, 111))
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(before, heard(1, BAD), after, heard(3, 111, feed="roads"))
            place = len(HEAD + before)
            assert watch.put_aside == {f"refused-{place:020d}.ais": HEAD + heard(1, BAD)}
            assert watch.status.lines == 111
            assert watch.spool.waiting_bytes == 0
            assert watch.follower._most > 1, "the next may be larger again"
    assert await ships_in(db) == list(range(1, 112))
    (entry,) = [entry for entry in said if entry["log_level"] == "error"]
    assert entry["event"] == ASIDE
    assert entry["reason"].startswith(
        'The database refused: new row for relation "position_2023_11"'
    )
    assert f'violates check constraint "no_{BAD}"' in entry["reason"]
    assert isinstance(entry["exc_info"], asyncpg.CheckViolationError)


def take_badly(pipeline: Pipeline, source: str | None, reports: Reports, **how: bool) -> Outcome:
    """Fail on one ship."""
    if 211_000_000 + BAD in reports.positions["mmsi"]:
        return 1 // 0
    return take_well(pipeline, source, reports, **how)


take_well = Pipeline.take


def decode_badly(decoder: JournalDecoder, lines: Lines, *, final: bool = False) -> Reports:
    """Fail on one ship."""
    if report(BAD) in lines.data:
        return {}[BAD]
    return decode_well(decoder, lines, final=final)


decode_well = JournalDecoder.decode


def make_badly(outcome: Outcome, *rest: Any, **words: Any) -> Any:
    """Fail on one ship."""
    if 211_000_000 + BAD in outcome.fixes["mmsi"]:
        message = "no ship"
        raise ValueError(message)
    return make_well(outcome, *rest, **words)


make_well = runner.make_batch


@pytest.mark.parametrize(
    ("where", "fault", "words", "cause"),
    [
        ("monitor.engine.pipeline.Pipeline.take", take_badly,
         "ZeroDivisionError at test_follow_refused.py:", ZeroDivisionError),
        ("monitor.decode.journal.JournalDecoder.decode", decode_badly,
         "KeyError at test_follow_refused.py:", KeyError),
        ("monitor.service.runner.make_batch", make_badly,
         "ValueError at test_follow_refused.py:", ValueError),
    ],
)  # fmt: skip
async def test_one_block_on_which_we_fail(
    database: str,
    db: asyncpg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    fault: Callable[..., Any],
    words: str,
    cause: type[Exception],
) -> None:
    """It is said that it is our fault, the trace is in the log, and all others are stored."""
    monkeypatch.setattr(where, fault)
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(heard(0, 1, 2), heard(1, 3, BAD), heard(2, 4), heard(3, 5))
            assert list(watch.put_aside.values()) == [HEAD + heard(1, 3, BAD)]
            assert watch.status.lines == 4
    assert await ships_in(db) == [1, 2, 4, 5]
    (entry,) = [entry for entry in said if entry["log_level"] == "error"]
    assert entry["event"] == ASIDE
    assert entry["reason"].startswith(OURS + words)
    assert isinstance(entry["exc_info"], cause)
    assert entry["exc_info"].__traceback__ is not None
    assert {entry["event"] for entry in said} == {ASIDE, BACK}, "the database was never away"


async def test_two_blocks_apart_are_put_aside_each_by_itself(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The good one between them is stored."""
    await refuse(db)
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, BAD), heard(1, 1), heard(2, BAD, 2), heard(3, 3))
        assert sorted(watch.put_aside.values()) == [
            HEAD + heard(0, BAD), HEAD + heard(2, BAD, 2),
        ]  # fmt: skip
    assert await ships_in(db) == [1, 3]


async def test_it_is_found_behind_hours_in_which_nothing_came(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them is put aside in its place, on a machine that was just switched on neither."""
    monkeypatch.setattr("monitor.service.follow.monotonic_s", lambda: 5.0)
    await refuse(db)
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1))
        ticks = [nothing(2 * second) for second in range(1, 31)]
        await watch.read(*ticks, heard(100, BAD), heard(101, 2))
        assert list(watch.put_aside.values()) == [HEAD + heard(100, BAD)]
        assert watch.connections < 30
    assert await ships_in(db) == [1, 2]


async def test_a_second_run_does_not_take_up_what_was_put_aside(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Its place is passed over for good with the next commit."""
    await refuse(db)
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1), heard(1, BAD), heard(2, 2))
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(heard(3, 3))
    assert await ships_in(db) == [1, 2, 3]
    assert [entry["event"] for entry in said] == [BACK]


async def test_what_was_put_aside_can_be_replayed(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """It is a small journal of its own."""
    await refuse(db)
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1), heard(1, BAD))
        (aside,) = watch.put_aside.values()
    reports = JournalDecoder().decode(Lines(data=aside, source="journal"), final=True)
    assert reports.positions["mmsi"].tolist() == [211_000_666]
    assert reports.refusals == {}


@pytest.mark.parametrize("call", ["made", "flush"])
async def test_a_disk_that_takes_nothing_ends_no_watch(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:  # fmt: skip
    """The block is lost then, or the power may take it: said and counted; the rest goes on."""
    await refuse(db)

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(heard(0, 1))
            monkeypatch.setattr(refused_block, call, full)
            await watch.read(heard(1, BAD, 2), heard(2, 3))
            assert watch.spool.dropped_lines == 2
    assert await ships_in(db) == [1, 3]
    name = f"refused-{len(HEAD + heard(0, 1)):020d}.ais"
    lost = f"The block that was to be put aside is lost: {name} cannot be written"
    assert [entry["event"] for entry in said if entry["log_level"] == "error"] == [
        ASIDE, f"{lost}: No space left on device.",
    ]  # fmt: skip


async def test_a_header_that_was_damaged_on_disk_is_passed_over(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The feeds are those that were known before; the watch goes on, and no line is put aside."""
    broken = HEAD.replace(b'"version":1', b'"version":?')
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            await watch.read(heard(0, 1), broken, heard(1, 2))
            assert watch.put_aside == {}
    assert await ships_in(db) == [1, 2]
    assert [entry for entry in said if entry["log_level"] == "error"] == []


async def test_a_database_that_refuses_before_any_block_was_looked_at(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no block's fault: all wait in the journal until it is mended."""
    monkeypatch.setattr("monitor.service.follow.RETRY_S", 0.01)
    monkeypatch.setattr("monitor.service.follow.RETRY_MAX_S", 0.01)
    await db.execute("ALTER TABLE geofence_version ADD CONSTRAINT none CHECK (false)")
    async with watching(tmp_path, database) as watch, watch.running():
        watch.hub.add("harbour", report(1))
        await until(lambda: watch.connections > 9)
        assert not watch.status.store.ready
        assert "new row for relation" in watch.status.store.why
        await db.execute("ALTER TABLE geofence_version DROP CONSTRAINT none")
        await until(lambda: watch.status.lines == 1)
        assert watch.put_aside == {}
    assert await ships_in(db) == [1]
