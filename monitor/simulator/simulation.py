"""A scenario simulated: the lines of its log, and the truth behind them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from monitor.errors import UsageError
from monitor.simulator.cast import Scenario
from monitor.simulator.draw import DAY_S, Draw
from monitor.simulator.radio import Sent, transmit
from monitor.simulator.receiver import Received, Receiver
from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.sea import Fences, default_fences
from monitor.simulator.ship import Ship, Window
from monitor.simulator.truth import Truth, vessel_truth
from monitor.simulator.unheard import unheard_truth
from monitor.units import SECOND_US

SHORTEST_FLEET_DAYS = 1.5
END_STEP_S = 1800.0  # ends of the log that are tried
LATITUDE_S = 12 * 3600.0  # and how much earlier than drawn a log may end
SETTLING_S = 3 * 3600.0  # a log does not end while a stop or a departure is this young


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The lines in order of arrival, without line ends, and the truth behind them."""

    lines: list[bytes]
    truth: Truth


def simulate(scenario: str, *, seed: int = 0, fences: Fences | None = None) -> Simulation:
    """Draw a scenario.

    ``fences`` (port -> kind -> polygon; ``approach`` and ``harbour`` of both ports) decide the
    crossings in the truth and where ships jitter along a border; by default rough ones. Raises
    UsageError for a name that is no scenario.
    """
    row = _row(scenario)
    rng = np.random.default_rng([seed, zlib.crc32(scenario.encode())])
    days = float(rng.uniform(SHORTEST_FLEET_DAYS, row.days)) if row.is_fleet else row.days
    if row.is_fleet and rng.random() < 0.25:
        days = row.days
    known = default_fences() if fences is None else fences
    window = (row.begins_s, row.begins_s + days * DAY_S)
    draw = Draw(rng=rng, from_s=window[0], until_s=window[1], fences=known)
    ships = row.cast(draw)
    window = (window[0], _quiet_end(ships, window))
    receiver = Receiver(reception=row.reception, rng=rng, from_s=row.begins_s)
    sent: list[Sent] = []
    heard: list[Received] = []
    for ship in ships:
        sent.append(transmit(ship, window=window, thinning=row.thinning, rng=rng))
        heard.append(receiver.take(ship, sent[-1]))
    receiver.mix(ships, sent, heard)
    vessels = tuple(
        replace(
            vessel_truth(ship, window=window, fences=known, good_s=h.good_s, faults=dict(h.faults)),
            unheard=unheard_truth(ship, window, row.reception, row.begins_s),
        )
        for ship, h in zip(ships, heard, strict=True)
    )
    truth = Truth(
        scenario=scenario,
        seed=seed,
        from_at=round(window[0]) * SECOND_US,
        until_at=round(window[1]) * SECOND_US,
        vessels=vessels,
    )
    return Simulation(lines=receiver.lines(), truth=truth)


def write(simulation: Simulation, path: Path, truth_path: Path | None = None) -> None:
    """Write the log, a line each, and its truth as JSON."""
    path.write_bytes(b"".join(line + b"\n" for line in simulation.lines))
    if truth_path is not None:
        truth_path.write_text(simulation.truth.to_json() + "\n", encoding="utf-8")


def _row(name: str) -> Scenario:
    for row in SCENARIOS:
        if row.name == name:
            return row
    known = ", ".join(row.name for row in SCENARIOS)
    message = f"There is no scenario {name!r}; choose one of: {known}."
    raise UsageError(message)


def _quiet_end(ships: list[Ship], window: Window) -> float:
    """Return the last end of the log, at most LATITUDE_S earlier, with the fewest young events.

    Where a ship has just stopped or is on her way out, what happened cannot be known from the log.
    """
    ends = np.arange(window[1], window[1] - LATITUDE_S, -END_STEP_S)
    young = np.zeros(ends.size, dtype=np.int64)
    for ship in ships:
        for stay in ship.motion.stays:
            for edge in (stay.from_s, stay.until_s):
                young += (ends >= edge) & (ends < edge + SETTLING_S)
    return float(ends[int(np.argmin(young))])
