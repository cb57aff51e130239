"""What is watched, as JSON that statements take: fences, points of ports, and gates."""

from __future__ import annotations

import json

import shapely

from monitor.engine.geofence import FenceSet
from monitor.report.fences import words_of


def fences_json(fences: FenceSet) -> str:
    """All polygons, of each port a point where its ships stop, and gates."""
    rows = [
        {
            "id": fence.id, **words_of(port, fence), "country": port.country,
            "unlocode": port.unlocode, "shape": shapely.to_geojson(fence.shape),
        }
        for port in fences.ports
        for fence in port.fences
    ]  # fmt: skip
    points = [(port.id, port.stops.representative_point()) for port in fences.ports]
    ports = [{"port": name, "lon": point.x, "lat": point.y} for name, point in points]
    gates = [
        {
            "id": gate.id, "name": gate.name, "inward": gate.in_words, "outward": gate.out_words,
            "hash": gate.hash, "shape": shapely.to_geojson(shapely.LineString(gate.line)),
        }
        for gate in fences.gates
    ]  # fmt: skip
    return json.dumps({"fences": rows, "ports": ports, "gates": gates})
