"""Questions by name, over a store that holds what was written down by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter

from monitor.alert.telling import SEEN
from monitor.box import Box
from monitor.model import CallState, EventKind
from monitor.report import question_forms as forms
from monitor.report import questions
from monitor.report.hulls import HullForm, hulls
from monitor.report.records import iso
from monitor.store.sql import query
from tests.findings import MMSI, OTHER, after, call, event, span, store, voyage

K = EventKind
DAY = datetime(2024, 12, 13, tzinfo=UTC)
GUESS = "a guess: she may have been anywhere that she could reach and come back from"
BOX = Box(35.0, 34.0, 36.0, 36.0)


def minute(number: float) -> datetime:
    return DAY + timedelta(hours=12, minutes=number)


async def heard(
    db: asyncpg.Connection, *rows: tuple[int, float, float, float], track: int = 0
) -> None:
    """Positions: MMSI, minutes past noon, degrees east and north."""
    source = await db.fetchval("INSERT INTO source (name) VALUES ('a') ON CONFLICT (name) DO UPDATE"
                               " SET name = 'a' RETURNING id")  # fmt: skip
    await db.fetchval(query("make_partition"), minute(0))
    for mmsi, minutes, lon, lat in rows:
        await db.execute(
            "INSERT INTO position (mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type,"
            " track, received_at, source, line)"
            " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 1, 2, 3, 0, 1, $5, $2, $6,"
            " 1)",
            mmsi, minute(minutes), lon, lat, track, source,
        )  # fmt: skip


def checked(form: Any, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records that have the form that is promised."""
    TypeAdapter(list[form]).validate_python(records)
    return records


async def test_who_is_in_port(db: asyncpg.Connection) -> None:
    """Whose call is open, since when, dark since; who has left or only came near is not."""
    await heard(db, (MMSI, 0, 35.86, 34.91), (MMSI, 50, 35.87, 34.91), (MMSI, 60, 1, 1))
    await db.execute("UPDATE position SET track = 1 WHERE ST_X(geom) = 1")
    await store(
        db, call(1, departed=None, state=CallState.IN_PORT),
        call(2, mmsi=OTHER, departed=span(5, 6, 7), state=CallState.AWAY),
        call(3, mmsi=OTHER, departed=None, state=CallState.ENTERED),
        event(4, kind=K.WENT_DARK_INSIDE, span=span(50, None, 60)),
    )  # fmt: skip
    (found,) = checked(forms.InPortForm, await questions.in_port(db))
    assert (found["mmsi"], found["port"], found["state"]) == (MMSI, "tartus", "in port")
    assert found["heard_at"] == "2024-12-13T12:50:00Z"
    assert found["dark_since"] == "2024-12-13T12:50:00Z"
    assert found["sure"] == SEEN[found["confidence"]]
    assert await questions.in_port(db, port="tobruk") == []
    await store(db, event(5, kind=K.REAPPEARED_INSIDE, decided_at=after(90)))
    (found,) = await questions.in_port(db, port="tartus")
    assert found["dark_since"] is None
    assert questions.in_port_table([found]).rows()[0][0] == "tartus"


async def test_who_was_inside(db: asyncpg.Connection) -> None:
    """In the box, and in the time; its end does not belong to it."""
    await heard(db, (1, 0, 35.5, 35.0), (1, 9, 35.6, 35.0), (2, 5, 33.0, 35.0), (3, 20, 35.5, 35.0))
    found = checked(
        forms.InsideForm, await questions.inside(db, box=BOX, since=minute(0), until=minute(20))
    )
    assert [(r["mmsi"], r["first_at"], r["last_at"], r["fixes"]) for r in found] == [
        (1, "2024-12-13T12:00:00Z", "2024-12-13T12:09:00Z", 2)
    ]
    assert questions.inside_table(found).rows()[0][-1] == "2"


@pytest.mark.parametrize(
    ("minutes", "place", "sure"),
    [
        (-1, None, "not known: she was not heard before"),
        (0, (35.0, 34.0), "she was heard at that instant"),
        (5, (35.05, 34.05), "on the line between two fixes, minutes apart"),
        (40, (35.2, 34.2), "about there: she was not heard for up to two hours"),
        (170, (35.45, 34.3), GUESS),
        (999, None, "not known: she was not heard since the fix before"),
    ],
)  # fmt: skip
async def test_where_a_ship_was(
    db: asyncpg.Connection, minutes: float, place: tuple[float, float] | None, sure: str
) -> None:
    """On the line between the fixes around it, which are told, and what that is worth."""
    await heard(db, (MMSI, 0, 35.0, 34.0), (MMSI, 10, 35.1, 34.1), (MMSI, 70, 35.3, 34.3),
                (MMSI, 270, 35.6, 34.3))  # fmt: skip
    found = checked(forms.WhereForm, await questions.where(db, mmsi=MMSI, at=minute(minutes)))
    (record,) = found
    assert record["sure"] == sure
    assert (record["lon"], record["lat"]) == (place or (None, None))
    assert questions.where_table(found).rows()[0][-1] == sure


