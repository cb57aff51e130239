"""What reports ask of the store: last fixes, silences, ways, who ships say they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from monitor.store import whereabouts as store
from monitor.store.database import one_moment

AT = datetime(2024, 12, 13, tzinfo=UTC)
SHIP = 230_000_001
HOURS = (0, 1, 2, 6.5, 7, 11, 11.5)
"""A silence of four and a half hours, and one of four: which is none."""


def hours(number: float) -> datetime:
    return AT + timedelta(hours=number)


async def sail(db: asyncpg.Connection) -> None:
    """One ship on two tracks."""
    await db.execute("SELECT make_position_partition($1)", AT)
    await db.execute("INSERT INTO source (name) VALUES ('log')")
    for track, shift in ((0, 0.0), (1, 0.25)):
        for hour in HOURS:
            await db.execute(
                """
                INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line,
                    content, raw)
                VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, 35), 4326), 1, $4, $2,
                    (SELECT min(id) FROM source), 1, 0, '')
                """,
                SHIP, hours(hour + shift), 20.0 + hour, track,
            )  # fmt: skip


async def test_the_last_fix_before_an_instant_of_each_track(db: asyncpg.Connection) -> None:
    await sail(db)
    found = await store.last_fixes(db, [SHIP], AT, hours(7.1))
    assert [(row["track"], row["at"], row["lon"]) for row in found] == [
        (0, hours(7), 27.0), (1, hours(6.75), 26.5),
    ]  # fmt: skip
    assert await store.last_fixes(db, [SHIP + 1], AT, hours(9)) == []
    assert await store.last_fixes(db, [], AT, hours(9)) == []


async def test_silences_are_longer_than_asked_for_and_by_track(db: asyncpg.Connection) -> None:
    await sail(db)
    found = await store.silences(db, [SHIP], AT, hours(24), 4 * 3600)
    assert [
        (row["track"], row["before_at"], row["after_at"], row["before_lon"], row["after_lon"])
        for row in found
    ] == [(0, hours(2), hours(6.5), 22.0, 26.5), (1, hours(2.25), hours(6.75), 22.0, 26.5)]


async def test_ways_have_a_fix_a_step(db: asyncpg.Connection) -> None:
    await sail(db)
    found = await store.ways(db, [SHIP], AT, hours(24), 3600 * 4)
    assert [(row["track"], row["at"]) for row in found] == [
        (0, AT), (0, hours(6.5)), (0, hours(11)),
        (1, hours(0.25)), (1, hours(6.75)), (1, hours(11.25)),
    ]  # fmt: skip


async def test_who_ships_say_they_are(db: asyncpg.Connection) -> None:
    for number, (name, imo, first) in enumerate(
        (("OLD", 9_268_710, 0), ("NEW", 9_268_710, 5), ("NEW", 9_268_710, 9))
    ):
        await db.execute(
            """
            INSERT INTO identity (mmsi, digest, name, imo, destination, first_at, last_at)
            VALUES ($1, $2, $3, $4, $5, $6, $6)
            """,
            SHIP, bytes([number]), name, imo, f"TO {number}", hours(first),
        )  # fmt: skip
    await db.execute("INSERT INTO vessel (mmsi, name, imo) VALUES ($1, 'NEW', 9268710)", SHIP)
    assert await store.ships_of_imo(db, 9_268_710) == [SHIP]
    assert await store.ships_of_imo(db, 1) == []
    found = await store.claims(db, SHIP)
    assert [(row["name"], row["first_at"], row["last_at"]) for row in found] == [
        ("OLD", AT, AT), ("NEW", hours(5), hours(9)),
    ]  # fmt: skip
    (who,) = await store.who(db, [SHIP, SHIP + 1])
    assert (who["name"], who["imo"]) == ("NEW", 9_268_710)


async def test_a_report_is_of_one_moment(db: asyncpg.Connection, database: str) -> None:
    """What is written meanwhile is not in it."""
    other = await asyncpg.connect(database)
    try:
        async with one_moment(db):
            assert await store.who(db, [SHIP]) == []
            await other.execute("INSERT INTO vessel (mmsi, name) VALUES ($1, 'NEW')", SHIP)
            assert await store.who(db, [SHIP]) == []
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await db.execute("DELETE FROM vessel")
    finally:
        await other.close()
    assert len(await store.who(db, [SHIP])) == 1


async def test_calls_and_events_of_ships_that_have_none(db: asyncpg.Connection) -> None:
    assert await store.calls_of(db, [SHIP]) == []
    assert await store.events_of(db, [SHIP]) == []
