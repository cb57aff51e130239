"""Areas while the engine runs: whenever one is drawn or removed, in the end the same is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import shapely

from monitor.engine.geofence import Area
from monitor.model import Event, Fix
from monitor.rulefile import rules_of
from monitor.service import turns
from monitor.service.reviser import Reviser
from monitor.service.runner import Runner
from monitor.store import areas
from monitor.store.database import connected
from monitor.store.desk import Desk
from monitor.units import HOUR_US, MINUTE_US, to_datetime
from tests.integration.service.journals import received, report, until, watching
from tests.integration.service.late import differences, held
from tests.integration.store.areas import area as drawn_area
from tests.integration.store.runs import FENCES, finish, reports_of, take, visit
from tests.ports import ports
from tests.scenario.sea import START, square

WAY = visit()
"""Into the harbour for half an hour, two hours there, and out for forty minutes."""


def drawn(since_min: float, **words: Any) -> Area:
    """Two kilometres to each side of the berth: entered at minute 18, left at minute 163."""
    since = START + round(since_min * MINUTE_US)
    return drawn_area(shape=square(0, 0, 2000), since=since, **words)


async def run(runner: Runner, fixes: Sequence[Fix]) -> None:
    for begin in range(0, len(fixes), 10):
        await take(runner, reports_of(fixes[begin : begin + 10]))


async def revise(runner: Runner) -> None:
    """Take again whoever is noted."""
    runner.late += 1
    reviser = Reviser(runner)
    while await reviser.step() is not None:
        pass


async def whole(url: str, area: Area) -> None:
    """One replay with the area known from the start."""
    async with connected(url) as connection:
        await areas.add_area(connection, area, "ann", None)
        runner = await Runner.open(FENCES, connection)
        await run(runner, WAY)
        await finish(runner)


def same(database: str, other: str) -> None:
    told = differences(held(database), held(other))
    assert told == [], "\n".join(line[:400] for line in told)


@pytest.mark.parametrize("since", [0, 19.5, 60])
@pytest.mark.parametrize("known", [5, 40, len(WAY)])
def test_an_area_that_is_drawn_under_way_tells_what_one_known_before_tells(
    database: str, other: str, since: int, known: int
) -> None:
    """Whether the engine learns of it before its begin, long after, or by a restart in the end."""
    area = drawn(since)
    asyncio.run(whole(other, area))

    async def go() -> None:
        async with connected(database) as connection:
            runner = await Runner.open(FENCES, connection)
            await run(runner, WAY[:known])
            await areas.add_area(connection, area, "ann", None)
            if known == len(WAY):
                await finish(runner)
                runner = await Runner.open(FENCES, connection)
            else:
                await runner.take_up_areas()
                await revise(runner)
                await run(runner, WAY[known:])
                await finish(runner)
            await revise(runner)

    asyncio.run(go())
    same(database, other)


@pytest.mark.parametrize("until", [19, 60, 164])
def test_what_was_told_after_its_removal_is_withdrawn(
    database: str, other: str, until: int
) -> None:
    """The engine learns of it when all is over."""
    area, over = drawn(0), START + until * MINUTE_US

    async def go(url: str, *, before: bool) -> None:
        async with connected(url) as connection:
            await areas.add_area(connection, area, "ann", None)
            (stored,) = await areas.areas(connection)
            if before:
                await areas.remove_area(connection, stored, "ann", to_datetime(over))
            runner = await Runner.open(FENCES, connection)
            await run(runner, WAY)
            if not before:
                await areas.remove_area(connection, stored, "ann", to_datetime(over))
                await runner.take_up_areas()
                await revise(runner)
            await finish(runner)

    asyncio.run(go(other, before=True))
    asyncio.run(go(database, before=False))
    same(database, other)


def test_late_reports_revise_what_was_told_of_an_area(database: str, other: str) -> None:
    """An hour around each border was not heard at first: the bounds close when it is."""
    area = drawn(0)
    asyncio.run(whole(other, area))
    gone = [fix for fix in WAY if 8 <= fix.seq / 60 <= 25 or 155 <= fix.seq / 60 <= 170]

    async def go() -> list[Any]:
        async with connected(database) as connection:
            await areas.add_area(connection, area, "ann", None)
            runner = await Runner.open(FENCES, connection)
            await run(runner, [fix for fix in WAY if fix not in gone])
            late = [fix._replace(received_at=WAY[-1].received_at + HOUR_US) for fix in gone]
            await run(runner, late)
            await revise(runner)
            await finish(runner)
            return await connection.fetch("SELECT kind, revised FROM event WHERE area IS NOT NULL")

    found = asyncio.run(go())
    assert {"amended", "added"} & {row["revised"] for row in found}
    kinds = {row["kind"] for row in found if row["revised"] != "withdrawn"}
    assert kinds == {"AreaEntered", "AreaLeft"}


async def test_a_watch_knows_an_area_without_a_new_start(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is drawn while the watch runs, and the next ship is told of."""
    monkeypatch.setattr(turns, "HANDED_S", 0.05)
    async with watching(tmp_path, database) as watch, watch.running():
        watch.spool.append(received(0, report(1, lon=29.0)))
        await until(lambda: watch.status.store.commits > 0)
        there = shapely.box(29.95, 32.95, 30.05, 33.05)
        await areas.add_area(db, drawn_area(shape=there, since=START), "ann", None)
        await asyncio.sleep(0.5)
        for minute in range(1, 8):
            lon = 29.9 + 0.02 * minute
            watch.spool.append(received(60 * (300 + minute), report(1, lon=lon)))
            await asyncio.sleep(0.05)
        await until(lambda: any(isinstance(one, Event) for one in watch.found))
    (event,) = [one for one in watch.found if isinstance(one, Event)]
    assert (event.kind.value, event.evidence.figures["area"]) == ("AreaEntered", "gate")


@pytest.mark.parametrize(("public", "messages"), [(True, 1), (False, 0)])
async def test_no_channel_tells_of_a_private_area(
    database: str, db: asyncpg.Connection, *, public: bool, messages: int
) -> None:  # fmt: skip
    """Its owner is told in his own queue; of one that is shared all are told."""
    desk = Desk(rules_of(None), ports(), ("mail",), deliver=True)
    await areas.add_area(db, drawn(0, shared=public, tells=True), "ann", None)
    async with connected(database) as connection:
        runner = await Runner.open(FENCES, connection, desk=desk)
        await run(runner, WAY)
        await finish(runner)
    (alert,) = await db.fetch("SELECT headline, channels, area, place FROM alert")
    assert alert["headline"] == f"MMSI {WAY[0].mmsi} entered gate"
    assert (alert["area"], alert["place"]) == (drawn(0).id, "gate")
    assert await db.fetchval("SELECT count(*) FROM delivery") == messages
