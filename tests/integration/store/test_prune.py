"""Pruning: what goes and what stays, when, and by which command."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta

import asyncpg
import pytest

from monitor.cli import database as database_command
from monitor.errors import UsageError
from monitor.model import NamedArea, NamedFeed, ShipPair, Span
from monitor.store.prune import AROUND, State, prune
from monitor.store.sql import query
from monitor.units import DAY_US, from_datetime
from tests.findings import OTHER, event, store
from tests.integration.store.months import (
    APRIL,
    CALLER,
    HOUR,
    MARCH,
    MAY,
    PASSER,
    YEAR,
    hours,
    sail,
    tell_call,
    tell_event,
    times,
)
from tests.program import run_monitor


async def test_fixes_around_events_stay_and_all_others_go(db: asyncpg.Connection) -> None:
    """Six hours each way, the bound included, of her own events alone."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, noon)
    (month,) = await prune(db, YEAR)
    assert await times(db, CALLER) == hours(noon - 6 * HOUR, noon + 6 * HOUR)
    assert await times(db, PASSER) == []
    assert (month.partition, month.state) == ("position_2019_03", State.PRUNED)
    assert (month.fixes, month.kept_fixes) == (2 * 31 * 24, 13)
    assert 0 < month.kept_size < month.size
    assert await db.fetchval("SELECT count(*) FROM event") == 1


async def test_every_instant_of_an_event_counts(db: asyncpg.Connection) -> None:
    """Best time, bounds and when it was decided; windows that overlap keep each fix once."""
    days = [MARCH + timedelta(days=n) for n in (3, 9, 15)]
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, days[1], earliest=days[0], decided_at=days[2])
    await tell_event(db, CALLER, days[1] + 4 * HOUR)
    await prune(db, YEAR)
    assert await times(db, CALLER) == [
        *hours(days[0] - 6 * HOUR, days[0] + 6 * HOUR),
        *hours(days[1] - 6 * HOUR, days[1] + 10 * HOUR),
        *hours(days[2] - 6 * HOUR, days[2] + 6 * HOUR),
    ]


async def test_fixes_of_both_ships_of_a_pair_stay(db: asyncpg.Connection) -> None:
    """What two ships did together rests on both, and on nobody's who passed by."""
    noon = MARCH + timedelta(days=10, hours=12)
    for mmsi in (CALLER, PASSER, OTHER):
        await sail(db, mmsi, MARCH, APRIL - HOUR)
    meeting = Span(earliest=None, at=from_datetime(noon), latest=None)
    together = ShipPair(CALLER, 0, OTHER, 0)
    await store(db, event(about=together, span=meeting, decided_at=from_datetime(noon + HOUR)))
    (month,) = await prune(db, YEAR)
    for mmsi in (CALLER, OTHER):
        assert await times(db, mmsi) == hours(noon - 6 * HOUR, noon + 7 * HOUR)
    assert await times(db, PASSER) == []
    assert month.kept_fixes == 2 * 14


