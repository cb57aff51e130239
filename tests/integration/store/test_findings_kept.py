"""What PostGIS makes of events and port calls: they come back as they were told, or are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from monitor.model import SUBJECTS, EventState, Evidence, Subject
from monitor.store import reader
from monitor.store.findings import call_record, event_record, event_row
from monitor.store.reader import every
from monitor.store.sql import query
from tests.findings import ABOUT, BARELY_SEEN, SEEN, UNKNOWN, after, call, event, span, store

SUBJECT = 3
"""Where the kind of the subject stands in the row of an event; its columns follow."""

COLUMNS = ("mmsi", "track", "other_mmsi", "other_track", "port", "area", "feed")
NEEDED = [(kind, column) for kind, subject in SUBJECTS.items() for column in subject._fields]


async def test_an_event_about_each_kind_of_subject_comes_back(db: asyncpg.Connection) -> None:
    """Value, row, value, record: nothing is lost on the way, and the record is the same text."""
    told = [event(number, about) for number, about in enumerate(ABOUT.values(), 1)]
    await store(db, *told)
    found = {each.id: each for each in await every(reader.events(db))}
    assert len(found) == len(ABOUT)
    for each in told:
        back = found[each.id]
        assert (back, type(back.subject)) == (each, type(each.subject))
        assert list(event_record(back).items()) == list(event_record(each).items())


@pytest.mark.parametrize("about", ABOUT.values())
async def test_an_event_of_which_little_is_known_comes_back(
    db: asyncpg.Connection, about: Subject
) -> None:
    """No place, no time but that it was told, no name, no fence, no fix."""
    bare = event(
        about=about, span=UNKNOWN, name=None, geofence=None, lon=None, lat=None,
        evidence=Evidence(),
    )  # fmt: skip
    await store(db, bare)
    assert await every(reader.events(db)) == [bare]
    assert await db.fetchval("SELECT geom FROM event") is None


async def test_a_place_is_a_point_of_wgs_84(db: asyncpg.Connection) -> None:
    """For maps that read the table themselves: longitude first."""
    await store(db, event())
    assert await db.fetchval("SELECT ST_AsEWKT(geom) FROM event") == "SRID=4326;POINT(35.81 34.92)"


async def test_evidence_prints_as_it_did_before_it_was_stored(db: asyncpg.Connection) -> None:
    """A jsonb sorts its members by length; the record does not show it."""
    figures = {"others_usual": 8.5, "cause": None, "z": 1e-07, "away_m": 1200, "Ab": "vessel"}
    told = event(evidence=Evidence(fixes=(SEEN, BARELY_SEEN, SEEN), figures=figures))
    await store(db, told)
    (back,) = await every(reader.events(db))
    assert str(event_record(back)) == str(event_record(told))


async def test_a_sentence_of_a_damaged_log_is_stored(db: asyncpg.Connection) -> None:
    """A NUL in a row of a CSV file, say: the whole batch would be refused for it."""
    damaged = replace(SEEN, sentence="2024-12-13T12:00:00Z,273999410,A\0B,\\u0000")
    told = event(evidence=Evidence(fixes=(damaged,)))
    await store(db, told)
    assert await every(reader.events(db)) == [told]


async def test_a_change_of_state_replaces_what_was_told_and_an_older_word_does_not(
    db: asyncpg.Connection,
) -> None:
    """Whichever comes first: the last word is the one that was decided last."""
    early = event(state=EventState.PROVISIONAL, name=None, lon=None, lat=None, decided_at=after(4))
    late = event(state=EventState.CONFIRMED, span=span(1, 2, 3), decided_at=after(5))
    await store(db, early)
    assert await every(reader.events(db)) == [early]
    await store(db, late)
    assert await every(reader.events(db)) == [late]
    await store(db, early)
    assert await every(reader.events(db)) == [late]


@pytest.mark.parametrize(("kind", "column"), NEEDED)
async def test_a_subject_that_lacks_a_column_is_refused(
    db: asyncpg.Connection, kind: str, column: str
) -> None:
    """Whoever wrote it: a reader could not say what the event is about."""
    row = list(event_row(event(about=ABOUT[kind])))
    row[SUBJECT + 1 + COLUMNS.index(column)] = None
    with pytest.raises(asyncpg.CheckViolationError, match='"event_subject"'):
        await db.execute(query("upsert_event"), *row)


async def test_a_subject_of_a_kind_that_nobody_knows_is_refused(db: asyncpg.Connection) -> None:
    row: list[Any] = list(event_row(event()))
    row[SUBJECT] = "whale"
    with pytest.raises(asyncpg.CheckViolationError, match='"event_subject"'):
        await db.execute(query("upsert_event"), *row)


async def test_port_calls_come_back(db: asyncpg.Connection) -> None:
    """She lies there, she left, and she left at a time that nobody knows."""
    told = [
        call(1, departed=None, stages=()),
        call(2, arrived=span(None, 1, None), name=None),
        call(3, arrived=span(None, None, 2), departed=UNKNOWN),
    ]
    await store(db, *told)
    found = await every(reader.port_calls(db))
    assert found == told
    assert str([call_record(each) for each in found]) == str([call_record(each) for each in told])


async def test_the_last_word_on_a_port_call_stays(db: asyncpg.Connection) -> None:
    """All of it; only who she is, by number, and where, is what her call is."""
    there, left = call(departed=None, decided_at=after(5)), call(decided_at=after(125))
    await store(db, left, there)
    assert await every(reader.port_calls(db)) == [left]
    changed = call(
        name="VETER", arrived=span(-3, -2, -1), departed=span(120, 121, 122), confidence=3,
        stages=left.stages[:1], decided_at=after(126),
    )  # fmt: skip
    await store(db, changed)
    assert await every(reader.port_calls(db)) == [changed]
