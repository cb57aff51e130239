"""Geofences for maps: each polygon with its port, kind and name, and the hash of its drawing."""

from __future__ import annotations

from typing import Any

from shapely.geometry import mapping

from monitor.engine.geofence import Fence, FenceSet, Port


def words_of(port: Port, fence: Fence) -> dict[str, str | None]:
    """What a polygon stands for, and the hash of the drawing it is of."""
    return {
        "port": port.id, "port_name": port.name, "kind": fence.kind.value, "name": fence.name,
        "use": fence.use, "hash": port.hash,
    }  # fmt: skip


def fences_record(fences: FenceSet) -> dict[str, Any]:
    """A GeoJSON FeatureCollection, the widest fence of a port first, so that others lie upon it."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": fence.id,
                "properties": words_of(port, fence),
                "geometry": mapping(fence.shape),
            }
            for port in fences.ports
            for fence in port.fences
        ],
    }  # fmt: skip