@pytest.mark.parametrize("about", [NamedArea("12 miles"), NamedFeed("harbour")])
async def test_an_event_about_no_ship_keeps_no_fixes(
    db: asyncpg.Connection, about: NamedArea | NamedFeed
) -> None:
    """Nor does it keep the month from being pruned."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    await store(db, event(about=about, decided_at=from_datetime(noon)))
    (month,) = await prune(db, YEAR)
    assert (month.state, month.kept_fixes) == (State.PRUNED, 0)
    assert await times(db, PASSER) == []


@pytest.mark.parametrize(
    "bound",
    ["arrived_earliest", "arrived_at", "arrived_latest", "departed_earliest", "departed_at",
     "departed_latest"],
)  # fmt: skip
async def test_fixes_around_each_bound_of_a_port_call_stay(
    db: asyncpg.Connection, bound: str
) -> None:
    """Also where only that one is known."""
    at = MARCH + timedelta(days=20)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_call(db, CALLER, **{bound: at})
    await prune(db, YEAR)
    assert await times(db, CALLER) == hours(at - 6 * HOUR, at + 6 * HOUR)
    assert await db.fetchval("SELECT count(*) FROM port_call") == 1


async def test_a_window_reaches_over_the_end_of_the_month(db: asyncpg.Connection) -> None:
    """An event two hours into April keeps fixes of March, and one of March some of April."""
    await sail(db, CALLER, MARCH, MAY - HOUR)
    await tell_event(db, CALLER, APRIL + 2 * HOUR)
    assert [month.kept_fixes for month in await prune(db, YEAR)] == [4, 9]
    assert await times(db, CALLER) == hours(APRIL - 4 * HOUR, APRIL + 8 * HOUR)


async def test_only_months_that_ended_long_enough_ago(db: asyncpg.Connection) -> None:
    """To the microsecond: a month is due when its end is so many days ago."""
    await sail(db, PASSER, MARCH, MAY - HOUR)
    due_at = from_datetime(APRIL) + 90 * DAY_US
    assert await prune(db, 90, now=lambda: due_at - 1) == []
    (month,) = await prune(db, 90, now=lambda: due_at)
    assert month.partition == "position_2019_03"
    assert await times(db, PASSER) == hours(APRIL, MAY - HOUR)


async def test_a_second_time_changes_nothing(db: asyncpg.Connection) -> None:
    """A pruned month is known and left alone, until new fixes came to it."""
    noon = MARCH + timedelta(days=10, hours=12)
    await sail(db, CALLER, MARCH, APRIL - HOUR)
    await tell_event(db, CALLER, noon)
    await prune(db, YEAR)
    where = "SELECT pg_relation_filenode('position_2019_03'), 'position_2019_03'::regclass::oid"
    before = tuple(await db.fetchrow(where))
    assert await prune(db, YEAR) == []
    assert tuple(await db.fetchrow(where)) == before
    comment = await db.fetchval("SELECT obj_description('position_2019_03'::regclass)")
    assert comment.startswith("pruned: 13 fixes kept")
    await sail(db, PASSER, MARCH, MARCH + 5 * HOUR)
    (month,) = await prune(db, YEAR)
    assert (month.fixes, month.kept_fixes) == (19, 13)
    assert (await db.fetchrow(where))[1] == before[1]  # the same table: names and grants hold


async def test_the_partition_stays_whole(db: asyncpg.Connection) -> None:
    """After pruning it is still a partition, with its key, and takes fixes of its month only."""
    await sail(db, PASSER, MARCH, APRIL - HOUR)
    await prune(db, YEAR)
    await sail(db, PASSER, MARCH, MARCH)
    await sail(db, PASSER, MARCH, MARCH)
    assert len(await times(db, PASSER)) == 1
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(
            "INSERT INTO position_2019_03 SELECT mmsi, at + interval '40 days', geom, sog_kn,"
            " cog_deg, heading_deg, status, type, track, received_at, source, line FROM position"
        )


@pytest.mark.parametrize("days", [-90, 0, 6, 40_000, 10**9])
async def test_nonsense_is_refused(db: asyncpg.Connection, days: int) -> None:
    """In a sentence, and before anything is asked."""
    await sail(db, PASSER, MARCH, MARCH)
    with pytest.raises(UsageError, match=r"give 7 to 36,500 days\.$"):
        await prune(db, days)
    assert len(await times(db, PASSER)) == 1


async def test_the_database_refuses_what_is_young(db: asyncpg.Connection) -> None:
    """Even if it is asked directly; and what would lose fixes that came in between."""
    now = await db.fetchval("SELECT now()")
    await db.fetchval(query("make_partition"), now)
    with pytest.raises(asyncpg.RaiseError, match="less than 7 days ago, or not yet"):
        await db.fetchval(query("prune_month"), now, AROUND)
    await db.fetchval(query("make_partition"), MARCH)
    async with db.transaction(isolation="repeatable_read"):
        with pytest.raises(asyncpg.RaiseError, match="READ COMMITTED"):
            await db.fetchval(query("prune_month"), MARCH, AROUND)


def test_the_command(database: str) -> None:
    """A dry run tells what would go and drops nothing; then it goes, and a table says so."""

    async def prepare() -> None:
        db = await asyncpg.connect(database)
        await sail(db, CALLER, MARCH, APRIL - HOUR)
        await tell_event(db, CALLER, MARCH + timedelta(days=10))
        await db.close()

    asyncio.run(prepare())
    env = {"MONITOR_DATABASE_URL": database}
    told = run_monitor(
        "database", "prune", "--older-than", "90d", "--dry-run", "--format", "json", env=env
    )
    assert told.returncode == 0, told.stderr
    (month,) = json.loads(told.stdout)
    assert (month["month"], month["fixes"], month["kept_fixes"]) == ("2019-03", 744, 13)
    assert (month["state"], month["kept_bytes"]) == ("due", month["bytes"] * 13 // 744)
    done = run_monitor("database", "prune", "--older-than", "90", env=env)
    assert done.returncode == 0, done.stderr
    assert re.search(r"2019-03.* 744 .* 13 .* pruned", done.stdout.decode())


@pytest.mark.parametrize(
    ("age", "words"),
    [("0", "0 days"), ("-90", "-90 days"), ("6d", "6 days"), ("a month", "no age in days"),
     ("1e3", "no age in days"), ("", "no age in days")],
)  # fmt: skip
def test_the_command_refuses_nonsense(age: str, words: str) -> None:
    """In a sentence, before a database is looked for."""
    with pytest.raises(UsageError, match=words):
        database_command.prune(older_than=age)


def test_a_negative_age_is_refused_on_the_command_line() -> None:
    """One line, exit code 2."""
    done = run_monitor("database", "prune", "--older-than=-90")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert b"-90 days" in done.stderr
