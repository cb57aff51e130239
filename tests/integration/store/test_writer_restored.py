"""The engine goes on where the last commit left it; what of that cannot be used is said."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import asyncpg
import pytest

from monitor.engine import said_kept
from monitor.engine.pipeline import Pipeline
from monitor.model import Fix, Static
from monitor.store.writer import Writer
from tests.integration.store.runs import (
    FENCES,
    ROOF,
    finish,
    named,
    reports_of,
    rows,
    running,
    take,
    visit,
)
from tests.scenario.sea import MMSI, fix_at

OTHER = MMSI + 1
HERS = [("visit", f'[{MMSI},0,"home"]'), ("voyage", f"[{MMSI},0]")]
"""Whose states there are, once she has called."""

LEFT_AT = 100
"""Minutes, when the engine was left: she lies in the harbour."""

FOUND = ("position", "vessel", "identity", "event", "port_call", "refusal", "report_count",
         "reception", "kept_state", "vessel_state")  # fmt: skip
"""What must be the same, wherever batches end; what waits is kept in pieces."""

STATICS = [named(0.5, "AURORA"), named(99.5, "BOREAS"), named(160, "CASTOR"), named(1, "X", OTHER)]
CUTS = [(), (1,), (30, 31, 32), (61,), (99, 100, 101), (150, 155, 170), tuple(range(5, 190, 9))]


def sea() -> list[Fix]:
    """Her visit, and another ship that passes far off, heard every ten minutes."""
    far = [fix_at(minute, 90_000, 0, mmsi=OTHER) for minute in range(0, 190, 10)]
    return sorted([*visit(), *far], key=lambda fix: fix.at)


async def hear(url: str, *cuts: float, until: float = 1000) -> None:
    """Hear it all, and stop and open the store again at each of these minutes."""
    start = visit()[0].at
    bounds = [-1, *cuts, until]
    for begin, end in pairwise(bounds):
        async with running(url) as runner:
            heard = [fix for fix in sea() if begin < (fix.at - start) / 60e6 <= end]
            said = [replace(s) for s in STATICS if begin < (s.at - start) / 60e6 <= end]
            await take(runner, reports_of(heard, said))
            if end == 1000:
                await finish(runner)


@pytest.fixture
async def left(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A database as the engine left it; a connection to it."""
    await hear(database, until=LEFT_AT)
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


class Beside(Pipeline):
    """One that is put back while the loop goes round: whoever leads beats meanwhile."""

    def restore(self, *words: Any, **named: Any) -> list[str]:
        """In a thread."""
        assert threading.current_thread() is not threading.main_thread()
        return super().restore(*words, **named)


async def restored(connection: asyncpg.Connection) -> tuple[list[str], Pipeline]:
    """What is said, and the pipeline as it is put back."""
    pipeline = Beside(FENCES)
    return await (await Writer.open(connection)).restore(pipeline), pipeline


async def keys(connection: asyncpg.Connection) -> list[tuple[str, str]]:
    """Of what is remembered of stays."""
    return [
        tuple(row)
        for row in await connection.fetch(
            "SELECT detector, key FROM kept_state"
            " WHERE detector IN ('visit', 'voyage', 'whale') ORDER BY 1"
        )
    ]


def stays(pipeline: Pipeline) -> int:
    """How many visits and voyages are watched."""
    return sum(pipeline.detection.watched_by(name) for name in ("visit", "voyage"))


def vessels(pipeline: Pipeline) -> set[int]:
    return set(pipeline.tracker.index)


async def the_watch_goes_on(database: str, left: asyncpg.Connection) -> None:
    """It is said once; the next commit leaves a state that can be used."""
    await left.execute("SELECT pg_advisory_unlock_all()")
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(minute) for minute in range(101, 140)]))
    notes, pipeline = await restored(left)
    assert notes == []
    assert pipeline.sources == [ROOF]
    assert MMSI in vessels(pipeline)


# -- where it was left -----------------------------------------------------------------------------


async def test_nothing_was_left(db: asyncpg.Connection) -> None:
    notes, pipeline = await restored(db)
    assert (notes, pipeline.sources, vessels(pipeline)) == ([], [], set())


