"""What the faces ask, page by page: however small the pages are, it is the same, and each once."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from monitor.model import Event, EventKind, Span
from monitor.store import reader
from monitor.store.reader import every
from monitor.store.sql import query
from tests.findings import ABOUT, MMSI, OTHER, UNKNOWN, after, call, crowd, event, span, store
from tests.integration.store.months import APRIL, CALLER, HOUR, PASSER, hours, sail
from tests.integration.store.pages import MINUTE, NOON, in_pages, numbers

# -- events ----------------------------------------------------------------------------------------


async def test_events_come_by_time_then_as_they_were_decided_then_by_ship_kind_and_id(
    db: asyncpg.Connection,
) -> None:
    """Also where all of that is equal, and where there is no ship and no port."""
    told = crowd()
    await store(db, *told)
    found = await in_pages(reader.events, db)
    assert len(found) == len(told) == 124
    assert len(set(numbers(found))) == 124

    def key(each: Event) -> tuple[Any, ...]:
        at = each.span.at or each.span.latest or each.span.earliest or each.decided_at
        return at, each.decided_at, each.mmsi or 0, each.kind.value, each.id

    assert found == sorted(told, key=key)
    assert [each.mmsi for each in found[:36]] == [None] * 36  # areas and feeds come first


async def test_a_time_is_the_best_that_is_known(db: asyncpg.Connection) -> None:
    """At; else no later than; else not before; else when it was said."""
    await store(
        db,
        event(1, span=UNKNOWN, decided_at=after(4)),
        event(2, span=span(3, None, None), decided_at=after(60)),
        event(3, span=span(0, None, 2), decided_at=after(50)),
        event(4, span=span(0, 1, 90), decided_at=after(90)),
    )
    assert numbers(await in_pages(reader.events, db)) == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, [4, 5, 2, 1, 3, 6]),
        ({"mmsi": MMSI}, [2, 1, 3, 6]),
        ({"mmsi": OTHER}, [3]),
        ({"mmsi": 1}, []),
        ({"port": "tartus"}, [2]),
        ({"port": "tobruk"}, []),
        ({"port": "12 miles"}, [4]),
        ({"port": "a1b2c3d4e5f60718"}, [6]),
        ({"kind": "Berthed"}, [2]),
        ({"kind": "GeofenceEntered"}, [4, 5, 1, 3, 6]),
        ({"mmsi": MMSI, "kind": "Berthed", "port": "tartus"}, [2]),
        ({"mmsi": OTHER, "port": "tartus"}, []),
    ],
)
async def test_events_of_a_ship_a_port_or_a_kind(
    db: asyncpg.Connection, words: dict[str, Any], found: list[int]
) -> None:
    """A ship, she at a port or in an area, a pair, an area, a feed; a meeting by either."""
    kinds = {"ship_at_port": EventKind.BERTHED}
    for number, (name, about) in enumerate(ABOUT.items(), 1):
        kind = kinds.get(name, EventKind.GEOFENCE_ENTERED)
        await store(db, event(number, about, kind=kind))
    assert numbers(await in_pages(reader.events, db, **words)) == found


@pytest.mark.parametrize(
    ("when", "decided", "since", "until"),
    [
        # the last minute from which on, and the first up to which it is given
        (span(9, 10, 11), 12, 10, 11),
        (span(9, None, 11), 12, 11, 10),
        (span(9, None, None), 12, 12, 10),
        (span(None, None, 11), 42, 11, 12),
        (UNKNOWN, 12, 12, 13),
    ],
)
async def test_no_event_falls_between_what_was_before_and_what_is_since(
    db: asyncpg.Connection, when: Span, decided: float, since: int, until: int
) -> None:
    """One whose time has bounds alone may be in both, but it is never in none."""
    await store(db, event(span=when, decided_at=after(decided)))
    from_here, up_to = [], []
    for minute in range(60):
        instant = NOON + minute * MINUTE
        from_here += [minute] if await every(reader.events(db, since=instant)) else []
        up_to += [minute] if await every(reader.events(db, until=instant)) else []
    assert from_here == list(range(since + 1))
    assert up_to == list(range(until, 60))
    assert set(from_here) | set(up_to) == set(range(60))


@pytest.mark.parametrize("rows", [1, 2, 3])
async def test_what_comes_while_it_is_read_is_given_if_it_is_ahead(
    db: asyncpg.Connection, rows: int
) -> None:
    """No transaction is held open; what is behind by then was not there when it was passed."""
    for number in range(10, 70, 10):
        await store(db, event(number, span=span(None, number, None)))
    found = []
    async for each in reader.events(db, page_rows=rows):
        found.append(int(each.id, 16))
        if found == [10, 20, 30]:
            await store(db, event(15, span=span(None, 15, None)))
            await store(db, event(65, span=span(None, 65, None)))
    assert found == [10, 20, 30, 40, 50, 60, 65]


async def test_what_changes_while_it_is_read_may_be_given_as_it_was_and_as_it_is(
    db: asyncpg.Connection,
) -> None:
    """She came later than was thought at first: the last word comes last."""
    await store(db, *(event(minute, span=span(None, minute, None)) for minute in (10, 20, 30)))
    found = []
    async for each in reader.events(db, page_rows=1):
        found.append((int(each.id, 16), each.span.at))
        if found == [(10, after(10))]:
            await store(db, event(10, span=span(None, 25, None), decided_at=after(26)))
    assert found == [(10, after(10)), (20, after(20)), (10, after(25)), (30, after(30))]


async def test_a_reader_that_stops_leaves_nothing_open(db: asyncpg.Connection) -> None:
    """As one does whose client hangs up: the connection goes on to something else."""
    await store(db, *(event(number) for number in range(1, 9)))
    async for each in reader.events(db, page_rows=2):
        assert each.id.endswith("1")
        break
    assert not db.is_in_transaction()
    assert await db.fetchval("SELECT count(*) FROM event") == 8


@pytest.mark.parametrize(
    ("name", "words", "index"),
    [
        ("events", "null, null, null, null, null, now(), now(), 0, '', gen_random_uuid(), 9",
         "event_told"),
        ("port_calls", "null, null, null, null, now(), 0, gen_random_uuid(), 9", "port_call_told"),
    ],
)  # fmt: skip
async def test_a_page_is_read_off_its_index(
    db: asyncpg.Connection, name: str, words: str, index: str
) -> None:
    """Nothing is sorted for it, and nothing before it is looked at, however many there are."""
    await db.execute(f"SET enable_seqscan = off; PREPARE page AS {query(name)}")
    plan = "".join(row[0] for row in await db.fetch(f"EXPLAIN EXECUTE page({words})"))
    assert f"Index Scan using {index}" in plan
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan


# -- port calls ------------------------------------------------------------------------------------


async def test_port_calls_come_by_arrival_then_by_ship_and_id(db: asyncpg.Connection) -> None:
    """An arrival is known by its best time, by its bound, or by when it was said."""
    await store(
        db,
        call(9, arrived=span(None, 20, None)),
        call(8, arrived=span(9, None, 10)),
        call(7, arrived=span(9, 10, 11), mmsi=OTHER),
        call(6, arrived=span(9, 10, 11)),
        call(5, arrived=UNKNOWN, decided_at=after(10)),
        call(4, arrived=span(9, 10, 11), mmsi=1),
        call(3, arrived=span(1, None, 30)),
    )
    assert numbers(await in_pages(reader.port_calls, db)) == [4, 5, 6, 8, 7, 9, 3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"mmsi": MMSI}, [1, 3]),
        ({"port": "tobruk"}, [3]),
        ({"mmsi": OTHER, "port": "tobruk"}, []),
        ({"since": NOON + 20 * MINUTE}, [1, 2, 3]),
        ({"since": NOON + 21 * MINUTE}, [2, 3]),
        ({"since": NOON + 500 * MINUTE}, [2]),
        ({"until": NOON}, []),
        ({"until": NOON + MINUTE}, [1]),
        ({"until": NOON + 10 * MINUTE}, [1]),
        ({"until": NOON + 31 * MINUTE}, [1, 2, 3]),
        ({"since": NOON + 21 * MINUTE, "until": NOON + 30 * MINUTE}, [2]),
    ],
)
async def test_port_calls_of_a_ship_a_port_or_a_time(
    db: asyncpg.Connection, words: dict[str, Any], found: list[int]
) -> None:
    """A call lasts: it is given for each time of it, and without an end it lasts on."""
    await store(
        db,
        call(1, arrived=span(-1, 0, 1), departed=span(19, None, 20)),
        call(2, arrived=span(9, None, 10), departed=None, mmsi=OTHER),
        call(3, arrived=span(29, 30, 31), departed=span(39, 40, 41), port="tobruk"),
    )
    assert numbers(await in_pages(reader.port_calls, db, **words)) == found


# -- vessels and their histories -------------------------------------------------------------------


async def put_vessel(db: asyncpg.Connection, mmsi: int, name: str | None) -> None:
    """A vessel that was heard, and perhaps said her name."""
    await db.execute(
        "INSERT INTO vessel_state VALUES ($1, $2, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326),"
        " 12.3, null, 5, '')",
        mmsi, NOON,
    )  # fmt: skip
    if name is not None:
        await db.execute("INSERT INTO vessel (mmsi, name) VALUES ($1, $2)", mmsi, name)


async def test_vessels_come_by_number_with_who_they_are_and_where_they_were(
    db: asyncpg.Connection,
) -> None:
    """One that has said no name is given without; one that was never heard is not."""
    await put_vessel(db, OTHER, "AURORA")
    await put_vessel(db, MMSI, None)
    await put_vessel(db, 1, "ÆGIR")
    await db.execute("INSERT INTO vessel (mmsi, name) VALUES (5, 'SILENT')")
    found = [dict(row) for row in await in_pages(reader.vessels, db)]
    assert [(row["mmsi"], row["name"]) for row in found] == [
        (1, "ÆGIR"), (MMSI, None), (OTHER, "AURORA"),
    ]  # fmt: skip
    assert found[1] == {
        "mmsi": MMSI, "name": None, "callsign": None, "imo": None, "ship_type": None,
        "length_m": None, "beam_m": None, "at": NOON, "lon": 35.8, "lat": 34.9, "sog_kn": 12.3,
        "cog_deg": None, "heading_deg": None, "status": 5, "draught_m": None, "draught_at": None,
        "destination": None, "destination_at": None,
    }  # fmt: skip


async def test_a_vessel_has_what_she_says_of_her_voyage_and_when(db: asyncpg.Connection) -> None:
    """The newest of each, for not every report has both; her heading is that of the last fix."""
    await put_vessel(db, MMSI, "VETER")
    await db.execute("UPDATE vessel SET to_bow_m = 100, to_stern_m = 20, to_port_m = 0,"
                     " to_starboard_m = 0")  # fmt: skip
    await db.fetchval("SELECT make_position_partition($1)", NOON)
    await db.execute(
        "INSERT INTO position VALUES ($1, $2, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326), 12.3,"
        " null, 271, 5, 1, 0, $2, 1, 1)",
        MMSI, NOON,
    )  # fmt: skip
    claims = [(6.25, "PORT SAID@@", 2), (None, "TOBRUK", 1), (7.0, None, 3), (1.0, "OLD", 9)]
    for number, (draught_m, destination, hours_ago) in enumerate(claims):
        await db.execute(
            "INSERT INTO identity (mmsi, digest, draught_m, destination, first_at, last_at)"
            " VALUES ($1, $2, $3, $4, $5, $5)",
            MMSI, bytes([number]), draught_m, destination, NOON - hours_ago * HOUR,
        )  # fmt: skip
    (found,) = await in_pages(reader.vessels, db)
    assert (found["length_m"], found["beam_m"], found["heading_deg"]) == (120, None, 271)
    assert (found["draught_m"], found["draught_at"]) == (6.25, NOON - 2 * HOUR)
    assert (found["destination"], found["destination_at"]) == ("TOBRUK", NOON - HOUR)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"mmsi": 3}, [3]),
        ({"mmsi": 9}, []),
        ({"name": "veter"}, [1, 2]),
        ({"name": "VETER"}, [1, 2]),
        ({"name": "Y V"}, [1]),
        ({"name": ""}, [1, 2, 3, 4]),
        ({"name": "veter", "mmsi": 2}, [2]),
        ({"name": "veter", "mmsi": 3}, []),
        ({"name": "_"}, [2]),
        ({"name": "%"}, [3]),
        ({"name": "\\"}, [4]),
        ({"name": "V%R"}, []),
    ],
)
async def test_vessels_by_number_or_by_a_part_of_their_name(
    db: asyncpg.Connection, words: dict[str, Any], found: list[int]
) -> None:
    """In any case of letters; signs of AIS that mean something to LIKE stand for themselves."""
    names = ("SEVERNYY VETER", "VETER_2", "100% PURE", "A\\B", None)
    for mmsi, name in enumerate(names, 1):
        await put_vessel(db, mmsi, name)
    assert [row["mmsi"] for row in await in_pages(reader.vessels, db, **words)] == found


async def test_a_history_runs_over_the_ends_of_months(db: asyncpg.Connection) -> None:
    """It is hers alone, oldest first, from an instant on and before another."""
    begin, end = APRIL - 3 * HOUR, APRIL + 3 * HOUR
    await sail(db, CALLER, begin, end)
    await sail(db, PASSER, begin, end)
    found = await in_pages(reader.history, db, CALLER)
    assert [row["at"] for row in found] == hours(begin, end)
    assert {row["mmsi"] for row in found} == {CALLER}
    part = await in_pages(reader.history, db, CALLER, since=begin + HOUR, until=end - HOUR)
    assert [row["at"] for row in part] == hours(begin + HOUR, end - 2 * HOUR)
    assert await in_pages(reader.history, db, 1) == []


async def test_a_position_in_a_history(db: asyncpg.Connection) -> None:
    """Figures as she reported them; what was not available is null, as is a source that is gone."""
    await db.fetchval("SELECT make_position_partition($1)", NOON)
    place = "ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326)"
    await db.execute("INSERT INTO source (name) VALUES ('roof')")
    await db.execute(
        f"INSERT INTO position VALUES (1, $1, {place}, 102.2, 359.9, 91, 0, 18, 2, $2, 1, 17),"  # noqa: S608
        f" (1, $2, {place}, null, null, null, null, 0, 0, $2, 9, 1)",
        NOON, NOON + MINUTE,
    )  # fmt: skip
    one, other = [dict(row) for row in await in_pages(reader.history, db, 1)]
    assert one == {
        "mmsi": 1, "at": NOON, "lon": 35.8, "lat": 34.9, "sog_kn": 102.2, "cog_deg": 359.9,
        "heading_deg": 91, "status": 0, "type": 18, "track": 2, "received_at": NOON + MINUTE,
        "source": "roof", "line": 17,
    }  # fmt: skip
    names = ("sog_kn", "cog_deg", "heading_deg", "status", "source")
    assert [other[name] for name in names] == [None] * 5
