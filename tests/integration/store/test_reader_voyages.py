"""Voyages, and positions that no ship could have reached, page by page as the faces ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from monitor.model import Ship
from monitor.store import reader
from monitor.store.findings import candidate_row
from monitor.store.sql import query
from tests.findings import MMSI, OTHER, after, begun, candidacy, event, span, store, voyage
from tests.integration.store.pages import MINUTE, NOON, in_pages, numbers
from tests.scenario.sea import fix_at

# -- voyages ---------------------------------------------------------------------------------------


async def test_a_voyage_that_was_made_is_not_told_as_begun_as_well(db: asyncpg.Connection) -> None:
    """Of one ship and one track; another's of the same instant, and her next, stand as begun."""
    later: dict[str, Any] = {"voyage": "2024-12-14T12:01:00Z", "from": "tobruk"}
    await store(
        db, begun(1), voyage(2), begun(3, Ship(MMSI, 1)), begun(4, Ship(OTHER, 0)),
        replace(begun(5, **later), span=span(1440, 1441, 1442)), event(6),
    )  # fmt: skip
    assert numbers(await in_pages(reader.voyages, db)) == [3, 4, 2, 5]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, [4, 1, 2, 3]),
        ({"mmsi": OTHER}, [3]),
        ({"from_": "tartus"}, [4, 1, 3]),
        ({"from_": "tobruk"}, [2]),
        ({"to": "tobruk"}, [1, 3]),
        ({"from_": "tartus", "to": "tobruk", "mmsi": MMSI}, [1]),
        ({"from_": "tartus", "to": "tartus"}, []),
        ({"since": NOON + 600 * MINUTE}, [1, 2, 3]),
        ({"since": NOON + 601 * MINUTE}, [2, 3]),
        ({"until": NOON}, []),
        ({"until": NOON + MINUTE}, [4]),
        ({"until": NOON + 601 * MINUTE}, [4, 1]),
    ],
)
async def test_voyages_from_a_port_to_a_port(
    db: asyncpg.Connection, words: dict[str, Any], found: list[int]
) -> None:
    """By the time at which they were made; asked for where to, those not made yet are left out."""
    back: dict[str, Any] = {"voyage": "2", "from": "tobruk", "to": "tartus"}
    await store(
        db, voyage(1), replace(voyage(2, **back), span=span(0, 900, 901)),
        replace(voyage(3, Ship(OTHER, 0)), span=span(None, None, 1000)),
        begun(4, Ship(MMSI, 1)),
    )  # fmt: skip
    assert numbers(await in_pages(reader.voyages, db, **words)) == found


# -- positions that no ship could have reached -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, [(MMSI, 0), (OTHER, 0), (MMSI, 120)]),
        ({"mmsi": MMSI}, [(MMSI, 0), (MMSI, 120)]),
        ({"mmsi": 1}, []),
        ({"since": NOON + 60 * MINUTE}, [(MMSI, 0), (OTHER, 0), (MMSI, 120)]),
        ({"since": NOON + 61 * MINUTE}, [(MMSI, 120)]),
        ({"until": NOON}, []),
        ({"until": NOON + MINUTE}, [(MMSI, 0), (OTHER, 0)]),
        ({"since": NOON + 61 * MINUTE, "until": NOON + 120 * MINUTE}, []),
    ],
)
async def test_candidates_of_a_ship_or_a_time(
    db: asyncpg.Connection, words: dict[str, Any], found: list[tuple[int, int]]
) -> None:
    """They last: one is given for each time of it, oldest first, then by number."""
    later = {"first": fix_at(0, at=after(120)), "last": fix_at(0, at=after(180))}
    for came in (candidacy(**later), candidacy(mmsi=OTHER), candidacy()):
        await db.execute(query("save_candidate"), *candidate_row(came))
    rows = await in_pages(reader.candidates, db, **words)
    assert [(row["mmsi"], (row["first_at"] - NOON) / MINUTE) for row in rows] == found


async def test_a_candidate_and_what_came_of_it(db: asyncpg.Connection) -> None:
    """Where it was, where her track was, how far that is; what is not known is null."""
    known, bare = candidacy(), candidacy(mmsi=OTHER, track=None, origin=None, number=None)
    for came in (known, bare):
        await db.execute(query("save_candidate"), *candidate_row(came))
    one, other = [dict(row) for row in await in_pages(reader.candidates, db)]
    assert known.track is not None
    assert one == {
        "mmsi": MMSI, "first_at": NOON, "last_at": NOON + 60 * MINUTE, "fixes": 10,
        "lon": known.first.lon, "lat": known.first.lat, "track_at": NOON - 5 * MINUTE,
        "track_lon": known.track.lon, "track_lat": known.track.lat, "away_m": 1_000_000.0,
        "became": "second_ship", "track": 1, "decided_at": NOON + 61 * MINUTE,
    }  # fmt: skip
    names = ("track_at", "track_lon", "track_lat", "track")
    assert [other[name] for name in names] == [None] * 4
