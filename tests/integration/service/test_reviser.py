"""Late is not lost: logs in any order leave the same tables as one replay sorted by time."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pyais
import pytest
from structlog.testing import capture_logs

from monitor.engine.again import Again
from monitor.service.reviser import Reviser, Tally
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from tests.acceptance.fleets import true_fences
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.integration.store.runs import FENCES, late, reports_of, take
from tests.ports import ports
from tests.scenario.sea import MMSI, fix_at
from tests.sizes import sized

SCENARIOS = (
    "dark-transfer",
    "receivers",
    "clone",
    "teleport",
    "spoofed",
    "shared-number",
    "dirty-fleet",
    "company",
)


def lines_of(scenario: str, seed: int) -> list[bytes]:
    return list(simulator.simulate(scenario, seed=seed, fences=true_fences(ports())).lines)


def pieces(lines: list[bytes], count: int) -> list[list[bytes]]:
    """Cut by time."""
    size = -(-len(lines) // count)
    return [lines[begin : begin + size] for begin in range(0, len(lines), size)]


def dealt(lines: list[bytes], count: int, seed: int) -> list[list[bytes]]:
    """Dealt out: of the same time, some lines in each."""
    random = Random(seed)
    found: list[list[bytes]] = [[] for _ in range(count)]
    for line in lines:
        found[random.randrange(count)].append(line)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_newest_first(scenario: str, database: str, other: str, tmp_path: Path) -> None:
    """Three logs, one after the other in time, the newest first."""
    parts = pieces(lines_of(scenario, 3), 3)
    logs = [write(tmp_path / f"{n}.nmea", part) for n, part in enumerate(parts)]
    replay(other, *logs)
    for log in reversed(logs):
        replay(database, log)
    told = differences(held(database), held(other))
    assert told == [], "\n".join(line[:600] for line in told)


def of_ships(lines: list[bytes], count: int) -> list[list[bytes]]:
    """Dealt out by ship: each log has all that some ships send, so that others' are not late."""
    found: list[list[bytes]] = [[] for _ in range(count)]
    halves: dict[tuple[bytes, ...], bytes] = {}
    for line in lines:
        sentence = line[line.rindex(b"!") :]
        fields = sentence.split(b",")
        if fields[1] == b"1":
            found[int(pyais.decode(sentence).mmsi) % count].append(line)
            continue
        key = (fields[3], fields[4])
        if fields[2] == b"1":
            halves[key] = line
        elif key not in halves:  # its first half was not heard
            found[0].append(line)
        else:
            first = halves.pop(key)
            mmsi = pyais.decode(first[first.rindex(b"!") :], sentence).mmsi
            found[int(mmsi) % count] += [first, line]
    return found


def test_two_ships_of_which_one_comes_late(tmp_path: Path, cluster: Cluster) -> None:
    """What they were to each other is told by her reports and by what is stored of the other."""
    lines = lines_of("company", 1)
    parts = of_ships(lines, 2)
    logs = [write(tmp_path / f"{n}.nmea", part) for n, part in enumerate(parts)]
    cluster.drop_database("late_wanted")
    wanted = cluster.create_database("late_wanted", template="template_monitor")
    replay(wanted, *logs)
    told = {row[1] for row in held(wanted)["event"]}
    assert {"ShipsMet", "ShipsParted", "ConvoyFormed"} <= told
    for order in permutations(logs):
        cluster.drop_database("late_found")
        found = cluster.create_database("late_found", template="template_monitor")
        for log in order:
            replay(found, log)
        told = differences(held(found), held(wanted))
        assert told == [], "\n".join(line[:600] for line in told)


def test_dealt_out_in_any_order(tmp_path: Path, cluster: Cluster) -> None:
    """Three logs of one time, one after the other, in each order (a part: in half of them)."""
    for scenario, seed in (("dirty-fleet", 4), ("receivers", 5)):
        parts = dealt(lines_of(scenario, seed), 3, seed)
        logs = [write(tmp_path / f"{scenario}-{n}.nmea", part) for n, part in enumerate(parts)]
        cluster.drop_database("late_wanted")
        wanted = cluster.create_database("late_wanted", template="template_monitor")
        replay(wanted, *logs)
        for order in list(permutations(logs))[:: sized(2, 1)]:
            cluster.drop_database("late_found")
            found = cluster.create_database("late_found", template="template_monitor")
            for log in order:
                replay(found, log)
            told = differences(held(found), held(wanted))
            names = [log.name for log in order]
            assert told == [], "\n".join([str(names), *(line[:600] for line in told)])


async def test_a_ship_that_the_engine_fails_on_waits_and_the_others_are_taken(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She is found in smaller groups; her reports stay, and are tried by the next watch."""
    async with connected(database) as connection:
        runner = await Runner.open(FENCES, connection)
        fixes = [fix_at(minute, mmsi=MMSI + n) for n in range(5) for minute in (0, 200)]
        await take(runner, reports_of(sorted(fixes, key=lambda fix: fix.at)))
        await take(runner, reports_of([late(201 + n)._replace(mmsi=MMSI + n) for n in range(5)]))
        whole = Again.take

        def fails(self: Again, *words: Any, **named: Any) -> None:
            if MMSI + 3 in self.ships:
                message = "a fault"
                raise ValueError(message)
            whole(self, *words, **named)

        monkeypatch.setattr(Again, "take", fails)
        reviser, tally = Reviser(runner), Tally()
        with capture_logs() as said:
            while (step := await reviser.step()) is not None:
                tally.add(step)
        assert (tally.ships, tally.failed) == (4, 1)
        assert [(one["event"], one["mmsi"]) for one in said] == [
            ("A ship cannot be taken again, her reports wait", MMSI + 3)
        ]
        left = await connection.fetch("SELECT mmsi FROM late_report")
        assert [row["mmsi"] for row in left] == [MMSI + 3]
        monkeypatch.undo()
        runner.late += 1
        assert (await Reviser(runner).step()) is not None
        assert await connection.fetch("SELECT mmsi FROM late_report") == []


async def test_ships_whose_positions_were_pruned_are_left_as_they_are(database: str) -> None:
    """Their late reports are in the history, and it is said."""
    async with connected(database) as connection:
        runner = await Runner.open(FENCES, connection)
        await take(runner, reports_of([fix_at(0), fix_at(200), fix_at(0, mmsi=MMSI + 1)]))
        await take(runner, reports_of([late(201), late(202)._replace(mmsi=MMSI + 1)]))
        await connection.execute("COMMENT ON TABLE position_2023_11 IS 'pruned: 0 fixes kept'")
        with capture_logs() as said:
            step = await Reviser(runner).step()
        assert step is not None
        assert (step.ships, step.kept_out) == (0, 2)
        assert [entry["ships"] for entry in said] == [2]
        assert await connection.fetchval("SELECT count(*) FROM position") == 4
        assert await connection.fetchval("SELECT count(*) FROM late_report") == 0
        assert await Reviser(runner).step() is None
