"""Questions over HTTP: the words they need, and the answers of ``monitor ask``."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import pytest
import shapely
from aiohttp.test_utils import TestClient
from pydantic import TypeAdapter

from monitor.api import ask as group
from monitor.api.app import make_app
from monitor.engine.geofence import FenceSet
from monitor.model import CallState, EventKind, Ship
from monitor.report import questions
from monitor.report.distance import DistanceForm
from monitor.report.fleet import Standing, fleet_records
from monitor.report.fleet_forms import FleetForm
from monitor.report.identities import IdentityForm, identities
from monitor.report.reach import ReachForm
from monitor.service.live import Live
from monitor.store.database import connected
from monitor.store.watchlists import save_entries
from tests.findings import MMSI, call, event, store
from tests.integration.api.features.sea import fill
from tests.integration.api.standing import Served, problem, status
from tests.integration.api.standing import Standing as Watch
from tests.integration.api.test_watched import ENTRY


async def got(database: str, path: str) -> tuple[int, Any]:
    app = make_app(cast("Live", Watch(status())), lambda: connected(database))
    async with TestClient(Served(app)) as client, client.get(path) as answer:
        return answer.status, await answer.json()


async def test_who_is_in_port(db: asyncpg.Connection, database: str) -> None:
    await store(db, call(departed=None, state=CallState.IN_PORT))
    code, answer = await got(database, "/ask/in-port?port=tartus")
    assert (code, answer) == (200, await questions.in_port(db, port="tartus"))
    assert len(answer) == 1


GOOD = {
    "in-port": "", "inside": "?bbox=35,34,36,36&since=2024-12-13&until=2024-12-14",
    "where": "?mmsi=273999410&at=2024-12-13T12:00Z", "story": "?mmsi=273999410",
    "activity": "?port=tartus&since=2024-12-13&until=2024-12-14", "traffic": "?from=tartus",
    "reception": "?port=tartus", "hulls": "?imo=9268710&mmsi=273999410",
    "identity": "?mmsi=273999410", "fleets": "?at=2024-12-14",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
async def test_each_is_answered(database: str, name: str) -> None:
    """Of an empty store with nothing, or with days on which nothing was heard."""
    code, answer = await got(database, f"/ask/{name}{GOOD[name]}")
    assert code == 200
    assert answer == [] or [day["hours_heard"] for day in answer] == [0]
    asked = {f"/ask/{name}" for name in [*GOOD, "distance", "fleet", "reach"]}
    assert {route.path for route in group.ROUTES} == asked


async def test_where_a_fleet_is(db: asyncpg.Connection, database: str) -> None:
    """Its ships by what they say of themselves; of entries that nobody meets, that they are not."""
    code, answer = await got(database, "/ask/fleet?name=own")
    assert (code, answer["detail"]) == (
        404, "There is no watchlist 'own' that holds: see `monitor watchlist list`.",
    )  # fmt: skip
    await fill(db)
    entries = [replace(ENTRY, recorded_at=1), replace(ENTRY, recorded_at=1, mmsi=211_000_009)]
    await save_entries(db, entries)
    code, answer = await got(database, "/ask/fleet?name=own&at=2024-12-14T23:30Z")
    assert code == 200
    ships = TypeAdapter(list[FleetForm]).validate_python(answer)
    assert [(one.mmsi, one.standing, one.name) for one in ships] == [
        (MMSI, Standing.AT_SEA, "SEVERNYY VETER"), (211_000_009, Standing.UNHEARD, None),
    ]  # fmt: skip
    assert ships[0].heard_at is not None
    assert await got(database, "/ask/fleets") == (200, [{"fleet": "own", "entries": 2}])
    assert f"{ships[0].heard_at:%H:%M}" == "23:00"
    assert await fleet_records(
        db, name="own", fences=FenceSet(ports=()), at=datetime(2024, 12, 14, 23, 30, tzinfo=UTC)
    ) == answer  # fmt: skip


async def test_who_she_said_she_was(db: asyncpg.Connection, database: str) -> None:
    """Each thing once, with when it was said; what was never said is in no row."""
    first, then = datetime(2024, 12, 1, tzinfo=UTC), datetime(2024, 12, 3, tzinfo=UTC)
    await db.executemany(
        "INSERT INTO identity (mmsi, digest, name, draught_m, destination, first_at, last_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (MMSI, b"1", "OLD NAME", 6.1, "LYTOB", first, first),
            (MMSI, b"2", "NEW NAME", 6.1, None, then, then), (7, b"1", "OTHER", 1, "", then, then),
        ],
    )  # fmt: skip
    code, answer = await got(database, f"/ask/identity?mmsi={MMSI}")
    assert code == 200
    said = TypeAdapter(list[IdentityForm]).validate_python(answer)
    assert [(one.field, one.words, one.since, one.until, one.stands) for one in said] == [
        ("name", "OLD NAME", first, first, False), ("name", "NEW NAME", then, then, True),
        ("draught_m", "6.1 m", first, then, True),
        ("destination", "LYTOB (Tobruk)", first, first, True),
    ]  # fmt: skip
    assert answer == await identities(db, mmsi=MMSI)


async def test_how_far_it_is(database: str) -> None:
    """By places, or by ports where some are watched; the store is not asked."""
    code, answer = await got(database, "/ask/distance?from=35.864,34.907&to=23.995,32.067")
    assert code == 200
    (row,) = answer
    assert row == DistanceForm.model_validate(row).model_dump(mode="json", by_alias=True)
    assert row["least_nm"] == pytest.approx(619.0, abs=0.2)


async def test_where_a_ship_that_is_not_heard_can_be(db: asyncpg.Connection, database: str) -> None:
    """Off Crete for two hours: a sea without its land; an hour before a fix, less of it."""
    await fill(db)
    code, answer = await got(database, f"/ask/reach?mmsi={MMSI}&at=2024-12-15T01:00Z")
    assert code == 200
    (row,) = TypeAdapter(list[ReachForm]).validate_python(answer)
    assert (row.hours, row.greatest_kn, row.most_nm) == (2.0, 30.0, 61)
    assert row.speed == "as fast as frigates and ferries: hers is not known"
    assert (row.behind_at, row.ports) == (None, [])
    shape = shapely.geometry.shape(row.shape)
    assert shapely.contains_xy(shape, row.lon, row.lat)
    assert not shapely.contains_xy(shape, 25.9, 35.05)  # Crete
    assert row.area_nm2 is not None
    assert 0 < row.area_nm2 < math.pi * 61**2
    assert row.words.startswith("Within 61 NM by sea of where she was heard last. At no watched")
    code, (between,) = await got(database, f"/ask/reach?mmsi={MMSI}&at=2024-12-14T22:30Z")
    assert (between["hours"], between["behind_at"]) == (0.5, "2024-12-14T23:00:00Z")
    assert 0 < between["area_nm2"] < 0.8 * math.pi * 16**2
    assert await got(database, "/ask/reach?mmsi=211000009") == (200, [])


async def test_how_fast_a_dark_ship_is_was_told_with_her_silence(
    db: asyncpg.Connection, database: str
) -> None:
    """And it says which ports; too far to be told of, no area is."""
    await fill(db)
    figures = {"silent_since": "2024-12-14T23:00:00Z", "greatest_kn": 16.0, "grade": "dark"}
    seen = replace(event(77).evidence, figures=figures)
    await store(db, event(77, Ship(MMSI, 0), kind=EventKind.WENT_DARK, evidence=seen))
    code, (row,) = await got(database, f"/ask/reach?mmsi={MMSI}&at=2024-12-15T07:00Z")
    assert (row["greatest_kn"], row["most_nm"]) == (16.0, 129)
    assert row["speed"] == "by what she was seen to make"
    code, (far,) = await got(database, f"/ask/reach?mmsi={MMSI}&at=2024-12-19T07:00Z")
    assert (code, far["shape"], far["area_nm2"]) == (200, None, None)
    assert "she may be anywhere in these waters" in far["words"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/ask/inside", "The parameter 'since' is needed: give it."),
        ("/ask/inside?since=2024-12-13&until=2024-12-14",
         "Say where: a bbox or an area, and not both."),
        ("/ask/inside?bbox=1,2,3&since=2024-12-13&until=2024-12-14",
         "'1,2,3' is no box: write west,south,east,north in degrees."),
        ("/ask/inside?bbox=1,2,3,4&since=2024-12-13&until=2025-12-14",
         "That is longer than 31 days: ask for a shorter time."),
        ("/ask/where?mmsi=273999410", "The parameter 'at' is needed: give it."),
        ("/ask/where?mmsi=x&at=2024-12-13", "'x' is no MMSI: it has nine digits."),
        ("/ask/hulls?imo=9268711",
         "'9268711' is no IMO number: it has seven digits, and the last is a check."),
        ("/ask/story", "Say which ship: an MMSI or an IMO number, and not both."),
        ("/ask/activity?port=a&since=2024-12-13&until=2024-12-12",
         "The time ends before it begins: write an earlier since."),
        ("/ask/distance?from=a", "The parameter 'to' is needed: give it."),
        ("/ask/distance?from=9,50&to=1,1",
         "9,50 is on land, far from the sea: name a place on water."),
        ("/ask/traffic?port=a", "There is no parameter 'port': use from, to, since, until."),
    ],
)  # fmt: skip
async def test_words_that_cannot_be_taken(database: str, path: str, words: str) -> None:
    assert await got(database, path) == (400, problem(400, words, path.partition("?")[0]))
