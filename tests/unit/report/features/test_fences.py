"""The geofences as JSON that statements take."""

from __future__ import annotations

import json
from pathlib import Path

import shapely

import monitor
from monitor.engine.geofence import FenceSet
from monitor.gatefile import load_watched
from monitor.report.features.fences import fences_json

FENCES = load_watched(Path(monitor.__file__).parents[1] / "geofences")


def test_each_polygon_and_a_point_where_ships_stop() -> None:
    found = json.loads(fences_json(FENCES))
    polygons = [(fence.id, port) for port in FENCES.ports for fence in port.fences]
    assert [each["id"] for each in found["fences"]] == [name for name, _ in polygons]
    for told, (_, port) in zip(found["fences"], polygons, strict=True):
        assert (told["port"], told["hash"]) == (port.id, port.hash)
        assert shapely.from_geojson(told["shape"]).is_valid
    for told, port in zip(found["ports"], FENCES.ports, strict=True):
        assert port.stops.contains(shapely.Point(told["lon"], told["lat"]))
    for line, gate in zip(found["gates"], FENCES.gates, strict=True):
        assert (line["id"], line["inward"], line["hash"]) == (gate.id, gate.in_words, gate.hash)
        assert shapely.from_geojson(line["shape"]).length > 0


def test_no_port_is_watched() -> None:
    assert json.loads(fences_json(FenceSet(ports=()))) == {"fences": [], "ports": [], "gates": []}
