"""A coarse grid of the earth, that says cheaply where nothing can be: it never misses."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def grid_of(shapes: list[BaseGeometry]) -> NDArray[np.bool_]:
    """One cell a degree, [lat, lon]; true where a shape is in it or in a cell beside it."""
    grid = np.zeros((180, 360), dtype=np.bool_)
    for shape in shapes:
        for part in shapely.get_parts(shape):
            west, south, east, north = part.bounds
            rows = np.arange(_cell(south, 90) - 1, _cell(north, 90) + 2).clip(0, 179)
            columns = np.arange(_cell(west, 180) - 1, _cell(east, 180) + 2) % 360
            grid[np.ix_(rows, columns)] = True
    return grid


def near(
    grid: NDArray[np.bool_], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Mask of positions in a cell of a grid that is true."""
    row = np.floor(lat + 90).astype(np.int64).clip(0, 179)
    column = np.floor(lon + 180).astype(np.int64) % 360
    found: NDArray[np.bool_] = grid[row, column]
    return found


def _cell(value: float, offset: int) -> int:
    return math.floor(value + offset)
