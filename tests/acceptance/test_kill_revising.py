"""Must show: killed at many moments while ships are taken again, nothing is lost or twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.replay import Replay
from monitor.store.cluster import Cluster
from tests.integration.service.late import differences, held
from tests.integration.service.replays import replay, write
from tests.integration.service.test_reviser import dealt, lines_of
from tests.program import PROJECT
from tests.sizes import sized

KILLS, FLEETS = sized((40, range(11, 13)), (100, range(11, 15)))


@pytest.fixture
def wanted(cluster: Cluster) -> Iterator[str]:
    """A second database, for one replay of all logs."""
    yield cluster.create_database("kill_revising", template="template_monitor")
    cluster.drop_database("kill_revising")


def test_killed_again_and_again(
    database: str, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fleets of which half came late; each life dies within some statements."""
    logs = [
        write(tmp_path / f"{seed}-{number}.nmea", part)
        for seed in FLEETS
        for number, part in enumerate(dealt(lines_of("dirty-fleet", seed), 2, seed))
    ]
    replay(wanted, *logs)
    with monkeypatch.context() as patched:

        async def later(*_: object) -> None:
            """Leave it to those that are killed."""

        patched.setattr(Replay, "_revise", later)
        for log in logs:
            replay(database, log)
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance.killed_revising", database, str(KILLS), "5"],
        cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) == KILLS, "all was revised before: draw shorter lives"
    replay(database, logs[-1])
    told = differences(held(database), held(wanted))
    assert told == [], "\n".join(line[:900] for line in told)
