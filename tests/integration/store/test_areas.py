"""Areas in the store: names are an owner's own, what is private stays so, nothing is deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import shapely

from monitor.engine.geofence import FenceSet
from monitor.errors import UnknownError, UsageError
from monitor.model import EventKind, NamedArea, ShipInArea
from monitor.store import areas as store
from monitor.store.alerts import alert_row
from monitor.store.areas import EVERYBODY, add_area, areas, drawn, named, remove_area, sees
from monitor.store.reader import FIRST_EVENT
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime
from tests.findings import MMSI, event
from tests.findings import store as store_findings
from tests.integration.store.areas import SINCE, SQUARE, area, keep
from tests.unit.alert.stories import alert_of, berthed, rule

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)


@pytest.fixture
async def db(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def names(db: Any, caller: str | None, **words: Any) -> list[str]:
    await sees(db, caller)
    return [f"{each.area.owner}/{each.area.name}" for each in await areas(db, **words)]


async def test_an_area_comes_back_as_it_was_drawn(db: asyncpg.Connection) -> None:
    """To the last bit of each corner, for detection runs on it."""
    odd = shapely.box(23.1234567890123, 32.0, 24.1, 32.1000000000001)
    drawn_one = area(shape=odd, tells=True)
    await add_area(db, drawn_one, "bob", "where they wait")
    (found,) = await areas(db)
    assert (found.area, found.note, found.added_by) == (drawn_one, "where they wait", "bob")
    assert found.area.shape.equals_exact(odd, 0)
    assert (found.removed_at, found.removed_by) == (None, None)
    assert (await drawn(db, FenceSet(ports=()))).areas == (drawn_one,)


async def test_who_sees_what(db: asyncpg.Connection) -> None:
    """Who did not say who he is sees what is shared; his own beside it whoever did."""
    await keep(db, area("one"), area("two", shared=False), area("one", "bob", shared=False))
    assert await names(db, None) == ["ann/one"]
    assert await names(db, "ann") == ["ann/one", "ann/two"]
    assert await names(db, "bob") == ["ann/one", "bob/one"]
    assert await names(db, "' OR true --") == ["ann/one"]
    assert await names(db, EVERYBODY) == ["ann/one", "ann/two", "bob/one"]
    fresh = await asyncpg.connect(**db_words(db))
    try:
        assert [each.area.name for each in await areas(fresh)] == ["one"]
    finally:
        await fresh.close()


def db_words(db: Any) -> dict[str, Any]:
    """How another connection to the same database is made."""
    known = db._params
    host, port = db._addr if isinstance(db._addr, tuple) else (db._addr.rpartition("/")[0], None)
    return {"database": known.database, "user": known.user, "host": host, "port": port}


async def test_an_area_is_found_by_name(db: asyncpg.Connection) -> None:
    """One's own comes first; of several others it must be said which."""
    await keep(db, area("gate"), area("gate", "bob"), area("roads", "bob"))
    assert (await named(db, "gate", "ann")).area.owner == "ann"
    assert (await named(db, "bob/gate", "ann")).area.owner == "bob"
    assert (await named(db, "roads", "ann")).area.owner == "bob"
    by_id = area("gate", "bob").id
    assert (await named(db, by_id, "ann")).area.owner == "bob"
    with pytest.raises(UsageError, match="say which of ann/gate, bob/gate"):
        await named(db, "gate", "eve")
    with pytest.raises(UnknownError, match="There is no area 'none'"):
        await named(db, "none", "ann")


async def test_a_name_is_an_owners_own(db: asyncpg.Connection) -> None:
    """Nobody has two of one name at a time; what was removed is kept, and the name is free."""
    await keep(db, area("gate"), area("gate", "bob"))
    with pytest.raises(UsageError, match="ann has an area 'gate'"):
        await keep(db, area("gate", since=SINCE + 1))
    stored = await named(db, "gate", "ann")
    await remove_area(db, stored, "eve", NOON)
    with pytest.raises(UnknownError):
        await remove_area(db, stored, "eve", NOON)
    await keep(db, area("gate", since=from_datetime(NOON)))
    assert await names(db, "ann") == ["bob/gate", "ann/gate"]
    old, *_ = await areas(db, every=True)
    assert (old.area.until, old.removed_by) == (from_datetime(NOON), "eve")
    assert old.area.id != (await named(db, "gate", "ann")).area.id


async def test_an_area_never_ends_before_it_begins(db: asyncpg.Connection) -> None:
    await keep(db, area())
    await remove_area(db, await named(db, "gate", "ann"), "ann", to_datetime(SINCE - 5))
    (found,) = await areas(db, every=True)
    assert found.area.until == SINCE