@pytest.mark.parametrize("cuts", CUTS[1:], ids=str)
async def test_wherever_it_was_left_the_same_is_found(
    database: str, db: asyncpg.Connection, cuts: Sequence[float]
) -> None:
    """Down to the last row: the events, her names in them, and what is remembered."""
    await hear(database, *cuts)
    found = {table: await rows(db, table) for table in FOUND}
    for table in (*FOUND, "waiting_report", "pipeline_state"):
        await db.execute(f"TRUNCATE {'position_recent' if table == 'position' else table}")
    await hear(database)
    wanted = {table: await rows(db, table) for table in FOUND}
    assert len(wanted["event"]) == 15
    names = [row["name"] for row in await db.fetch("SELECT name FROM event ORDER BY decided_at")]
    assert [names.count(name) for name in ("AURORA", "BOREAS", "CASTOR")] == [7, 3, 5]
    for table in FOUND:
        assert found[table] == wanted[table], table


async def test_what_was_left_is_all_there(left: asyncpg.Connection) -> None:
    """Clock, sources, what waits, last fixes, the visit, names, what was heard."""
    notes, pipeline = await restored(left)
    assert notes == []
    assert (pipeline.sources, pipeline.newest) == ([ROOF], fix_at(LEFT_AT).at)
    assert pipeline.waiting == 4  # hers from the watermark on, three, and the last of the other
    assert vessels(pipeline) == {MMSI, OTHER}
    assert stays(pipeline) == 2  # her visit, and the voyage that she may begin
    assert pipeline.reception.buckets


async def test_who_she_said_she_was_is_no_news_after_a_restart(left: asyncpg.Connection) -> None:
    writer = await Writer.open(left)
    await writer.restore(Pipeline(FENCES))
    assert writer.claims.news([named(101, "BOREAS")]) == ([], [])
    claims, who = writer.claims.news([named(102, "CASTOR")])
    assert (len(claims), len(who)) == (1, 1)


@pytest.mark.parametrize(
    "said",
    [
        [("TARTUS", 6.2), ("TOBRUK", 6.2), ("TARTUS", 6.2)],
        [("TARTUS", 6.2), ("TOBRUK", None)],
        [("TARTUS", 6.2), (None, 7.0)],
        [("TARTUS", 6.2), ("TOBRUK", None), ("TARTUS", None), ("TOBRUK", None)],
    ],
    ids=str,
)
async def test_where_she_is_bound_is_what_she_said_last(
    database: str, db: asyncpg.Connection, said: list[tuple[str | None, float | None]]
) -> None:
    """Not what was noted last; and what she leaves out stays."""
    async with running(database) as runner:
        for minute, (destination, draught_m) in enumerate(said):
            report = named(minute, "AURORA")
            static = replace(report.static, destination=destination, draught_m=draught_m)
            claim = replace(report, static=static)
            await take(runner, reports_of([fix_at(minute)], [claim]))
        await take(runner, reports_of([fix_at(minute) for minute in range(20, 40)]))
        known = dict(runner.pipeline._names.known)
    assert known[MMSI].draught_m is not None
    _, pipeline = await restored(db)
    assert pipeline._names.known == known


async def test_a_copy_that_comes_after_a_restart_is_known_for_one(
    database: str, db: asyncpg.Connection
) -> None:
    """Though nothing waited by then: the hashes of what was heard lately are kept as well."""
    original = fix_at(0)
    async with running(database) as runner:
        await take(runner, reports_of([original]))
        after = runner.pipeline.advance(original.at + runner.pipeline.lateness_us + 1)
        await runner.commit(runner.batch(after, []))
        assert (len(after.fixes), runner.pipeline.waiting) == (1, 0)
    five_s = 5_000_000
    copy = fix_at(2, at=original.at + five_s, content=original.content)
    async with running(database) as runner:
        await take(runner, reports_of([copy]))
        await finish(runner)
    assert await db.fetch("SELECT * FROM refusal") == [(ROOF, "duplicate", 1)]
    assert await db.fetchval("SELECT count(*) FROM position") == 1


