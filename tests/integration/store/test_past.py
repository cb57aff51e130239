"""How all stood at an instant, over a store in which things came in order, late, and to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.life import Act, State, Verdict
from monitor.alert.message import Severity
from monitor.model import Amended, CallState, EventKind, EventState, Revised
from monitor.store import alerts, past
from monitor.store.findings import call_row, event_row, revised_row, standing
from monitor.store.reader import every
from monitor.store.sql import query
from monitor.units import to_datetime
from tests.findings import MMSI, OTHER, after, begun, call, event, span, store, voyage
from tests.integration.store.desks import BERTHS, commit, desk, happened

K = EventKind


def minute(number: float) -> datetime:
    return to_datetime(after(number))


async def heard(db: asyncpg.Connection, mmsi: int, *rows: tuple[float, float, float]) -> None:
    """Positions: minutes past noon, when they were received, degrees east."""
    await db.fetchval(query("make_partition"), minute(0))
    for at, received, lon in rows:
        await db.execute(
            "INSERT INTO position (mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type,"
            " track, received_at, source, line)"
            " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, 34), 4326), 1, 2, 3, 0, 1, 0, $4, 1, 1)",
            mmsi, minute(at), lon, minute(received),
        )  # fmt: skip
    await db.execute(
        "INSERT INTO vessel_state (mmsi, at, geom, fix)"
        " VALUES ($1, $2, ST_SetSRID(ST_MakePoint(0, 0), 4326), '') ON CONFLICT DO NOTHING",
        mmsi, minute(9999),
    )  # fmt: skip


SAID = ("name", "callsign", "draught_m", "destination", "to_bow_m", "to_stern_m")


async def said(db: asyncpg.Connection, mmsi: int, number: int, first: float, last: float,
               **words: Any) -> None:  # fmt: skip
    await db.execute(
        "INSERT INTO identity (mmsi, digest, name, callsign, draught_m, destination, to_bow_m,"
        " to_stern_m, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        mmsi, bytes([number]), *(words.get(name) for name in SAID), minute(first), minute(last),
    )  # fmt: skip


async def test_vessels_are_where_they_were_heard_last_by_then(db: asyncpg.Connection) -> None:
    """With what each had said by then; a fix that was received later is late."""
    await heard(db, MMSI, (0, 0, 35.0), (10, 10, 35.1), (20, 90, 35.2), (30, 30, 35.3))
    await heard(db, OTHER, (50, 50, 30.0))
    await said(db, MMSI, 1, -60, 100, name="ALDA")
    await said(db, MMSI, 2, -60, -50, callsign="9HX")
    await said(db, MMSI, 3, 60, 100, name="BETA")

    async def at(minutes: float, since: float | None = None) -> list[tuple[Any, ...]]:
        words = {"at": minute(minutes), "since": None if since is None else minute(since)}
        found = await every(past.vessels(db, **words, page_rows=1))
        return [(r["mmsi"], r["lon"], r["name"], r["callsign"], r["late"]) for r in found]

    assert await at(-1) == []
    assert await at(10) == [(MMSI, 35.1, "ALDA", "9HX", False)]
    assert await at(25) == [(MMSI, 35.2, "ALDA", "9HX", True)]
    assert await at(70) == [
        (MMSI, 35.3, "BETA", "9HX", False), (OTHER, 30.0, None, None, False),
    ]  # fmt: skip
    assert await at(70, since=30) == [(OTHER, 30.0, None, None, False)]


async def test_what_she_said_of_her_voyage_is_what_she_had_said_by_then(
    db: asyncpg.Connection,
) -> None:
    """The newest that had come; and never is it said that she said so later than that."""
    await heard(db, MMSI, (0, 0, 35.0))
    await said(
        db, MMSI, 1, 10, 40, draught_m=6.1, destination="TARTUS", to_bow_m=100, to_stern_m=20
    )
    await said(db, MMSI, 2, 60, 100, draught_m=4.2)

    async def at(minutes: float) -> tuple[Any, ...]:
        (row,) = await every(past.vessels(db, at=minute(minutes), page_rows=1))
        return tuple(row[name] for name in (
            "draught_m", "draught_at", "destination", "destination_at", "length_m", "beam_m",
        ))  # fmt: skip

    assert await at(5) == (None, None, None, None, None, None)
    assert await at(20) == (6.1, minute(20), "TARTUS", minute(20), 120, None)
    assert await at(70) == (4.2, minute(70), "TARTUS", minute(40), 120, None)


async def calls_at(db: asyncpg.Connection, minutes: float) -> dict[int, tuple[str, bool]]:
    found = await every(past.calls(db, at=minute(minutes), page_rows=1))
    return {int(one.call.id, 16): (standing(one.call), one.late) for one in found}


async def test_port_calls_stand_as_they_stood(db: asyncpg.Connection) -> None:
    """Entered, in port, left: each from when it was known on; what came to nothing is gone."""
    made = call(1, departed=None, state=CallState.ENTERED, decided_at=after(2))
    await store(
        db, made, replace(made, state=CallState.IN_PORT, decided_at=after(30)),
        replace(made, state=CallState.AWAY, departed=span(119, None, 121), decided_at=after(125)),
        call(2, departed=None, state=CallState.ENTERED, decided_at=after(3), mmsi=OTHER),
        event(9, about=type(event().subject)(OTHER, 0, "tartus"), kind=K.PORT_ARRIVED,
              state=EventState.WITHDRAWN, decided_at=after(40)),
    )  # fmt: skip
    await db.execute(query("delete_port_call"), f"{2:032x}")
    assert await calls_at(db, -5) == {}
    assert (await calls_at(db, 1))[1] == ("in port", True)  # she was there, and nobody knew
    assert await calls_at(db, 5) == {1: ("entered", False), 2: ("entered", False)}
    assert await calls_at(db, 35) == {1: ("in port", False), 2: ("entered", False)}
    assert await calls_at(db, 45) == {1: ("in port", False)}
    assert await calls_at(db, 126) == {1: ("left", False)}
    assert await calls_at(db, 126 + 31 * 1440) == {}


async def test_a_call_that_was_revised_is_known_since_then(db: asyncpg.Connection) -> None:
    """Whatever instant it was decided at, had it not come late."""
    told = Revised(Amended.ADDED, after(600), "Reports came late.")
    made = call(3, decided_at=after(125))
    await db.execute(query("revise_port_call"), *call_row(made), *revised_row(told))
    assert await calls_at(db, 300) == {3: ("left", True)}
    assert await calls_at(db, 601) == {3: ("left", False)}


async def alerts_at(db: asyncpg.Connection, at: datetime) -> list[past.PastAlert]:
    return await every(past.standing(db, at=at, page_rows=1))


async def test_alerts_stand_as_they_stood(db: asyncpg.Connection) -> None:
    """Raised, graver, acknowledged, closed; its reasons are those that were known."""
    one = desk(deliver=False)
    first = happened(1, K.PORT_ARRIVED)
    second = happened(2, K.PORT_DEPARTED)
    second = replace(second, decided_at=first.decided_at + 3_600_000_000)
    await commit(db, one, first)
    await commit(db, one, second)
    raised, graver = (to_datetime(each.decided_at) for each in (first, second))
    before = raised - timedelta(seconds=1)
    assert [each.late for each in await alerts_at(db, before)] == [True]
    (was,) = await alerts_at(db, graver - timedelta(seconds=1))
    assert (was.late, was.stored.alert.severity, len(was.stored.alert.reasons)) == (
        False, Severity.WARNING, 1,
    )  # fmt: skip
    (now,) = await alerts_at(db, graver)
    assert (now.stored.alert.severity, len(now.stored.alert.reasons)) == (Severity.CRITICAL, 2)
    assert now.stored.alert.headline != was.stored.alert.headline
    begin = now.stored.alert.id[:8]
    await alerts.act(db, begin, Act.ACK, "ann")
    acked = await db.fetchval("SELECT clock_timestamp()")
    await alerts.act(db, begin, Act.CLOSE, "ann", verdict=Verdict.TRUE)
    (found,) = await alerts_at(db, acked)
    assert found.stored.alert.state is State.ACKNOWLEDGED
    assert await alerts_at(db, await db.fetchval("SELECT clock_timestamp()")) == []
    whole = await past.whole(db, begin, raised)
    assert whole.stored.alert.state is State.OPEN
    assert [event.id for event in whole.events] == [first.id]
    assert [row["what"] for row in whole.history] == ["raise"]
    assert len((await past.whole(db, begin, acked)).history) == 3
    assert (await past.whole(db, begin, before)).history == []


async def test_an_alert_of_what_came_late_is_known_since_then(db: asyncpg.Connection) -> None:
    one, told = desk(BERTHS, deliver=False), happened(1, K.BERTHED)
    later = told.decided_at + 7_200_000_000
    revised = Revised(Amended.ADDED, later, "Reports came late.")
    async with db.transaction():
        await db.execute(query("revise_event"), *event_row(told), *revised_row(revised))
        await one.take(db, [told])
    assert [each.late for each in await alerts_at(db, to_datetime(told.decided_at))] == [True]
    assert [each.late for each in await alerts_at(db, to_datetime(later))] == [False]


async def test_voyages_are_known_as_they_were(db: asyncpg.Connection) -> None:
    """Under way until it was known where she came to."""
    await store(db, begun(1), voyage(2))

    async def at(minutes: float) -> list[str]:
        return [each.kind.value for each in await every(past.voyages(db, at=minute(minutes)))]

    assert await at(3) == []
    assert await at(300) == ["VoyageBegun"]
    assert await at(700) == ["VoyageMade"]


@pytest.mark.parametrize(("minutes", "vessels"), [(15, 2), (60, 2), (200, 0)])
async def test_ports_are_heard_or_not(db: asyncpg.Connection, minutes: float, vessels: int) -> None:
    """In the hour before; when the last was is known for longer."""
    await db.execute("INSERT INTO source (name) VALUES ('mole')")
    for at, ships in ((0, [1, 2]), (10, [2])):
        await db.execute(
            "INSERT INTO reception VALUES ('tartus', (SELECT id FROM source), $1, 1, $1, $2, '{}',"
            " '{}')", minute(at), ships,
        )  # fmt: skip
    (found,) = await past.ports(db, at=minute(minutes))
    assert (found["port"], found["vessels"], found["heard_at"]) == ("tartus", vessels, minute(10))
    assert await past.ports(db, at=minute(-1)) == []


async def test_nobody_changes_the_past(db: asyncpg.Connection) -> None:
    """The role that writes may add to it, and do nothing else."""
    for table in ("alert_past", "port_call_past"):
        for word in ("UPDATE", "DELETE", "TRUNCATE"):
            may = "SELECT has_table_privilege('monitor_writer', $1, $2)"
            assert not await db.fetchval(may, table, word)