async def test_there_are_only_so_many(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one owner, and of all: each costs every batch a look."""
    monkeypatch.setattr(store, "MOST_OWN", 2)
    monkeypatch.setattr(store, "MOST_AREAS", 3)
    await keep(db, area("one"), area("two"), area("one", "bob"))
    with pytest.raises(UsageError, match="ann has 2 areas already: remove one"):
        await keep(db, area("three"))
    with pytest.raises(UsageError, match="There are 3 areas already"):
        await keep(db, area("two", "bob"))
    assert len(await areas(db)) == 3


@pytest.mark.parametrize("name", ["", "   ", "a/b", "*", "a\0b", "a\x1bb", "x" * 61])
def test_what_cannot_be_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of an area"):
        area(name)


@pytest.mark.parametrize("owner", ["", "*", "a/b", "x\ny"])
def test_who_cannot_own_an_area(owner: str) -> None:
    """Nobody calls himself what stands for all."""
    with pytest.raises(UsageError, match="cannot own an area"):
        area(owner=owner)


def test_names_are_people_s_own() -> None:
    """Blanks are put right, letters of any script stay."""
    assert area("  Порт   North ").name == "Порт North"
    assert area(shape=SQUARE).id != area(shape=shapely.box(1, 1, 2, 2)).id


async def test_ships_that_were_there_are_noted(db: asyncpg.Connection) -> None:
    """Whoever was heard in an area since it is in force is to be taken again: noted once."""
    await db.execute("SELECT make_position_partition($1)", NOON)
    rows = [(1, 24.05, 32.05, NOON), (2, 25.0, 32.05, NOON), (3, 24.05, 32.05, to_datetime(SINCE))]
    await db.execute("SELECT make_position_partition($1)", to_datetime(SINCE))
    for mmsi, lon, lat, at in rows:
        await db.execute(
            "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line, content)"
            " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 1, 0, $2, 1, 1, $1)",
            mmsi, at, lon, lat,
        )  # fmt: skip
    await db.execute(
        "INSERT INTO vessel_state (mmsi, at, geom, layout, fix)"
        " SELECT mmsi, max(at), ST_MakePoint(0, 0), 1, '' FROM position GROUP BY mmsi"
    )
    await keep(db, area(since=SINCE + 1))
    before = await store.as_of(db)
    await store.take_up(db)
    due = [row["mmsi"] for row in await db.fetch("SELECT mmsi FROM revision_due")]
    assert due == [1]
    await db.execute("DELETE FROM revision_due")
    await store.take_up(db)
    assert await db.fetchval("SELECT count(*) FROM revision_due") == 0
    assert await store.as_of(db) == before == (1, 0)
    await remove_area(db, await named(db, "gate", "ann"), "ann", NOON)
    assert await store.as_of(db) == (1, 1)


async def test_events_and_alerts_of_a_private_area_are_hidden(db: asyncpg.Connection) -> None:
    """By each statement that reads for somebody: from whoever did not say he is the owner."""
    private, common = area("mine", shared=False), area("ours")
    await keep(db, private, common)
    of_private = event(1, ShipInArea(MMSI, 0, private.id), kind=EventKind.ANCHORED)
    of_common = event(2, ShipInArea(MMSI, 0, common.id), kind=EventKind.ANCHORED)
    await store_findings(db, of_private, of_common, event(3, NamedArea("12 miles")))
    alerts = [
        replace(
            alert_of([(berthed(), [rule()])]),
            id=f"{number:032x}",
            area=None if each is None else each.id,
        )
        for number, each in ((1, private), (2, common), (3, None))
    ]
    for alert in alerts:
        await db.execute(query("save_alert"), *alert_row(alert))
    ids = [UUID(int=number) for number in (1, 2, 3)]
    for caller, seen in (
        ("ann", {1, 2, 3}),
        (EVERYBODY, {1, 2, 3}),
        ("bob", {2, 3}),
        (None, {2, 3}),
    ):
        await sees(db, caller)
        for statement, words in (
            ("events", (*[None] * 5, *FIRST_EVENT, 10)), ("events_seen", (ids,)),
            ("feature_events", ()), ("ask_story_events", (MMSI, None, None, 10)),
            ("alerts", (None, -1, *[None] * 5, 10)), ("alerts_seen", (ids,)),
            ("feature_alerts", ()), ("alert_like", ("0",)),
        ):  # fmt: skip
            found = {row["id"].int for row in await db.fetch(query(statement), *words)}
            wanted = seen - {3} if statement == "ask_story_events" else seen
            assert found == wanted, (caller, statement)
        assert (await db.fetchrow(query("alerts_as_of"), None))["alerts"] == len(seen)


async def test_what_takes_too_long_to_find_is_left(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch goes on: it is said, and nothing is tried again and again."""
    await keep(db, area())
    monkeypatch.setattr(store, "PATIENCE", "1ms")
    slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    await db.execute(f"{slow} PERFORM pg_sleep(1); RETURN NULL; END $$")
    await db.execute(
        "CREATE TRIGGER slow AFTER INSERT ON revision_due FOR EACH STATEMENT"
        " EXECUTE FUNCTION slow()"
    )
    assert not await store.take_up(db)
    assert await db.fetchval("SELECT begun FROM area")
    assert await db.fetchval("SHOW statement_timeout") == "0"
