"""Which rows of a batch are near which port: columns, before anything is looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import DEPTH, FenceKind, FenceSet, Port
from monitor.engine.track import Tracker, Tracks
from monitor.model import Fix
from monitor.units import NO_TIME

FAR = 1_000_000
"""Depth of a row in a port in whose approach it is at most."""

LONG_LEG_DEG = 0.5
"""Legs of sparse reception that may cross a port far from both ends: tested against all ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRows:
    """The batch as one port sees it: masks of its fences, row for row."""

    port: Port
    inside: NDArray[np.int64]  # fences as drawn that hold the row
    near: NDArray[np.int64]  # fences widened by their exit margins
    candidates: NDArray[np.int64]  # rows, or legs to them, that may concern some port
    elsewhere: NDArray[np.bool_]  # rows deeper in another port's waters than in this one's


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
    found = []
    for port in fences.ports:
        inside = np.zeros(len(lon), dtype=np.int64)
        near = np.zeros(len(lon), dtype=np.int64)
        inside[candidates], near[candidates] = port.masks(lon[candidates], lat[candidates])
        found.append((port, inside, near))
    depths = _depths([(port, inside) for port, inside, _ in found])
    for place, (port, inside, near) in enumerate(found):
        yield PortRows(
            port=port, inside=inside, near=near, candidates=candidates,
            elsewhere=np.broadcast_to(depths[place] > depths.min(axis=0), len(lon)),
        )  # fmt: skip


def _depths(found: list[tuple[Port, NDArray[np.int64]]]) -> NDArray[np.int64]:
    """How deep each row lies in each port: lower is deeper; no two ports are equally deep.

    One ship is in one port at a time: that in whose berth, harbour, anchorage or roads she is. Of
    two that both hold her so, or both in their approach alone, it is the first.
    """
    if len(found) < 2 or sum((inside != 0).astype(np.int8) for _, inside in found).max() < 2:
        return np.zeros((len(found), 1), dtype=np.int64)
    depths = np.full((len(found), len(found[0][1])), FAR, dtype=np.int64)
    for place, (port, inside) in enumerate(found):
        for rank, kind in reversed(list(enumerate(DEPTH))):
            held = inside & port.bits(kind) != 0
            depths[place][held] = rank * len(found) + place
    shallow = depths >= DEPTH.index(FenceKind.APPROACH) * len(found)
    depths[shallow] = FAR
    return depths


def last_of(tracker: Tracker, mmsi: int, track: int) -> Fix | None:
    """The newest fix of a ship on a track; None: none is known."""
    if (odd := tracker.odd.get(mmsi)) is not None:
        return odd.tracks.get(track)
    slot = None if track else tracker.index.get(mmsi)
    if slot is None or not tracker.last["mmsi"][slot]:
        return None
    return Fix._make(tracker.last[slot].item())
