"""Watchlists in the store: what was on a list is known for ever, and each ship is there once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.entry import Entry
from monitor.alert.watchlist import matches
from monitor.errors import StoreError
from monitor.model import Static
from monitor.store.cluster import Cluster
from monitor.store.reader import every
from monitor.store.watchlists import (
    Became,
    Saved,
    entry_of_row,
    remove_entries,
    row_of,
    save_entries,
    watch_entries,
)
from monitor.units import DAY_US, MINUTE_US, from_datetime
from tests.integration.store.pages import in_pages

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
AT = from_datetime(NOON)
HOUR = timedelta(hours=1)

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()
"""

WHOLE = Entry(
    list="own", mmsi=273_999_410, imo=9_268_710, callsign="UBEW6", name="SEVERNYY VETER",
    reason="sailed dark", source="the log", note="by night", valid_from=AT - DAY_US,
    valid_to=AT + DAY_US, recorded_at=AT, added_by="ann",
)  # fmt: skip
"""A ship with all that can be said of her; instants to the microsecond."""


def listed(**words: Any) -> Entry:
    """An entry by these identifiers alone."""
    bare = {"mmsi": None, "imo": None, "callsign": None, "name": None}
    return replace(WHOLE, **{**bare, **words})


CLASS = replace(listed(flag="RU", ship_type=80), valid_from=None, valid_to=None, note=None)


async def standing(db: asyncpg.Connection, known_at: datetime) -> list[int | None]:
    """Numbers of the entries that stood on lists at an instant."""
    return [entry.id async for entry in watch_entries(db, known_at=known_at)]


async def numbers(db: asyncpg.Connection, *entries: Entry) -> list[int]:
    """Add entries; their numbers."""
    return [saved.entry.id or 0 for saved in await save_entries(db, entries)]


async def test_an_entry_comes_back_as_it_was_added(db: asyncpg.Connection) -> None:
    saved = await save_entries(db, [WHOLE, CLASS])
    assert [(came.became, came.former) for came in saved] == [(Became.ADDED, None)] * 2
    assert await every(watch_entries(db)) == [came.entry for came in saved]
    assert [replace(came.entry, id=None) for came in saved] == [WHOLE, CLASS]


async def test_added_again_it_stays_as_it_is(db: asyncpg.Connection) -> None:
    """Whoever adds it, and whenever: an import may be run again."""
    (first,) = await save_entries(db, [WHOLE])
    again = replace(WHOLE, recorded_at=AT + MINUTE_US, added_by="bob")
    assert await save_entries(db, [again, again]) == [Saved(first.entry, Became.SAME, 1)] * 2
    assert await every(watch_entries(db)) == [first.entry]


async def test_what_says_something_else_of_the_ship_takes_its_place(
    db: asyncpg.Connection,
) -> None:
    """The former is removed at the very instant, so that she is watched without a gap, and once."""
    await save_entries(db, [WHOLE])
    renamed = replace(WHOLE, name="YUZHNYY VETER", recorded_at=AT + MINUTE_US, added_by="bob")
    (came,) = await save_entries(db, [renamed])
    assert (came.became, came.former) == (Became.REPLACED, 1)
    before, after = await every(watch_entries(db))
    assert before == replace(WHOLE, id=1, removed_at=AT + MINUTE_US, removed_by="bob")
    assert after == came.entry == replace(renamed, id=after.id)
    for minute in range(3):
        at = NOON + timedelta(minutes=minute)
        assert await standing(db, at) == ([1] if minute < 1 else [after.id])


async def test_the_same_ship_may_stand_on_two_lists(db: asyncpg.Connection) -> None:
    other = replace(WHOLE, list="abroad")
    saved = await save_entries(db, [WHOLE, other])
    assert [came.became for came in saved] == [Became.ADDED] * 2
    assert [entry.list async for entry in watch_entries(db, list_="abroad")] == ["abroad"]
    assert await every(watch_entries(db, list_="nothing")) == []


