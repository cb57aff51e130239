"""What is stored is detected on again: the same tells nothing, another drawing what it changes."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.engine.geofence import FenceKind, FenceSet
from monitor.errors import InputError
from monitor.model import Amended
from monitor.service.redetect import Redetection, Which
from monitor.service.reviser import Tally
from monitor.service.runner import Runner
from monitor.store.database import connected
from tests.integration.service.late import differences, held
from tests.integration.service.replays import FENCES, LINES, replay, write


def without_berths() -> FenceSet:
    """The same ports, drawn without their berths."""
    ports = []
    for port in FENCES.ports:
        fences = tuple(one for one in port.fences if one.kind is not FenceKind.BERTH)
        ports.append(replace(port, fences=fences, hash=f"{port.id} without berths"))
    return FenceSet(ports=tuple(ports))


def redetect(
    url: str, fences: FenceSet = FENCES, *, write_: bool = True, **which: object
) -> tuple[int, Tally]:
    """How many ships were looked at, and what changed."""

    async def go() -> tuple[int, Tally]:
        async with (
            connected(url) as connection,
            Redetection.of(fences, connection, Which(**which), write=write_) as found,  # type: ignore[arg-type]
        ):
            ships = await found.ships()
            return len(ships), await found.take(ships, write=write_)

    return asyncio.run(go())


@pytest.fixture
def stored(database: str, tmp_path: Path) -> str:
    """Two ships at Tartus and Tobruk."""
    replay(database, write(tmp_path / "sea.nmea", LINES))
    return database


def test_the_same_tells_the_same(stored: str) -> None:
    before = held(stored)
    for write_ in (False, True):
        ships, found = redetect(stored, write_=write_)
        assert (ships, found.changes, found.ships) == (2, [], 2)
    assert differences(held(stored), before) == []


def test_another_drawing_tells_what_one_replay_with_it_tells(
    stored: str, other: str, tmp_path: Path
) -> None:
    """Looked at first, nothing is changed; then it is, once."""
    before = held(stored)
    _, looked = redetect(stored, without_berths(), write_=False)
    assert differences(held(stored), before) == []
    _, found = redetect(stored, without_berths())
    words = Counter(change.word for change in found.changes)
    assert words[Amended.WITHDRAWN] > 0
    assert words[Amended.AMENDED] > 0
    assert [one.finding.id for one in looked.changes] == [one.finding.id for one in found.changes]
    assert redetect(stored, without_berths())[1].changes == []

    async def wanted() -> None:
        from monitor.feed.logfile import LogFile  # noqa: PLC0415
        from monitor.service.replay import Replay  # noqa: PLC0415

        async with connected(other) as connection:
            runner = await Runner.open(without_berths(), connection)
            await Replay().run([LogFile(str(write(tmp_path / "sea.nmea", LINES)))], runner)

    asyncio.run(wanted())
    assert differences(held(stored), held(other)) == []


def test_of_some_ships_only(stored: str) -> None:
    """By number, by port, by when they were heard; and none in an empty database."""
    at = datetime.fromisoformat
    assert redetect(stored, mmsi=538990071)[0] == 1
    assert redetect(stored, mmsi=5)[0] == 0
    assert redetect(stored, port="tobruk")[0] == 2
    assert redetect(stored, until=at("2025-01-01T00:00Z"))[0] == 0
    assert redetect(stored, since=at("2025-01-15T00:00Z"), until=at("2025-01-20T00:00Z"))[0] == 2
    with pytest.raises(InputError, match="There is no port 'atlantis'"):
        redetect(stored, port="atlantis")


def test_nothing_is_stored(database: str) -> None:
    assert redetect(database) == (0, Tally())
