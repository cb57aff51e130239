"""A simulation on disk: its log, and its truth."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.simulator.simulation import simulate, write


def test_written_files_are_the_simulation(tmp_path: Path) -> None:
    """A line each, and the truth as JSON."""
    simulation = simulate("transit")
    write(simulation, tmp_path / "log.nmea", tmp_path / "truth.json")
    assert (tmp_path / "log.nmea").read_bytes().splitlines() == simulation.lines
    told = json.loads((tmp_path / "truth.json").read_text())
    assert told["scenario"] == "transit"
    assert len(told["vessels"]) == len(simulation.truth.vessels)