async def test_removed_it_is_still_known_what_was_on_the_list(db: asyncpg.Connection) -> None:
    """At any time: before it was added, while it stood, after; and a second time nothing is."""
    (number,) = await numbers(db, WHOLE)
    gone = {"removed_at": NOON + HOUR, "removed_by": "bob"}
    assert await remove_entries(db, [number, number, 99], **gone) == [number]
    later = {"removed_at": NOON + 2 * HOUR, "removed_by": "eve"}
    assert await remove_entries(db, [number], **later) == []
    (entry,) = await every(watch_entries(db))
    assert (entry.removed_at, entry.removed_by) == (from_datetime(NOON + HOUR), "bob")
    tick = timedelta(microseconds=1)
    at = [NOON - tick, NOON, NOON + HOUR - tick, NOON + HOUR]
    assert [await standing(db, t) for t in at] == [[], [1], [1], []]
    for t in at:
        assert bool(await standing(db, t)) == entry.stood(from_datetime(t))
        met = matches([entry], Static(mmsi=273_999_410), AT, known_at_us=from_datetime(t))
        assert bool(met) == entry.stood(from_datetime(t))


async def test_removed_and_added_again_it_is_another_entry(db: asyncpg.Connection) -> None:
    await save_entries(db, [WHOLE])
    await remove_entries(db, [1], removed_at=NOON + HOUR, removed_by="bob")
    (again,) = await save_entries(db, [replace(WHOLE, recorded_at=AT + 2 * 60 * MINUTE_US)])
    assert (again.became, again.former) == (Became.ADDED, None)
    assert len(await every(watch_entries(db))) == 2


async def test_a_clock_that_was_set_back_removes_nothing_before_it_was_there(
    db: asyncpg.Connection,
) -> None:
    await save_entries(db, [WHOLE])
    await remove_entries(db, [1], removed_at=NOON - HOUR, removed_by="bob")
    (entry,) = await every(watch_entries(db))
    assert entry.removed_at == AT


async def test_all_entries_are_added_or_none(db: asyncpg.Connection) -> None:
    """What the database will not take of one undoes the others, replaced ones too."""
    await save_entries(db, [WHOLE])
    renamed = replace(WHOLE, name="YUZHNYY VETER")
    bad = replace(listed(mmsi=1), recorded_at=AT)
    with pytest.raises(asyncpg.CheckViolationError):
        await save_entries(db, [CLASS, renamed, bad])
    assert await every(watch_entries(db)) == [replace(WHOLE, id=1)]


@pytest.mark.parametrize(
    "words",
    [
        {"imo": 9_268_710}, {"mmsi": 273_999_410}, {"callsign": "UBEW6"}, {"name": "VETER"},
        {"flag": "RU"}, {"ship_type": 80}, {"flag": "RU", "ship_type": 80},
        {"imo": 9_268_710, "mmsi": 273_999_410, "name": "VETER"},
    ],
    ids=str,
)  # fmt: skip
async def test_the_store_knows_the_same_ship_by_what_the_program_does(
    db: asyncpg.Connection, words: dict[str, Any]
) -> None:
    """Its index refuses what `who` calls the same, and nothing else."""
    entry = listed(**words)
    values = ", ".join(f"${place}" for place in range(1, 15))
    insert = f"""
        INSERT INTO watch_entry (list, mmsi, imo, callsign, name, flag, ship_type, reason, source,
            note, valid_from, valid_to, recorded_at, added_by) VALUES ({values})
        """  # noqa: S608
    await db.execute(insert, *row_of(entry))
    same = replace(entry, note="other", callsign=entry.callsign, recorded_at=AT + 1)
    assert same.who == entry.who
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(insert, *row_of(same))
    others = [
        listed(imo=9_160_994), listed(mmsi=273_999_411), listed(callsign="UBEW7"),
        listed(name="OTHER"), listed(flag="LR"), listed(ship_type=81),
    ]  # fmt: skip
    for other in others:
        assert other.who != entry.who
        await db.execute(insert, *row_of(other))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("imo", 9_268_711), ("imo", 926_871), ("mmsi", 99_999_999), ("mmsi", 800_000_000),
        ("ship_type", 80), ("flag", "RU"), ("valid_to", NOON - 2 * 24 * HOUR), ("removed_by", "x"),
        ("removed_at", NOON - HOUR), ("list", None), ("reason", None), ("source", None),
        ("recorded_at", None), ("added_by", None),
    ],
)  # fmt: skip
async def test_what_no_entry_can_say_the_store_does_not_hold(
    db: asyncpg.Connection, column: str, value: Any
) -> None:
    """Whoever writes it: so what is read is always an entry."""
    await save_entries(db, [WHOLE])
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await db.execute(f"UPDATE watch_entry SET {column} = $1", value)  # noqa: S608
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(
            "UPDATE watch_entry SET mmsi = NULL, imo = NULL, callsign = NULL, name = NULL"
        )


