"""A simulated sea replayed into PostGIS, with its truth."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.feed.logfile import LogFile
from monitor.service.replay import Replay
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from tests.acceptance.fleets import true_fences
from tests.ports import ports


def replayed(
    cluster: Cluster, name: str, scenario: str, folder: Path, *, seed: int = 0
) -> tuple[str, simulator.Simulation]:
    """URL of a database of this name that holds a sea, and the sea."""
    fences = ports()
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(fences))
    log = folder / f"{name}.nmea"
    simulator.write(made, log)
    url = cluster.create_database(name, template="template_monitor")

    async def go() -> None:
        async with connected(url) as connection:
            runner = await Runner.open(fences, connection, relaxed=True)
            await Replay().run([LogFile(str(log))], runner)

    asyncio.run(go())
    return url, made
