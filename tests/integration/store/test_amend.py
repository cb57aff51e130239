"""Ships that are noted, and what is told of them replaced in one transaction."""

from __future__ import annotations

import asyncpg

from monitor.service.reviser import Reviser
from monitor.store.amend import Amender
from monitor.units import DAY_US, HOUR_US, MINUTE_US, to_datetime
from tests.findings import call, candidacy, event
from tests.integration.store.runs import finish, late, named, reports_of, running, take
from tests.scenario.sea import MMSI, START, fix_at


async def count(db: asyncpg.Connection, table: str) -> int:
    found: int = await db.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
    return found


async def test_ships_are_noted_with_what_came_late(database: str, db: asyncpg.Connection) -> None:
    """How many, of when, after what; those not passed yet are not."""
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0), fix_at(200)]))
        await take(runner, reports_of([late(201), late(203), late(204)._replace(mmsi=MMSI + 1)]))
        assert runner.writer is not None
        amender = Amender(runner.writer)
        passed = runner.pipeline.passed
        noted = await amender.late_ships(passed, 10)
        assert {mmsi: one.count for mmsi, one in noted.items()} == {MMSI: 2, MMSI + 1: 1}
        one = noted[MMSI]
        assert (one.first_at, one.last_at) == (late(201).at, late(203).at)
        assert one.after == fix_at(200).at - 2 * MINUTE_US
        assert list(await amender.late_ships(passed, 1)) == [MMSI]
        assert await amender.late_ships(START, 10) == {}
        assert await amender.count_fixes([MMSI, 5]) == {MMSI: 2}
        await db.execute("INSERT INTO revision_due VALUES (5)")
        found = await amender.late_ships(passed, 10)
        assert list(found) == [5, MMSI, MMSI + 1]
        assert found[5].count == 0


async def test_what_no_longer_holds_is_replaced(database: str, db: asyncpg.Connection) -> None:
    """Events are withdrawn with a sentence, calls and candidates go, refusals are counted anew."""
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0), fix_at(200)]))
        batch_fixes = [fix_at(210), late(211)]
        await take(runner, reports_of(batch_fixes, [named(209, "AURORA")]))
        assert runner.writer is not None
        nothing = runner.batch(runner.pipeline.advance(runner.pipeline.newest), [])
        assert nothing is not None
        from monitor.store.findings import call_row, candidate_row, event_row  # noqa: PLC0415

        about = type(event().subject)(MMSI, 0, "port")
        nothing.events = [event_row(event(1, about))]
        nothing.calls = [call_row(call(2, mmsi=MMSI))]
        nothing.candidates = [candidate_row(candidacy(mmsi=MMSI))]
        await runner.commit(nothing)
        step = await Reviser(runner).step()
        assert step is not None
        assert (step.ships, step.reports, step.fixes) == (1, 1, 1)
        assert await Reviser(runner).step() is None
        await finish(runner)
    (told,) = await db.fetch(
        "SELECT state, revised, revised_at, revision FROM event WHERE id = $1", event(1).id
    )
    assert (told["state"], told["revised"]) == ("withdrawn", "withdrawn")
    assert told["revised_at"] == to_datetime(late(211).received_at)
    assert told["revision"].startswith("A report of 2023-11-15T00:44Z came in only after")
    assert await db.fetch("SELECT FROM port_call WHERE id = $1", call(2).id) == []
    assert await count(db, "candidate") == 0
    assert (await count(db, "late_report"), await count(db, "refusal")) == (0, 0)
    assert await count(db, "position") == 4
    assert await db.fetchval("SELECT name FROM vessel") == "AURORA"


async def test_a_ship_of_which_nothing_is_believed_any_more_has_no_last_fix(
    database: str, db: asyncpg.Connection
) -> None:
    """Her only report is a copy, and the first one is of a later day than the watch has passed."""
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0), fix_at(300, mmsi=MMSI + 1)]))
        await db.execute("DELETE FROM position WHERE mmsi = $1", MMSI)
        await db.execute("INSERT INTO revision_due VALUES ($1)", MMSI)
        runner.late += 1
        assert await Reviser(runner).step() is not None
    assert await db.fetch("SELECT mmsi FROM vessel_state WHERE mmsi = $1", MMSI) == []


async def test_usual_is_read_for_the_days_before(database: str, db: asyncpg.Connection) -> None:
    async with running(database) as runner:
        await take(runner, reports_of([fix_at(0), fix_at(200)]))
        assert runner.writer is not None
        amender = Amender(runner.writer)
        found = await amender.usual(START + HOUR_US)
        assert len(found) == await db.fetchval(
            "SELECT count(*) FROM reception WHERE port <> '' AND port NOT LIKE 'sea area %'"
        )
        assert await amender.usual(START + 20 * DAY_US) == []
