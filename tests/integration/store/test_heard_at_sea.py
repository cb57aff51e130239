"""Who is heard at sea is kept: a silence is told the same after a restart, and in any order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from monitor.model import Event, Fix
from monitor.service.reviser import Reviser
from monitor.store.history import heard_meanwhile
from monitor.units import HOUR_US
from tests.integration.store.runs import finish, reports_of, running, take
from tests.scenario.sailing import FENCES, sailing, told
from tests.scenario.sea import MMSI, START

FROM_H, DARK_H = 60, 72
SHE = sailing(FROM_H, DARK_H, off_nm=-520.0)
"""She is heard for twelve hours, and then no more."""


def others(until_h: float, *numbers: int, from_h: float = FROM_H, off_nm: float = -520.0) -> Any:
    return [
        fix for number in numbers
        for fix in sailing(from_h, until_h, off_nm=off_nm + number, mmsi=MMSI + number)
    ]  # fmt: skip


LOST = others(DARK_H, 1, 2, 3)
LATER = others(82, 9, from_h=79, off_nm=-700.0)
"""One that comes by when she was silent for seven hours: time goes on with her."""

HEARD_ON = others(DARK_H + 8, 11, 12, 13, 14, 15, 16)
PASSED = [
    *others(-3, 21, from_h=-15, off_nm=359.0), *others(9, 21, from_h=4, off_nm=359.0),
]  # fmt: skip
"""Three days before one fell silent at the same place, and was heard again beyond."""


def sorted_by_time(*parts: Sequence[Fix]) -> list[Fix]:
    return sorted((fix for part in parts for fix in part), key=lambda fix: (fix.at, fix.mmsi))


def numbered(fixes: Sequence[Fix]) -> list[Fix]:
    """Each a report of its own."""
    return [
        fix._replace(line=fix.mmsi % 1000 * 1000 + n, content=fix.mmsi % 1000 * 1000 + n)
        for n, fix in enumerate(fixes)
    ]


Said = tuple[str, str, Any, str]


def wanted(*parts: Sequence[Fix]) -> list[Said]:
    """Of one replay that is sorted by time: how her silence stands at the end."""
    events = told(sorted_by_time(*parts), cuts=[])
    last = {one.id: one for one in events if one.mmsi == MMSI and one.kind == "WentDark"}
    return [_said(one) for one in last.values()]


def _said(event: Event) -> Said:
    figures = event.evidence.figures
    return event.state.value, figures["grade"], figures["cause"], event.why


async def stored(db: asyncpg.Connection) -> list[Said]:
    rows = await db.fetch(
        "SELECT state, evidence, why FROM event WHERE mmsi = $1 AND kind = 'WentDark'"
        " AND revised IS DISTINCT FROM 'withdrawn'", MMSI,
    )  # fmt: skip
    figures = [json.loads(row["evidence"])["figures"] for row in rows]
    return [
        (row["state"], one["grade"], one["cause"], row["why"])
        for row, one in zip(rows, figures, strict=True)
    ]


@pytest.mark.parametrize(
    ("around", "grade"),
    [(LOST, "out of reception"), (PASSED, "out of reception"), (HEARD_ON, "dark")],
)
async def test_after_a_restart_it_is_told_the_same(
    database: str, db: asyncpg.Connection, around: list[Fix], grade: str
) -> None:
    """Stopped and begun again as she falls silent: what others said is known from the store."""
    fixes = numbered(sorted_by_time(SHE, around, LATER))
    cut = next(n for n, fix in enumerate(fixes) if fix.at > START + (DARK_H + 1) * HOUR_US)
    for part, last in ((fixes[:cut], False), (fixes[cut:], True)):
        async with running(database, FENCES) as runner:
            await take(runner, reports_of(part))
            if last:
                await finish(runner)
    found = await stored(db)
    assert found == wanted(SHE, around, LATER)
    assert [said[1] for said in found] == [grade]


@pytest.mark.parametrize(
    ("first", "older"),
    [
        ([SHE, LOST, LATER], HEARD_ON),
        ([SHE, LATER], LOST),
        ([SHE, LATER], PASSED),
        ([HEARD_ON, LOST, LATER], SHE),
        ([LOST, LATER], SHE),
        ([PASSED, LATER], SHE),
    ],
)
async def test_an_older_log_amends_what_was_told(
    database: str, db: asyncpg.Connection, first: list[list[Fix]], older: list[Fix]
) -> None:
    """Law 5: when all is in, it is that of one replay sorted by time."""
    async with running(database, FENCES) as runner:
        await take(runner, reports_of(numbered(sorted_by_time(*first))))
        before = await stored(db)
        await take(runner, reports_of(numbered(older)))
        await finish(runner)
        runner.late = max(runner.late, 1)
        while await Reviser(runner).step() is not None:
            pass
    found = await stored(db)
    assert found == wanted(*first, older)
    assert found != before


async def test_of_no_silence_nothing_is_read(db: asyncpg.Connection) -> None:
    hearing = await heard_meanwhile(db, FENCES, [])
    assert (hearing.earshot.buckets, hearing.reception.buckets) == ({}, {})


async def test_the_hours_of_ports_leave_places_at_sea_out(
    database: str, db: asyncpg.Connection
) -> None:
    async with running(database) as runner:
        await take(runner, reports_of(sorted_by_time(SHE, PASSED)))
        await finish(runner)
    at_sea = "SELECT count(*) FROM {} WHERE port LIKE 'sea %'"
    assert await db.fetchval(at_sea.format("reception")) > 0
    assert await db.fetchval(at_sea.format("reception_hour")) == 0
    assert await db.fetchval("SELECT sum(messages) FROM reception_hour WHERE port = ''") > 0
