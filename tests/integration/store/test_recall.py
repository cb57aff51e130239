"""Ships that are let go and recalled from a real PostGIS: what is stored is the same.

Memory holds one ship, and those that were heard just now: the others are let go with each batch,
read again when they are heard or a deadline of theirs comes, and not loaded when the next process
begins.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pyais import encode_dict

from monitor.engine import remembered
from monitor.engine.geofence import FenceKind
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.simulator.encode import tagged
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.store.questions import in_port
from monitor.store.writer import Writer
from tests.acceptance.fleets import true_fences
from tests.integration.service.late import differences, held
from tests.integration.service.replays import FENCES, replay, stopped, write
from tests.ports import ports

PIECE_BYTES = 20_000
MOST_LINES = 8_000

GUESTS, BACK, SAILING = 80, 12, 6
"""Numbers that are heard in a harbour, once or twice; of them those that are heard again, and of
these the ones that sail then."""

HALF = 60
"""Lines of the flood: half of it, for numbers that are heard twice."""

FIRST = 211_000_100
BEGIN_S, HOUR_S = 1_700_000_000, 3600


@pytest.fixture
def recalled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many ships were recalled, each time."""
    found: list[int] = []
    before = Writer.recall

    async def recall(self: Writer, pipeline: object, ships: set[int]) -> list[str]:
        found.append(len(ships))
        return await before(self, pipeline, ships)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "recall", recall)
    monkeypatch.setattr(remembered, "MOST_SHIPS", 1)
    return found


@pytest.mark.parametrize(
    ("scenario", "seed"), [("dirty-fleet", 5), ("dirty-fleet", 10), ("fleet", 7)]
)
def test_the_tables_are_those_of_a_replay_that_remembers_all(
    database: str,
    cluster: Cluster,
    tmp_path: Path,
    recalled: list[int],
    scenario: str,
    seed: int,
) -> None:
    """Cut into two logs, the second read first; stopped after a batch, and gone on with."""
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(ports()))
    lines = list(made.lines)[:MOST_LINES]
    logs = [write(tmp_path / "a.nmea", lines[: len(lines) // 2])]
    logs.append(write(tmp_path / "b.nmea", lines[len(lines) // 2 :]))
    stopped(database, logs[1], piece_bytes=PIECE_BYTES)
    for log in reversed(logs):
        replay(database, log, piece_bytes=PIECE_BYTES)
    assert sum(recalled) > len(recalled) > 3
    as_if_never_let_go(database, cluster, f"whole_{scenario.replace('-', '_')}", logs, recalled)


def as_if_never_let_go(
    database: str, cluster: Cluster, other: str, logs: list[Path], recalled: list[int]
) -> None:
    """The tables are those of a replay that remembers all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "MOST_SHIPS", 10**6)
        patch.setattr(remembered, "UNHEARD_US", 10**18)
        count = len(recalled)
        whole = cluster.create_database(other, template="template_monitor")
        replay(whole, *logs)
        assert len(recalled) == count
    found, wanted = held(database), held(whole)
    cluster.drop_database(other)
    assert differences(found, wanted) == []


def test_a_flood_in_a_harbour_is_let_go_and_its_calls_go_on(
    database: str, cluster: Cluster, tmp_path: Path, recalled: list[int]
) -> None:
    """Numbers found in Tartus by a fix or two: who is silent is in the store alone.

    When the next process begins, too, and before it is told that they are. Who is in port is asked
    of the store. Who is heard again after ten days goes on where she was.
    """
    lines = found()
    parts = {"a": lines[:HALF], "b": lines[HALF:], "c": back()}
    logs = [write(tmp_path / f"{name}.nmea", part) for name, part in parts.items()]

    async def looked() -> tuple[int, int, int, set[int]]:
        async with connected(database) as connection:
            pipeline = (await Runner.open(FENCES, connection)).pipeline
            lookouts = pipeline.detection.lookouts
            held = max(len(pipeline.tracker.index), *(len(one.states) for one in lookouts))
            calls = {row["mmsi"] - FIRST for row in await in_port(connection, "tartus")}
            detection = pipeline.detection
            return held, detection.watched_by("visit"), detection.waiting, calls

    replay(database, logs[0], piece_bytes=PIECE_BYTES)
    in_memory, visits, waiting, _ = asyncio.run(looked())
    assert (in_memory, visits > 30, waiting > 20) == (1, True, True)
    replay(database, logs[1], piece_bytes=PIECE_BYTES)
    twice = {guest for guest in range(GUESTS) if guest % 2}
    assert asyncio.run(looked()) == (1, GUESTS, 1, twice)
    replay(database, logs[2], piece_bytes=PIECE_BYTES)
    assert sum(recalled) >= BACK
    stay = (twice | {*range(SAILING, BACK)}) - {*range(SAILING)}
    assert asyncio.run(looked())[1::2] == (GUESTS - SAILING, stay)
    as_if_never_let_go(database, cluster, "whole_flood", logs, recalled)


def found() -> list[bytes]:
    """The flood, and then nobody but a ship far off, for days."""
    lines = [
        line(guest, 0.2 * guest + again)
        for again in (0, 0.5)
        for guest in range(GUESTS)
        if not again or guest % 2
    ]
    lines += [line(-1, hour, east=0.7) for hour in range(0, 240, 2)]
    return sorted(lines, key=lambda one: one.partition(b"c:")[2])


def back() -> list[bytes]:
    """Some of them, ten days later: the first of these sail."""
    return sorted(
        (
            line(guest, 240 + guest + minute / 60, west=0.003 * minute * (guest < SAILING))
            for guest in range(BACK)
            for minute in range(0, 120, 2)
        ),
        key=lambda one: one.partition(b"c:")[2],
    )


def line(guest: int, hour: float, *, west: float = 0.0, east: float = 0.0) -> bytes:
    """What a number says in the harbour of Tartus, or so many degrees from there."""
    (harbour,) = (fence for fence in FENCES.by_id["tartus"].fences
                  if fence.kind is FenceKind.HARBOUR)  # fmt: skip
    point = harbour.shape.representative_point()
    words = {
        "type": 1, "mmsi": str(FIRST + guest), "lat": point.y, "lon": point.x - west + east,
        "speed": 10.0 if west else 0.0, "course": 270.0, "second": 60,
    }  # fmt: skip
    sentence = encode_dict(words, talker_id="AI")[0].encode()
    return tagged(sentence, station="roof", at_s=BEGIN_S + round(hour * HOUR_S))
