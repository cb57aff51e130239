"""``monitor simulate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def simulate(
    scenario: str,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Log to write.")],
    truth: Annotated[Path | None, Parameter(help="File for what really happened, JSON.")] = None,
    seed: Annotated[int, Parameter(help="Same seed, same log.")] = 0,
) -> None:
    """Make a log of an invented fleet around Tartus and Tobruk."""
    from monitor.simulator import simulation as simulator

    simulation = simulator.simulate(scenario, seed=seed)
    simulator.write(simulation, output, truth)
    sys.stdout.write(f"{len(simulation.lines)} lines written to {output}\n")