async def test_every_number_whose_last_digit_holds_is_taken(db: asyncpg.Connection) -> None:
    """The store reckons as the program does."""
    from monitor.words import imo_holds  # noqa: PLC0415

    await save_entries(db, [listed(imo=9_268_710)])
    for imo in range(9_999_900, 10_000_000):
        change = db.execute("UPDATE watch_entry SET imo = $1", imo)
        if imo_holds(imo):
            await change
        else:
            with pytest.raises(asyncpg.CheckViolationError):
                await change


async def test_pages_give_each_entry_once(db: asyncpg.Connection) -> None:
    """However small they are, of one list or all, of an instant or ever."""
    await save_entries(db, [listed(mmsi=273_000_000 + number) for number in range(9)])
    await save_entries(db, [replace(listed(imo=9_268_710), list="abroad")])
    await remove_entries(db, [3, 4, 10], removed_at=NOON + HOUR, removed_by="bob")
    assert [e.id for e in await in_pages(watch_entries, db)] == [*range(1, 11)]
    now = NOON + 2 * HOUR
    found = await in_pages(watch_entries, db, list_="own", known_at=now)
    assert [entry.id for entry in found] == [1, 2, 5, 6, 7, 8, 9]


async def test_of_two_who_change_a_list_at_once_one_is_told_to_try_again(
    database: str, db: asyncpg.Connection
) -> None:
    """Neither overwrites what the other said."""
    await save_entries(db, [WHOLE])
    others = [await asyncpg.connect(database) for _ in range(2)]
    blocked = db.transaction()
    await blocked.start()
    await db.execute("SELECT FROM watch_entry FOR UPDATE")

    async def release() -> None:
        """Let both go on when both wait."""
        while await db.fetchval(WAITING) < len(others):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
        await blocked.rollback()

    renamed = [replace(WHOLE, name=name) for name in ("NORD", "SUD")]
    saving = [save_entries(*both) for both in zip(others, [[one] for one in renamed], strict=True)]
    try:
        *done, _ = await asyncio.gather(*saving, release(), return_exceptions=True)
    finally:
        for other in others:
            await other.close()
    failed = [each for each in done if isinstance(each, BaseException)]
    assert [type(each) for each in failed] == [StoreError]
    assert "try again" in str(failed[0])
    assert len(await standing(db, NOON)) == 1
    assert len(await every(watch_entries(db))) == 2


async def test_who_writes_adds_and_removes_and_changes_nothing_else(
    cluster: Cluster, database: str
) -> None:
    """The reader reads."""
    name = database.partition("@/")[2].partition("?")[0]
    reader = await asyncpg.connect(cluster.url(name, role="monitor_reader"))
    writer = await asyncpg.connect(cluster.url(name, role="monitor_writer"))
    try:
        await save_entries(writer, [WHOLE])
        await save_entries(writer, [replace(WHOLE, note="more")])
        assert await remove_entries(writer, [2], removed_at=NOON, removed_by="bob") == [2]
        assert len(await every(watch_entries(reader))) == 2
        for role in (writer, reader):
            for change in (
                "DELETE FROM watch_entry", "TRUNCATE watch_entry",
                "UPDATE watch_entry SET recorded_at = now()", "UPDATE watch_entry SET reason = ''",
            ):  # fmt: skip
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await role.execute(change)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await save_entries(reader, [CLASS])
    finally:
        await reader.close()
        await writer.close()


async def test_a_row_names_what_an_entry_has(db: asyncpg.Connection) -> None:
    """Each column is a word of it, and each word a column."""
    await save_entries(db, [WHOLE])
    row = await db.fetchrow("SELECT * FROM watch_entry")
    assert row is not None
    assert entry_of_row(row) == replace(WHOLE, id=1)
    assert set(row.keys()) == set(Entry.__dataclass_fields__)
