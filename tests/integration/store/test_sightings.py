"""Sightings in the store: entered once, never changed or deleted, compared with what was heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from monitor.sighting.matching import Spot
from monitor.sighting.sighting import Sighting
from monitor.store.sightings import (
    remove_sightings,
    reports_about,
    save_sightings,
    sighting,
    sighting_of_row,
    sightings,
)
from monitor.store.sql import query
from monitor.units import DAY_US, to_datetime
from tests.unit.sighting.seen import NOON, hull, seen

AT = to_datetime(NOON)
AREA = hull(lon=None, lat=None, within_m=None, area="35.5,34.25,36,35", until="2024-12-16")
IN_PORT = hull(lon=None, lat=None, within_m=None, port="tartus", mmsi="273999410", imo=None)


async def saved(db: asyncpg.Connection, *found: Sighting) -> list[int]:
    """Their numbers."""
    return [one.id or 0 for one, _ in await save_sightings(db, found)]


async def test_what_was_entered_is_read_as_it_was(db: asyncpg.Connection) -> None:
    for one in (seen(note="by night"), AREA, IN_PORT):
        (number,) = await saved(db, one)
        assert await sighting(db, number) == replace(one, id=number)
    assert await sighting(db, 999) is None


async def test_the_same_again_adds_nothing(db: asyncpg.Connection) -> None:
    """Whoever enters it, and within one file; another word makes another."""
    (first,) = await saved(db, seen())
    again = await save_sightings(db, [seen(added_by="bob"), seen(), seen(note="x"), seen(note="x")])
    assert [is_new for _, is_new in again] == [False, False, True, False]
    assert again[0][0].id == first
    assert again[2][0].id == again[3][0].id


async def test_all_or_none(db: asyncpg.Connection) -> None:
    bad = replace(seen(note="y"))
    object.__setattr__(bad, "credibility", 9)
    with pytest.raises(asyncpg.CheckViolationError):
        await save_sightings(db, [seen(), bad])
    assert await sightings(db) == []


async def test_what_is_removed_stays_readable_and_may_be_entered_anew(
    db: asyncpg.Connection,
) -> None:
    (number,) = await saved(db, seen())
    later = AT + timedelta(days=2)
    assert await remove_sightings(db, [number, 77], removed_at=later, removed_by="eve") == [number]
    assert await remove_sightings(db, [number], removed_at=later, removed_by="eve") == []
    assert await sightings(db) == []
    (gone,) = await sightings(db, removed=True)
    assert (gone.removed_at, gone.removed_by) == (NOON + 2 * DAY_US, "eve")
    (anew,) = await saved(db, seen())
    assert anew != number


async def test_a_clock_that_went_back_removes_it_all_the_same(db: asyncpg.Connection) -> None:
    (number,) = await saved(db, seen())
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    assert await remove_sightings(db, [number], removed_at=long_ago, removed_by="eve") == [number]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, [0, 1, 2]),
        ({"port": "tartus"}, [2]),
        ({"port": "tobruk"}, []),
        ({"mmsi": 273999410}, [2]),
        ({"since": AT + timedelta(hours=1)}, [1]),
        ({"until": AT}, []),
        ({"since": AT, "until": AT + timedelta(hours=1)}, [0, 1, 2]),
    ],
)
async def test_which_are_asked_for(
    db: asyncpg.Connection, words: dict[str, Any], found: list[int]
) -> None:
    """One that lasts is there from its begin to its end."""
    numbers = await saved(db, seen(), AREA, IN_PORT)
    assert {one.id for one in await sightings(db, **words)} == {numbers[i] for i in found}


async def test_of_a_ship_by_the_imo_number_that_she_said(db: asyncpg.Connection) -> None:
    (number,) = await saved(db, seen())
    assert await sightings(db, mmsi=273111000) == []
    await db.execute(
        "INSERT INTO identity (mmsi, digest, imo, first_at, last_at)"
        " VALUES (273111000, '\\x00', 9160994, $1, $1)", AT,
    )  # fmt: skip
    assert [one.id for one in await sightings(db, mmsi=273111000)] == [number]


async def test_reports_about_it(db: asyncpg.Connection) -> None:
    """In the box and the time; hers wherever they were."""
    await fill(db)
    spot = Spot(35.86, 34.91, 300)
    found = await reports_about(db, seen(), spot)
    assert [(one.mmsi, one.length_m) for one in found] == [(636000001, 120.0)]
    named = seen(mmsi="273111000")
    assert {one.mmsi for one in await reports_about(db, named, spot)} == {636000001, 273111000}


async def fill(db: asyncpg.Connection) -> None:
    """Another ship near by, at noon and an hour later; hers far off at noon."""
    await db.fetchval(query("make_partition"), AT)
    for mmsi, lon, minutes in ((636000001, 35.9, 0), (636000001, 35.9, 60), (273111000, 20.0, 5)):
        at = AT + timedelta(minutes=minutes)
        await db.execute(
            "INSERT INTO position VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, 34.9), 4326),"
            " 1, 2, 3, 0, 1, 0, $2, 1, 1)", mmsi, at, lon,
        )  # fmt: skip
    await db.execute("INSERT INTO vessel (mmsi, to_bow_m, to_stern_m) VALUES (636000001, 100, 20)")


async def test_a_row_makes_the_same_value(db: asyncpg.Connection) -> None:
    (number,) = await saved(db, AREA)
    row = await db.fetchrow("SELECT * FROM sighting WHERE id = $1", number)
    words = {name: value for name, value in row.items() if name != "digest"}
    assert sighting_of_row(words) == replace(AREA, id=number)


async def test_the_writer_changes_nothing_but_that_it_was_removed(database: str) -> None:
    """And deletes nothing; who reads enters nothing."""
    writer = await asyncpg.connect(database.replace("monitor_owner@", "monitor_writer@"))
    reader = await asyncpg.connect(database.replace("monitor_owner@", "monitor_reader@"))
    try:
        (number,) = await saved(writer, seen())
        for statement in ("UPDATE sighting SET note = 'x'", "DELETE FROM sighting",
                          "TRUNCATE sighting"):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await writer.execute(statement)
        assert [one.id for one in await sightings(reader)] == [number]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await save_sightings(reader, [seen(note="z")])
        assert await remove_sightings(writer, [number], removed_at=AT, removed_by="eve")
    finally:
        await writer.close()
        await reader.close()
