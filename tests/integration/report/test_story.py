"""A ship's time line, whichever numbers she was heard under."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from pydantic import TypeAdapter

from monitor.errors import UsageError
from monitor.model import EventKind, EventState, Ship
from monitor.report.question_forms import StoryForm
from monitor.report.story import story, story_table
from tests.findings import MMSI, OTHER, event, span, store

K = EventKind
IMO = 9_268_710


def minute(number: float) -> datetime:
    """So many minutes after noon."""
    return datetime(2024, 12, 13, 12, tzinfo=UTC) + timedelta(minutes=number)


async def said(db: asyncpg.Connection, mmsi: int, at: float, **words: object) -> None:
    """What a ship said of herself once, so many minutes after noon."""
    names = ", ".join(words)
    places = ", ".join(f"${number}" for number in range(4, 4 + len(words)))
    await db.execute(
        f"INSERT INTO identity (mmsi, digest, first_at, last_at, {names})"  # noqa: S608
        f" VALUES ($1, $2, $3, $3, {places})",
        mmsi, str((at, words)).encode(), minute(at), *words.values(),
    )  # fmt: skip


async def test_a_story_is_one_time_line(db: asyncpg.Connection) -> None:
    """What happened and what she said, as it came; what she says again is not said again."""
    assert await story(db, mmsi=MMSI) == []
    for name, draught, at in (("ALDA", 5.0, -30), ("ALDA", 7.5, 30), ("BETA", 7.5, 60)):
        await said(db, MMSI, at, name=name, draught_m=draught)
    await store(db, event(1, kind=K.PORT_ARRIVED), event(2), event(3, kind=K.BERTHED,
                state=EventState.WITHDRAWN))  # fmt: skip
    found = await story(db, mmsi=MMSI)
    assert [(r["what"], r["words"]) for r in found if r["what"] == "Said"] == [
        ("Said", "She says: name ALDA; draught in metres 5.0."),
        ("Said", "She says: draught in metres 7.5."),
        ("Said", "She says: name BETA."),
    ]
    assert [r["what"] for r in found] == ["Said", "PortArrived", "Said", "Said"]
    assert len(await story(db, mmsi=MMSI, since=minute(20), until=minute(40))) == 1
    assert story_table(found).rows()[1][2:4] == ["PortArrived", "tartus"]
    TypeAdapter(list[StoryForm]).validate_python(found)


async def test_by_her_imo_number_it_goes_on_under_the_next_mmsi(db: asyncpg.Connection) -> None:
    """Of each number what was under it: of the first until the second says hers."""
    await said(db, MMSI, -60, name="ALDA", imo=IMO)
    await said(db, OTHER, 60, name="BETA", imo=IMO)
    await store(
        db, event(1, kind=K.PORT_ARRIVED),
        event(2, Ship(MMSI, 0), kind=K.WENT_DARK, span=span(100, None, 220)),
        event(3, Ship(OTHER, 0), kind=K.WENT_DARK, span=span(100, None, 220)),
        event(4, Ship(OTHER, 0), kind=K.WENT_DARK, span=span(-100, None, -50)),
    )  # fmt: skip
    found = await story(db, imo=f"IMO {IMO}")
    TypeAdapter(list[StoryForm]).validate_python(found)
    assert [(row["mmsi"], row["what"]) for row in found] == [
        (MMSI, "Said"), (MMSI, "PortArrived"), (OTHER, "Renumbered"), (OTHER, "Said"),
        (OTHER, "WentDark"),
    ]  # fmt: skip
    assert found[2]["words"] == (
        f"IMO {IMO} was said by {MMSI}, from now on by {OTHER}. It is not known where both were."
    )
    assert (found[2]["state"], found[2]["latest"]) == ("not known", found[2]["at"])
    later = await story(db, imo=IMO, since=minute(61))
    assert [row["what"] for row in later] == ["WentDark"]
    assert await story(db, imo=9_074_729) == []


async def test_which_ship_is_said_once(db: asyncpg.Connection) -> None:
    for words in ({}, {"mmsi": MMSI, "imo": IMO}):
        with pytest.raises(UsageError, match=r"^Say which ship: an MMSI or an IMO number, and not"):
            await story(db, **words)
    with pytest.raises(UsageError, match="is no IMO number"):
        await story(db, imo=1234568)