async def test_what_has_left_the_buffers_is_not_kept_for_ever(
    database: str, db: asyncpg.Connection
) -> None:
    """A batch a minute for three hours: only those of the last minutes are still there."""
    async with running(database) as runner:
        for fix in visit():
            await take(runner, reports_of([fix]))
    assert 2 <= await db.fetchval("SELECT count(*) FROM waiting_report") <= 5


@pytest.mark.parametrize(
    ("hours_ago", "remembered"),
    [(0, "heard usual"), (57, "heard usual"), (62, "usual"), (363, "usual"), (369, "")],
)
async def test_what_was_heard_is_remembered_as_long_as_it_is_of_use(
    left: asyncpg.Connection, hours_ago: float, remembered: str
) -> None:
    """Buckets for twice thirty hours, what is usual for a fortnight and thirty."""
    await left.execute("DELETE FROM reception WHERE port = ''")
    ago = timedelta(hours=hours_ago)
    await left.execute("UPDATE reception SET at = at - $1::interval", ago)
    _, pipeline = await restored(left)
    reception = pipeline.reception
    parts = {"heard": reception.buckets, "usual": reception.usual}
    assert " ".join(word for word, part in parts.items() if part) == remembered


# -- what cannot be used ---------------------------------------------------------------------------


BEGUN_ANEW = "The engine's state cannot be used and is begun anew: "


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"version": 2', '"version": 99', "it is of version 99, not known here."),
        ('"seq"', '"sea"', "it is damaged ('seq')."),
        ('"newest": ', '"newest": null, "was": ', "it is damaged (int() argument must be "),
        (None, '{"version": 2}', "it is damaged ('newest')."),
        (None, "{", "it is damaged (Expecting property name"),
        (None, "", "it is damaged (Expecting value"),
        (None, "null", "it is damaged ("),
        (None, "[]", "it is damaged ("),
        (None, '"head"', "it is damaged ("),
    ],
)
async def test_a_head_that_cannot_be_read_begins_everything_anew(
    database: str, left: asyncpg.Connection, old: str | None, new: str, reason: str
) -> None:
    """In one sentence, and never by ending the watch; what was found stays."""
    before = await rows(left, "event")
    head = await left.fetchval("SELECT head FROM pipeline_state")
    head = new if old is None else head.replace(old, new)
    await left.execute("UPDATE pipeline_state SET head = $1", head)
    (note,), pipeline = await restored(left)
    assert note.startswith(BEGUN_ANEW + reason)
    assert note.endswith(".")
    assert (pipeline.sources, vessels(pipeline), pipeline.waiting) == ([], set(), 0)
    assert stays(pipeline) == 0
    assert [await rows(left, table) for table in ("kept_state", "waiting_report")] == [[], []]
    await the_watch_goes_on(database, left)
    assert set(before) <= set(await rows(left, "event"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE waiting_report SET recent = 'abc'",
    ],
)
async def test_what_else_cannot_be_taken_apart_begins_everything_anew(
    database: str, left: asyncpg.Connection, change: str
) -> None:
    """No half of it is used."""
    await left.execute(change)
    (note,), pipeline = await restored(left)
    assert note.startswith(f"{BEGUN_ANEW}it is damaged (")
    assert (pipeline.sources, vessels(pipeline), pipeline.waiting) == ([], set(), 0)
    assert stays(pipeline) == 0
    await the_watch_goes_on(database, left)


async def test_last_fixes_of_a_layout_that_nobody_knows_are_let_go(
    left: asyncpg.Connection,
) -> None:
    """Those of the other vessel; hers, what waits and what is remembered are used."""
    await left.execute("UPDATE vessel_state SET layout = 7 WHERE mmsi = $1", OTHER)
    (note,), pipeline = await restored(left)
    assert note == (
        "Last fixes of vessels that were kept are let go: they are of layout 7, not known here."
    )
    assert (vessels(pipeline), pipeline.waiting, stays(pipeline)) == ({MMSI}, 4, 2)


