"""The globe as ways at sea need it: places as vectors, great circles, and true distances.

Places are put on a sphere by their reduced latitude (beta: tan beta = (1 - f) tan lat). An
ellipsoid of half axes a > b has the line element (a² sin² beta + b² cos² beta) dbeta² + a² cos²
beta dlon², which is nowhere less than b² (dbeta² + cos² beta dlon²): a length on the sphere of
radius b is never more than the true one, and at most 0.34 % less. Bounds are made of that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.units import EQUATOR_M, POLE_M

FLATTENING = 1 - POLE_M / EQUATOR_M
FAR_RAD = 2.3
"""Lambert's formula fails far apart (14,600 km and more): there the bound on the sphere stands."""

LAMBERT_SLACK = 1e-5
"""Lambert's formula is some 10 m off over thousands of kilometres."""

Floats = NDArray[np.float64]


def turned_deg(one: Any, other: Any) -> Any:
    """Degrees from one course to another, 0..180; scalars or columns."""
    return abs((other - one + 180.0) % 360.0 - 180.0)


def vectors(lon: Any, lat: Any) -> Floats:
    """Unit vectors (…, 3) of places in degrees."""
    beta = np.arctan((1 - FLATTENING) * np.tan(np.radians(lat)))
    turn = np.radians(lon)
    flat = np.cos(beta)
    return np.stack(
        np.broadcast_arrays(flat * np.cos(turn), flat * np.sin(turn), np.sin(beta)), axis=-1
    )


def places(at: Floats) -> tuple[Floats, Floats]:
    """Lon and lat in degrees of vectors (…, 3), which need not be unit ones."""
    beta = np.arctan2(at[..., 2], np.hypot(at[..., 0], at[..., 1]))
    lat = np.degrees(np.arctan(np.tan(beta) / (1 - FLATTENING)))
    return np.degrees(np.arctan2(at[..., 1], at[..., 0])), lat


def least_m(one: Floats, two: Floats) -> Any:
    """Distance of unit vectors that is never more than the true one, metres."""
    half = np.linalg.norm(one - two, axis=-1) / 2
    return 2 * POLE_M * np.arcsin(np.minimum(half, 1.0))


def geodesic_m(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Any:
    """The shortest way on WGS 84, metres, never more: Lambert's formula less its error."""
    low = np.asarray(least_m(vectors(lon_a, lat_a), vectors(lon_b, lat_b)))
    sigma = low / POLE_M
    beta_a, beta_b = (
        np.arctan((1 - FLATTENING) * np.tan(np.radians(lat))) for lat in (lat_a, lat_b)
    )
    half, apart = (beta_a + beta_b) / 2, (beta_b - beta_a) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        x = (sigma - np.sin(sigma)) * (np.sin(half) * np.cos(apart) / np.cos(sigma / 2)) ** 2
        y = (sigma + np.sin(sigma)) * (np.cos(half) * np.sin(apart) / np.sin(sigma / 2)) ** 2
        found = EQUATOR_M * (sigma - FLATTENING / 2 * (x + y)) * (1 - LAMBERT_SLACK)
    good = (sigma > 1e-9) & (sigma < FAR_RAD)
    return np.maximum(low, np.where(good, found, 0.0))
