"""Must show: recorded logs, two and two, the newer first, leave what one replay of both leaves."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.engine.geofence import FenceSet
from monitor.errors import MonitorError
from monitor.feed.logfile import LogFile
from monitor.feed.ordered import first_stamp
from monitor.fencefile import load_fences
from monitor.service.replay import Replay
from monitor.service.runner import Runner
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.units import NO_TIME
from tests.acceptance.test_recordings import SHARED, recordings
from tests.integration.service.late import differences, held
from tests.ports import circle, write_port
from tests.sizes import sized

EVERY = sized(9, 3)
"""Pair of those that follow each other in time; a test takes one of so many."""

MOST_BYTES = 3 << 20
COPIES = {"gfw_json/gfwseg_416000000.json"}
"""Its reports stand twice in it and in the next: copies of copies are not stored, so which log they
are counted against depends on the order."""

PLACES = {
    "jarry": (-61.543, 16.235), "grand-bourg": (-61.3169, 15.8810), "boston": (-71.03, 42.35),
    "kiel": (10.15, 54.37), "oresund": (12.65, 55.65), "vernon": (-122.0, 47.6),
}  # fmt: skip
"""Circles in which recorded ships move: two kilometres of approach and harbour each."""


@pytest.fixture(scope="module")
def fences(tmp_path_factory: pytest.TempPathFactory) -> FenceSet:
    """Ports where the recordings are."""
    folder = tmp_path_factory.mktemp("fences")
    for name, (lon, lat) in PLACES.items():
        write_port(folder, name, [("harbour", circle(lon, lat, 2_000))])
    return load_fences(folder)


def dated() -> list[str]:
    """Recordings that date themselves, oldest first."""
    found = []
    for name in recordings():
        path = SHARED / name
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        log = LogFile(str(path))
        try:
            (one,) = Replay().prepare([log])
            at = first_stamp(one.log, one.form, one.told)
        except MonitorError:
            continue
        finally:
            log.close()
        if at != NO_TIME:
            found.append((at, name))
    return [name for _, name in sorted(found)]


def lateness_of(paths: tuple[Path, ...]) -> int:
    """How late reports of these logs come, as their heads say, us."""
    logs = [LogFile(str(path)) for path in paths]
    try:
        return Replay().lateness(logs)
    finally:
        for log in logs:
            log.close()


async def replay(url: str, fences: FenceSet, lateness: int, *paths: Path) -> None:
    """Replay logs."""
    run, logs = Replay(), [LogFile(str(path)) for path in paths]
    async with connected(url) as connection:
        await run.run(logs, await Runner.open(fences, connection, lateness_us=lateness))


def outcome(url: str, fences: FenceSet, *orders: tuple[Path, ...]) -> str | None:
    """Replay one after the other; the sentence of one that cannot be.

    All as late as those of them that come latest: else the last one says how far time went on.
    """
    for paths in orders:
        try:
            lateness = lateness_of(tuple(path for order in orders for path in order))
            asyncio.run(replay(url, fences, lateness, *paths))
        except MonitorError as error:
            return str(error)
    return None


@pytest.mark.parametrize("part", range(sized(1, EVERY)))
def test_two_and_two_the_newer_first(cluster: Cluster, fences: FenceSet, part: int) -> None:
    """Those that follow each other in time; one of EVERY pairs."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not beside the project: no recordings to replay")
    wrong, tried = [], 0
    for older, newer in list(pairwise(dated()))[part::EVERY]:
        urls = []
        for name in ("newest_wanted", "newest_found"):
            cluster.drop_database(name)
            urls.append(cluster.create_database(name, template="template_monitor"))
        two = SHARED / older, SHARED / newer
        if outcome(urls[0], fences, two) or outcome(urls[1], fences, two[1:], two[:1]):
            continue  # one that is no log of positions ends a replay of both
        tried += 1
        told = differences(held(urls[1]), held(urls[0]))
        if older in COPIES:
            told = [line for line in told if not line.startswith("refusal ")]
        wrong += [f"{newer}, then {older}: {line[:300]}" for line in told[:3]]
    assert tried > sized(2, 8)
    assert wrong == [], "\n".join(wrong)
