"""Sightings beside AIS: what each record says, where they stand in answers, and in no count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter

from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.model import CallState
from monitor.report import question_forms as forms
from monitor.report import questions
from monitor.report.page import Points
from monitor.report.port_page import port_page
from monitor.report.sighted import (
    APART,
    NO_SPOT,
    WORTH,
    Sighted,
    looked_at,
    placed,
    sighted,
    sighted_record,
    sighting_record,
    sightings_section,
    sightings_table,
    spot_of,
)
from monitor.report.sighting_forms import SightedForm
from monitor.report.story import story
from monitor.sighting.matching import Verdict
from monitor.store.sightings import save_sightings
from monitor.units import to_datetime
from tests.findings import call, store
from tests.integration.report.found import gathered, grid_of, words_of
from tests.integration.report.test_questions import DAY, heard
from tests.ports import ports
from tests.unit.report.sailed import FENCES, HOME, at_home, hour, ship, span
from tests.unit.report.sailed import call as drawn_call
from tests.unit.sighting.seen import hull, seen

PORTS = ports()
NOON = (DAY + timedelta(hours=12)).isoformat()
NEAR = {"since": NOON, "lon": "35.86", "lat": "34.91"}
TITLE = "Sighted, not by AIS"


def at_tartus(**words: Any) -> Any:
    """A hull in the harbour."""
    return placed(hull(**{"since": NOON, "lon": "35.8668", "lat": "34.9086", **words}), PORTS)


def test_a_place_in_the_waters_of_a_port_is_there() -> None:
    lon, lat = PORTS.by_id["tartus"].centre
    assert placed(seen(lon=str(lon), lat=str(lat)), PORTS).port == "tartus"
    assert placed(seen(lon="30", lat="33"), PORTS).port is None
    area = hull(lon=None, lat=None, within_m=None, area="35,34,36,35")
    assert placed(area, PORTS) == area
    words = r"^There is no port 'narvik': use one of tartus, tobruk, or lon and lat\.$"
    with pytest.raises(UsageError, match=words):
        placed(seen(port="narvik"), PORTS)


def test_where_it_was() -> None:
    """A place as far as it is known; a port as far as ships stop there."""
    assert spot_of(seen(), PORTS) == (35.86, 34.91, 300.0)
    port = spot_of(hull(lon=None, lat=None, within_m=None, port="tobruk"), PORTS)
    assert port is not None
    assert 1_000 < port.within_m < 20_000
    assert spot_of(hull(lon=None, lat=None, within_m=None, port="narvik"), PORTS) is None


async def test_what_ais_tells_of_each(db: asyncpg.Connection) -> None:
    """Matched, dark, and at a port that is not watched."""
    await heard(db, (273111000, 5, 35.861, 34.911))
    elsewhere = hull(lon=None, lat=None, within_m=None, port="narvik", since=NOON)
    found = [seen(**NEAR, mmsi="273111000"), seen(**NEAR, imo="9743033", name=None), elsewhere]
    told = await looked_at(db, [replace(one, id=i) for i, one in enumerate(found)], PORTS)
    assert {one.sighting.id: one.matched.verdict for one in told} == {
        0: Verdict.MATCHED, 1: Verdict.DARK, 2: Verdict.UNKNOWN,
    }  # fmt: skip
    assert next(one.matched for one in told if one.sighting.id == 2) == NO_SPOT


async def test_in_port_they_follow_marked_and_lately(db: asyncpg.Connection) -> None:
    """Those that AIS heard are as without; what is weeks old says nothing of now."""
    await store(db, call(departed=None, state=CallState.IN_PORT))
    lately = to_datetime_of_now() - timedelta(days=3)
    fresh = at_tartus(since=lately.isoformat())
    old = at_tartus(since=(lately - timedelta(days=20)).isoformat())
    await save_sightings(db, [fresh, old, hull(since=lately.isoformat(), lon="30", lat="33")])
    alone = await questions.in_port(db, port="tartus")
    both = await questions.in_port(db, port="tartus", fences=PORTS)
    assert [row["by"] for row in both] == ["ais", "sighting"]
    assert both[:1] == alone
    TypeAdapter(list[forms.InPortForm | SightedForm]).validate_python(both)
    assert len(await questions.in_port(db, fences=PORTS)) == 2


def to_datetime_of_now() -> Any:
    """Now: who is in port is asked of now."""
    return to_datetime(now_us())


async def test_in_a_story_they_are_lines_of_their_own(db: asyncpg.Connection) -> None:
    await save_sightings(db, [seen(mmsi="273999410", since=NOON, until=NOON)])
    assert await story(db, mmsi=273999410) == []
    (line,) = await story(db, mmsi=273999410, fences=PORTS)
    forms.StoryForm.model_validate(line)
    assert (line["what"], line["state"], line["confidence"]) == ("Sighted", "sighting", None)
    assert line["words"].startswith(
        "Sighted by satellite (B2), 34.910, 35.860: Sentinel-2, 14 December. Nobody was heard"
    )


async def test_which_are_told(db: asyncpg.Connection) -> None:
    await save_sightings(db, [at_tartus(), seen(**NEAR, mmsi="273999410")])
    assert [row["port"] for row in await sighted(db, PORTS, port="tartus")] == ["tartus"]
    (row,) = await sighted(db, PORTS, mmsi=273999410)
    assert row["look_light"].startswith("https://browser.dataspace.copernicus.eu/?zoom=14&lat=34.9")
    assert sightings_table([row]).rows()[0][1:7] == [
        "2024-12-13 12:00", "SPARTA II, IMO 9160994", row["port"] or "34.910, 35.860", "satellite",
        "B2", "unknown",
    ]  # fmt: skip


def test_on_a_page_they_stand_apart_and_count_nothing() -> None:
    """The answer and the figures are the same with them and without."""
    here = ship(drawn_call("home", span(60, 61, 62)), last=at_home(99), name="ONE", mmsi=1)
    found = gathered(here)
    words = {"since": hour(0), "until": hour(100), "made_at": hour(101)}
    row = {**sighting_record(replace(hull(), id=1)), "ais_words": "Dark."}
    bare = port_page(HOME, found, FENCES, **words)
    told = port_page(HOME, found, FENCES, **words, sightings=[row])
    assert told.answer == bare.answer
    assert told.lead[1] == bare.lead[1]
    (line,) = grid_of(told, TITLE)
    assert line[1] == "landing ship, 112 m long"
    assert grid_of(bare, TITLE) == []
    assert WORTH in words_of(told)
    assert WORTH not in words_of(bare)
    assert sightings_section([]).blocks[1] == Points(items=(APART,))


def test_a_record_says_where_to_look_only_where_that_is_known() -> None:
    told = sighted_record(Sighted(sighting=replace(hull(), id=1), spot=None, matched=NO_SPOT))
    assert (told["look_radar"], told["ais"]) == (None, "unknown")
