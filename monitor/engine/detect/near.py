"""Which rows of a batch are near which port: columns, before anything is looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import FenceSet, Port
from monitor.engine.track import Tracks
from monitor.units import NO_TIME

LONG_LEG_DEG = 0.5
"""Legs of sparse reception that may cross a port far from both ends: tested against all ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRows:
    """The batch as one port sees it: masks of its fences, row for row."""

    port: Port
    inside: NDArray[np.int64]  # fences as drawn that hold the row
    near: NDArray[np.int64]  # fences widened by their exit margins
    candidates: NDArray[np.int64]  # rows, or legs to them, that may concern some port


def near_ports(fences: FenceSet, tracks: Tracks) -> Iterator[PortRows]:
    """Each port with what is near it; nothing for a batch without fixes."""
    fixes, links = tracks.fixes, tracks.links
    if not len(fixes):
        return
    lon, lat = fixes["lon"], fixes["lat"]
    prev_lon, prev_lat = links["prev_lon"], links["prev_lat"]
    long_leg = (np.abs(lon - prev_lon) > LONG_LEG_DEG) | (np.abs(lat - prev_lat) > LONG_LEG_DEG)
    candidates = np.flatnonzero(
        fences.near_any(lon, lat)
        | ((links["prev_at"] != NO_TIME) & (fences.near_any(prev_lon, prev_lat) | long_leg))
    )
    for port in fences.ports:
        inside = np.zeros(len(lon), dtype=np.int64)
        near = np.zeros(len(lon), dtype=np.int64)
        inside[candidates], near[candidates] = port.masks(lon[candidates], lat[candidates])
        yield PortRows(port=port, inside=inside, near=near, candidates=candidates)
