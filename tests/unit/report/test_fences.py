"""Geofences for maps."""

from __future__ import annotations

import shapely

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.report.fences import fences_record


def test_a_fence_is_a_feature_of_its_port() -> None:
    """Longitude before latitude; what is not said is null."""
    fence = Fence(id="x-1", kind=FenceKind.BERTH, name="Mole", shape=shapely.box(24, 32, 25, 33))
    port = Port(id="x", name="Ex", fences=(fence,), hash="ab")
    record = fences_record(FenceSet(ports=(port,)))
    (feature,) = record["features"]
    assert feature["id"] == "x-1"
    assert feature["properties"] == {
        "port": "x", "port_name": "Ex", "kind": "berth", "name": "Mole", "use": None, "hash": "ab",
    }  # fmt: skip
    assert set(feature["geometry"]["coordinates"][0]) == {(24, 32), (24, 33), (25, 32), (25, 33)}


def test_without_ports_there_is_nothing() -> None:
    assert fences_record(FenceSet(ports=())) == {"type": "FeatureCollection", "features": []}
