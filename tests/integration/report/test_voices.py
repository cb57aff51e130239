"""What follows of sightings, of what the store has of the ship; and that nothing is changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter

from monitor.model import CallState
from monitor.report.sighted import sighted
from monitor.report.sighting_forms import SightedForm
from monitor.report.story import story
from monitor.store.sightings import save_sightings
from tests.findings import MMSI, call, store
from tests.integration.report.test_questions import DAY, heard
from tests.ports import ports
from tests.unit.sighting.seen import seen

PORTS = ports()
IMO = 9_743_033


def at_tobruk(**words: Any) -> Any:
    """Three days after she was heard at Tartus."""
    place = {"lon": None, "lat": None, "within_m": None, "port": "tobruk", "imo": None}
    since = (DAY + timedelta(days=3)).isoformat()
    return seen(**{**place, "since": since, "name": "Severnyy Veter", **words})


@pytest.mark.parametrize("words", [{"mmsi": str(MMSI)}, {"imo": str(IMO)}])
async def test_seen_elsewhere_while_dark(db: asyncpg.Connection, words: dict[str, str]) -> None:
    """By her MMSI, or by the IMO number that she said; the call in the store stays as it is."""
    await heard(db, (MMSI, 9 * 60, 35.8668, 34.9086))
    await db.execute(
        "INSERT INTO identity (mmsi, digest, imo, first_at, last_at)"
        " VALUES ($1, decode('00', 'hex'), $2, now(), now())",
        MMSI, IMO,
    )  # fmt: skip
    there = call(departed=None, state=CallState.IN_PORT)
    await store(db, there)
    before = await db.fetch("SELECT * FROM port_call")
    await save_sightings(db, [at_tobruk(**words)])
    (row,) = TypeAdapter(list[SightedForm]).validate_python(await sighted(db, PORTS))
    assert [f"{each.does} {each.of}" for each in row.follows] == [
        "closes call", "opens call", "closes gap",
    ]  # fmt: skip
    assert row.follows[0].id is not None
    assert row.follows[0].id.replace("-", "") == there.id
    assert {each.mmsi for each in row.follows} == {MMSI}
    assert await db.fetch("SELECT * FROM port_call") == before
    if "mmsi" in words:
        told = await story(db, mmsi=MMSI, fences=PORTS)
        (line,) = (line for line in told if line["what"] == "Sighted")
        assert "Closes a gap: Seen at Tobruk while dark since 2024-12-13 21:00 UTC" in line["words"]


async def test_of_a_ship_that_is_not_known_nothing_follows(db: asyncpg.Connection) -> None:
    """A hull, an IMO number that nobody said, and a name alone."""
    await heard(db, (MMSI, 9 * 60, 35.8668, 34.9086))
    await save_sightings(
        db, [at_tobruk(name=None, hull="frigate"), at_tobruk(imo="9160994"), at_tobruk()]
    )
    assert [row["follows"] for row in await sighted(db, PORTS)] == [[], [], []]
    assert [row["follows_words"] for row in await sighted(db, PORTS)] == [""] * 3