async def test_reports_of_a_layout_that_nobody_knows_are_let_go(
    database: str, left: asyncpg.Connection
) -> None:
    """Those that one batch of three kept; the rest that waits is used."""
    async with running(database) as runner:
        for minute in (101, 102):
            await take(runner, reports_of([fix_at(minute)]))
    (newest,) = await left.fetchrow("SELECT max(id) FROM waiting_report")
    await left.execute("UPDATE waiting_report SET layout = 9 WHERE id = $1", newest)
    (note,), pipeline = await restored(left)
    assert note == "Reports that were kept are let go: they are of layout 9, not known here."
    assert (pipeline.waiting, vessels(pipeline)) == (3, {MMSI, OTHER})


async def test_both_may_be_of_such_a_layout(left: asyncpg.Connection) -> None:
    """Then the tracks begin anew, but the visit goes on."""
    await left.execute("UPDATE vessel_state SET layout = 7; UPDATE waiting_report SET layout = 7")
    notes, pipeline = await restored(left)
    assert [note.partition(" that")[0] for note in notes] == ["Last fixes of vessels", "Reports"]
    assert (vessels(pipeline), pipeline.waiting, stays(pipeline)) == (set(), 0, 2)


@pytest.mark.parametrize(
    ("static", "reason"),
    [
        (5, "it does not fit StaticReport ("),
        ({"at": 1}, "StaticReport lacks or does not know known_at, received_at, seq, source, "),
        (
            {"at": 1, "received_at": 1, "seq": 1, "source": 0, "known_at": 1, "static": {}},
            "Static lacks or does not know callsign, ",
        ),
    ],
)
async def test_static_reports_that_are_damaged_are_let_go(
    left: asyncpg.Connection, static: Any, reason: str
) -> None:
    """She keeps the name that she had before they came."""
    state = json.dumps({"fix": 1, "state": static})
    await left.execute("UPDATE kept_state SET state = $1 WHERE detector = 'static'", state)
    (note,), pipeline = await restored(left)
    assert note.startswith(f"Static reports that waited are let go: {reason}")
    assert (vessels(pipeline), pipeline.waiting) == ({MMSI, OTHER}, 4)
    assert stays(pipeline) == 2  # her visit, and the voyage that she may begin
    found = said_kept.read(pipeline.snapshot(full=True).states)
    assert found.said == {
        MMSI: Static(mmsi=MMSI, name="AURORA"),
        OTHER: Static(mmsi=OTHER, name="X"),
    }
    assert found.waiting == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("state = 'x'", "it is damaged (JSONDecodeError: "),
        ("version = 99", "version 99 is not known here."),
        ("key = '[1]'", "its key '[1]' is none of a ShipAtPort."),
    ],
)
async def test_a_state_that_cannot_be_read_is_begun_anew_and_goes_with_the_next_commit(
    database: str, left: asyncpg.Connection, change: str, reason: str
) -> None:
    """It alone; what is remembered of the ship from then on takes its place."""
    await left.execute(f"UPDATE kept_state SET {change} WHERE detector = 'visit'")  # noqa: S608
    (note,), pipeline = await restored(left)
    begin = "1 kept state of detector visit cannot be used and is begun anew: "
    assert note.startswith(begin + reason)
    assert (vessels(pipeline), stays(pipeline)) == ({MMSI, OTHER}, 1)
    await the_watch_goes_on(database, left)
    assert await keys(left) == HERS


async def test_a_state_of_a_detector_that_is_no_more_goes_with_the_next_commit(
    database: str, left: asyncpg.Connection
) -> None:
    await left.execute("INSERT INTO kept_state VALUES ('whale', 1, '[1]', '{}')")
    (note,), pipeline = await restored(left)
    assert note == "What detector whale kept (1) is let go: it is not known here."
    assert stays(pipeline) == 2  # her visit, and the voyage that she may begin
    await the_watch_goes_on(database, left)
    assert await keys(left) == HERS


async def test_what_a_source_heard_that_is_no_more_is_not_missed(left: asyncpg.Connection) -> None:
    """Another engine's, say: the head names the sources, and knows no number for it."""
    await left.execute(
        "INSERT INTO source (name) VALUES ('gone');"
        " UPDATE reception SET source = (SELECT id FROM source WHERE name = 'gone')"
    )
    notes, pipeline = await restored(left)
    assert (notes, pipeline.reception.buckets) == ([], {})
