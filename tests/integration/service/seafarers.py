"""Two ships that call at a drawn port, sailed through a runner into a real PostGIS."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import numpy as np

from monitor.engine.detect.evidence import Finding
from monitor.engine.geofence import FenceSet
from monitor.model import Event, Reports
from monitor.service.runner import Runner
from monitor.store.database import connected
from monitor.units import HOUR_US
from tests.scenario.sea import MMSI, draw

SEA = draw(
    """
    .  .  .  A  A  A  A  A  .  .  .  .
    a  b  c  Ad He Bf Hg Ah i  j  k  l
    .  .  .  A  A  A  A  A  .  .  .  .
    """,
    stay={"f": 90, "l": 30},
)
"""She berths at f, lies there for three hours, and goes on."""

ONE, TWO = MMSI, MMSI + 1
"""The other does the same an hour later."""

CUT = "f60"
"""Behind this fix of the first the process ends: both lie at the berth."""


def both() -> Any:
    """Fixes of both, in order of arrival."""
    late = SEA.fixes.copy()
    late["mmsi"] = TWO
    late["at"] += HOUR_US
    late["received_at"] += HOUR_US
    late["content"] += 10**6
    rows = np.concatenate([SEA.fixes, late])
    return rows[np.argsort(rows["received_at"], kind="stable")]


def before() -> Any:
    """Those that the first process takes."""
    rows = both()
    return rows[rows["received_at"] <= SEA.at(CUT)]


def after() -> Any:
    """Those that the second takes."""
    rows = both()
    return rows[rows["received_at"] > SEA.at(CUT)]


@dataclass
class Voyage:
    """What a process told, and what stood in ``kept_state`` behind its first commit."""

    told: list[str] = field(default_factory=list)
    kept: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def of(self, ship: int) -> list[str]:
        """What was told of one ship."""
        return [words.partition(" ")[2] for words in self.told if words.startswith(f"{ship} ")]


def sail(url: str, rows: Any, *, fences: FenceSet = SEA.fences, size: int = 7) -> Voyage:
    """Run a process over fixes: it takes so many a batch, each with a commit of its own."""
    return asyncio.run(_sail(url, rows, fences, size))


async def _sail(url: str, rows: Any, fences: FenceSet, size: int) -> Voyage:
    voyage = Voyage()
    async with connected(url) as connection:
        runner = await Runner.open(fences, connection)
        for begin in range(0, len(rows), size):
            batch = rows[begin : begin + size].copy()
            batch["seq"] = np.arange(len(batch))
            clock = batch["received_at"].copy()
            reports = Reports(positions=batch, lines=len(batch), clock=clock)
            outcome = runner.take("station", reports)
            await runner.know(runner.pipeline.sources)
            await runner.commit(runner.batch(outcome, []))
            voyage.told += [_words(finding) for finding in outcome.findings]
            if not begin:
                voyage.kept = await kept(connection)
    return voyage


async def kept(connection: asyncpg.Connection) -> dict[tuple[str, str], tuple[int, str]]:
    """Rows of ``kept_state`` of detectors that tell here: (detector, key) -> (version, state)."""
    rows = await connection.fetch(
        "SELECT detector, key, version, state FROM kept_state"
        " WHERE detector NOT IN ('said', 'static', 'episode', 'gap', 'wait')"
    )
    return {(row["detector"], row["key"]): (row["version"], row["state"]) for row in rows}


def asked(url: str, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Ask the database, or change it."""

    async def ask() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def _words(finding: Finding) -> str:
    ship = finding.mmsi - MMSI + 1 if finding.mmsi is not None else 0
    if isinstance(finding, Event):
        about = finding.geofence if finding.state == "confirmed" else finding.state
        return f"{ship} {finding.kind} {about} {SEA.span(finding.span)} {finding.confidence}"
    left = SEA.span(finding.departed)
    return f"{ship} call {SEA.span(finding.arrived)} to {left} {finding.confidence}"
