"""Ships that are let go and recalled from a real PostGIS: what is stored is the same.

Memory holds one ship, but for those of whom something is open: the others are let go with each
batch, read again when they are heard, and not loaded when the next process begins.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.engine import remembered
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.writer import Writer
from tests.acceptance.fleets import true_fences
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, stopped, write
from tests.ports import ports

PIECE_BYTES = 20_000
MOST_LINES = 8_000


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "MOST_SHIPS", 10**6)
        patch.setattr(remembered, "UNHEARD_US", 10**18)
        other, count = f"whole_{scenario.replace('-', '_')}", len(recalled)
        whole = cluster.create_database(other, template="template_monitor")
        replay(whole, *logs)
        assert len(recalled) == count
    found, wanted = held(database), held(whole)
    cluster.drop_database(other)
    assert differences(found, wanted) == []
