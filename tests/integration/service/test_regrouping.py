"""Areas of interference where reports came late: as if all had come in time."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import pytest

from monitor.service import regrouping, reviser
from monitor.store.cluster import Cluster
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.integration.service.test_reviser import dealt, lines_of, of_ships, pieces
from tests.scenario.cases.beirut import AT_TARTUS
from tests.scenario.cases.beirut import CASE as BEIRUT
from tests.scenario.cases.chart import Ship
from tests.scenario.sea import MMSI

AREAS = "SELECT kind, area, why FROM event WHERE kind LIKE 'Interference%' AND state <> 'withdrawn'"


@pytest.fixture
def other(cluster: Cluster) -> Iterator[str]:
    """A second database, for what one sorted replay finds."""
    yield cluster.create_database("regrouped_other", template="template_monitor")
    cluster.drop_database("regrouped_other")


def rows(url: str, sql: str) -> list[Any]:
    async def read() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(read())


def cut(way: str, lines: list[bytes]) -> list[list[bytes]]:
    if way == "by ship":
        return of_ships(lines, 3)
    return dealt(lines, 3, 1) if way == "by chance" else pieces(lines, 3)[::-1]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What was compared with what was told: not by the thread of the loop, which beats meanwhile.

    Who compares for four seconds would lose the lead, and so would the next.
    """
    found = set[str]()

    def beside(module: ModuleType, name: str) -> None:
        compare = getattr(module, name)

        def compares(*words: Any, **named: Any) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            found.add(name)
            return compare(*words, **named)

        monkeypatch.setattr(module, name, compares)

    beside(reviser, "amendment")
    beside(regrouping, "changes_of")
    return found


@pytest.mark.parametrize("way", ["by ship", "by chance", "newest first"])
def test_areas_are_told_as_of_one_replay(
    way: str, database: str, other: str, tmp_path: Path, compared: set[str]
) -> None:
    """Begins, ends, bounds, members."""
    lines = lines_of("spoofed-harbour", 1)
    logs = [write(tmp_path / f"{n}.nmea", part) for n, part in enumerate(cut(way, lines))]
    replay(other, *logs)
    assert Counter(row[0] for row in rows(other, AREAS)) == {
        "InterferenceBegun": 2, "InterferenceEnded": 2,
    }  # fmt: skip
    replay(database, logs[0])
    first = rows(database, AREAS)
    for log in logs[1:]:
        replay(database, log)
    told = differences(held(database), held(other))
    assert told == [], "\n".join(line[:600] for line in told)
    assert first != rows(database, AREAS)
    assert compared == {"amendment", "changes_of"}


def witnessed() -> list[list[bytes]]:
    """Some ships that are spoofed to Beirut, and one that falls silent off it meanwhile."""
    way = [("2024-04-03 18:00", 35.30, 33.80), ("2024-04-04 18:00", 35.30, 34.20)]
    silent = (("2024-04-04 06:15", "2024-04-04 13:00"),)
    witness = Ship(mmsi=MMSI, way=way, silent=silent)
    ships = [replace(BEIRUT, ships=BEIRUT.ships[AT_TARTUS : AT_TARTUS + 2]),
             replace(BEIRUT, ships=BEIRUT.ships[AT_TARTUS + 2 : AT_TARTUS + 6]),
             replace(BEIRUT, ships=[witness])]  # fmt: skip
    return [case.log.splitlines() for case in ships]


@pytest.mark.parametrize("order", [(2, 0, 1), (0, 2, 1), (2, 1, 0), (0, 1, 2)])
def test_what_is_in_doubt_is_so_in_any_order(
    order: tuple[int, ...], database: str, other: str, tmp_path: Path
) -> None:
    """A silence in an area: she comes first, or between, or last, when it was over long before."""
    logs = [write(tmp_path / f"{n}.csv", part) for n, part in enumerate(witnessed())]
    replay(other, *logs)
    for number in order:
        replay(database, logs[number])
    wanted = held(other)
    dark = [row for row in wanted["event"] if row[1] == "WentDark" and row[4] == str(MMSI)]
    assert ["There is interference here" in str(row) for row in dark] == [True]
    told = differences(held(database), wanted)
    assert told == [], "\n".join(line[:900] for line in told)


def test_without_it_they_differ(
    database: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what is compared above can fail."""
    monkeypatch.setattr("monitor.service.reviser.tell_areas_anew", _nothing)
    logs = [
        write(tmp_path / f"{n}.nmea", part)
        for n, part in enumerate(of_ships(lines_of("spoofed-harbour", 1), 3))
    ]
    replay(other, *logs)
    for log in logs:
        replay(database, log)
    told = differences(held(database), held(other))
    assert any("Interference" in line for line in told)


async def _nothing(_: object) -> None:
    return None
