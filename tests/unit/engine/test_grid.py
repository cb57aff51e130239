"""The coarse grid: what is in a shape or in a cell beside it, across 180 degrees too."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from monitor.engine.grid import grid_of, near


@pytest.mark.parametrize(
    ("lon", "lat", "is_near"),
    [
        (10.5, 5.5, True),
        (9.1, 4.1, True),
        (12.1, 5.5, False),
        (10.5, 7.1, False),
        (-10.5, 5.5, False),
    ],
)
def test_what_is_near_a_shape(lon: float, lat: float, *, is_near: bool) -> None:
    grid = grid_of([shapely.box(10.2, 5.2, 10.8, 5.8)])
    assert near(grid, np.array([lon]), np.array([lat])).tolist() == [is_near]


def test_across_the_antimeridian() -> None:
    grid = grid_of([shapely.box(179.2, -0.5, 179.9, 0.5)])
    assert near(grid, np.array([-179.5, 178.5, 177.5]), np.zeros(3)).tolist() == [True, True, False]
