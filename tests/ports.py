"""Ports for tests: those that come along, and drawn ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from monitor.engine.geofence import FenceSet, widen
from monitor.fencefile import load_fences
from monitor.settings import bundled_geofences


def ports() -> FenceSet:
    """Tartus and Tobruk, from their files."""
    return load_fences(bundled_geofences())


def circle(lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    """GeoJSON geometry of a circle."""
    shape = widen(shapely.Point(lon, lat).buffer(1e-5), radius_m)
    return json.loads(shapely.to_geojson(shape))


def write_port(folder: Path, port: str, features: list[tuple[str, dict[str, Any]]]) -> Path:
    """Write a geofence file: (kind, geometry) each."""
    collection = {
        "type": "FeatureCollection",
        "port": port,
        "features": [
            {
                "type": "Feature",
                "id": f"{port}-{kind}-{index}",
                "properties": {"kind": kind, "name": f"{port} {kind}"},
                "geometry": geometry,
            }
            for index, (kind, geometry) in enumerate(features)
        ],
    }
    path = folder / f"{port}.geojson"
    path.write_text(json.dumps(collection))
    return path
