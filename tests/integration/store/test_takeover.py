"""What releases up to 0.1 kept of the engine is put where this one looks, once, whatever it is.

That nothing of a true state is lost by it is tried in ``test_release_before.py``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.engine.pipeline import HEAD_VERSION, Pipeline
from monitor.model import Static
from monitor.store.takeover import take_over
from monitor.store.writer import Writer
from monitor.units import HOUR_US
from tests.ports import ports

NEWEST = 1_736_982_396_000_000
HEAD: dict[str, Any] = {
    "newest": NEWEST, "floor": -(2**63), "seq": 1642, "sources": ["roof"],
    "lateness_us": 30_000_000, "names": {},
}  # fmt: skip
"""The clock of an engine of 0.1."""

CLOCK = {key: value for key, value in HEAD.items() if key != "names"}

STATIC = [273_999_410, "AURORA", "OJKA", 9_217_993, 70, 120, 30, 12, 11, 7.3, "TOBRUK", "12-13T04"]
WAITED = [NEWEST - 5, NEWEST - 3, 1641, 0, STATIC, NEWEST - 5]
"""A static report that waited, as a list of lists."""

NAMED = {
    "at": NEWEST - 5, "received_at": NEWEST - 3, "seq": 1641, "source": 0, "known_at": NEWEST - 5,
    "static": {
        "mmsi": 273_999_410, "name": "AURORA", "callsign": "OJKA", "imo": 9_217_993,
        "ship_type": 70, "to_bow_m": 120, "to_stern_m": 30, "to_port_m": 12, "to_starboard_m": 11,
        "draught_m": 7.3, "destination": "TOBRUK", "eta": "12-13T04",
    },
}  # fmt: skip
"""The same, as this release keeps it."""

Watch = tuple[int, int, str, str]


async def leave(
    db: asyncpg.Connection, *watches: Watch, statics: str = "[]", **changes: Any
) -> None:
    """Put there what a release before would have left, by its own statements."""
    await db.execute(
        "INSERT INTO pipeline_state (one, head, statics) VALUES (true, $1, $2)"
        " ON CONFLICT (one) DO UPDATE SET head = excluded.head, statics = excluded.statics",
        json.dumps({**HEAD, **changes}), statics,
    )  # fmt: skip
    await db.execute("DELETE FROM watch_state")
    await db.executemany("INSERT INTO watch_state VALUES ($1, $2, $3, $4)", watches)


async def states(db: asyncpg.Connection) -> list[tuple[Any, ...]]:
    rows = await db.fetch(
        "SELECT detector, version, key, state FROM kept_state"
        " WHERE detector NOT IN ('said', 'static') ORDER BY 1, 3"
    )
    return [tuple(row) for row in rows]


async def engine(db: asyncpg.Connection) -> tuple[dict[str, Any], Any]:
    """Head and static reports that wait."""
    row = await db.fetchrow("SELECT head, statics FROM pipeline_state")
    assert row["statics"] == "[]"
    waiting = await db.fetch("SELECT state FROM kept_state WHERE detector = 'static' ORDER BY key")
    return json.loads(row["head"]), [json.loads(each["state"])["state"] for each in waiting]


async def said(db: asyncpg.Connection) -> dict[int, Static]:
    """What ships are known to say."""
    rows = await db.fetch("SELECT * FROM kept_state WHERE detector = 'said'")
    return said_kept.read([Kept(**row) for row in rows]).said


async def restored(db: asyncpg.Connection) -> tuple[Pipeline, list[str]]:
    """An engine that goes on from what is there, and what is said of it."""
    pipeline = Pipeline(ports())
    return pipeline, await Writer(db).restore(pipeline)


# -- what is put where -----------------------------------------------------------------------------


async def test_a_watch_of_a_ship_at_a_port_is_a_state_of_visits(db: asyncpg.Connection) -> None:
    """Each under its subject, as version 0, its fixes in the first layout."""
    await leave(db, (273_999_410, 0, "tartus", "[1,null]"), (273_999_410, 2, "tobruk", '{"a":2}'))
    await take_over(db)
    assert await states(db) == [
        ("visit", 0, '[273999410,0,"tartus"]', '{"fix": 1, "state": [1, null]}'),
        ("visit", 0, '[273999410,2,"tobruk"]', '{"fix": 1, "state": {"a": 2}}'),
    ]
    assert await db.fetchval("SELECT count(*) FROM watch_state") == 0


async def test_an_odd_vessel_is_a_state_of_tracks(db: asyncpg.Connection) -> None:
    """Whichever track of hers it is about, it is kept by her number."""
    await leave(db, odd={"273999410": "[{},[],1]", "636012345": "[{},[[]],3]"})
    await take_over(db)
    assert await states(db) == [
        ("track", 0, "[273999410,0]", '{"fix": 1, "state": [{}, [], 1]}'),
        ("track", 0, "[636012345,0]", '{"fix": 1, "state": [{}, [[]], 3]}'),
    ]


async def test_the_clock_goes_on_under_a_number(db: asyncpg.Connection) -> None:
    """All that was as old as the watermark was let go by then."""
    await leave(db, odd={"273999410": "[{},[],1]"}, names={"273999410": "AURORA"})
    await take_over(db)
    assert await engine(db) == (
        {**CLOCK, "version": HEAD_VERSION, "settled": True}, [],
    )  # fmt: skip
    assert await said(db) == {273_999_410: Static(mmsi=273_999_410, name="AURORA")}


async def test_names_are_those_of_before_what_waits(db: asyncpg.Connection) -> None:
    """The tables are ahead: they have what each ship said last."""
    await db.execute(
        "INSERT INTO vessel (mmsi, name, imo, identified_at) VALUES"
        " (273999410, 'LATER', 9217993, now()),"
        " (1, 'ALDA', NULL, now()), (2, 'NEW', NULL, now()), (3, NULL, NULL, now());"
        "INSERT INTO identity (mmsi, digest, draught_m, destination, first_at, last_at) VALUES"
        " (273999410, 'a', 9, 'MISRATA', now(), now()), (1, 'b', 7.3, 'TOBRUK', now(), now())"
    )
    names = {"273999410": "AURORA", "2": None}
    claims = {"273999410": [7, "TARTUS"], "2": [None, None]}
    await leave(db, names=names, claims=claims, version=1, settled=False)
    await take_over(db)
    assert await engine(db) == ({**CLOCK, "version": HEAD_VERSION, "settled": False}, [])
    assert await said(db) == {
        273_999_410: Static(
            mmsi=273_999_410, name="AURORA", imo=9_217_993, draught_m=7, destination="TARTUS"
        ),
        1: Static(mmsi=1, name="ALDA", draught_m=7.3, destination="TOBRUK"),
    }  # fmt: skip


async def test_of_the_release_before_what_waited_and_what_detectors_remember_stays(
    db: asyncpg.Connection,
) -> None:
    await db.execute("INSERT INTO kept_state VALUES ('visit', 3, '[1,0,\"tartus\"]', '{}')")
    await leave(db, statics=json.dumps([NAMED]), version=1, settled=True)
    pipeline, notes = await restored(db)
    assert len(notes) == 1  # of the state that is none
    assert (await engine(db))[1] == [NAMED]
    assert await states(db) == [("visit", 3, '[1,0,"tartus"]', "{}")]
    pipeline.advance(NEWEST + HOUR_US)
    found = said_kept.read(pipeline.snapshot(full=True).states)
    assert (found.said[273_999_410].name, found.waiting) == ("AURORA", {})


async def test_static_reports_that_waited_get_their_words(db: asyncpg.Connection) -> None:
    """Place by place; what was not said is not said."""
    silent = [*WAITED[:2], 1642, 0, [273_999_410, *[None] * 11], WAITED[5]]
    await leave(db, statics=json.dumps([WAITED, silent]))
    await take_over(db)
    nothing = dict.fromkeys(NAMED["static"])  # type: ignore[call-overload]
    assert (await engine(db))[1] == [
        NAMED, {**NAMED, "seq": 1642, "static": {**nothing, "mmsi": 273_999_410}},
    ]  # fmt: skip


async def test_an_engine_that_had_seen_nothing(db: asyncpg.Connection) -> None:
    await leave(db)
    await take_over(db)
    assert await engine(db) == ({**CLOCK, "version": HEAD_VERSION, "settled": True}, [])
    assert await states(db) == []


async def test_what_this_release_kept_before_is_over(db: asyncpg.Connection) -> None:
    """The other went on from its own state since, so ours is of an earlier time."""
    await db.execute("INSERT INTO kept_state VALUES ('visit', 1, '[1,0,\"tartus\"]', '{}')")
    await leave(db, (273_999_410, 0, "tartus", "[]"))
    await take_over(db)
    assert [row[2] for row in await states(db)] == ['[273999410,0,"tartus"]']


# -- when it is done -------------------------------------------------------------------------------


async def test_a_new_database_has_nothing_to_take_over(db: asyncpg.Connection) -> None:
    pipeline, notes = await restored(db)
    assert (notes, pipeline.sources) == ([], [])
    assert await db.fetchval("SELECT count(*) FROM pipeline_state") == 0


async def test_it_is_taken_over_once(db: asyncpg.Connection) -> None:
    """A second start finds what the first put there, and leaves it."""
    await leave(db, odd={"273999410": "[{},[],1]"}, statics=json.dumps([WAITED]))
    found = []
    for _ in range(3):
        pipeline, notes = await restored(db)
        assert (notes, pipeline.sources, pipeline.newest) == ([], ["roof"], NEWEST)
        found.append((await states(db), await engine(db)))
    assert found[0] == found[1] == found[2]
    assert found[0][0] == [("track", 0, "[273999410,0]", '{"fix": 1, "state": [{}, [], 1]}')]
    assert found[0][1][1] == [NAMED]


async def test_it_is_taken_over_again_if_the_other_wrote_again(db: asyncpg.Connection) -> None:
    """Somebody went back to the release before for an hour: its word is the later one."""
    await leave(db, odd={"273999410": "[{},[],1]"})
    await restored(db)
    await leave(db, odd={"636012345": "[{},[],2]"}, newest=NEWEST + 1)
    pipeline, notes = await restored(db)
    assert (notes, pipeline.newest) == ([], NEWEST + 1)
    assert [row[2] for row in await states(db)] == ["[636012345,0]"]


async def test_a_static_report_that_waited_names_her_from_its_instant_on(
    db: asyncpg.Connection,
) -> None:
    await leave(db, statics=json.dumps([WAITED]))
    pipeline, _ = await restored(db)
    pipeline.advance(NEWEST + HOUR_US)
    assert said_kept.read(pipeline.snapshot(full=True).states).said == {
        273_999_410: replace(Static(**NAMED["static"]), eta=None)
    }


# -- what is damaged -------------------------------------------------------------------------------


async def test_a_watch_that_is_torn_is_begun_anew_and_the_rest_goes_on(
    db: asyncpg.Connection,
) -> None:
    """It never keeps this release from starting, and it is told."""
    await leave(
        db, (273_999_410, 0, "tartus", '[273999410,0,"tar'),
        odd={"636012345": "[{},[],2]", "273999410": "[{"},
        statics=json.dumps([WAITED]),
    )  # fmt: skip
    pipeline, notes = await restored(db)
    assert pipeline.sources == ["roof"]
    tracks, visit = notes
    assert tracks.startswith("The tracks of vessel [273999410,0] are begun anew: it is damaged")
    assert visit.startswith(
        "1 kept state of detector visit cannot be used and is begun anew: it is damaged"
    )
    assert (await engine(db))[1] == [NAMED]


@pytest.mark.parametrize(
    "statics", [[WAITED[:5]], [[*WAITED[:4], STATIC[:3], NEWEST]], [7], {"a": 1}, [WAITED, None]]
)
async def test_static_reports_that_do_not_fit_are_let_go_and_the_rest_goes_on(
    db: asyncpg.Connection, statics: Any
) -> None:
    await leave(db, odd={"636012345": "[{},[],2]"}, statics=json.dumps(statics))
    pipeline, (note,) = await restored(db)
    assert note.startswith("Static reports that waited are let go: it does not fit StaticReport")
    assert (pipeline.sources, pipeline.newest) == (["roof"], NEWEST)
    assert [row[2] for row in await states(db)] == ["[636012345,0]"]


@pytest.mark.parametrize(
    "damage",
    [
        "head = left(head, 40)", "head = '[]'", "head = 'null'", "statics = '[[1'",
        "head = replace(head, '636012345', 'her')", "head = '{\"odd\": []}'", "head = '{}'",
        "statics = repeat('[', 100000)", """head = replace(head, '1736982396000000', '1e300')""",
    ],
)  # fmt: skip
async def test_an_engine_that_is_torn_is_begun_anew(db: asyncpg.Connection, damage: str) -> None:
    """All of it or none is taken over."""
    await leave(db, (273_999_410, 0, "tartus", "[]"), odd={"636012345": "[{},[],2]"})
    await db.execute(f"UPDATE pipeline_state SET {damage}")  # noqa: S608
    pipeline, (note,) = await restored(db)
    assert note.startswith("The engine's state cannot be used and is begun anew: it is damaged (")
    assert pipeline.sources == []
    assert await states(db) == []
    assert await db.fetchval("SELECT count(*) FROM watch_state") == 0
