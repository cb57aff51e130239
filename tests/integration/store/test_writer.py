"""Batches are written, one transaction each: all of it or none, and nothing twice."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import numpy as np
import pytest

from monitor.engine.kept import Kept
from monitor.errors import BatchRefusedError, StoreError
from monitor.model import FIX, Fix, Reports
from monitor.service.runner import Runner
from monitor.store.amend import Amender
from monitor.store.database import connected
from monitor.store.findings import call_row
from monitor.store.sql import query
from monitor.store.writer import Writer
from monitor.units import DAY_US, MINUTE_US, from_datetime, to_datetime
from tests.findings import call
from tests.integration.store.runs import (
    FENCES,
    ROOF,
    WRITTEN,
    bare,
    batch_of,
    finish,
    held,
    late,
    named,
    offset,
    reports_of,
    running,
    take,
    visit,
)
from tests.scenario.sea import MMSI, START, fix_at

LIES_THERE = reports_of([*visit()[:100], late(100)], [named(1, "AURORA")])
"""She came, lies, and said who she is; the last report came an hour late."""


def again(reports: Reports) -> Reports:
    """The same once more: the engine writes into what it is given."""
    return replace(
        reports, positions=reports.positions.copy(), statics=[replace(s) for s in reports.statics]
    )


async def empty(db: asyncpg.Connection) -> list[str]:
    """Tables that nothing was written to."""
    return [table for table, rows in (await held(db)).items() if not rows]


# -- one transaction -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", WRITTEN)
async def test_a_failure_in_the_middle_leaves_nothing(
    database: str, db: asyncpg.Connection, table: str
) -> None:
    """Whichever table it is at; the next that opens the store finds it as it was, and goes on."""
    table = "position_recent" if table == "position" else table  # a view has no such trigger
    await db.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'no room'; END $$;"
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    async with running(database) as runner:
        with pytest.raises(asyncpg.RaiseError, match="no room"):
            await take(runner, again(LIES_THERE), offset(101))
        assert await empty(db) == list(WRITTEN)
        assert await db.fetchval("SELECT to_regclass('position_2023_11')") is None
    await db.execute(f"DROP TRIGGER refuse ON {table}")
    async with running(database) as runner:
        assert await runner.offsets() == []
        await take(runner, again(LIES_THERE), offset(101))
    assert await empty(db) == []


async def test_nobody_sees_half_a_batch(database: str, db: asyncpg.Connection) -> None:
    """While the last of it is being written, the first is not there yet."""
    other = await asyncpg.connect(database)
    try:
        async with running(database) as runner:
            batch = await batch_of(runner, again(LIES_THERE), offset(101))
            await db.fetchval(query("make_partition"), to_datetime(START))  # or its readers wait
            async with asyncio.TaskGroup() as tasks, other.transaction():
                await other.execute("LOCK TABLE source_offset IN SHARE MODE")
                writing = tasks.create_task(runner.commit(batch))
                await asyncio.sleep(0.3)
                assert not writing.done()
                assert await empty(db) == list(WRITTEN)
            assert await empty(db) == []
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "A\ud800", "surrogates not allowed"),
        ("name", "A\0", 'invalid byte sequence for encoding "UTF8": 0x00'),
        ("imo", 2**40, "value out of int32 range"),
        ("draught_m", 1e60, "value out of float32 range"),
    ],
)
async def test_what_the_database_has_no_form_for_is_left_out(
    database: str, db: asyncpg.Connection, field: str, value: Any, reason: str
) -> None:
    """To try again would not help: the row is kept apart with a reason, the rest is stored."""
    static = replace(named(1, "AURORA").static, **{field: value})
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0)], [replace(named(1, ""), static=static)]))
        await finish(runner)
    rows = await db.fetch("SELECT relation, reason FROM refused_row ORDER BY id")
    assert rows[0]["relation"] == "identity"
    assert all(reason in row["reason"] for row in rows)
    assert not {"identity", "event"} - set(await empty(db))
    assert await db.fetchval("SELECT count(*) FROM position") == 1


@pytest.mark.parametrize(
    ("decoder", "reason"),
    [("A\ud800", "surrogates not allowed"), ("A\0", 'invalid byte sequence for encoding "UTF8"')],
)
async def test_what_may_not_be_left_out_is_refused_in_a_sentence(
    database: str, db: asyncpg.Connection, decoder: str, reason: str
) -> None:
    """How far the input was taken is true, or nothing is."""
    with pytest.raises(BatchRefusedError) as refusal:
        async with running(database) as runner:
            await take(runner, reports_of([fix_at(0)]), offset(1, decoder=decoder))
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert await empty(db) == list(WRITTEN)


# -- positions -------------------------------------------------------------------------------------


async def lines_of(db: asyncpg.Connection) -> list[int]:
    """Which line of its log each position came from, by time."""
    return [row["line"] for row in await db.fetch("SELECT line FROM position ORDER BY mmsi, at")]


def lines(*minutes: int, log: int = 0, days: float = 0) -> list[Fix]:
    """A fix at each of these minutes, on the line of that number."""
    at = round(days * DAY_US)
    return [fix_at(m, at=START + at + m * MINUTE_US, line=log + m) for m in minutes]


async def test_a_position_that_is_there_stays_as_it_was_first_written(
    db: asyncpg.Connection,
) -> None:
    """A second log of the same time: what it adds comes in, and what it repeats does not."""
    writer = await Writer.open(db)
    await writer.write(await bare(writer, lines(1, 3)))
    await writer.write(await bare(writer, lines(0, 1, 2, 3, 4, log=100)))
    assert await lines_of(db) == [100, 1, 102, 3, 104]


async def test_a_month_that_is_there_already_does_not_keep_the_others_from_being_copied(
    db: asyncpg.Connection,
) -> None:
    """Three months in a batch, of which the second was written before."""
    writer = await Writer.open(db)
    await writer.write(await bare(writer, lines(1, 2, days=31)))
    months = [lines(1, 2, 3, log=100 * n, days=31 * (n - 1)) for n in (1, 2, 3)]
    await writer.write(await bare(writer, [fix for month in months for fix in month]))
    assert await lines_of(db) == [101, 102, 103, 1, 2, 203, 301, 302, 303]
    partitions = await db.fetch(
        "SELECT tableoid::regclass::text AS name, count(*) FROM position_recent GROUP BY 1"
        " ORDER BY 1"
    )
    assert [tuple(row) for row in partitions] == [
        ("position_2023_11", 3), ("position_2023_12", 3), ("position_2024_01", 3),
    ]  # fmt: skip


async def test_late_reports_wait_to_be_taken_and_the_ship_is_noted(db: asyncpg.Connection) -> None:
    """In the order in which they came, with what had passed then."""
    writer = await Writer.open(db)
    await writer.write(await bare(writer, lines(1, 2)))
    too_late = [*lines(2, 3, log=100), *lines(5, 5, log=200, days=-60)]
    await writer.write(await bare(writer, lines(9), too_late))
    assert await lines_of(db) == [1, 2, 9]
    noted = await Amender(writer).late_ships(from_datetime(datetime(2100, 1, 1, tzinfo=UTC)), 9)
    assert {mmsi: one.count for mmsi, one in noted.items()} == {MMSI: len(too_late)}
    reports = b"".join([row[0] for row in await db.fetch("SELECT report FROM late_report")])
    assert np.frombuffer(reports, dtype=FIX)["line"].tolist() == [fix.line for fix in too_late]


async def test_a_batch_of_nothing_is_written_too(db: asyncpg.Connection) -> None:
    """Time went on: that is all there is to know."""
    writer = await Writer.open(db)
    await writer.write(await bare(writer))
    assert await empty(db) == [table for table in WRITTEN if table != "pipeline_state"]


# -- state and counts ------------------------------------------------------------------------------


async def states(db: asyncpg.Connection) -> list[tuple[Any, ...]]:
    columns = "detector, version, key, state"
    found = await db.fetch(f"SELECT {columns} FROM kept_state ORDER BY key, detector")  # noqa: S608
    return [tuple(row) for row in found]


async def test_states_are_kept_replaced_and_dropped(db: asyncpg.Connection) -> None:
    """One of the same subject replaces what was there, whatever version that had."""
    writer = await Writer.open(db)

    async def keep(*kept: Kept) -> list[tuple[Any, ...]]:
        batch = await bare(writer)
        batch.snapshot.states = list(kept)
        await writer.write(batch)
        return await states(db)

    one, two = Kept("visit", 1, "[1]", "a"), Kept("visit", 1, "[2]", "b")
    other = Kept("speeder", 1, "[2]", "c")
    assert await keep(one, two, other) == [one, other, two]
    newer = Kept("visit", 2, "[1]", "d")
    assert await keep(newer, two._replace(state=None)) == [newer, other]
    assert await keep(Kept("visit", 1, "[9]", None)) == [newer, other]
    anew = Kept("speeder", 2, "[2]", "e")
    assert await keep(anew, other._replace(state=None)) == [newer, anew]


async def test_counts_add_up_over_batches(database: str, db: asyncpg.Connection) -> None:
    async with running(database) as runner:
        for first in (0, 10):
            fixes = [fix_at(minute) for minute in range(first, first + 10)]
            await take(runner, reports_of([*fixes, late(first + 10)]))
    assert await db.fetch("SELECT * FROM report_count") == [(ROOF, "position", 22)]
    assert await db.fetch("SELECT * FROM refusal") == [(ROOF, "late", 2)]


async def test_a_call_that_was_withdrawn_is_gone(db: asyncpg.Connection) -> None:
    writer = await Writer.open(db)
    batch = await bare(writer)
    batch.calls = [call_row(call(1)), call_row(call(2))]
    await writer.write(batch)
    batch = await bare(writer)
    batch.calls = [call_row(call(3, departed=None))]
    batch.withdrawn = [(call(3).id,), (call(1).id,)]
    await writer.write(batch)
    assert [row["id"].int for row in await db.fetch("SELECT id FROM port_call")] == [2]


# -- sources, offsets, fences ----------------------------------------------------------------------


async def test_how_far_a_log_was_taken_is_known_by_its_first_bytes(db: asyncpg.Connection) -> None:
    """Under another name it is the same log; with another begin it is another."""
    writer = await Writer.open(db)
    for taken in (
        offset(10),
        offset(5, head_digest=b"other"),
        offset(20, source="renamed", input_format="csv", decoder='{"a": 1}', finished=True),
        offset(7, head_length=10),
    ):
        batch = await bare(writer)
        batch.offsets = [taken]
        await writer.write(batch)
    found = sorted(await writer.offsets(), key=lambda o: o.lines)
    assert found == [
        offset(5, head_digest=b"other"),
        offset(7, head_length=10),
        offset(20, source="renamed", input_format="csv", decoder='{"a": 1}', finished=True),
    ]


async def test_a_source_has_one_number_for_ever(db: asyncpg.Connection) -> None:
    writer = await Writer.open(db)
    first = dict(await writer.numbers(["roof", "log"]))
    assert len(set(first.values())) == 2
    assert await writer.numbers(["roof"]) == first
    assert dict(await Writer(db).numbers(["log", "roof"])) == first
    assert await db.fetchval("SELECT count(*) FROM source") == 2


async def test_a_drawing_is_kept_once(db: asyncpg.Connection) -> None:
    """Each that events were decided on, as it was when they were."""
    writer = await Writer.open(db)
    await writer.save_fences(FENCES)
    (port,) = FENCES.ports
    redrawn = replace(FENCES, ports=(replace(port, hash="1" * 64, content="new"),))
    await writer.save_fences(redrawn)
    await writer.save_fences(FENCES)
    found = await db.fetch("SELECT hash, port, content FROM geofence_version ORDER BY hash")
    assert found == [("0" * 64, "home", port.content), ("1" * 64, "home", "new")]


# -- one writer ------------------------------------------------------------------------------------


async def test_a_second_writer_is_refused_until_the_first_is_gone(database: str) -> None:
    """Two would each keep half of the truth."""
    async with connected(database) as first:
        await Writer.open(first)
        with pytest.raises(StoreError) as refusal:
            async with running(database):
                pass
    who = f"process {os.getpid()} on {os.uname().nodename}"
    told = f"Another monitor ({who}) is writing to this database: stop it first."
    assert str(refusal.value) == told
    async with running(database) as runner:
        assert isinstance(runner, Runner)


async def test_only_what_can_be_read_again_may_be_lost_with_the_power(
    db: asyncpg.Connection,
) -> None:
    await Writer.open(db)
    assert await db.fetchval("SHOW synchronous_commit") == "on"
    await Writer.open(db, relaxed=True)
    assert await db.fetchval("SHOW synchronous_commit") == "off"
