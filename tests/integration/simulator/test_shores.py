"""Ships keep to the water, where no chart is at hand: shores and moles as anybody would draw them.

Drawn by eye a little behind the real ones, corner by corner; ``test_behaviour.py`` holds the ships
to the coastline itself where it is.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.simulation import simulate

LAND = {
    "the town of Tartus": shapely.Polygon(
        [
            (35.895, 34.860), (35.882, 34.880), (35.876, 34.895), (35.8755, 34.913),
            (35.8815, 34.920), (35.8815, 34.950), (35.920, 34.950), (35.920, 34.860),
        ]
    ),
    "the outer mole of Tartus": shapely.LineString(
        [(35.8543, 34.9095), (35.8575, 34.9025), (35.8610, 34.9005), (35.8720, 34.8980)]
    ),
    "the northern mole of Tartus": shapely.LineString(
        [(35.8605, 34.9105), (35.8640, 34.9127), (35.8720, 34.9145), (35.8780, 34.9175)]
    ),
    "the town of Tobruk": shapely.Polygon(
        [
            (23.930, 32.080), (23.968, 32.0815), (23.985, 32.0785), (24.0065, 32.0725),
            (24.003, 32.083), (24.008, 32.085), (23.998, 32.091), (23.983, 32.0975),
            (23.930, 32.104),
        ]
    ),
    "the south shore of Tobruk": shapely.Polygon(
        [
            (23.930, 32.080), (23.964, 32.080), (23.968, 32.068), (23.985, 32.061),
            (24.005, 32.0555), (24.022, 32.045), (24.037, 32.034), (24.040, 32.030),
            (23.930, 32.030),
        ]
    ),
}  # fmt: skip
SEAS = [(row.name, 3) for row in SCENARIOS] + [
    (name, seed) for name in ("fleet", "dirty-fleet") for seed in range(10, 14)
]


@pytest.mark.parametrize(("name", "seed"), SEAS)
def test_no_ship_crosses_a_shore_or_a_mole(name: str, seed: int) -> None:
    """The whole way of each, from where she is first to where she is last."""
    for vessel in simulate(name, seed=seed).truth.vessels:
        way = shapely.LineString(np.column_stack([vessel.motion.lon, vessel.motion.lat]))
        crossed = [what for what, land in LAND.items() if shapely.intersects(way, land)]
        assert crossed == [], vessel.name