async def test_where_on_the_line_across_180_degrees(db: asyncpg.Connection) -> None:
    await heard(db, (MMSI, 0, 179.9, 0.0), (MMSI, 10, -179.9, 0.0))
    (record,) = await questions.where(db, mmsi=MMSI, at=minute(5))
    assert abs(record["lon"]) == 180.0
    assert record["apart_m"] < 23_000


async def test_two_ships_of_one_number_are_two_answers(db: asyncpg.Connection) -> None:
    await heard(db, (MMSI, 0, 35.0, 34.0), (MMSI, 10, 35.0, 34.0))
    await heard(db, (MMSI, 1, 10.0, 54.0), (MMSI, 9, 10.0, 54.0), track=1)
    found = await questions.where(db, mmsi=MMSI, at=minute(5))
    assert [(r["track"], r["lon"]) for r in found] == [(0, 35.0), (1, 10.0)]


async def test_of_nobody_nothing_is_known(db: asyncpg.Connection) -> None:
    assert await questions.where(db, mmsi=1, at=minute(0)) == []
    assert await questions.traffic(db) == []


async def test_days_at_a_port(db: asyncpg.Connection) -> None:
    """Each day has a row, and says in how many hours anybody was heard."""
    await store(
        db, event(1, kind=K.PORT_ARRIVED), event(2, kind=K.PORT_DEPARTED, span=span(60, 61, 62)),
        event(3, kind=K.PORT_ARRIVED, span=span(70, 71, 72)),
    )  # fmt: skip
    for number in (0, 70):
        await db.execute(
            "INSERT INTO reception VALUES ('tartus', 1, $1, 1, $1, '{1}', '{}', '{}')",
            minute(number),
        )
    found = checked(
        forms.ActivityForm,
        await questions.activity(db, port="tartus", since=DAY, until=DAY + timedelta(days=2)),
    )
    assert [(r["day"], r["arrivals"], r["departures"], r["ships"], r["hours_heard"])
            for r in found] == [("2024-12-13", 2, 1, 1, 2), ("2024-12-14", 0, 0, 0, 0)]  # fmt: skip
    assert questions.activity_table(found).rows()[0] == ["2024-12-13", "2", "1", "1", "2 of 24"]
    assert len(await questions.activity(db, port="tartus")) in {7, 8}


async def test_traffic(db: asyncpg.Connection) -> None:
    """Counted by where from and to; what was not seen, and what cannot have been, is told."""
    await store(db, voyage(1), voyage(2, unheard_s=50_000), voyage(3, contradiction=True))
    found = checked(forms.TrafficForm, await questions.traffic(db))
    (record,) = found
    assert (record["from"], record["to"], record["voyages"], record["ships"]) == (
        "tartus", "tobruk", 3, 1,
    )  # fmt: skip
    assert (record["unseen"], record["doubtful"]) == (1, 1)
    assert await questions.traffic(db, from_="tobruk") == []
    assert questions.traffic_table(found).rows()[0][:3] == ["tartus", "tobruk", "3"]


async def test_one_imo_number_under_two_mmsis(db: asyncpg.Connection) -> None:
    """Where both were when the second began; numbers that cannot be true are nobody's."""
    claims = [
        (MMSI, 9_268_710, "SPARTA", -900, 0), (MMSI, 9_268_710, "SPARTA II", -90, -10),
        (OTHER, 9_268_710, "BALTIC", 60, 600), (OTHER, 9_268_711, "BALTIC", 700, 800),
        (MMSI, 9_268_711, "SPARTA", -999, -950), (OTHER + 1, 9_160_994, "OTHER", 0, 5),
        (OTHER + 2, None, "NOBODY", 0, 5),
    ]  # fmt: skip
    for number, (mmsi, imo, name, first, last) in enumerate(claims):
        await db.execute(
            "INSERT INTO identity (mmsi, digest, imo, name, first_at, last_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            mmsi, bytes([number]), imo, name, minute(first), minute(last),
        )  # fmt: skip
    assert (await hulls(db))[0]["verdict"] == "not known"
    await heard(
        db, (MMSI, -30, 35.0, 34.0), (MMSI, 20, 35.86, 34.91), (MMSI, 90, 1, 1),
        (OTHER, 30, 2, 2), (OTHER, 61, 35.865, 34.91), (OTHER, 99, 3, 3),
    )  # fmt: skip
    (found,) = checked(HullForm, await hulls(db))
    assert (found["mmsi"], found["name"], found["last_at"]) == (MMSI, "SPARTA", iso(minute(0)))
    assert (found["other_mmsi"], found["other_name"]) == (OTHER, "BALTIC")
    assert (found["here_at"], found["there_at"]) == (iso(minute(20)), iso(minute(61)))
    assert found["verdict"] == "swapped"
    assert await hulls(db, imo=9_268_710, mmsi=OTHER) == [found]
    assert await hulls(db, imo=9_160_994) == await hulls(db, mmsi=OTHER + 2) == []
